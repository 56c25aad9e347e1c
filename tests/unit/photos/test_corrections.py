"""A person's words over the model's: pure, whatever came before."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from roomlens.models import Analysis, Correction
from roomlens.photos.corrections import Words, overlaid
from roomlens.photos.facts import compliance_of, facts_of, text_of
from roomlens.schemas import CorrectionRequest
from roomlens.vocabulary import RoomType, Tag

SOME_TAGS = (Tag.ISLAND, Tag.DISHWASHER, Tag.SOFA, Tag.SKYLIGHT)
FREE: dict[str, Any] = {
    "room_type": [RoomType.KITCHEN, RoomType.EXTERIOR, RoomType.GARAGE],
    "caption": ["A bright kitchen.", "Where we live."],
    "condition_score": [0.0, 0.4, 1.0],
}


@st.composite
def requests(draw: st.DrawFn) -> CorrectionRequest:
    """Any body that is accepted: some fields left out, some `null`, each tag in one list at most."""
    body: dict[str, Any] = {
        name: draw(st.sampled_from([*values, None])) for name, values in FREE.items() if draw(st.booleans())
    }
    tags = draw(st.lists(st.sampled_from(SOME_TAGS), unique=True))
    cut = draw(st.integers(0, len(tags)))
    for name, some in (("add_tags", tags[:cut]), ("remove_tags", tags[cut:])):
        if draw(st.booleans()):
            body[name] = draw(st.sampled_from([some, None]))
    return CorrectionRequest(**(body or {"caption": None}))


def analysis(**values: Any) -> Analysis:
    seen = {
        "scene": "interior", "room_type": "kitchen", "features": [{"tag": "dishwasher"}], "caption": "A kitchen.",
        "condition_score": 0.7, "condition_reason": None, "natural_light_score": 0.6,
        "reasons": {"condition": ["It is sharp."], "natural_light": ["It is bright."]}, "compliance": [],
    }  # fmt: skip
    return Analysis(**seen | values)


def told(**body: Any) -> Correction:
    return Correction(image_id=1, **overlaid(Words(), CorrectionRequest(**body)).columns())


@given(st.lists(requests(), max_size=8))
def test_the_last_words_on_each_thing_count_and_all_else_is_the_models(said: list[CorrectionRequest]) -> None:
    words = Words()
    for request in said:
        words = overlaid(words, request)
    for name in FREE:
        last = [getattr(request, name) for request in said if name in request.model_fields_set]
        assert getattr(words, name) == (last[-1] if last else None)
    for tag in SOME_TAGS:
        state = None  # replayed for one tag alone
        for request in said:
            if state is True and "add_tags" in request.model_fields_set and request.add_tags is None:
                state = None
            if state is False and "remove_tags" in request.model_fields_set and request.remove_tags is None:
                state = None
            state = True if tag in (request.add_tags or ()) else False if tag in (request.remove_tags or ()) else state
        assert (tag in words.tags_added, tag in words.tags_removed) == (state is True, state is False)
        seen = facts_of(analysis(), Correction(**words.columns())).tags
        assert (tag in seen) is (state if state is not None else tag is Tag.DISHWASHER)


@given(st.lists(requests(), max_size=4), requests())
def test_the_same_words_twice_change_nothing(before: list[CorrectionRequest], said: CorrectionRequest) -> None:
    words = Words()
    for request in before:
        words = overlaid(words, request)
    once = overlaid(words, said)
    assert overlaid(once, said) == once


@given(st.lists(requests(), max_size=6))
def test_all_words_can_be_taken_back(said: list[CorrectionRequest]) -> None:
    words = Words()
    for request in said:
        words = overlaid(words, request)
    nothing = dict.fromkeys(["room_type", "add_tags", "remove_tags", "caption", "condition_score", "captured_at"])
    assert overlaid(words, CorrectionRequest(**nothing)) == Words()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"corrected_by": "Ann"},
        {"room_type": "moat"},
        {"add_tags": ["moat"]},
        {"add_tags": ["island"], "remove_tags": ["island"]},
        {"condition_score": 1.1},
        {"condition_score": float("nan")},
        {"caption": " "},
        {"caption": "a" * 201},
        {"caption": "a\0"},
        {"captured_at": "yesterday"},
        {"natural_light_score": 0.5},
    ],
)
def test_what_says_nothing_or_nonsense_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CorrectionRequest(**body)


def test_words_that_no_model_can_tell_may_be_said() -> None:
    said = CorrectionRequest(room_type="wine_cellar", add_tags=["ev_charger"])  # type: ignore[arg-type]
    assert (said.room_type, said.add_tags) == (RoomType.WINE_CELLAR, [Tag.EV_CHARGER])


def test_without_a_correction_everything_is_as_the_model_saw_it() -> None:
    facts = facts_of(analysis(), None)
    assert (facts.room_type, facts.tags, facts.caption) == ("kitchen", (Tag.DISHWASHER,), "A kitchen.")
    assert (facts.corrected, facts.reworded) == (False, False)
    assert (facts.tags_denied, facts.condition_judged) == (frozenset(), False)


def test_another_room_makes_another_caption_and_takes_its_scene_along() -> None:
    facts = facts_of(analysis(), told(room_type="bathroom"))
    assert (facts.scene, facts.caption) == ("interior", "A bathroom with a dishwasher.")
    assert (facts.condition_score, facts.reworded) == (0.7, True)


def test_what_a_person_adds_is_named_first_and_what_is_removed_not_at_all() -> None:
    facts = facts_of(analysis(), told(add_tags=["island"], remove_tags=["dishwasher"]))
    assert (facts.tags, facts.caption) == ((Tag.ISLAND,), "A kitchen with a kitchen island.")
    assert (facts.tags_denied, facts.condition_judged) == ({Tag.DISHWASHER}, False)


def test_a_persons_caption_stands_whatever_else_is_said() -> None:
    assert facts_of(analysis(), told(caption="Our den.", room_type="bedroom")).caption == "Our den."


def test_what_agrees_with_the_model_makes_no_other_text_of_the_photo() -> None:
    facts = facts_of(analysis(), told(room_type="kitchen", add_tags=["dishwasher"], condition_score=0.2))
    assert (facts.caption, facts.corrected, facts.reworded) == ("A kitchen.", True, False)


def test_a_persons_condition_rests_on_their_word_and_not_on_the_models_reasons() -> None:
    facts = facts_of(analysis(), told(condition_score=0.2))
    assert (facts.condition_score, facts.condition_band, facts.condition_why) == (0.2, "C6", ("A person judged it.",))
    assert facts.condition_judged
    assert facts.natural_light_why == ("It is bright.",)


def test_what_is_no_room_has_no_condition_and_no_daylight() -> None:
    facts = facts_of(analysis(), told(room_type="exterior"))
    assert (facts.scene, facts.condition_score, facts.condition_reason) == ("exterior", None, "not_scorable")
    assert (facts.natural_light_score, facts.natural_light_why, facts.condition_why) == (None, (), ())


def test_what_the_model_took_for_a_drawing_has_not_been_measured() -> None:
    drawing = analysis(
        scene="floor_plan", room_type="floor_plan", condition_score=None, condition_reason="not_scorable",
        natural_light_score=None, reasons={},
    )  # fmt: skip
    facts = facts_of(drawing, told(room_type="office"))
    assert (facts.scene, facts.condition_score, facts.condition_reason) == ("interior", None, "not_measured")


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({"caption": "Ours."}, [("floor_plan", 0.6), ("watermark", 0.5)]),
        ({"room_type": "office"}, [("watermark", 0.5)]),
        ({"room_type": "floor_plan"}, [("floor_plan", 1.0), ("watermark", 0.5)]),
    ],
)
def test_whoever_names_the_room_says_whether_it_is_a_drawing(
    said: dict[str, Any], flags: list[tuple[str, float]]
) -> None:
    seen = [{"flag": "floor_plan", "confidence": 0.6}, {"flag": "watermark", "confidence": 0.5}]
    found = compliance_of(analysis(room_type="floor_plan", compliance=seen), told(**said))
    assert [(flag["flag"], flag["confidence"]) for flag in found] == flags
    assert compliance_of(analysis(compliance=seen), None) == seen


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"room_type": "office"}, "An office with a dishwasher."),
        ({"room_type": "nursery"}, "A bedroom with a dishwasher. Nursery."),  # a caption names no one to live there
        ({"caption": "Ours.", "add_tags": ["island"]}, "Ours. Kitchen. Dishwasher. Kitchen island."),
        ({"room_type": "bedroom", "caption": "A Bedroom.", "add_tags": ["bed"]}, "A Bedroom. Dishwasher. Bed."),
    ],
)
def test_the_text_of_a_photo_names_its_room_and_things_once(said: dict[str, Any], text: str) -> None:
    assert text_of(facts_of(analysis(), told(**said))) == text
