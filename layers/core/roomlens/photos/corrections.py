"""What a person says of a photo, beside what models saw in it.

The last words on each thing count: on the room, the caption, the condition, the time, and on every tag by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy.orm import Session

from roomlens.errors import ConflictError
from roomlens.models import Correction, Image, ImageStatus
from roomlens.photos.indexing import reindex
from roomlens.photos.presenting import that_counts
from roomlens.photos.records import get_image
from roomlens.photos.rows import lock_listing
from roomlens.preconditions import require_match, tag_of
from roomlens.schemas import CorrectionRequest
from roomlens.vocabulary import RoomType, Tag


@dataclass(frozen=True)
class Words:
    """All that people have said of one photo. `None`, or a tag in neither set, leaves a thing as models saw it."""

    room_type: RoomType | None = None
    tags_added: frozenset[Tag] = frozenset()
    tags_removed: frozenset[Tag] = frozenset()
    caption: str | None = None
    condition_score: float | None = None
    captured_at: datetime | None = None

    @classmethod
    def of(cls, correction: Correction | None) -> Self:
        if correction is None:
            return cls()
        return cls(
            room_type=RoomType(correction.room_type) if correction.room_type else None,
            tags_added=frozenset(Tag(tag) for tag in correction.tags_added),
            tags_removed=frozenset(Tag(tag) for tag in correction.tags_removed),
            caption=correction.caption,
            condition_score=correction.condition_score,
            captured_at=correction.captured_at,
        )

    def columns(self) -> dict[str, Any]:
        """Of `corrections`; lists are sorted, so that the same words are the same row."""
        return {**vars(self), "tags_added": sorted(self.tags_added), "tags_removed": sorted(self.tags_removed)}


def overlaid(words: Words, said: CorrectionRequest) -> Words:
    """What counts after somebody has said something more; `null` takes back what was said of a thing. Pure."""
    given = said.model_fields_set
    nothing: frozenset[Tag] = frozenset()
    added = nothing if "add_tags" in given and said.add_tags is None else words.tags_added
    removed = nothing if "remove_tags" in given and said.remove_tags is None else words.tags_removed
    now_added, now_removed = frozenset(said.add_tags or ()), frozenset(said.remove_tags or ())
    plain = {name: getattr(said, name) for name in _PLAIN if name in given}
    return replace(
        words,
        tags_added=(added - now_removed) | now_added,
        tags_removed=(removed - now_added) | now_removed,
        **plain,
    )


_PLAIN = ("room_type", "caption", "condition_score", "captured_at")


def correct(session: Session, image_id: int, said: CorrectionRequest, *, if_match: str | None = None) -> Image:
    """Stores what a person says of a photo, and brings its search rows up to it; what changes nothing is not stored.

    Under the locks of whoever stores an analysis of this photo: one of the two finds what the other has written.

    Raises:
        NotFoundError: there is no such photo.
        ConflictError: no model has looked at it yet, or it could not be analysed.
        PreconditionFailedError: the photo is not what `if_match` says any more.
    """
    lock_listing(session, get_image(session, image_id).listing_id)
    image = get_image(session, image_id, for_update=True)
    if image.status == ImageStatus.FAILED:
        raise ConflictError(f"Photo {image_id} could not be analysed; its `failure` says why.")
    if not image.analyses:
        raise ConflictError(f"Photo {image_id} has not been analysed yet; there is nothing to correct.")
    require_match(if_match, entity_tag(image), "photo")
    if _store(session, image, said):
        for analysis in image.analyses:
            reindex(session, image, analysis)
    return image


def _store(session: Session, image: Image, said: CorrectionRequest) -> bool:
    """Whether there is anything to do for searches."""
    before = Words.of(image.correction)
    after = overlaid(before, said)
    if after == Words():
        if image.correction is not None:
            session.delete(image.correction)
    elif image.correction is None:
        session.add(Correction(image_id=image.id, corrected_by=said.corrected_by, **after.columns()))
    else:
        named = said.model_dump(include={"corrected_by"}, exclude_unset=True)  # who is left out stays
        for name, value in {**after.columns(), **named}.items():
            if getattr(image.correction, name) != value:
                setattr(image.correction, name, value)
    session.flush()
    session.expire(image, ["correction"])
    return after != before


def entity_tag(image: Image) -> str:
    """Changes with all that is said of a photo, by models and by people, and with whose word counts; the links in an
    answer change without it."""
    correction = image.correction
    said = {**Words.of(correction).columns(), "by": correction.corrected_by} if correction else None
    counts = that_counts(image.analyses)
    told = [image.status, image.failure_code, [seen.id for seen in image.analyses], counts and counts.id, said]
    altered = image.alteration
    if altered is not None:
        told += [altered.kind, altered.original_image_id, altered.disclosure, altered.declared_by]
    return tag_of(told)
