"""What was measured, as a table and as figures beside their targets (issue 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from benchmarks.ingest.taken import Times

RATIO: Final = 0.7
REST: Final = "the rest"
# The layer's names of the parts, in the order in which a photo meets them -> what they are.
PARTS: Final = {
    "s3": "S3: the photo, its thumbnails, a last look",
    "decode": "decoding, turning, colours",
    "thumbnails": "thumbnails",
    "model": "both models and what is measured of the pixels",
    "text model": "the sentence encoder",
    "hashes": "hashes",
    "db": "the database, its commit too",
    REST: "Python between them",
}
Pair = tuple[Times, Times]  # the product's, the naive loop's


@dataclass(frozen=True)
class Share:
    """One part of the way: milliseconds a photo, and its share of all."""

    name: str
    ms: float
    share: float


def ratio(pairs: Sequence[Pair], *, cpu: bool = False) -> float:
    """How many photos the product takes in while the naive loop takes in one."""
    product, naive = zip(*pairs, strict=True)
    return _whole(naive, cpu=cpu) / _whole(product, cpu=cpu)


def ratio_without_text(pairs: Sequence[Pair]) -> float:
    """The same beside a loop that makes no text vector: its photos can't be found by words."""
    left = sum(naive.wall - naive.parts.get("text model", 0.0) for _, naive in pairs)
    return left / sum(product.wall for product, _ in pairs)


def _whole(side: Sequence[Times], *, cpu: bool) -> float:
    return sum(times.cpu if cpu else times.wall for times in side)


def rate(times: Sequence[Times]) -> float:
    """Photos a second."""
    return 1e3 * len(times) / sum(one.wall for one in times)


def shares(times: Sequence[Times]) -> list[Share]:
    """Where the time of a photo goes, in the order of PARTS; parts that it does not know come last."""
    whole = sum(one.wall for one in times)
    names = dict.fromkeys([*PARTS, *(name for one in times for name in one.parts)])
    totals = {name: sum(one.parts.get(name, 0.0) for one in times) for name in names}
    totals[REST] = whole - sum(totals.values())
    return [Share(name, total / len(times), total / whole) for name, total in totals.items() if total]


def by_kind(kinds: Sequence[str], pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs of each kind of photo, in the order in which kinds come."""
    found: dict[str, list[Pair]] = {}
    for kind, pair in zip(kinds, pairs, strict=True):
        found.setdefault(kind, []).append(pair)
    return found


def show_shares(console: Console, pairs: Sequence[Pair]) -> None:
    """One line for each part, the naive loop's beside the product's."""
    table = Table(title="Where the time of a photo goes, ms", title_justify="left")
    table.add_column("part")
    for column in ("Roomlens", "share", "naive loop", "share"):
        table.add_column(column, justify="right")
    product, naive = ({share.name: share for share in shares(side)} for side in zip(*pairs, strict=True))
    for name in dict.fromkeys([*PARTS, *product, *naive]):
        cells: list[str] = []
        for side in (product, naive):
            found = side.get(name)
            cells += [f"{found.ms:.1f}", f"{found.share:.0%}"] if found else ["", ""]
        if any(cells):
            table.add_row(PARTS.get(name, name), *cells)
    console.print(table)


def figures(kinds: Sequence[str], pairs: Sequence[Pair]) -> list[Figure]:
    """The ratios, and what they are ratios of."""
    product, naive = zip(*pairs, strict=True)
    found = [
        Figure("photos a second, naive loop", rate(naive), unit="/s", digits=2),
        Figure("photos a second, one worker", rate(product), unit="/s", digits=2),
        Figure("ratio to the naive loop", ratio(pairs), RATIO, digits=2),
        Figure("the same in processor time", ratio(pairs, cpu=True), digits=2),
        Figure("ratio to a loop without the text vector", ratio_without_text(pairs), digits=2),
    ]
    several = by_kind(kinds, pairs)
    if len(several) > 1:
        found += [Figure(f"ratio, {kind}", ratio(of_kind), digits=2) for kind, of_kind in several.items()]
    return found


def scaling(photos: int, alone: Sequence[float], two: Sequence[float]) -> list[Figure]:
    """What a second worker gives; seconds of each round, `photos` a round."""
    return [
        Figure("photos a second, one worker again", photos * len(alone) / sum(alone), unit="/s", digits=2),
        Figure("photos a second, two workers", photos * len(two) / sum(two), unit="/s", digits=2),
        Figure("two workers to one", sum(alone) / len(alone) / (sum(two) / len(two)), digits=2),
    ]
