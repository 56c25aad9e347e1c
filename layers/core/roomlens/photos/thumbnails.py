"""A photo's small copies, on their way into the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

from roomlens import storage
from roomlens.observability import measured_parts, timed
from roomlens.photos.decoding import THUMBNAIL_SIDES, Picture, thumbnail


def thumbnail_keys(sha256: str) -> list[str]:
    return [storage.thumbnail_key(sha256, side) for side in THUMBNAIL_SIDES]


def put_thumbnails(picture: Picture) -> None:
    """Makes them and stores them. Raises UnavailableError when S3 can't take them."""
    with being_stored(picture):
        pass


@contextmanager
def being_stored(picture: Picture) -> Iterator[None]:
    """Makes the thumbnails, and stores them while the block runs: a model computes while S3 is waited for. They are
    stored when the block has ended; raises as `put_thumbnails` then.

    Sent from a thread, they count as time of S3 only as far as the block's end had to wait for them.
    """
    with timed("thumbnails"):
        made = [(storage.thumbnail_key(picture.sha256, side), thumbnail(picture, side)) for side in THUMBNAIL_SIDES]
    with ThreadPoolExecutor(1, thread_name_prefix="thumbnails") as pool:
        stored = pool.submit(copy_context().run, _store, made)
        yield
        with timed("s3"):
            stored.result()


def _store(made: list[tuple[str, bytes]]) -> None:
    with measured_parts():  # of its own: the request's clock is the other thread's
        for key, body in made:
            storage.put(key, body, "image/jpeg")
