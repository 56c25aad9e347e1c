"""The benchmark of retrieval: its questions, its invented homes, and how answers are counted."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import retrieval
from benchmarks.homes import homes, households
from benchmarks.photo_sets import Labelled
from benchmarks.queries import NONSENSE, QUESTIONS, Kind
from benchmarks.retrieval_report import BY_MEANING, BY_NAME, figures
from benchmarks.retrieval_scores import Asked, Outcome, marked, mean_precision, mean_reciprocal_rank, of_kinds, without
from roomlens.search import Mode, Relevance
from roomlens.search.sentinels import SENTINELS
from roomlens.vocabulary import ROOM_LABELS, RoomType
from training.questions import KINDS, OFF_TOPIC

STRONG, WEAK, NOISE = Relevance.STRONG, Relevance.WEAK, Relevance.NOISE


def outcome(
    found: Sequence[int], right: Sequence[int], kind: Kind | None = Kind.PLAIN, marks: Sequence[Relevance] = ()
) -> Outcome:
    return Outcome(Asked("?", kind, frozenset(right)), tuple(found), tuple(marks or [NOISE] * len(found)))


# ------------------------------------------------------------------------------------------------------ questions


def test_there_are_enough_questions_and_each_is_asked_once() -> None:
    texts = [question.text.casefold() for question in QUESTIONS]
    assert len(texts) >= 60
    assert len({(question.text.casefold(), question.tag) for question in QUESTIONS}) == len(texts)
    assert len({text.casefold() for text in NONSENSE} - set(texts)) == len(NONSENSE)
    assert {question.kind for question in QUESTIONS} == set(BY_MEANING)
    assert set(BY_MEANING) | set(BY_NAME) == set(Kind)
    assert all(bool(question.rooms) != bool(question.tag) for question in QUESTIONS)


def test_what_is_measured_with_was_not_chosen_by_but_for_the_plain_names_of_rooms() -> None:
    asked = {question.text.casefold() for question in QUESTIONS}
    chosen_by = {text.casefold() for some in KINDS.values() for text, _ in some}
    assert asked & chosen_by <= set(ROOM_LABELS.values())
    off = {text.casefold() for text in (*SENTINELS, *OFF_TOPIC)}
    assert not off & {text.casefold() for text in NONSENSE}


# ---------------------------------------------------------------------------------------------------------- homes


def test_every_home_can_be_told_by_each_of_its_names() -> None:
    all_of_them = homes(216)
    for words in ("name", "title", "street", "address", "reference"):
        assert len({getattr(home, words) for home in all_of_them}) == 216, words
    assert [home.name for home in homes(3, first=2)] == [home.name for home in all_of_them[2:5]]


def test_more_homes_than_there_are_names_are_refused() -> None:
    with pytest.raises(ValueError, match="216"):
        homes(217)


def test_photos_of_a_house_live_together_and_others_one_of_each_room() -> None:
    kitchen, bathroom = RoomType.KITCHEN, RoomType.BATHROOM
    of_house = [Labelled(Path(f"7_{name}.jpg"), kitchen, "7") for name in ("a", "b")]
    loose = [
        Labelled(Path(name), room, name)
        for name, room in (("k1", kitchen), ("b1", bathroom), ("k2", kitchen), ("b2", bathroom))
    ]
    assert households([*of_house, *loose]) == [0, 0, 1, 1, 2, 2]


# --------------------------------------------------------------------------------------------------------- scores


@pytest.mark.parametrize(
    ("found", "right", "precision", "rank"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], 1.0, 1.0),
        ([9, 1, 8, 2, 7], range(1, 9), 4 / 5, 1 / 2),
        ([9, 1], [1, 2], 0.5, 1 / 2),  # there are two right ones at all
        ([9, 8, 7, 6, 10, 1], [1], 0.0, 1 / 6),
        ([9], [1], 0.0, 0.0),
        ([], [1], 0.0, 0.0),
    ],
)
def test_five_hits_are_looked_at_and_the_first_right_one_counts(
    found: list[int], right: Sequence[int], precision: float, rank: float
) -> None:
    one = outcome(found, right)
    assert (one.precision, one.reciprocal_rank) == (pytest.approx(precision), pytest.approx(rank))


def test_means_are_of_questions_and_nothing_is_zero() -> None:
    some = [outcome([1], [1]), outcome([9, 1], [1], Kind.NAME)]
    assert mean_precision(some) == 1.0
    assert mean_reciprocal_rank(some) == 0.75
    assert mean_reciprocal_rank(of_kinds(some, BY_NAME)) == 0.5
    assert mean_precision([]) == 0.0


def test_marks_are_counted_of_right_and_of_wrong_hits() -> None:
    one = outcome([1, 2, 9], [1, 2], marks=[STRONG, NOISE, WEAK])
    assert marked([one], STRONG, right=True) == 0.5
    assert marked([one], STRONG, WEAK, right=False) == 1.0
    assert one.best_mark() is STRONG
    nonsense = [outcome([9], [], None, [WEAK]), outcome([9], [], None, [STRONG])]
    assert without(nonsense, STRONG) == 0.5
    assert without(nonsense, STRONG, WEAK) == 0.0


def test_hybrid_must_not_be_worse_by_meaning_and_be_better_by_name() -> None:
    by_meaning, by_name = outcome([1], [1]), outcome([1], [1], Kind.ADDRESS)
    blind = outcome([9], [1], Kind.ADDRESS)
    told = figures({Mode.VECTOR: [by_meaning, blind], Mode.HYBRID: [by_meaning, by_name]})
    verdicts = {
        figure.name: figure.met for figure in told if figure.target is not None and "hybrid less" in figure.name
    }
    assert set(verdicts.values()) == {True}
    worse = figures({Mode.VECTOR: [by_meaning, by_name], Mode.HYBRID: [outcome([9], [1]), by_name]})
    verdicts = {
        figure.name: figure.met for figure in worse if figure.target is not None and "hybrid less" in figure.name
    }
    assert set(verdicts.values()) == {False}


def test_without_photos_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(retrieval, "SHARED", tmp_path / "nowhere")
    assert retrieval.main([]) == 1
    with pytest.raises(SystemExit, match="no photos"):
        retrieval.main(["--photos", str(tmp_path)])
    with pytest.raises(SystemExit):
        retrieval.main(["--limit", "0"])
