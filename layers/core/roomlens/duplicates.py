"""Copies of a photo, in three classes that are never called the same thing.

* `identical`: the same bytes;
* `edited`: other bytes of the same picture, by their perceptual hashes;
* `same_scene`: another picture of the same things, by their image vectors: cut, shifted, or taken a moment later.

A mirrored photo is the `same_scene`: the network hardly tells left from right. The same room from another side is told
by none of the three, and one in five photos that are cut to four fifths is overlooked (measured: `python -m
benchmarks.duplicates`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.models import Image
from roomlens.photos.presenting import thumbnail_url
from roomlens.photos.records import get_image, require_listing
from roomlens.schemas import CopyThresholds, DuplicateOut, DuplicatesAnswer
from roomlens.search import search_image
from roomlens.versions import model_in_force
from roomlens.vocabulary import CopyKind

# Of 64 bits of two hashes: pairs of photos of houses that differ in at most so many were all copies, and the first
# doubtful pairs come at 10 (models.md, section G).
EDITED_BITS: Final = 8
# Cosine of two image vectors, by model: below it lie all but one in a hundred thousand pairs of photos of different
# houses. Chosen on the training houses by `python -m benchmarks.duplicates --choose`. A model without a number has not
# been measured, and says nothing of scenes.
SAME_SCENE: Final[Mapping[str, float]] = {"efficientnet-lite2": 0.88}
# How many of the nearest pictures are looked at: no photo has as many copies.
NEAREST: Final = 50
MOST_IDENTICAL: Final = 100


@dataclass(frozen=True)
class Copy:
    """A copy of a photo. `bits`: in how many the hashes differ; `cosine`: of the image vectors, where it is known."""

    image: Image
    kind: CopyKind
    bits: int | None
    cosine: float | None


def find_duplicates(session: Session, image_id: int, *, listing_id: int | None = None) -> DuplicatesAnswer:
    """The copies of a photo, each in the strongest class that it belongs to; all of them, or those of one listing.

    Candidates are the photos with the same hash of their bytes and the nearest pictures, so the work does not grow
    with the number of photos.

    Raises NotFoundError for an unknown listing, and for a photo that is unknown or was not analysed by the model in
    force.
    """
    require_listing(session, listing_id)
    image, model = get_image(session, image_id), model_in_force()
    threshold = SAME_SCENE.get(model.name)
    near = search_image(session, image_id, k=NEAREST, listing_id=listing_id)
    cosines = {hit.image.id: hit.score for hit in near.hits}
    copies = {
        same.id: Copy(same, CopyKind.IDENTICAL, 0, cosines.get(same.id))
        for same in _same_bytes(session, image, listing_id)
    }
    for hit in near.hits:
        bits = differing_bits(image.perceptual_hash, hit.image.perceptual_hash)
        kind = kind_of(bits, hit.score, threshold)
        if kind is not None and hit.image.id not in copies:
            copies[hit.image.id] = Copy(hit.image, kind, bits, hit.score)
    return DuplicatesAnswer(
        image_id=image_id,
        duplicates=[_present(copy) for copy in sorted(copies.values(), key=_strongest_first)],
        thresholds=CopyThresholds(edited_bits=EDITED_BITS, same_scene_cosine=threshold),
        model=near.model,
    )


def kind_of(bits: int | None, cosine: float, threshold: float | None) -> CopyKind | None:
    """The class of a picture of other bytes; None when it is no copy. Pure."""
    if bits is not None and bits <= EDITED_BITS:
        return CopyKind.EDITED
    return CopyKind.SAME_SCENE if threshold is not None and cosine >= threshold else None


def differing_bits(one: str | None, other: str | None) -> int | None:
    """Of two perceptual hashes in hexadecimal digits; None when one of them is missing. Pure."""
    return None if one is None or other is None else (int(one, 16) ^ int(other, 16)).bit_count()


def _same_bytes(session: Session, image: Image, listing_id: int | None) -> Sequence[Image]:
    statement = select(Image).where(Image.sha256 == image.sha256, Image.id != image.id)
    if listing_id is not None:
        statement = statement.where(Image.listing_id == listing_id)
    return session.scalars(statement.order_by(Image.id).limit(MOST_IDENTICAL)).all()


def _strongest_first(copy: Copy) -> tuple[int, float, float, int]:
    """By class, and in it by its measure: the bits of what is edited, the cosine of a scene."""
    bits = copy.bits if copy.kind is CopyKind.EDITED and copy.bits is not None else 0
    return list(CopyKind).index(copy.kind), bits, -(copy.cosine or 0.0), copy.image.id


def _present(copy: Copy) -> DuplicateOut:
    return DuplicateOut(
        image_id=copy.image.id,
        listing_id=copy.image.listing_id,
        kind=copy.kind,
        bits=copy.bits,
        cosine=copy.cosine,
        thumbnail_url=thumbnail_url(copy.image.sha256 or ""),
    )
