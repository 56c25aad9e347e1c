"""Photos and listings deleted, with all that is theirs and nothing of another's (docs/adr/0020-removal.md).

Rows go in one transaction, under the lock of whoever settles a photo of the listing, and with them go the keys of their
objects into the outbox. Locks are taken in the order that all others take them in: the listing's, conversations,
batches, photos, tasks; and the listing's row last, which whoever writes a row of it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from roomlens import outbox, tasks
from roomlens.chat import rows
from roomlens.chat.conversations import lock_conversation, remove_words
from roomlens.errors import NotFoundError
from roomlens.listings.records import entity_tag as tag_of_listing
from roomlens.listings.records import get_listing
from roomlens.listings.refreshing import refresh_afterwards
from roomlens.models import Analysis, Conversation, Image, ImageKey, ImageVector, Listing, Task, TextVector
from roomlens.photos.corrections import entity_tag as tag_of_photo
from roomlens.photos.records import get_image
from roomlens.photos.rows import lock_listing
from roomlens.photos.thumbnails import thumbnail_keys
from roomlens.preconditions import require_match
from roomlens.schemas import ListingRemoved, PhotoRemoved, Removed
from roomlens.tasks import Kind


def remove_listing(session: Session, listing_id: int, *, if_match: str | None = None) -> ListingRemoved:
    """Deletes a listing with its photos, their objects, and its conversations; cancels what is still at work for it.

    Raises NotFoundError when there is no such listing, or none any more; PreconditionFailedError when it is not what
    `if_match` says; InProgressError while a message of one of its conversations is being answered.
    """
    lock_listing(session, listing_id)
    require_match(if_match, tag_of_listing(get_listing(session, listing_id)), "listing")
    conversations = _locked_conversations(session, listing_id)
    words = remove_words(session, conversations)
    _forget_questions(session, listing_id)
    removed = _remove(session, _Those(Image.listing_id == listing_id, Task.listing_id == listing_id))
    removed.conversations = len(conversations)
    removed.messages, removed.feedback = words.messages, words.feedback
    _delete(session, delete(Listing).where(Listing.id == listing_id))
    session.expire_all()
    return ListingRemoved(listing_id=listing_id, removed=removed)


def _locked_conversations(session: Session, listing_id: int) -> list[int]:
    locked = []
    of_it = rows.conversations().where(Conversation.listing_id == listing_id).with_only_columns(Conversation.id)
    for conversation_id in session.scalars(of_it.order_by(Conversation.id)).all():
        with suppress(NotFoundError):  # somebody else was faster
            locked.append(lock_conversation(session, conversation_id).id)
    return locked


def _forget_questions(session: Session, listing_id: int) -> None:
    """Those that were never answered, and are of no conversation."""
    asked = select(Task).where(Task.kind == Kind.CHAT, Task.listing_id == listing_id)
    for task in session.scalars(asked.with_for_update()):
        task.request = task.request | {"message": ""}
    session.flush()


def remove_photo(session: Session, image_id: int, *, if_match: str | None = None) -> PhotoRemoved:
    """Deletes a photo with all that was seen in it and said of it, its objects, and what its listing's photos said
    together with it; cancels what is still at work on it. Its tasks stay, as history.

    Raises NotFoundError when there is no such photo, or none any more; PreconditionFailedError when it is not what
    `if_match` says.
    """
    listing_id = _lock_its_listing(session, image_id)
    if if_match is not None:  # the tag takes statements
        require_match(if_match, tag_of_photo(get_image(session, image_id)), "photo")
    removed = _remove(session, _Those(Image.id == image_id, Task.image_id == image_id))
    listing = session.get(Listing, listing_id) if listing_id is not None else None
    if listing is not None and image_id in (listing.photo_order or ()):
        listing.photo_order = [placed for placed in listing.photo_order or () if placed != image_id]
    session.flush()
    refresh_afterwards(session, listing_id)
    return PhotoRemoved(image_id=image_id, listing_id=listing_id, removed=removed)


def _lock_its_listing(session: Session, image_id: int) -> int | None:
    """The listing of a photo, locked; a photo that could not be taken in may change its listing meanwhile."""
    while True:
        listing_id = get_image(session, image_id).listing_id
        lock_listing(session, listing_id)
        if get_image(session, image_id).listing_id == listing_id:
            return listing_id


@dataclass(frozen=True)
class _Those:
    """Photos, and the tasks that are about them."""

    photos: ColumnElement[bool]
    tasks: ColumnElement[bool]


def _remove(session: Session, those: _Those) -> Removed:
    """Deletes photos; their rows in other tables go with them."""
    ids = select(Image.id).where(those.photos)
    about_them = or_(those.tasks, Task.image_id.in_(ids))
    open_tasks = tasks.hold_open(session, about_them)
    session.execute(ids.order_by(Image.id).with_for_update())
    keys = _keys(session, those.photos, about_them)
    shown = _pictures(session, those.photos)
    vectors = sum(_count(session, select(kind.analysis_id).where(kind.image_id.in_(ids))) for kind in _VECTORS)
    analyses = _count(session, select(Analysis.id).where(Analysis.image_id.in_(ids)))
    photos = _delete(session, delete(Image).where(those.photos))
    session.expire_all()
    keys |= _thumbnails(shown)
    objects = len(keys) - len(_thumbnails(_pictures(session, Image.sha256.in_(shown))))
    tasks.cancel_all(session, open_tasks)
    outbox.let_go(session, keys)  # with those: two who delete at once each take the other's photo for a living one
    return Removed(photos=photos, objects=objects, analyses=analyses, vectors=vectors, tasks_canceled=len(open_tasks))


_VECTORS = (TextVector, ImageVector)


def _keys(session: Session, photos: ColumnElement[bool], about_them: ColumnElement[bool]) -> dict[str, str | None]:
    """The keys of the objects that photos were made of, each with the ETag of the bytes that were found there, where it
    is known: originals under every name, and what was uploaded and may still wait."""
    keys: dict[str, str | None] = dict.fromkeys(session.scalars(select(Image.s3_key).where(photos)))
    uploads = select(Task.request).where(about_them, Task.kind == Kind.UPLOAD)
    keys |= dict.fromkeys(request["key"] for request in session.scalars(uploads))
    leading = select(ImageKey.s3_key, ImageKey.etag).join(Image, Image.id == ImageKey.image_id).where(photos)
    keys |= dict(session.execute(leading).all())
    return keys


def _pictures(session: Session, photos: ColumnElement[bool]) -> set[str]:
    """What photos show, by the sha256 of their bytes; nothing is known of those that could not be taken in."""
    return {sha256 for sha256 in session.scalars(select(Image.sha256).where(photos)) if sha256}


def _thumbnails(shown: Iterable[str]) -> dict[str, str | None]:
    """The keys of the thumbnails of pictures, by their sha256."""
    return dict.fromkeys(key for sha256 in shown for key in thumbnail_keys(sha256))


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _delete(session: Session, statement: Delete) -> int:
    """The session's own copies of these rows are not looked through: they are forgotten afterwards."""
    deleted: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return int(deleted.rowcount)
