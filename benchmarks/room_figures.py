"""How right and how honest answers about rooms are: figures and tables on plain answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import metrics
from benchmarks.figures import Figure
from roomlens.vision import Candidate
from roomlens.vocabulary import RoomType


@dataclass(frozen=True)
class Answer:
    """What a photo shows, and the first three rooms that were named, best first."""

    room: RoomType
    ranked: tuple[Candidate, ...]

    @property
    def right(self) -> bool:
        return self.ranked[0].label is self.room

    @property
    def among_three(self) -> bool:
        return any(candidate.label is self.room for candidate in self.ranked)

    @property
    def confidence(self) -> float:
        """Of the first, in 0..1."""
        return self.ranked[0].confidence

    @property
    def abstains(self) -> bool:
        return self.ranked[0].label is RoomType.OTHER


def accuracy(answers: Sequence[Answer], top_1: float | None, top_3: float | None, ece: float | None) -> list[Figure]:
    """Top-1, top-3, the calibration error and the share of abstentions, all rooms allowed. An abstention is wrong."""
    return [
        Figure("top-1", _share([answer.right for answer in answers]), top_1),
        Figure("top-3", _share([answer.among_three for answer in answers]), top_3),
        Figure("calibration error", calibration_error(answers), ece, at_most=True),
        Figure("abstained", _share([answer.abstains for answer in answers])),
    ]


def calibration_error(answers: Sequence[Answer]) -> float:
    """The expected calibration error of the first room's confidence."""
    return metrics.expected_calibration_error(
        [answer.confidence for answer in answers], [answer.right for answer in answers]
    )


def restricted(answers: Sequence[Answer]) -> Figure:
    """Top-1 when only the rooms of the set may be answered: the best of the first three that is one of them."""
    allowed = {answer.room for answer in answers}
    given = [next((one.label for one in answer.ranked if one.label in allowed), None) for answer in answers]
    hits = [one is answer.room for one, answer in zip(given, answers, strict=True)]
    return Figure(f"zero_shot, top-1 of these {len(allowed)} rooms", _share(hits), 0.97)


def show_rooms(console: Console, title: str, answers: Sequence[Answer]) -> None:
    """A line a room: how many, how right, how sure, and what it was taken for."""
    table = Table("room", "photos", "right", "confidence", "taken for", title=title, title_justify="left")
    for room in sorted({answer.room for answer in answers}):
        mine = [answer for answer in answers if answer.room is room]
        wrong = Counter(answer.ranked[0].label for answer in mine if not answer.right)
        mistakes = ", ".join(f"{label} {count}" for label, count in wrong.most_common(4))
        sure = float(np.mean([answer.confidence for answer in mine]))
        table.add_row(room, str(len(mine)), f"{_share([answer.right for answer in mine]):.3f}", f"{sure:.3f}", mistakes)
    console.print(table)


def show_reliability(console: Console, title: str, answers: Sequence[Answer]) -> None:
    """A line a bin of confidence: what was promised and what was kept."""
    table = Table("confidence", "photos", "mean confidence", "right", title=title, title_justify="left")
    found = metrics.reliability([answer.confidence for answer in answers], [answer.right for answer in answers])
    for one in found:
        table.add_row(
            f"{one.low:.1f} to {one.high:.1f}", str(one.count), f"{one.confidence:.3f}", f"{one.accuracy:.3f}"
        )
    console.print(table)


def show_heads(console: Console, title: str, heads: Mapping[str, Sequence[Answer]]) -> None:
    """A column a head, a line a figure."""
    table = Table("figure", *heads, title=title, title_justify="left")
    columns = [accuracy(answers, None, None, None) for answers in heads.values()]
    for line in zip(*columns, strict=True):
        table.add_row(line[0].name, *(figure.shown for figure in line))
    console.print(table)


def _share(hits: Sequence[bool]) -> float:
    return float(np.mean(hits))
