"""Which photos of a home show one and the same room: bathroom 1, bathroom 2, and the kitchen before and after.

By what is known, the surest first (docs/adr/0021-room-instances.md):

* Only photos of one family of rooms can be one room: a primary bedroom may be the bedroom of another photo.
* A home has one kitchen, one dining room, one hallway, one outside: they are one unless photos of one day look clearly
  different. Bedrooms and bathrooms are told by the cosines of their image vectors: groups are joined, the most alike
  first, as long as the average cosine of their photos reaches a threshold (average linkage).
* `beds` and `baths` of the listing are the most there can be; 2.5 baths are three rooms, one of them without a bath.
* A room looks different after years and a renovation. So photos of one session are grouped first, and each group then
  goes to the room of earlier sessions that it is most like, one to one, at a lower threshold; to the only one there
  can be, however different it looks.

Pure: the cosines come from the database (`reading.cosines_within`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from math import ceil
from typing import Final

from roomlens.vocabulary import ROOM_LABELS, RoomType, Scene, general_room, scene_of

# Photos taken within a day of each other are of one session: nothing was done to the home between them.
SESSION: Final = timedelta(days=1)


@dataclass(frozen=True)
class Likeness:
    """Average cosines of two groups' image vectors from which they are one room. Chosen on the training houses by
    `python -m benchmarks.listings --choose`."""

    several: float  # of bedrooms and bathrooms, photos of one session
    across: float  # of these, photos of two sessions
    # of rooms of which a home has one; no set has a home with two kitchens to choose it by: fewer than 1 % of pairs of
    # rooms of two homes are as unlike
    single: float


# By the name of the vision model; a model without numbers has not been measured.
MEASURED_LIKENESS: Final[Mapping[str, Likeness]] = {"efficientnet-lite2": Likeness(0.78, 0.74, 0.3)}
UNMEASURED: Final = Likeness(0.85, 0.8, 0.0)
# Photos of one family that are grouped, the newest: the work grows with their cube. Listing services take fewer in all.
MOST_VIEWS: Final = 100

_SEVERAL: Final = frozenset({RoomType.BEDROOM, RoomType.BATHROOM})
_NO_ROOM: Final = frozenset({RoomType.FLOOR_PLAN, RoomType.OTHER, RoomType.AERIAL_VIEW})

Cosines = Mapping[tuple[int, int], float]
"""Of pairs of photos, the lower id first; a pair without a number is of photos that can't be compared."""


@dataclass(frozen=True)
class View:
    """One photo, by what it is grouped by."""

    image_id: int
    room_type: RoomType
    captured_at: datetime | None


@dataclass(frozen=True)
class Instance:
    """One room, and the photos that show it by session, the oldest first; those without a time come last.

    `number` counts the rooms of a home that are called the same.
    """

    room_type: RoomType
    number: int
    name: str
    sessions: tuple[tuple[int, ...], ...]

    @property
    def image_ids(self) -> tuple[int, ...]:
        return tuple(sorted(image_id for session in self.sessions for image_id in session))


def instances_of(
    views: Sequence[View], cosines: Cosines, likeness: Likeness, *, beds: float | None, baths: float | None
) -> list[Instance]:
    """The rooms of a home, in the order in which their first photos came.

    Raises nothing: what is no room (a floor plan, the view from above, what could not be told) is in none.
    """
    most = {RoomType.BEDROOM: _rooms_in(beds), RoomType.BATHROOM: _rooms_in(baths)}
    rooms: list[list[list[View]]] = []
    for family, members in families_of(views).items():
        grouper = _Grouper(cosines, likeness, several=family in _SEVERAL, most=most.get(family))
        rooms += grouper.rooms(_sessions(members))
    rooms.sort(key=lambda sessions: min(view.image_id for session in sessions for view in session))
    return _named(rooms)


def families_of(views: Iterable[View]) -> dict[RoomType, list[View]]:
    """Photos that may show one room, under its general name; the sides of a house are places of their own. Of more than
    `MOST_VIEWS` the oldest are in no room."""
    families: dict[RoomType, list[View]] = {}
    for view in views:
        if view.room_type in _NO_ROOM:
            continue
        inside = scene_of(view.room_type) is Scene.INTERIOR
        families.setdefault(general_room(view.room_type) if inside else view.room_type, []).append(view)
    return {family: members[-MOST_VIEWS:] for family, members in families.items()}


def same_session(one: datetime, other: datetime) -> bool:
    return abs(one - other) < SESSION


def _rooms_in(count: float | None) -> int | None:
    return None if count is None else max(1, ceil(count))


def _sessions(views: Sequence[View]) -> list[list[View]]:
    """The oldest first; photos without a time are a session of their own, the last."""
    dated = sorted((view for view in views if view.captured_at is not None), key=_by_time)
    sessions = [dated[:1]] if dated else []
    for before, view in pairwise(dated):
        assert before.captured_at is not None
        assert view.captured_at is not None
        if same_session(before.captured_at, view.captured_at):
            sessions[-1].append(view)
        else:
            sessions.append([view])
    undated = [view for view in views if view.captured_at is None]
    return [*sessions, undated] if undated else sessions


def _by_time(view: View) -> tuple[datetime | None, int]:
    return view.captured_at, view.image_id


class _Grouper:
    """Groups the photos of one family of rooms. A room is a list of its sessions."""

    def __init__(self, cosines: Cosines, likeness: Likeness, *, several: bool, most: int | None) -> None:
        self._cosines = cosines
        self._several = several
        self._most = most
        self._within = likeness.several if several else likeness.single
        self._across = likeness.across if several else likeness.single
        # of two that can't be compared nothing says that they are one bedroom, nor that they are two kitchens
        self._unknown = 0.0 if several else 1.0

    def rooms(self, sessions: Sequence[Sequence[View]]) -> list[list[list[View]]]:
        rooms: list[list[list[View]]] = []
        for session in sessions:
            self._assign(rooms, self._groups(session))
        return rooms

    def _groups(self, session: Sequence[View]) -> list[list[View]]:
        """The photos of one session, by room."""
        groups = {number: [view] for number, view in enumerate(session)}
        sums = {
            (one, other): self._sum(groups[one], groups[other]) for one, other in combinations(range(len(session)), 2)
        }
        while sums:
            alike, one, other = self._most_alike(groups, sums)
            crowded = self._most is not None and len(groups) > self._most
            if alike is None or not (crowded or alike >= self._within):
                break
            groups[one] += groups.pop(other)
            for third in groups.keys() - {one}:
                moved = sums.pop((min(other, third), max(other, third)))
                sums[min(one, third), max(one, third)] += moved
            del sums[one, other]
        return list(groups.values())

    def _most_alike(
        self, groups: Mapping[int, Sequence[View]], sums: Mapping[tuple[int, int], float]
    ) -> tuple[float | None, int, int]:
        """The average cosine of the two groups that are most alike, the first of equals; None when no two may be
        one."""
        best: tuple[float | None, int, int] = (None, 0, 0)
        for (one, other), total in sums.items():
            average = total / (len(groups[one]) * len(groups[other]))
            if (best[0] is None or average > best[0]) and _may_be_one(groups[one], groups[other]):
                best = average, one, other
        return best

    def _assign(self, rooms: list[list[list[View]]], groups: Sequence[list[View]]) -> None:
        """Each group of a session becomes part of a room of earlier sessions, or a room of its own."""
        earlier = len(rooms)
        pairs = sorted(
            (-self._cosine(_flat(rooms[room]), group), room, number)
            for room in range(earlier)
            for number, group in enumerate(groups)
            if _may_be_one(_flat(rooms[room]), group)
        )
        of_group: dict[int, int] = {}
        most = self._most_rooms(earlier, len(groups))
        for distance, room, number in pairs:
            free = number not in of_group and room not in of_group.values()
            crowded = most is not None and earlier + len(groups) - len(of_group) > most
            if free and (crowded or -distance >= self._across):
                of_group[number] = room
        for number, group in enumerate(groups):
            if number in of_group:
                rooms[of_group[number]].append(group)
            else:
                rooms.append([group])

    def _most_rooms(self, earlier: int, groups: int) -> int | None:
        """As many as the listing says, or, of a kind of which a home has one, as a session showed."""
        return self._most if self._several else max(earlier, groups)

    def _cosine(self, one: Sequence[View], other: Sequence[View]) -> float:
        """The average over all pairs."""
        return self._sum(one, other) / (len(one) * len(other))

    def _sum(self, one: Sequence[View], other: Sequence[View]) -> float:
        """Of the cosines of all pairs."""
        return sum(
            self._cosines.get((min(a.image_id, b.image_id), max(a.image_id, b.image_id)), self._unknown)
            for a in one
            for b in other
        )


def _flat(sessions: Iterable[Sequence[View]]) -> list[View]:
    return [view for session in sessions for view in session]


def _may_be_one(one: Iterable[View], other: Iterable[View]) -> bool:
    """Two special kinds, such as a primary bedroom and a nursery, are two rooms; a general one may be either."""
    kinds = {view.room_type for group in (one, other) for view in group}
    return len({kind for kind in kinds if general_room(kind) is not kind}) < 2


def _named(rooms: Sequence[Sequence[Sequence[View]]]) -> list[Instance]:
    kinds = [_kind_of(_flat(sessions)) for sessions in rooms]
    how_many, seen = Counter(kinds), Counter[RoomType]()
    named = []
    for kind, sessions in zip(kinds, rooms, strict=True):
        seen[kind] += 1
        label = ROOM_LABELS[kind]
        name = f"{label} {seen[kind]}" if how_many[kind] > 1 else label
        ids = tuple(tuple(sorted(view.image_id for view in session)) for session in sessions)
        named.append(Instance(kind, seen[kind], name, ids))
    return named


def _kind_of(views: Sequence[View]) -> RoomType:
    """The special kind that one of the photos is known to show, else the general one."""
    kinds = [view.room_type for view in views]
    return next((kind for kind in kinds if general_room(kind) is not kind), kinds[0])
