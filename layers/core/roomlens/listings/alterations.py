"""The alteration ledger: which photos show what is not there, of which originals, and what has to be said of them.

California's AB 723 (Business and Professions Code 10140.8, in force since 1 January 2026) asks for both in
advertisements: a conspicuous statement on or beside the altered image, and the unaltered one or a link to it. RESO's
field `MediaAlteration` carries that a photo was altered, not the original. Light, crop and colour are no alterations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased

from roomlens.errors import ConflictError, ValidationError
from roomlens.models import Alteration, Image
from roomlens.photos.presenting import SMALL, present_alteration, thumbnail_of
from roomlens.photos.records import get_image, require_listing
from roomlens.photos.rows import lock_listing
from roomlens.schemas import AlterationRequest, Blocker, LedgerAnswer, LedgerEntry
from roomlens.vocabulary import DISCLOSURES

_ORIGINAL = "/body/original_image_id"


@dataclass(frozen=True)
class Altered:
    """What rules and orders have to know of an altered photo."""

    image_id: int
    original_id: int | None
    kind: str
    disclosure: str  # empty: nothing says so


def declare(session: Session, image_id: int, said: AlterationRequest) -> Image:
    """Writes into the ledger that a photo was altered, in place of what stood there; the same again changes nothing.

    Raises:
        NotFoundError: there is no such photo.
        ValidationError: the original is no photo of the same listing, the photo itself, or altered.
        ConflictError: the photo is itself the original of an altered one.
    """
    lock_listing(session, get_image(session, image_id).listing_id)  # or two photos could become each other's originals
    image = get_image(session, image_id, for_update=True)
    if said.original_image_id is not None:
        _check_original(session, image, said.original_image_id)
    made_of_it = session.scalar(select(Alteration.image_id).where(Alteration.original_image_id == image_id).limit(1))
    if made_of_it is not None:
        raise ConflictError(f"Photo {image_id} is the original of photo {made_of_it}: an original is not altered.")
    values = said.model_dump(exclude={"disclosure"}) | {
        "disclosure": DISCLOSURES[said.kind] if said.disclosure is None else said.disclosure
    }
    known = session.get(Alteration, image_id)
    if known is None:
        session.add(Alteration(image_id=image_id, **values))
    else:
        for name, value in values.items():
            if getattr(known, name) != value:
                setattr(known, name, value)
    return _written(session, image)


def take_back(session: Session, image_id: int) -> Image:
    """Takes a photo out of the ledger; one that does not stand there stays as it is. Raises NotFoundError."""
    image = get_image(session, image_id)
    session.execute(delete(Alteration).where(Alteration.image_id == image_id))
    return _written(session, image)


def _written(session: Session, image: Image) -> Image:
    session.flush()
    if image.alteration is not None:
        session.expire(image.alteration)
    session.expire(image, ["alteration"])
    return image


def _check_original(session: Session, image: Image, original_id: int) -> None:
    if original_id == image.id:
        raise ValidationError("A photo is not its own original.", _ORIGINAL)
    original = session.get(Image, original_id)
    if original is None or original.listing_id != image.listing_id or original.sha256 is None:
        raise ValidationError(f"Photo {original_id} is no photo of the same listing.", _ORIGINAL)
    if session.get(Alteration, original_id) is not None:
        raise ValidationError(f"Photo {original_id} is altered itself: name the photo as it was taken.", _ORIGINAL)


def altered_in(session: Session, listing_id: int) -> dict[int, Altered]:
    """The altered photos of a listing, by their ids."""
    rows = session.scalars(_of_listings([listing_id]))
    return {row.image_id: _as_altered(row) for row in rows}


def altered_among(session: Session, image_ids: Sequence[int]) -> list[int]:
    """Which of these photos are altered, in the order of their ids."""
    statement = select(Alteration.image_id).where(Alteration.image_id.in_(image_ids)).order_by(Alteration.image_id)
    return list(session.scalars(statement))


def blockers_of(session: Session, listing_ids: Sequence[int]) -> Mapping[int, list[Blocker]]:
    """Why listings can't be published: altered photos without their originals, or without a disclosure. One query."""
    found: dict[int, list[Blocker]] = defaultdict(list)
    statement = _of_listings(listing_ids).add_columns(Image.listing_id)
    for row, listing_id in session.execute(statement):
        found[listing_id] += [Blocker(image_id=row.image_id, reason=reason) for reason in reasons(_as_altered(row))]
    return found


def reasons(altered: Altered) -> list[str]:
    """Why this photo keeps its listing from being published. Pure."""
    missing = []
    if altered.original_id is None:
        missing.append(f"Photo {altered.image_id} is altered, and its original is missing.")
    if not altered.disclosure:
        missing.append(f"Photo {altered.image_id} is altered, and nothing discloses it.")
    return missing


def ledger(session: Session, listing_id: int) -> LedgerAnswer:
    """All altered photos of a listing with their originals, in the order they came. Raises NotFoundError."""
    require_listing(session, listing_id)
    original = aliased(Image)
    statement = _of_listings([listing_id]).add_columns(Image.sha256, original.sha256)
    statement = statement.outerjoin(original, original.id == Alteration.original_image_id)
    entries = [
        LedgerEntry(
            image_id=row.image_id,
            sha256=sha256,
            thumbnail_url=thumbnail_of(sha256, SMALL),
            original_sha256=original_sha256,
            original_thumbnail_url=thumbnail_of(original_sha256, SMALL),
            **present_alteration(row, original_sha256).model_dump(),
        )
        for row, sha256, original_sha256 in session.execute(statement)
    ]
    return LedgerAnswer(listing_id=listing_id, alterations=entries)


def _of_listings(listing_ids: Sequence[int]) -> Select[Alteration]:
    """The ledger's rows of some listings: the one place where they are read by listing."""
    statement = select(Alteration).join(Image, Image.id == Alteration.image_id)
    return statement.where(Image.listing_id.in_(listing_ids)).order_by(Alteration.image_id)


def _as_altered(row: Alteration) -> Altered:
    return Altered(row.image_id, row.original_image_id, row.kind, row.disclosure.strip())
