"""The committed heads as an analysis needs them: whole, or an error that names the operator's fault."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roomlens.errors import ConfigurationError
from roomlens.settings import forget_settings
from roomlens.text import ModelVersion
from roomlens.vision import heads
from roomlens.vision.compliance import ComplianceHead
from roomlens.vision.condition_heads import ConditionHeads, condition_heads_in_force
from roomlens.vision.embedded import rules_digest
from roomlens.vision.heads import hash_in_force, loaded
from roomlens.vision.room_head import RoomHead, room_teller_in_force
from roomlens.vision.tag_head import TagHead, tag_head_in_force
from roomlens_models.heads import Head, WrongHeadError, read_head

LOADED = {"rooms": RoomHead, "tags": TagHead, "condition": ConditionHeads, "compliance": ComplianceHead}
DOORS = {"rooms": room_teller_in_force, "tags": tag_head_in_force, "condition": condition_heads_in_force}
SETTINGS = {"ROOM_HEAD": "zero_shot", "TAG_HEAD": "rules", "CONDITION_HEADS": "none"}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    def forget() -> None:
        forget_settings()
        heads.committed.cache_clear()

    forget()
    yield
    forget()


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(heads, "read_head", lambda name: read_head(name, tmp_path))


@pytest.mark.parametrize("name", LOADED)
def test_every_head_is_committed_and_named_by_its_hash(name: str) -> None:
    assert LOADED[name].load() is not None
    assert hash_in_force(name) == read_head(name).sha256


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("name", LOADED)
def test_a_deployment_without_a_head_is_a_configuration_error(name: str) -> None:
    doors: list[Callable[[], object]] = [LOADED[name].load, lambda: hash_in_force(name)]
    for door in (*doors, *([DOORS[name]] if name in DOORS else [])):
        with pytest.raises(ConfigurationError, match=name):
            door()


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("name", DOORS)
def test_what_the_settings_leave_out_may_be_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting, word in SETTINGS.items():
        monkeypatch.setenv(setting, word)
    assert not isinstance(DOORS[name](), LOADED[name])
    assert hash_in_force(name, "by rules") == "by rules"


def test_files_that_belong_together_and_do_not_fit_are_a_configuration_error() -> None:
    def refuse(_: Head) -> object:
        raise WrongHeadError("cut short")

    with pytest.raises(ConfigurationError, match="cut short"):
        loaded("rooms", refuse)


def test_the_version_changes_with_every_setting_and_with_every_head(monkeypatch: pytest.MonkeyPatch) -> None:
    text = ModelVersion("tiny-text", "1", "00")
    seen = {rules_digest(text)}
    for setting, word in SETTINGS.items():
        monkeypatch.setenv(setting, word)
        forget_settings()
        seen.add(rules_digest(text))
        monkeypatch.delenv(setting)
    forget_settings()
    for changed in LOADED:
        monkeypatch.setattr(heads, "read_head", lambda name, other=changed: other_weights(name, name == other))
        heads.committed.cache_clear()
        seen.add(rules_digest(text))
    assert len(seen) == 1 + len(SETTINGS) + len(LOADED)


def other_weights(name: str, other: bool) -> Head:
    return Head({}, {}, "another hash") if other else read_head(name)
