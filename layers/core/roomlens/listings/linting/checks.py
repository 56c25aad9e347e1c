"""What each rule looks for. Pure; a rule that can't be held against the photos says so (`engine.unchecked`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from roomlens.listings.alterations import reasons
from roomlens.listings.copies import Pair
from roomlens.listings.kinds import ListingPhoto
from roomlens.listings.linting.subject import Found, Subject
from roomlens.models import ImageStatus
from roomlens.photos.facts import compliance_of
from roomlens.schemas.linting import (
    Compliance,
    Duplicate,
    FirstPhoto,
    MissingOriginal,
    NotAnalyzed,
    PhotoCount,
    Quality,
    RequiredRoom,
    Resolution,
    UndeclaredEdit,
    UndisclosedAlteration,
)
from roomlens.vocabulary import (
    ROOM_LABELS,
    ComplianceFlag,
    CopyKind,
    QualityFlag,
    RoomType,
    answering_rooms,
    kinds_of,
    shown_by,
    with_article,
)

_FAULTS: Final[Mapping[QualityFlag, str]] = {
    QualityFlag.BLURRY: "is blurry",
    QualityFlag.DARK: "is dark",
    QualityFlag.OVEREXPOSED: "is overexposed",
    QualityFlag.TILTED: "is tilted",
    QualityFlag.LOW_RESOLUTION: "is very small",
}
_SHOWS: Final[Mapping[ComplianceFlag, str]] = {
    ComplianceFlag.TEXT_OVERLAY: "has text laid over it",
    ComplianceFlag.WATERMARK: "carries a watermark",
    ComplianceFlag.SCREENSHOT: "is a screenshot",
    ComplianceFlag.FLOOR_PLAN: "is a floor plan",
    ComplianceFlag.FACE: "shows a person's face",
}
_DECLARE: Final = "declare it with PUT /api/images/{}/alteration, with its original and what has to be said"


def photo_count(rule: PhotoCount, subject: Subject) -> Iterator[Found]:
    count = len(subject.photos)
    if rule.min is not None and count < rule.min:
        yield Found(f"{_photos(count)}; at least {rule.min} are wanted.", "Add photos.")
    if rule.max is not None and count > rule.max:
        yield Found(f"{_photos(count)}; at most {rule.max} are taken.", "Leave out second views and near-copies.")


def first_photo(rule: FirstPhoto, subject: Subject) -> Iterator[Found]:
    if not subject.photos:
        return
    first, wanted = subject.photos[0], frozenset[RoomType]().union(*map(answering_rooms, rule.rooms))
    if first.facts.room_type not in wanted:
        shows = f"Photo {first.id} comes first and shows {_label([first.facts.room_type])}, not {_label(rule.rooms)}."
        fix = "Put a photo of it first with PUT /api/listings/{id}/photo-order; name its room if it is one already."
        yield Found(shows, fix, first.id)
    if rule.unaltered and first.id in subject.altered:
        yield Found(
            f"Photo {first.id} comes first, and it is altered.", "Put the photo as it was taken first.", first.id
        )


def resolution(rule: Resolution, subject: Subject) -> Iterator[Found]:
    for photo in subject.photos:
        sides = sorted((photo.image.width or 0, photo.image.height or 0))
        if sides[0] < rule.short_side or sides[1] < rule.long_side:
            yield Found(
                f"Photo {photo.id} has {sides[1]} by {sides[0]} pixels; "
                f"{rule.long_side} by {rule.short_side} are wanted.",
                "Send it as the camera made it; enlarging does not help.",
                photo.id,
            )


def quality(rule: Quality, subject: Subject) -> Iterator[Found]:
    for photo in subject.photos:
        if rule.flag in photo.analysis.quality_flags:
            yield Found(f"Photo {photo.id} {_FAULTS[rule.flag]}.", "Take it again, or leave it out.", photo.id)


def compliance(rule: Compliance, subject: Subject) -> Iterator[Found]:
    for photo in subject.photos:
        flags = {found["flag"] for found in compliance_of(photo.analysis, photo.image.correction)}
        if rule.flag in flags:
            fix = "Send it without, or leave it out."
            yield Found(f"Photo {photo.id} {_SHOWS[rule.flag]}.", fix, photo.id)


def duplicate(rule: Duplicate, subject: Subject) -> Iterator[Found]:
    said = "is an edited copy of" if rule.kind is CopyKind.EDITED else "shows the same scene as"
    for pair in _undeclared(subject, rule.kind):
        yield Found(f"Photo {pair.other} {said} photo {pair.one}.", "Keep the better of the two.", pair.other, pair.one)


def undeclared_edit(_: UndeclaredEdit, subject: Subject) -> Iterator[Found]:
    for pair in _undeclared(subject, CopyKind.EDITED):
        yield Found(
            f"Photo {pair.other} is an edited copy of photo {pair.one}, and the ledger does not say how.",
            f"Leave out one of the two; if it shows what is not there, {_DECLARE.format(pair.other)}.",
            pair.other,
            pair.one,
        )


def missing_original(_: MissingOriginal, subject: Subject) -> Iterator[Found]:
    for altered in subject.altered.values():
        if altered.original_id is None:
            fix = f"Send the photo as it was taken, and {_DECLARE.format(altered.image_id)}."
            yield Found(reasons(altered)[0], fix, altered.image_id)


def undisclosed_alteration(_: UndisclosedAlteration, subject: Subject) -> Iterator[Found]:
    for altered in subject.altered.values():
        if not altered.disclosure:
            fix = f"Say what was altered, in `disclosure`: {_DECLARE.format(altered.image_id)}."
            yield Found(reasons(altered)[-1], fix, altered.image_id)


def not_analyzed(_: NotAnalyzed, subject: Subject) -> Iterator[Found]:
    for unseen in subject.unseen:
        if unseen.status is ImageStatus.FAILED:
            why = f" ({unseen.reason.rstrip('.')})" if unseen.reason else ""
            message, fix = f"could not be analysed{why}.", "Send another photo, or have it analysed again."
        else:
            message, fix = "has not been analysed yet.", "Wait for it, or have it analysed."
        yield Found(f"Photo {unseen.image_id} {message}", fix, unseen.image_id)


def required_rooms(rules: Sequence[RequiredRoom], subject: Subject) -> list[list[Found]]:
    """What is missing, for each rule. A photo of a general room (the outside) stands for one special kind (the front)
    where the model can't tell the kinds apart, and only for one: the front and the back need two photos."""
    spent: set[int] = set()
    found = []
    for rule in rules:
        shown = sum(_shows(photo, rule.rooms) for photo in subject.photos)
        spare = [photo.id for photo in subject.photos if photo.id not in spent and _may_show(photo, rule.rooms)]
        taken = spare[: max(0, rule.at_least - shown)]
        spent.update(taken)
        found.append([] if shown + len(taken) >= rule.at_least else [_missing(rule, shown + len(taken), subject)])
    return found


def _shows(photo: ListingPhoto, rooms: Sequence[RoomType]) -> bool:
    """Whether a photo is known to show one of them; a place may be seen from another room."""
    return any(
        photo.facts.room_type in kinds_of(room) or not shown_by(room).isdisjoint(photo.facts.tags) for room in rooms
    )


def _may_show(photo: ListingPhoto, rooms: Sequence[RoomType]) -> bool:
    may = any(photo.facts.room_type in answering_rooms(room) for room in rooms)
    return may and not _shows(photo, rooms)


def _missing(rule: RequiredRoom, shown: int, subject: Subject) -> Found:
    label = _label(rule.rooms)
    if shown:
        message = f"{_photos(shown)} of {label}; at least {rule.at_least} are wanted."
    else:
        message = f"No photo shows {label}."
    fix = "Add one."
    if not any(_told(room, subject.told.rooms) for room in rule.rooms):
        fix = "Add one; the model in force can't tell it, so name its room with PATCH /api/images/{id}."
    return Found(message, fix)


def _told(room: RoomType, told: Collection[RoomType]) -> bool:
    return not answering_rooms(room).isdisjoint(told)


def _undeclared(subject: Subject, kind: CopyKind) -> Iterator[Pair]:
    """Each photo with the first one that it is a copy of; of a hundred copies a hundred are said, and not each pair.
    But for those that the ledger explains: an altered photo looks like its original."""
    said: set[int] = set()
    for pair in subject.copies:
        ends = (subject.altered.get(pair.one), subject.altered.get(pair.other))
        told = any(altered and altered.original_id in (pair.one, pair.other, None) for altered in ends)
        if pair.kind is kind and not told and pair.other not in said:
            said.add(pair.other)
            yield pair


def _label(rooms: Sequence[RoomType]) -> str:
    return " or ".join(_PLACES.get(room) or with_article(ROOM_LABELS[room]) for room in rooms)


_PLACES: Final[Mapping[RoomType, str]] = {
    RoomType.EXTERIOR: "the outside",
    RoomType.FRONT_EXTERIOR: "the front",
    RoomType.BACK_EXTERIOR: "the back",
    RoomType.SIDE_EXTERIOR: "the side of the house",
}


def _photos(count: int) -> str:
    return f"{count or 'no'} photo{'' if count == 1 else 's'}".capitalize()


CHECKS: Final[Mapping[type, Callable[[Any, Subject], Iterator[Found]]]] = {
    PhotoCount: photo_count,
    FirstPhoto: first_photo,
    Resolution: resolution,
    Quality: quality,
    Compliance: compliance,
    Duplicate: duplicate,
    UndeclaredEdit: undeclared_edit,
    MissingOriginal: missing_original,
    UndisclosedAlteration: undisclosed_alteration,
    NotAnalyzed: not_analyzed,
}
"""All but `RequiredRoom`, whose rules share the photos among them (`required_rooms`)."""
