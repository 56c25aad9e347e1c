"""What is printed of listings: rooms told apart, verdicts on changes, and what no photo shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, show_figures
from benchmarks.listings.changing import as_photo, noise_of, share, unchanged_pairs, verdict_on
from benchmarks.listings.grouping import Grouping, House, each_its_own, homes_of, one_of_a_kind, ours, score
from benchmarks.looks import Look
from roomlens.listings.comparing import CONDITION_NOISE, DAYLIGHT_NOISE, LOOK_NOISE
from roomlens.listings.instances import Likeness, View, instances_of
from roomlens.listings.summing import aggregation_of
from roomlens.models import ChangeVerdict
from roomlens.vocabulary import RoomType

HOMES = 200


@dataclass(frozen=True)
class Others:
    """Photos of rooms that are of none of the houses: tidy and messy ones, and two photographers' of one room."""

    tidy: Sequence[Look]
    messy: Sequence[Look]
    twice: Sequence[tuple[Look, Look]]


def show_grouping(console: Console, houses: Sequence[House], likeness: Likeness) -> None:
    """Beside what needs no model: all photos of a kind are one room, or each photo is one."""
    ways: Mapping[str, Grouping] = {
        "ours, beds and baths known": ours(likeness, told=True),
        "ours, nothing known": ours(likeness, told=False),
        "one of a kind": one_of_a_kind,
        "each photo a room": each_its_own,
    }
    for title, two_dates in (("photos of one day", False), ("photos of two dates, a year apart", True)):
        homes = homes_of(houses, HOMES, two_dates=two_dates)
        table = Table("", "count right", "precision", "recall", "F1", "adjusted Rand", title=f"Rooms: {title}")
        for name, way in ways.items():
            found = score(homes, way)
            numbers = (found.counted, found.precision, found.recall, found.f1, found.rand)
            table.add_row(name, *(f"{number:.3f}" for number in numbers))
        console.print(table)


def show_likeness(console: Console, houses: Sequence[House]) -> None:
    """How much alike photos of one room are, and of two rooms of a kind: what the thresholds lie between."""
    table = Table("cosines of image vectors", "1 %", "5 %", "50 %", "95 %", "99 %", title="Rooms: likeness")
    for room in (RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM):
        looks = [house[room] for house in houses]
        one = [
            float(seen[a].image_vector @ seen[b].image_vector)
            for seen in looks
            for a, b in combinations(("left", "right", "close"), 2)
        ]
        two = [float(a[""].image_vector @ b[""].image_vector) for a, b in combinations(looks, 2)]
        for name, cosines in (("two views of a", one), ("two", two)):
            quantiles = np.quantile(cosines, (0.01, 0.05, 0.5, 0.95, 0.99))
            table.add_row(f"{name} {room}", *(f"{number:.2f}" for number in quantiles))
    console.print(table)


def choose_likeness(houses: Sequence[House], now: Likeness) -> Likeness:
    """The thresholds of bedrooms and bathrooms with the best F1 on homes of which nothing is known. That of rooms of
    which a home has one can't be chosen so: no home here has two kitchens."""
    steps = [step / 100 for step in range(50, 92, 2)]

    def f1(likeness: Likeness, *, two_dates: bool) -> float:
        return score(homes_of(houses, HOMES, two_dates=two_dates, seed=7), ours(likeness, told=False)).f1

    several = max(steps, key=lambda step: f1(Likeness(step, now.across, now.single), two_dates=False))
    across = max(steps, key=lambda step: f1(Likeness(several, step, now.single), two_dates=True))
    return Likeness(several, across, now.single)


def show_noise(console: Console, houses: Sequence[House]) -> None:
    noise = noise_of(unchanged_pairs(houses))
    table = Table("95 % of pairs of an unchanged room differ by less", "measured", "in force", title="Changes: noise")
    for name, measured, in_force in (
        ("look, in deviations", noise.look, LOOK_NOISE),
        ("condition", noise.condition, CONDITION_NOISE),
        ("daylight", noise.daylight, DAYLIGHT_NOISE),
    ):
        table.add_row(name, f"{measured:.3f}", f"{in_force:.2f}")
    console.print(table)


def show_changes(console: Console, houses: Sequence[House], likeness: Likeness, others: Others) -> None:
    """Two photos a year apart, of which nothing is known but what is seen."""
    inside = (RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM)
    same = unchanged_pairs(houses)
    kinds = [(one[RoomType.KITCHEN][""], other[RoomType.BATHROOM][""]) for one, other in pairwise(houses)]
    two = [(one[room][""], other[room][""]) for one, other in pairwise(houses) for room in inside[1:]]
    spoilt = [
        (house[room][""], house[room][name]) for house in houses for room in inside for name in ("blurred", "night")
    ]
    tidied = list(zip(others.messy, others.tidy, strict=False))
    wanted = (
        ("same room, exposed anew or a step aside", same, ChangeVerdict.UNCHANGED),
        ("    of them taken for two rooms, or not compared", same, ChangeVerdict.NOT_COMPARABLE),
        ("a kitchen and a bathroom", kinds, ChangeVerdict.NOT_COMPARABLE),
        ("bathrooms or bedrooms of two houses", two, ChangeVerdict.NOT_COMPARABLE),
        ("blurred or taken at night", spoilt, ChangeVerdict.NOT_COMPARABLE),
        ("houses listed twice", others.twice, ChangeVerdict.UNCHANGED),
        ("    of them taken for two rooms, or not compared", others.twice, ChangeVerdict.NOT_COMPARABLE),
    )
    figures = [
        Figure(f"{name} ({len(pairs)}): {verdict}", share([verdict_on(*pair, likeness) for pair in pairs], verdict))
        for name, pairs, verdict in wanted
        if pairs
    ]
    one_room = Likeness(-1, -1, -1)  # they stand for one room, and are none
    for verdict in (ChangeVerdict.IMPROVED, ChangeVerdict.WORSENED):
        said = [verdict_on(*pair, one_room) for pair in tidied]
        figures.append(Figure(f"a tidy room after a messy one ({len(said)}): {verdict}", share(said, verdict)))
    show_figures(console, "Changes: verdicts", figures)


def show_gaps(console: Console, houses: Sequence[House], likeness: Likeness) -> None:
    """Each house has a kitchen, a bathroom, a bedroom and its outside among its photos, and no living room."""
    right = [_gaps(house, likeness) == {RoomType.LIVING_ROOM} for house in houses]
    figures = [
        Figure(
            f"houses of four photos ({len(houses)}): only the living room is missing",
            np.mean(right).item(),
        )
    ]
    show_figures(console, "Coverage gaps", figures)


def _gaps(house: House, likeness: Likeness) -> set[RoomType]:
    photos = [as_photo(looks[""]) for looks in house.values()]
    views = [View(photo.id, photo.facts.room_type, None) for photo in photos]
    rooms = instances_of(views, {}, likeness, beds=None, baths=None)
    said = aggregation_of(1, "", photos, rooms, altered=(), beds=None, baths=None)
    return {gap.room_type for gap in said.gaps}
