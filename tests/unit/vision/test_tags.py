"""From the network's numbers to things: rules, trained heads, and what is said of how often they are right."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from roomlens.settings import forget_settings
from roomlens.vision import DetectedFeature, told
from roomlens.vision.tag_head import TagHead, tag_head_in_force, together
from roomlens.vision.tags import RULES, TagRules, strength
from roomlens.vocabulary import HEADS_TELL, MEASURED, RULES_TELL, TOLD_TAGS, Measured, RoomType, Tag
from roomlens_models.heads import HEADS, Head, WrongHeadError, read_head
from tests.unit.vision.answers import logits

FloatArray = NDArray[np.float32]
ROOT = Path(__file__).parents[3]


def shares_of(**shares: float) -> FloatArray:
    return np.exp(logits(**shares))


@pytest.fixture(scope="module")
def rules() -> TagRules:
    return TagRules()


def head(**changes: object) -> Head:
    """Two heads over three features: an island where the first is large, a sofa where the second is."""
    tensors = {
        "weight": np.array([[4, 0, 0], [0, 8, 0]], np.float16),
        "bias": np.array([0, -2], np.float32),
        "least": np.array([0.7, 0.5], np.float32),
    }
    lines = [{"tag": "island", "rooms": ["kitchen"]}, {"tag": "sofa", "rooms": ["living_room", "kitchen"]}]
    return Head({**tensors, **changes}, {"heads": json.dumps(lines)}, "00")  # type: ignore[arg-type]


def features(*values: float) -> FloatArray:
    return np.array(values, np.float32)


def test_a_rule_needs_its_threshold(rules: TagRules) -> None:
    assert rules.detect(shares_of(stove=0.14), RoomType.KITCHEN) == ()
    (found,) = rules.detect(shares_of(stove=0.16), RoomType.KITCHEN)
    assert found.tag is Tag.STOVE


def test_a_rule_needs_the_right_room(rules: TagRules) -> None:
    couch = shares_of(studio_couch=0.6)
    assert [feature.tag for feature in rules.detect(couch, RoomType.BEDROOM)] == [Tag.BED]
    assert rules.detect(couch, RoomType.LIVING_ROOM) == ()
    assert rules.detect(couch, RoomType.EXTERIOR) == ()


def test_what_a_rule_says_is_as_sure_as_it_was_right_and_the_surest_comes_first(rules: TagRules) -> None:
    found = rules.detect(shares_of(stove=0.2, microwave=0.6), RoomType.KITCHEN)
    assert [feature.tag for feature in found] == [Tag.KITCHEN_CABINETS, Tag.STOVE]
    assert [feature.confidence for feature in found] == [RULES_TELL[feature.tag].frequency for feature in found]


@pytest.mark.parametrize("room", [RoomType.FLOOR_PLAN, RoomType.OTHER])
def test_a_drawing_shows_no_things(rules: TagRules, room: RoomType) -> None:
    assert rules.detect(shares_of(toilet_seat=0.9), room) == ()
    assert TagHead(head()).detect(features(1, 1, 0), room) == ()


def test_there_is_one_rule_for_each_tag_that_rules_tell() -> None:
    assert sorted(rule.tag for rule in RULES) == sorted(RULES_TELL)


def test_the_strength_of_a_rule_is_what_its_classes_hold() -> None:
    bed = next(rule for rule in RULES if rule.tag is Tag.BED)
    shares = shares_of(quilt=0.3, studio_couch=0.2)
    assert strength(bed, shares) == pytest.approx(0.5, abs=0.01)


def test_a_head_speaks_in_its_rooms_from_its_confidence_on() -> None:
    heads = TagHead(head())
    (found,) = heads.detect(features(1, 0, 0), RoomType.KITCHEN)
    assert found.tag is Tag.ISLAND
    assert found.confidence == pytest.approx(1 / (1 + np.exp(-4)), abs=1e-6)
    assert heads.detect(features(1, 0, 0), RoomType.LIVING_ROOM) == ()
    assert heads.detect(features(0.2, 0, 1), RoomType.KITCHEN) == ()  # log-odds 0.78, confidence 0.69


def test_the_length_of_the_features_says_nothing() -> None:
    heads = TagHead(head())
    assert heads.detect(features(3, 4, 0), RoomType.KITCHEN) == heads.detect(features(30, 40, 0), RoomType.KITCHEN)
    assert heads.detect(features(0, 0, 0), RoomType.KITCHEN) == ()


def test_the_surest_head_comes_first() -> None:
    found = TagHead(head()).detect(features(0.6, 0.8, 0), RoomType.KITCHEN)
    assert [feature.tag for feature in found] == [Tag.SOFA, Tag.ISLAND]


def test_where_there_is_a_head_its_silence_counts_more_than_a_rule() -> None:
    by_rules = [DetectedFeature(Tag.BATHTUB, 0.9), DetectedFeature(Tag.TOILET, 0.8)]
    by_heads = [DetectedFeature(Tag.SOAKING_TUB, 0.85)]
    found = together(by_heads, by_rules, frozenset({Tag.BATHTUB, Tag.SOAKING_TUB}))
    assert [feature.tag for feature in found] == [Tag.SOAKING_TUB, Tag.TOILET]


@pytest.mark.parametrize(
    "changes",
    [
        {"least": np.array([0.7], np.float32)},
        {"bias": np.array([0.0], np.float32)},
        {"weight": np.zeros((3, 3), np.float16)},
    ],
)
def test_heads_that_do_not_fit_together_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WrongHeadError):
        TagHead(head(**changes))


def test_a_head_for_an_unknown_word_is_refused() -> None:
    lines = json.dumps([{"tag": "moat", "rooms": ["kitchen"]}] * 2)
    with pytest.raises(WrongHeadError, match="moat"):
        TagHead(Head(head().tensors, {"heads": lines}, "00"))


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> object:
    forget_settings()
    yield monkeypatch
    forget_settings()


def test_the_setting_chooses_heads_or_rules(settings: pytest.MonkeyPatch) -> None:
    trained = tag_head_in_force()
    assert trained is not None
    assert trained.tags == set(HEADS_TELL)
    assert (told().tags, told().measured) == (TOLD_TAGS, MEASURED)
    settings.setenv("TAG_HEAD", "rules")
    forget_settings()
    assert tag_head_in_force() is None
    assert (told().tags, told().measured) == (set(RULES_TELL), RULES_TELL)


def test_what_the_vocabulary_says_of_tags_is_what_the_card_says() -> None:
    card = json.loads((HEADS / "tags.json").read_text(encoding="utf-8"))
    heads = {Tag(entry["tag"]): entry["kept_apart"] for entry in card["heads"]}
    assert {tag: Measured(of["right"], of["told"], of["seen"]) for tag, of in heads.items()} == HEADS_TELL
    rules = {tag: Measured(card["rules"][tag]["right"], card["rules"][tag]["told"]) for tag in RULES_TELL}
    assert rules == RULES_TELL
    assert read_head("tags").sha256 == card["sha256"]


def test_every_tag_that_is_told_reaches_the_bar_of_the_card() -> None:
    bar = json.loads((HEADS / "tags.json").read_text(encoding="utf-8"))["bar"]
    for tag, measured in MEASURED.items():
        assert measured.precision >= bar["precision"], tag
        assert measured.told >= bar["told"], tag
        assert measured.recall is None or measured.recall >= bar["recall"], tag


def test_the_page_on_tags_has_the_figures_of_the_data() -> None:
    page = (ROOT / "docs" / "tags.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:head|rule) \| (\d+/\d+) \|", page, re.MULTILINE))
    assert rows == {tag.value: f"{measured.right}/{measured.told}" for tag, measured in MEASURED.items()}
