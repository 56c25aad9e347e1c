"""What a hosted model is asked, and how its answer is read: whatever it says, only words of ours come out."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomlens.errors import InferenceFailedError
from roomlens.vision.bedrock_answer import BAND_SCORES, TOOL, TOOL_CONFIG, Answer, read_answer
from roomlens.vocabulary import ComplianceFlag, ConditionBand, RoomType, Scene, Tag, condition_band
from tests.fixtures.hosted import KITCHEN


def response(answer: Any, stopped: str = "tool_use", tool: str = TOOL) -> dict[str, Any]:
    content = [{"text": "Let me record that."}, {"toolUse": {"toolUseId": "t", "name": tool, "input": answer}}]
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": stopped}


def read(**changes: Any) -> Answer:
    return read_answer(response(KITCHEN | changes))


# ------------------------------------------------------------------------------------------------- what it is asked


def schema() -> dict[str, Any]:
    found: dict[str, Any] = TOOL_CONFIG["tools"][0]["toolSpec"]["inputSchema"]["json"]
    return found


def test_the_words_of_the_schema_are_those_of_the_vocabulary() -> None:
    properties = schema()["properties"]
    assert properties["scene"]["enum"] == [*Scene]
    assert properties["rooms"]["items"]["properties"]["room"]["enum"] == [*RoomType]
    assert properties["features"]["items"]["properties"]["tag"]["enum"] == [*Tag]
    assert properties["compliance"]["items"]["properties"]["flag"]["enum"] == [*ComplianceFlag]
    assert properties["condition"]["enum"] == [*ConditionBand]


def test_the_schema_is_plain_json_with_nothing_but_what_all_models_know() -> None:
    assert json.loads(json.dumps(TOOL_CONFIG)) == TOOL_CONFIG
    assert set(schema()) == {"type", "properties", "required"}
    assert keywords(schema()) <= {"type", "properties", "required", "items", "enum", "description"}


def keywords(part: dict[str, Any]) -> set[str]:
    inner = [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]
    return set(part).union(*(keywords(one) for one in inner))


def test_the_model_has_no_choice_but_to_use_the_tool() -> None:
    assert TOOL_CONFIG["toolChoice"] == {"tool": {"name": TOOL_CONFIG["tools"][0]["toolSpec"]["name"]}}


def test_no_sentence_is_asked_for() -> None:
    texts = [part for part in every(schema()) if part.get("type") == "string"]
    assert texts
    assert all(part.get("enum") for part in texts)


def every(part: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]
    return [part, *(found for one in inner for found in every(one))]


@pytest.mark.parametrize("band", ConditionBand)
def test_a_band_s_score_lies_in_that_band(band: ConditionBand) -> None:
    assert condition_band(BAND_SCORES[band]) is band


# -------------------------------------------------------------------------------------------------- how it is read


def test_an_answer_is_read_surest_first() -> None:
    answer = read()
    assert [found.label for found in answer.candidates()] == [RoomType.KITCHEN, RoomType.DINING_ROOM]
    assert [(found.tag, found.confidence) for found in answer.detected_features()] == [
        (Tag.DISHWASHER, 0.9),
        (Tag.GRANITE_COUNTERS, 0.7),
    ]
    assert answer.condition is ConditionBand.C2
    assert answer.condition_why()[1:] == ("The model saw new appliances.",)


@pytest.mark.parametrize(
    "entry",
    [
        {"tag": "helipad", "confidence": 0.9},
        {"tag": "bed"},
        {"confidence": 0.9},
        {"tag": "bed", "confidence": 1.2},
        {"tag": "bed", "confidence": -0.1},
        {"tag": "bed", "confidence": math.nan},
        {"tag": "bed", "confidence": 95},
        {"tag": "bed", "confidence": "very"},
        {"tag": ["bed"], "confidence": 0.9},
        "bed",
        None,
        7,
    ],
)
def test_an_entry_that_is_not_understood_costs_that_entry_alone(entry: Any) -> None:
    answer = read(features=[entry, {"tag": "sofa", "confidence": 0.5}])
    assert [found.tag for found in answer.detected_features()] == [Tag.SOFA]


def test_a_word_said_twice_counts_once_with_its_surest_confidence() -> None:
    answer = read(features=[{"tag": "bed", "confidence": 0.3}, {"tag": "bed", "confidence": 0.6}])
    assert [(found.tag, found.confidence) for found in answer.detected_features()] == [(Tag.BED, 0.6)]


def test_what_the_model_takes_to_be_rather_absent_is_not_told() -> None:
    flags = [{"flag": "watermark", "confidence": 0.49}, {"flag": "face", "confidence": 0.5}]
    answer = read(features=[{"tag": tag, "confidence": 0.0} for tag in Tag], compliance=flags)
    assert answer.detected_features() == ()
    assert [found.flag for found in answer.detected_flags()] == [ComplianceFlag.FACE]


def test_confidences_of_rooms_never_sum_to_more_than_one() -> None:
    rooms = [{"room": room, "confidence": 0.9} for room in ("kitchen", "bedroom", "office", "garage")]
    found = read(rooms=rooms).candidates()
    assert len(found) == 3
    assert sum(candidate.confidence for candidate in found) == pytest.approx(0.75)


def test_a_list_given_as_its_text_is_read() -> None:
    answer = read(features=json.dumps(KITCHEN["features"]), condition_signs='["stains"]')
    assert [found.tag for found in answer.detected_features()] == [Tag.DISHWASHER, Tag.GRANITE_COUNTERS]
    assert answer.condition_why()[1:] == ("The model saw stains.",)


@pytest.mark.parametrize("lists", [None, "not JSON", {"tag": "bed"}, 3, '"bed"'])
def test_lists_that_are_none_are_empty(lists: Any) -> None:
    answer = read(features=lists, compliance=lists, condition_signs=lists)
    assert (answer.detected_features(), answer.detected_flags(), answer.condition_why()[1:]) == ((), (), ())


@pytest.mark.parametrize("missing", ["scene", "features", "condition", "condition_signs", "compliance"])
def test_what_is_missing_beside_the_rooms_is_not_told(missing: str) -> None:
    answer = read_answer(response({name: value for name, value in KITCHEN.items() if name != missing}))
    assert answer.candidates()[0].label is RoomType.KITCHEN


@pytest.mark.parametrize("word", ["C9", "", 3, None, ["C1"], {"C1": 1}])
def test_a_band_or_scene_that_is_none_is_not_told(word: Any) -> None:
    answer = read(condition=word, scene=word)
    assert (answer.condition, answer.scene) == (None, Scene.OTHER)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"rooms": []},
        {"rooms": [{"room": "dungeon", "confidence": 0.9}]},
        {"rooms": [{"room": "kitchen", "confidence": 12}]},
        "kitchen",
        None,
        [KITCHEN],
    ],
)
def test_an_answer_without_a_room_of_ours_is_a_failed_inference(answer: Any) -> None:
    with pytest.raises(InferenceFailedError, match="could not be read"):
        read_answer(response(answer))


@pytest.mark.parametrize(
    ("stopped", "words"),
    [
        ("max_tokens", "cut off"),
        ("model_context_window_exceeded", "cut off"),
        ("content_filtered", "refused"),
        ("guardrail_intervened", "refused"),
        ("malformed_tool_use", "could not be read"),
        ("malformed_model_output", "could not be read"),
    ],
)
def test_a_model_that_stopped_for_another_reason_gave_no_answer(stopped: str, words: str) -> None:
    with pytest.raises(InferenceFailedError, match=words):
        read_answer(response(KITCHEN, stopped))


@pytest.mark.parametrize(
    "given_instead",
    [
        {},
        {"output": {"message": {"role": "assistant", "content": []}}, "stopReason": "end_turn"},
        {"output": {"message": {"role": "assistant", "content": [{"text": "No."}]}}, "stopReason": "end_turn"},
        response(KITCHEN, tool="another_tool"),
    ],
    ids=["nothing", "no content", "words", "another tool"],
)
def test_an_answer_without_the_tool_is_a_failed_inference(given_instead: dict[str, Any]) -> None:
    with pytest.raises(InferenceFailedError, match="did not say"):
        read_answer(given_instead)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KITCHEN, ANYTHING)) | ANYTHING)
def test_any_answer_is_read_or_refused(answer: Any) -> None:
    try:
        found = read_answer(response(answer))
    except InferenceFailedError:
        return
    assert all(0 <= candidate.confidence <= 1 for candidate in found.candidates())
