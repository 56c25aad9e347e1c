"""How the photos come: half as a manifest and presigned uploads, half as objects that lie under a prefix."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.faults.photos import Photo

WINDOW: Final = 16
"""Uploads that are under way at a time: a person's browser does not send hundreds at once either."""
PATIENCE: Final = 120.0
"""Seconds that a sender goes on trying."""
_PAGE: Final = 100


class NotTakenError(Exception):
    """The system refused what it should have taken."""


@dataclass(frozen=True)
class Batch:
    """A batch that was begun: its task, and its photos."""

    task_id: str
    photos: Sequence[Photo]


class Api:
    """The HTTP API as a patient client has it: what answers 5xx is asked again."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The answer's JSON. Raises NotTakenError when it is refused, or not answered in time."""
        end = time.monotonic() + PATIENCE
        while True:
            answer = self._client.request(method, path, **options)
            if answer.is_success:
                return answer.json()
            if answer.status_code < 500 or time.monotonic() > end:
                raise NotTakenError(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
            time.sleep(0.2)

    def glance(self, path: str) -> Any | None:
        """The answer's JSON; None when there is none right now."""
        answer = self._client.get(path)
        return answer.json() if answer.is_success else None

    def all(self, path: str, name: str) -> Iterator[Any]:
        """Every entry of a list, page by page."""
        cursor = None
        while True:
            page = self.ask("GET", path, params={"limit": _PAGE} | ({"cursor": cursor} if cursor else {}))
            yield from page[name]
            if not (cursor := page["next_cursor"]):
                return


def begin_import(api: Api, put: Callable[[str, bytes], None], photos: Sequence[Photo], listing_id: int) -> Batch:
    """Puts the photos under a prefix, as `aws s3 cp --recursive` does, and names it."""
    prefix = f"imports/drill-{listing_id}/"
    for photo in photos:
        put(f"{prefix}{photo.name}", photo.body)
    begun = api.ask("POST", "/api/uploads/batch", json={"prefix": prefix, "listing_id": listing_id})
    return Batch(begun["task_id"], photos)


def announce(api: Api, photos: Sequence[Photo], listing_id: int) -> Batch:
    """Sends the manifest of the uploads to come."""
    manifest = [{"filename": photo.name, "content_type": "image/jpeg", "size": len(photo.body)} for photo in photos]
    begun = api.ask("POST", "/api/uploads/batch", json={"photos": manifest, "listing_id": listing_id})
    return Batch(begun["task_id"], photos)


class Sender:
    """Sends the uploads of a batch from a thread of its own, each as its item says, no faster than they are dealt with;
    a context manager. What S3 answers 503 to is sent again."""

    def __init__(self, forms: Mapping[str, Mapping[str, Any]], batch: Batch) -> None:
        self._forms = forms
        self._photos = batch.photos
        self._allowed = WINDOW
        self._changed = threading.Condition()
        self._stopped = False
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self.refused = 0

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join()

    def dealt_with(self, count: int) -> None:
        """Lets it send so many more than these. Raises NotTakenError when an upload was refused for good."""
        if self._problem is not None:
            raise self._problem
        with self._changed:
            self._allowed = max(self._allowed, count + WINDOW)
            self._changed.notify_all()

    def _run(self) -> None:
        import urllib3

        with urllib3.PoolManager() as pool:
            for sent, photo in enumerate(self._photos):
                with self._changed:
                    self._changed.wait_for(lambda sent=sent: self._stopped or sent < self._allowed)  # type: ignore[misc]
                if self._stopped:
                    return
                try:
                    self._send(pool, self._forms[photo.name], photo)
                except Exception as error:  # noqa: BLE001 - raised where it is waited for
                    self._problem = error
                    return

    def _send(self, pool: Any, form: Mapping[str, Any], photo: Photo) -> None:
        fields = {**form["fields"], "file": (photo.name, photo.body, "image/jpeg")}
        end = time.monotonic() + PATIENCE
        while not self._stopped:
            answer = pool.request("POST", form["url"], fields=fields, retries=False)
            if answer.status < 300:
                return
            if answer.status < 500 or time.monotonic() > end:
                raise NotTakenError(f"the upload of {photo.name} was refused: {answer.status} {answer.data[:300]!r}")
            self.refused += 1
            time.sleep(0.5)
