"""One listing held against a pack: what is read for it, and the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.listings.copies import scenes_are_told
from roomlens.listings.linting.engine import findings, unchecked
from roomlens.listings.linting.packs import DEFAULT, read_pack
from roomlens.listings.linting.subject import Subject, Unseen
from roomlens.listings.photo_order import gallery_of
from roomlens.models import Image, ImageStatus
from roomlens.schemas import LintAnswer, LintRequest, PackOut, Severity
from roomlens.versions import model_in_force
from roomlens.vision import told


def lint_listing(session: Session, listing_id: int, wanted: LintRequest) -> LintAnswer:
    """What is wrong with the photos of a listing, by the pack that is named or sent.

    Raises NotFoundError, and ValidationError for a pack that is not there.
    """
    pack = wanted.pack or read_pack(wanted.rule_pack or DEFAULT)
    gallery = gallery_of(session, listing_id)
    subject = Subject(
        photos=gallery.photos,
        told=told(),
        unseen=_unseen(session, listing_id, {photo.id for photo in gallery.photos}),
        copies=gallery.copies,
        altered=gallery.altered,
        scenes_told=scenes_are_told(),
    )
    found = findings(pack, subject)
    counts = Counter(finding.severity for finding in found)
    return LintAnswer(
        listing_id=listing_id,
        passed=not counts[Severity.ERROR],
        pack=PackOut(name=pack.name, version=pack.version, title=pack.title),
        model=model_in_force().label,
        photo_count=len(gallery.photos),
        counts={severity: counts[severity] for severity in Severity},
        findings=found,
        unchecked=unchecked(pack, subject),
    )


def _unseen(session: Session, listing_id: int, seen: Collection[int]) -> list[Unseen]:
    statement = select(Image.id, Image.status, Image.failure_detail).where(Image.listing_id == listing_id)
    return [
        Unseen(image_id, ImageStatus(status), reason)
        for image_id, status, reason in session.execute(statement.order_by(Image.id))
        if image_id not in seen
    ]
