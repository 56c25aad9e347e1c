"""What the benchmark of chat counts as right, and whom it blames."""

import pytest

from benchmarks.chat.asking import Question
from benchmarks.chat.scoring import Outcome, Wanted, is_right, share, wanted
from benchmarks.chat.street import House, Hung
from roomlens.chat.replies import Reply, Sentence

HOUSE = House(
    "plain",
    1,
    (
        Hung(1, "front", {}),
        Hung(2, "kitchen", {"island": True, "granite_counters": False}),
        Hung(3, "bathroom", {"bathtub": False}),
    ),
)


def question(expected: str, *answer: str, says: tuple[str, ...] = ()) -> Question:
    return Question(("?",), "plain", "tuning", "there", expected, answer, says, {})


def reply(*image_ids: int, text: str = "Two kitchens.") -> Reply:
    return Reply((Sentence(text, image_ids),), abstained=not image_ids)


@pytest.mark.parametrize(
    ("asked", "ids", "some"),
    [
        (question("cite", "kitchen"), {2}, False),
        (question("cite", "all"), {1, 2, 3}, False),
        (question("among", "inside"), {2, 3}, True),
        (question("thing", "island"), {2}, False),
        (question("thing", "granite_counters"), set(), False),
        (question("abstain"), set(), False),
    ],
)
def test_people_say_which_photos_answer(asked: Question, ids: set[int], some: bool) -> None:
    assert wanted(asked, [HOUSE]) == Wanted(frozenset(ids), some)


def test_what_nobody_looked_for_is_not_asked() -> None:
    assert wanted(question("thing", "refrigerator"), [HOUSE]) is None


def test_all_photos_that_answer_have_to_be_named_and_no_other() -> None:
    exact = question("cite", "kitchen", "bathroom")
    wants = Wanted(frozenset({2, 3}), some=False)
    assert [is_right(reply(*ids), exact, wants) for ids in ((2, 3), (2,), (1, 2, 3), ())] == [True, False, False, False]
    some = Wanted(wants.ids, some=True)
    assert [is_right(reply(*ids), exact, some) for ids in ((2, 3), (2,), (1, 2, 3), ())] == [True, True, False, False]
    none = Wanted(frozenset(), some=False)
    assert [is_right(reply(*ids), exact, none) for ids in ((), (2,))] == [True, False]


def test_a_number_has_to_be_said() -> None:
    wants = Wanted(frozenset({2}), some=False)
    assert is_right(reply(2), question("cite", "kitchen", says=("two kitchens",)), wants)
    assert not is_right(reply(2), question("cite", "kitchen", says=("one kitchen",)), wants)


def test_a_mistake_is_the_photos_where_peoples_eyes_help() -> None:
    counted = question("cite", "kitchen", says=("one kitchen",))
    wants = Wanted(frozenset({2}), some=False)

    def cause(ours: Reply, *, right: bool = False, with_eyes: bool = False) -> str | None:
        return Outcome(counted, wants, ours, reply(2), right, with_eyes).cause

    assert cause(reply(2), right=True) is None
    assert cause(reply(), with_eyes=True) == "photos"
    assert cause(reply(2)) == "number"
    assert cause(reply(3)) == "question"
    assert (share([True, False]), share([])) == (0.5, 0.0)
