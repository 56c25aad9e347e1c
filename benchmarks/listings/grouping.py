"""How well rooms are told apart: homes are put together of rooms of several houses, each seen from up to three sides.

Two bathrooms of one home are here bathrooms of two houses, which are easier to tell apart than two that one family
furnished; and the second view of a room is a part of its only photo, which is easier to recognise than a real one. The
figures say what the grouping does, and are no promise for listings.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from math import comb

import numpy as np

from benchmarks.listings.views import AGAIN, OF_ONE_DAY
from benchmarks.looks import Look
from roomlens.listings.instances import Cosines, Likeness, View, instances_of
from roomlens.vocabulary import RoomType

House = Mapping[RoomType, Mapping[str, Look]]
"""The looks at each room of a house, by the name of the view; the photo as it is has none ("")."""

Grouping = Callable[["Home"], list[int]]
"""Which room each photo of a home is said to show."""

_DAY, _YEAR = datetime(2025, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
# Of two dates a room is photographed at both half of the time, else at one of them.
_SHOWN = ((_DAY, _YEAR), (_DAY, _YEAR), (_DAY,), (_YEAR,))


@dataclass(frozen=True)
class Home:
    """Photos of a home that was put together: which room each one shows, in truth and by the model's word."""

    views: Sequence[View]
    truth: Sequence[int]
    cosines: Cosines
    beds: int
    baths: int


def homes_of(houses: Sequence[House], count: int, *, two_dates: bool, seed: int = 6) -> list[Home]:
    """Homes with one kitchen and up to three bedrooms and bathrooms, each of another house."""
    draw = random.Random(seed)
    names = [edit.name for edit in OF_ONE_DAY]
    again = [edit.name for edit in AGAIN]
    made = []
    for _ in range(count):
        beds, baths = draw.randint(1, 3), draw.randint(1, 3)
        rooms = [(RoomType.KITCHEN, house) for house in draw.sample(range(len(houses)), 1)]
        rooms += [(RoomType.BEDROOM, house) for house in draw.sample(range(len(houses)), beds)]
        rooms += [(RoomType.BATHROOM, house) for house in draw.sample(range(len(houses)), baths)]
        shown: list[tuple[int, Look, datetime]] = []
        for number, (room, house) in enumerate(rooms):
            looks, dates = houses[house][room], draw.choice(_SHOWN) if two_dates else (_DAY,)
            if _DAY in dates:
                shown += [(number, looks[name], _DAY) for name in draw.sample(names, draw.randint(1, 3))]
            if _YEAR in dates:
                shown.append((number, looks[draw.choice(again)], _YEAR))
        draw.shuffle(shown)
        made.append(_home(shown, beds, baths))
    return made


def _home(shown: Sequence[tuple[int, Look, datetime]], beds: int, baths: int) -> Home:
    views = [View(index, RoomType(look.values["room_type"]), moment) for index, (_, look, moment) in enumerate(shown)]
    vectors = np.stack([look.image_vector for _, look, _ in shown])
    near = vectors @ vectors.T
    cosines = {pair: float(near[pair]) for pair in combinations(range(len(shown)), 2)}
    return Home(views, [number for number, _, _ in shown], cosines, beds, baths)


def ours(likeness: Likeness, *, told: bool) -> Grouping:
    """The grouping in force; `told`: the listing says how many bedrooms and bathrooms there are."""

    def group(home: Home) -> list[int]:
        counts = {"beds": home.beds, "baths": home.baths} if told else {"beds": None, "baths": None}
        rooms = instances_of(home.views, home.cosines, likeness, **counts)
        of = {image_id: number for number, room in enumerate(rooms) for image_id in room.image_ids}
        return [of.get(view.image_id, -1 - view.image_id) for view in home.views]

    return group


def one_of_a_kind(home: Home) -> list[int]:
    """All photos of a room type are one room."""
    types = list(RoomType)
    return [types.index(view.room_type) for view in home.views]


def each_its_own(home: Home) -> list[int]:
    return list(range(len(home.views)))


@dataclass(frozen=True)
class Scored:
    """`counted`: the share of homes with the right number of rooms; of pairs of photos of one home, how many of those
    that were joined show one room, and how many of those that do were joined; `rand`: the mean adjusted Rand index."""

    counted: float
    precision: float
    recall: float
    rand: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision else 0.0


def score(homes: Sequence[Home], group: Grouping) -> Scored:
    joined = right = same = counted = 0
    indexes = []
    for home in homes:
        said = group(home)
        counted += len(set(said)) == len(set(home.truth))
        for one, other in combinations(range(len(said)), 2):
            is_one, is_joined = home.truth[one] == home.truth[other], said[one] == said[other]
            same, joined, right = same + is_one, joined + is_joined, right + (is_one and is_joined)
        indexes.append(adjusted_rand(home.truth, said))
    precision, recall = right / joined if joined else 1.0, right / same if same else 1.0
    return Scored(counted / len(homes), precision, recall, float(np.mean(indexes)))


def adjusted_rand(one: Sequence[int], other: Sequence[int]) -> float:
    """Hubert and Arabie, "Comparing partitions", 1985: 1 for the same partition, 0 for what chance gives."""
    both = sum(comb(count, 2) for count in Counter(zip(one, other, strict=True)).values())
    first, second = (sum(comb(count, 2) for count in Counter(groups).values()) for groups in (one, other))
    expected = first * second / comb(len(one), 2) if len(one) > 1 else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
