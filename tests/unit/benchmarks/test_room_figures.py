"""The figures about rooms, on answers made up by hand."""

import io

import pytest
from rich.console import Console

from benchmarks import metrics
from benchmarks.room_figures import Answer, accuracy, restricted, show_heads, show_reliability, show_rooms
from roomlens.vision import Candidate
from roomlens.vocabulary import RoomType

KITCHEN, BEDROOM, HALLWAY, OTHER = RoomType.KITCHEN, RoomType.BEDROOM, RoomType.HALLWAY, RoomType.OTHER


def answer(room: RoomType, *named: RoomType, confidence: float = 0.6) -> Answer:
    return Answer(room, tuple(Candidate(one, confidence / (place + 1)) for place, one in enumerate(named)))


ANSWERS = [
    answer(KITCHEN, KITCHEN, BEDROOM, confidence=0.9),
    answer(KITCHEN, HALLWAY, KITCHEN, confidence=0.5),
    answer(BEDROOM, OTHER, BEDROOM, KITCHEN, confidence=0.3),
    answer(BEDROOM, BEDROOM, confidence=0.9),
]


def printed(show: object, *arguments: object) -> list[list[str]]:
    """The cells of a table's lines, its head left out."""
    console = Console(file=io.StringIO(), width=120)
    show(console, "title", *arguments)  # type: ignore[operator]
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]


def test_accuracy_counts_first_answers_first_three_and_abstentions() -> None:
    figures = {figure.name: figure for figure in accuracy(ANSWERS, 0.87, None, 0.05)}
    assert figures["top-1"].value == 0.5
    assert figures["top-1"].met is False
    assert figures["top-3"].value == 1
    assert figures["abstained"].value == 0.25
    # 0.9 promised and 1 kept twice, 0.5 and 0.3 promised and 0 kept.
    assert figures["calibration error"].value == pytest.approx((2 * 0.1 + 0.5 + 0.3) / 4)


def test_of_the_rooms_of_a_set_the_best_named_one_counts() -> None:
    figure = restricted(ANSWERS)
    assert figure.value == 1
    assert "2 rooms" in figure.name


def test_bins_say_what_was_promised_and_what_was_kept() -> None:
    found = metrics.reliability([0.31, 0.39, 0.95, 1.0], [True, False, True, True])
    assert [(one.low, one.high, one.count) for one in found] == [(0.3, 0.4, 2), (0.9, 1.0, 2)]
    assert [one.confidence for one in found] == pytest.approx([0.35, 0.975])
    assert [one.accuracy for one in found] == [0.5, 1]


def test_the_tables_have_a_line_for_each_room_bin_and_figure() -> None:
    assert printed(show_rooms, ANSWERS) == [
        ["bedroom", "2", "0.500", "0.600", "other 1"],
        ["kitchen", "2", "0.500", "0.700", "hallway 1"],
    ]
    assert printed(show_reliability, ANSWERS) == [
        ["0.3 to 0.4", "1", "0.300", "0.000"],
        ["0.5 to 0.6", "1", "0.500", "0.000"],
        ["0.9 to 1.0", "2", "0.900", "1.000"],
    ]
    lines = printed(show_heads, {"trained": ANSWERS, "zero_shot": ANSWERS[:1]})
    assert lines[0] == ["top-1", "0.500", "1.000"]
    assert lines[-1] == ["abstained", "0.250", "0.000"]
