"""The order in which a listing's photos are shown, and why: the same for the same photos, whoever asks. Pure.

The cover is the best photo of the outside, the front before all. Then comes what buyers walk through: each room once,
the living room first, the outside and the views; then the second views in the same order. What tells nothing new comes
last: near-copies of better photos, what was not recognised, floor plans. An altered photo follows its original.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal

from roomlens.listings.copies import Pair
from roomlens.models import Analysis
from roomlens.photos.facts import Facts
from roomlens.vocabulary import ROOM_LABELS, ComplianceFlag, RoomType, Scene, kinds_of, scene_of

# The outside, as far as it may be the cover before any room inside; the front is known to be the front.
COVERS: Final[tuple[frozenset[RoomType], ...]] = (
    frozenset({RoomType.FRONT_EXTERIOR}),
    frozenset({RoomType.EXTERIOR}),
    frozenset({RoomType.BACK_EXTERIOR, RoomType.SIDE_EXTERIOR, RoomType.AERIAL_VIEW}),
)
# Where there is none of these: the first of these rooms, or anything but what shows no home.
STAND_INS: Final[tuple[frozenset[RoomType], ...]] = (
    kinds_of(RoomType.LIVING_ROOM),
    frozenset({RoomType.KITCHEN}),
    frozenset(RoomType)
    - frozenset[RoomType]().union(*COVERS)
    - kinds_of(RoomType.LIVING_ROOM)
    - {RoomType.KITCHEN, RoomType.OTHER, RoomType.FLOOR_PLAN},
)
_VIEWS: Final = frozenset(
    {RoomType.VIEW, RoomType.WATERFRONT, RoomType.AERIAL_VIEW, RoomType.PARKING, RoomType.COMMUNITY_AMENITY}
)
# What buyers walk through; rooms inside that are not named come before the outside.
_FLOW: Final[tuple[frozenset[RoomType], ...]] = (
    kinds_of(RoomType.LIVING_ROOM),
    frozenset({RoomType.KITCHEN}),
    kinds_of(RoomType.DINING_ROOM),
    frozenset({RoomType.PRIMARY_BEDROOM}),
    kinds_of(RoomType.BEDROOM) - {RoomType.PRIMARY_BEDROOM},
    frozenset({RoomType.PRIMARY_BATHROOM}),
    frozenset({RoomType.BATHROOM}),
)
_OTHER_ROOMS, _OUTSIDE, _FAR = len(_FLOW), len(_FLOW) + 1, len(_FLOW) + 2


@dataclass(frozen=True)
class Shot:
    """One photo, by what its place depends on."""

    image_id: int
    room: RoomType
    scene: Scene
    flagged: bool  # with text over it, people and so on; a floor plan is a room here
    faults: int  # blurry, dark and so on: how many
    looks: float  # in [0, 1]: light, condition, sharpness and exposure, as far as they were measured
    altered: bool

    @property
    def merit(self) -> tuple[bool, bool, int, float, int]:
        """The best first, of photos that show the same."""
        return self.flagged, self.altered, self.faults, -self.looks, self.image_id


@dataclass(frozen=True)
class Place:
    """Where a photo stands, and why."""

    image_id: int
    reason: str
    placed_by: Literal["roomlens", "person"] = "roomlens"


def shot_of(analysis: Analysis, facts: Facts, flags: Iterable[Mapping[str, object]], *, altered: bool) -> Shot:
    """`flags`: what `photos.facts.compliance_of` says."""
    quality = analysis.components.get("quality", {})
    measured = (
        facts.natural_light_score, facts.condition_score, quality.get("sharpness"), quality.get("exposure"),
    )  # fmt: skip
    known = [value for value in measured if value is not None]
    return Shot(
        image_id=analysis.image_id,
        room=facts.room_type,
        scene=facts.scene,
        flagged=any(found["flag"] != ComplianceFlag.FLOOR_PLAN for found in flags),
        faults=len(analysis.quality_flags),
        looks=round(fmean(known), 4) if known else 0.0,
        altered=altered,
    )


def cover_group(room: RoomType) -> int:
    """Photos of the lowest group there is contend for the cover: the outside, else rooms, else whatever there is."""
    inside = (place for place, rooms in enumerate(STAND_INS, 1) if room in rooms)
    return 0 if any(room in rooms for rooms in COVERS) else next(inside, len(STAND_INS) + 1)


def cover_of(shots: Iterable[Shot]) -> int | None:
    """The photo to show first: of the outside one without a flag before all others, then the front, then the best."""
    return min(shots, key=_for_the_cover).image_id if (shots := list(shots)) else None


def _for_the_cover(shot: Shot) -> tuple[object, ...]:
    side = next((place for place, rooms in enumerate(COVERS) if shot.room in rooms), len(COVERS))
    return cover_group(shot.room), shot.flagged, shot.altered, side, *shot.merit


def arranged(
    shots: Sequence[Shot],
    *,
    copies: Iterable[Pair] = (),
    originals: Mapping[int, int | None] | None = None,
    rooms: Mapping[int, str] | None = None,
    first: Sequence[int] = (),
) -> list[Place]:
    """All photos in their order.

    Args:
        shots: the photos.
        copies: pairs of near-copies among them.
        originals: of altered photos, where they are known.
        rooms: what the room of a photo is called in this home: "bathroom 2" is another one than "bathroom 1".
        first: what a person put first; photos that are not there any more are passed over.
    """
    known = {shot.image_id for shot in shots}
    named = [image_id for image_id in dict.fromkeys(first) if image_id in known]
    ours = _Arranging(shots, copies, originals or {}, rooms or {}, is_first=not named).places()
    by_person = [Place(image_id, "A person put it here.", "person") for image_id in named]
    return by_person + [place for place in ours if place.image_id not in set(named)]


class _Arranging:
    """One arrangement; its steps share what is known of the photos."""

    def __init__(
        self,
        shots: Sequence[Shot],
        copies: Iterable[Pair],
        originals: Mapping[int, int | None],
        rooms: Mapping[int, str],
        *,
        is_first: bool,
    ) -> None:
        """`is_first`: its first photo is the cover. Otherwise a person put another one there."""
        self._shots = {shot.image_id: shot for shot in shots}
        self._rooms = rooms
        self._cover = cover_of(shots)
        self._title = "The cover" if is_first else "Would be the cover"
        self._original = {
            altered: original
            for altered, original in originals.items()
            if original in self._shots and altered in self._shots and altered != self._cover
        }
        self._better = self._copied(copies)

    def places(self) -> list[Place]:
        followers: dict[int | None, list[int]] = {}
        for altered, original in sorted(self._original.items()):
            followers.setdefault(original, []).append(altered)
        placed = []
        for place in self._walk():
            placed.append(place)
            placed += [
                Place(altered, f"Altered: it comes after photo {place.image_id}, which shows what is there.")
                for altered in followers.get(place.image_id, ())
            ]
        return placed

    def _copied(self, copies: Iterable[Pair]) -> dict[int, int]:
        """The photos that are near-copies, by the better one that stays. The cover is better than all."""
        near: dict[int, set[int]] = {}
        for pair in copies:
            near.setdefault(pair.one, set()).add(pair.other)
            near.setdefault(pair.other, set()).add(pair.one)
        better: dict[int, int] = {}
        stay: list[int] = []
        for shot in sorted(self._own(), key=lambda shot: (shot.image_id != self._cover, shot.merit)):
            kept = next((one for one in stay if one in near.get(shot.image_id, ())), None)
            if kept is None:
                stay.append(shot.image_id)
            else:
                better[shot.image_id] = kept
        return better

    def _own(self) -> list[Shot]:
        """The photos that have a place of their own."""
        return [shot for shot in self._shots.values() if shot.image_id not in self._original]

    def _walk(self) -> list[Place]:
        views: dict[str, list[Shot]] = {}
        for shot in sorted(self._own(), key=lambda shot: (shot.image_id != self._cover, shot.merit)):
            if shot.image_id not in self._better:
                views.setdefault(self._room(shot), []).append(shot)
        placed = [
            (self._key(shot, number, seen[0]), Place(shot.image_id, self._reason(shot, number, len(seen))))
            for seen in views.values()
            for number, shot in enumerate(seen)
        ]
        placed += [
            (self._key(self._shots[copy], 0, self._shots[copy], late=2), Place(copy, _copy_of(better)))
            for copy, better in self._better.items()
        ]
        return [place for _, place in sorted(placed, key=lambda one: one[0])]

    def _room(self, shot: Shot) -> str:
        return self._rooms.get(shot.image_id, ROOM_LABELS[shot.room])

    def _key(self, shot: Shot, number: int, best: Shot, *, late: int = 0) -> tuple[object, ...]:
        """Where a photo stands: `number` counts the views of its room, whose best one is `best`."""
        if shot.room is RoomType.FLOOR_PLAN:
            late = 3
        elif _unrecognised(shot):
            late = late or 1
        return shot.image_id != self._cover, late, number, _stage(best), best.merit, shot.merit

    def _reason(self, shot: Shot, number: int, views: int) -> str:
        name = self._room(shot)
        room = name if name[-1].isdigit() else f"the {name}"  # bathroom 2 is a name
        if shot.image_id == self._cover:
            return f"{self._title}: {_why_the_cover(shot)}"
        if shot.room is RoomType.FLOOR_PLAN:
            return "A floor plan comes last."
        if _unrecognised(shot):
            return "What it shows was not recognised."
        if number:
            return f"Another view of {room}."
        return f"Shows {room}{f': the best of {views} photos' if views > 1 else ''}."


def _unrecognised(shot: Shot) -> bool:
    return shot.room is RoomType.OTHER and shot.scene is not Scene.INTERIOR


def _stage(shot: Shot) -> int:
    if shot.room in _VIEWS:
        return _FAR
    if scene_of(shot.room) is Scene.EXTERIOR:
        return _OUTSIDE
    return next((stage for stage, rooms in enumerate(_FLOW) if shot.room in rooms), _OTHER_ROOMS)


def _copy_of(better: int) -> str:
    return f"Shows nothing that photo {better} does not show better."


def _why_the_cover(shot: Shot) -> str:
    if shot.room is RoomType.FRONT_EXTERIOR:
        return "the best photo of the front."
    if cover_group(shot.room) == 0:
        return "the best photo of the outside; which side is the front is not known."
    return f"no photo shows the outside, and this one shows the {ROOM_LABELS[shot.room]}."
