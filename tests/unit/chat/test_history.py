"""What an answer is told of its conversation stays within a budget, whatever was said."""

from collections.abc import Sequence

import pytest

from roomlens.chat.history import MOST_TURNS, History, Said, Turn, within_budget
from roomlens.chat.summary import MARK, cut, fold, line
from roomlens.models import Role

BUDGET = 2_000


def turn(number: int, question: str = "", answer: str = "", image_ids: Sequence[int] = ()) -> Turn:
    asked = question or f"Question {number}?"
    said = (Said(Role.USER, asked), Said(Role.ASSISTANT, answer or "The kitchen.", tuple(image_ids)))
    return Turn(said, 2 * number - 1, 2 * number)


def size(history: History) -> int:
    return sum(len(said.content) for said in history.messages) + len(history.summary)


def told(turns: Sequence[Turn], budget: int = BUDGET) -> tuple[History, list[Turn]]:
    """Turn by turn, as a conversation goes: the history of the next one, and all that was folded on the way."""
    summary, window, folded = "", list[Turn](), list[Turn]()
    history = History()
    for next_one in turns:
        window.append(next_one)
        history, gone = within_budget(summary, window, budget)
        assert size(history) <= budget
        assert not history.messages or history.messages[0].role is Role.USER
        summary, window = history.summary, window[len(gone) :]
        folded += gone
    return history, folded


def test_five_hundred_turns_stay_within_the_budget_and_each_is_folded_once() -> None:
    turns = [turn(number, answer="The kitchen. " * (number % 40), image_ids=[number]) for number in range(1, 501)]
    history, folded = told(turns)
    kept = len(history.messages) // 2
    assert [one.last_id for one in folded] == [one.last_id for one in turns[: 500 - kept]]
    assert history.messages[-2:] == turns[-1].said
    assert history.summary.splitlines()[-1] == f'"Question {500 - kept}?": photo {500 - kept} (kitchen).'


def test_what_was_folded_bit_by_bit_is_what_is_folded_at_once() -> None:
    turns = [turn(number, image_ids=[number]) for number in range(1, 60)]
    assert told(turns)[0] == within_budget("", turns, BUDGET)[0]


def test_a_message_that_is_too_long_is_cut_and_the_next_one_is_heard_all_the_same() -> None:
    long = turn(1, question="Is there " + "x" * 4_000 + " a dishwasher?", answer="y" * 50_000)
    history, gone = within_budget("", [long, turn(2)], BUDGET)
    assert not gone
    asked, answered = (said.content for said in history.messages[:2])
    assert (asked[:8], asked[-13:], MARK in asked, MARK in answered) == ("Is there", "a dishwasher?", True, True)
    assert history.messages[2].content == "Question 2?"
    assert long.said[1].content == "y" * 50_000


def test_the_window_ends_before_a_turn_that_does_not_fit_and_never_within_one() -> None:
    turns = [turn(number, answer="z" * 370) for number in range(1, 8)]
    history, gone = within_budget("", turns, BUDGET)
    assert [said.role for said in history.messages] == [Role.USER, Role.ASSISTANT] * 3
    assert [one.last_id for one in gone] == [2, 4, 6, 8]


def test_short_turns_are_kept_up_to_a_number() -> None:
    history, gone = within_budget("", [turn(number) for number in range(1, 31)], 100_000)
    assert (len(history.messages), len(gone)) == (2 * MOST_TURNS, 30 - MOST_TURNS)


def test_an_answer_without_its_question_is_in_neither() -> None:
    alone = Turn((Said(Role.ASSISTANT, "The kitchen.", (1,)),), 7, 7)
    history, gone = within_budget("", [alone, turn(5)], BUDGET)
    assert ([said.content for said in history.messages], gone) == (["Question 5?", "The kitchen."], [alone])
    assert history.summary == ""


@pytest.mark.parametrize(
    ("question", "answer", "image_ids", "expected"),
    [
        ("A sofa?", "A sofa can be seen in the living room.", [3, 3], '"A sofa?": photo 3 (living room).'),
        ("A  garage?\n", "None of the 2 photos shows a garage.", [], '"A garage?": the photos did not tell.'),
        ("The \"best\" room?", "The best.", [1, 2], "\"The 'best' room?\": photos 1 and 2."),
        ("All?", "All.", range(1, 10), '"All?": photos 1, 2, 3, 4, 5, 6 and 3 more.'),
        ("", "Ask me what the photos show.", [], ""),
    ],
)  # fmt: skip
def test_a_turn_leaves_a_line_that_says_what_was_asked_and_what_answered_it(
    question: str, answer: str, image_ids: Sequence[int], expected: str
) -> None:
    assert line(question, answer, image_ids) == expected


def test_what_is_asked_again_stands_where_it_was_asked_last_and_the_oldest_lines_go_first() -> None:
    summary = fold("", [line(f"{name}?", "", [1]) for name in ("one", "two", "three")], 100)
    assert summary == '"one?": photo 1.\n"two?": photo 1.\n"three?": photo 1.'
    again = fold(summary, [line("ONE?", "", [2])], 100)
    assert again == '"two?": photo 1.\n"three?": photo 1.\n"ONE?": photo 2.'
    assert fold(again, [], len(again) - 1) == '"three?": photo 1.\n"ONE?": photo 2.'
    assert fold(again, [], 3) == ""


def test_a_text_is_cut_in_its_middle_to_what_it_may_have() -> None:
    assert cut("short", 5) == "short"
    assert cut("a" * 50 + "z" * 50, 34) == "a" * 20 + MARK + "z" * 9
