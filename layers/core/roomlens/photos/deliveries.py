"""Events of the bucket that come late or twice, told by one query before anything is read or looked at."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.events import ObjectCreated, order_of
from roomlens.models import Analysis, ImageKey
from roomlens.observability import logger
from roomlens.versions import made_by
from roomlens.vision import model_that_looks


def is_settled(session: Session, created: ObjectCreated) -> bool:
    """Whether an event has nothing to say any more: a newer one of its key was dealt with, or this very one was and the
    model that looks has seen the photo it told of.

    What was refused is looked at again when its event comes again: its listing may be there by now, or the limit
    raised. So is an event that found other bytes than its own, or none. An event without a sequencer always counts.
    """
    if created.sequencer is None:
        return False
    by_it = made_by(Analysis, model_that_looks())
    seen = select(Analysis.id).where(Analysis.image_id == ImageKey.image_id, by_it).exists()
    statement = select(ImageKey.sequencer, ImageKey.etag, seen.label("seen")).where(ImageKey.s3_key == created.key)
    known = session.execute(statement).one_or_none()
    if known is None or known.sequencer is None:
        return False
    here, newest = order_of(created.sequencer), order_of(known.sequencer)
    if here == newest:
        return bool(known.seen) and _bare(created.etag) == _bare(known.etag)
    if here < newest:
        logger().info("photo.overtaken", extra={"key": created.key})
    return here < newest


def _bare(etag: str | None) -> str:
    """S3 writes it in quotes, its events write it without."""
    return (etag or "").strip('"')
