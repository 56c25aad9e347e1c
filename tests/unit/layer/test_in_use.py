"""Several models in one process: what is made of each, and who sees which."""

import threading

import pytest

from roomlens.errors import NotFoundError
from roomlens.in_use import models_in_use, once_per_models, using_models
from roomlens.settings import ModelSettings, forget_settings, model_settings
from roomlens.versions.naming import CONFIGURED, deployed_name, named, named_models

RULES = ModelSettings.model_construct(room_head="zero_shot", tag_head="rules")


def test_the_models_in_use_are_the_settings_until_somebody_uses_others() -> None:
    assert models_in_use() == model_settings()
    with using_models(lambda: RULES):
        assert models_in_use() is RULES
        with using_models(model_settings):
            assert models_in_use() == model_settings()
        assert models_in_use() is RULES
    assert models_in_use() == model_settings()


def test_what_one_thread_uses_no_other_does() -> None:
    seen: list[ModelSettings] = []
    with using_models(lambda: RULES):
        thread = threading.Thread(target=lambda: seen.append(models_in_use()))
        thread.start()
        thread.join()
    assert seen == [model_settings()]


def test_a_thing_is_made_once_for_each_choice_that_matters_to_it() -> None:
    made: list[str] = []

    @once_per_models("tag_head")
    def thing() -> str:
        """What it is."""
        made.append(models_in_use().tag_head)
        return made[-1]

    first = thing()
    with using_models(lambda: RULES):
        assert (thing(), thing()) == ("rules", "rules")
    with using_models(lambda: ModelSettings.model_construct(room_head="zero_shot")):
        assert thing() is first
    assert made == ["trained", "rules"]
    thing.cache_clear()
    thing()
    assert made == ["trained", "rules", "trained"]
    assert thing.__doc__ == "What it is."


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "embedded"),
        ({"ROOM_HEAD": "zero_shot", "TAG_HEAD": "rules", "CONDITION_HEADS": "none"}, "embedded-rules"),
        ({"VISION_BACKEND": "bedrock", "TEXT_BACKEND": "bedrock"}, "bedrock"),
        ({"VISION_BACKEND": "bedrock", "ROOM_HEAD": "zero_shot"}, "bedrock-vision"),  # nobody asks that head
        ({"TEXT_BACKEND": "bedrock"}, "bedrock-text"),
        ({"TAG_HEAD": "rules"}, CONFIGURED),
    ],
)
def test_every_deployment_has_a_name_among_those_that_there_are(
    settings: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    forget_settings()
    assert deployed_name() == name
    assert name in named_models()
    assert (CONFIGURED in named_models()) == (name == CONFIGURED)
    for field, value in settings.items():
        if name != "bedrock-vision":
            assert getattr(named(name).settings, field.lower()) == value


def test_a_name_means_the_same_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM_HEAD", "zero_shot")
    forget_settings()
    assert named("embedded").settings.room_head == "trained"
    with pytest.raises(NotFoundError, match="there are embedded, embedded-rules"):
        named("crystal-ball")
