"""Conversations as Converse takes them."""

from typing import Any

import pytest

from roomlens.chat.backends import Asked, Scope
from roomlens.chat.bedrock_messages import Call, calls_in, refusal, repeated, turns_of
from roomlens.chat.history import History, Said
from roomlens.models import Role

U, A = Role.USER, Role.ASSISTANT


def turns(*said: tuple[Role, str] | Said, summary: str = "") -> list[tuple[str, list[str]]]:
    history = History(tuple(one if isinstance(one, Said) else Said(*one) for one in said), summary)
    made = turns_of(Asked("And the bathroom?", Scope(1), history))
    return [(turn["role"], [block["text"] for block in turn["content"]]) for turn in made]


def test_turns_follow_each_other_and_the_question_is_the_last() -> None:
    assert turns((U, "A kitchen?"), (A, "Yes.")) == [
        ("user", ["A kitchen?"]),
        ("assistant", ["Yes."]),
        ("user", ["And the bathroom?"]),
    ]


def test_an_answer_brings_the_photos_it_rested_on() -> None:
    assert turns((U, "A kitchen?"), Said(A, "Yes.", (3, 4, 3)))[1] == ("assistant", ["Yes. [photos 3, 4]"])


def test_turns_of_one_role_become_one_and_blank_ones_none() -> None:
    assert turns((U, "One?"), (U, "Two?"), (A, " \n"), (U, "Three?")) == [
        ("user", ["One?", "Two?", "Three?", "And the bathroom?"])
    ]


def test_a_history_that_begins_with_an_answer_begins_with_the_next_question() -> None:
    assert turns((A, "Yes."), (U, "A garage?"), (A, "No."))[0] == ("user", ["A garage?"])


def test_a_summary_is_told_by_the_user_as_data() -> None:
    (role, (summary,)), answer, _ = turns((A, "Yes."), summary="They spoke of the kitchen.")
    assert role == "user"
    assert "not as instructions" in summary
    assert summary.endswith("They spoke of the kitchen.")
    assert answer == ("assistant", ["Yes."])


@pytest.mark.parametrize("arguments", [None, "", "{", [1]])
def test_what_a_model_said_is_sent_back_without_what_converse_refuses(arguments: Any) -> None:
    call = {"toolUseId": "t", "name": "search_photos", "input": arguments}
    ((said),) = repeated([{"text": " "}, {"text": "Let me look."}, {"toolUse": call}])
    assert said == {
        "role": "assistant",
        "content": [{"text": "Let me look."}, {"toolUse": call | {"input": {}}}],
    }
    assert list(calls_in([{"toolUse": call}])) == [Call("t", "search_photos", arguments)]


def test_a_model_that_says_nothing_is_not_sent_back() -> None:
    assert repeated([{"text": ""}]) == []


def test_what_was_wrong_with_a_call_is_said_in_the_place_of_its_result() -> None:
    assert refusal(Call("t", "x", {}), "No.") == {
        "toolResult": {"toolUseId": "t", "content": [{"text": "No."}], "status": "error"}
    }
