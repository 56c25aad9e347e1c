"""Whether every photo is there that the system said it has: once, as it was sent, and looked at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.load.clients import Api, BadAnswerError
from benchmarks.load.ledger import Taken

STANDSTILL: Final = 120.0
"""Seconds without one more task at its end, after which those that are left are given up."""
_PAGE: Final = 100
_OVER: Final = ("success", "failed", "canceled", "partial")
_AT_ONCE: Final = 4


@dataclass
class Verdict:
    """How many uploads were answered, how many of them are there as they should be, and one line for each fault."""

    answered: int = 0
    right: int = 0
    faults: list[str] = field(default_factory=list)


def wait_for(api: Api, taken: Sequence[Taken], on_done: Callable[[int], None]) -> None:
    """Returns when the tasks of the asynchronous uploads are over, or nothing has moved for long: what is not over then
    is for `judge` to find."""
    waiting = [one.task_id for one in taken if one.task_id]
    total, moved = len(waiting), time.monotonic()
    while waiting and time.monotonic() - moved < STANDSTILL:
        left = [task for task in waiting if not _is_over(api, task)]
        if len(left) < len(waiting):
            moved = time.monotonic()
        waiting = left
        on_done(total - len(waiting))
        time.sleep(0.2 if waiting else 0)


def _is_over(api: Api, task_id: str) -> bool:
    try:
        return bool(api.ask("GET", f"/api/tasks/{task_id}")["status"] in _OVER)
    except BadAnswerError:
        return False


def judge(
    taken: Sequence[Taken],
    shown: Callable[[int], Mapping[str, Any]],
    listed: Iterable[Mapping[str, Any]],
    unanswered: frozenset[str] = frozenset(),
) -> Verdict:
    """`shown` gives a photo as `GET /api/images/{id}` does, `listed` are all photos of the listings that were uploaded
    to; a photo whose upload was not answered may be among them, once."""
    verdict = Verdict(answered=len(taken))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for one, wrong in zip(taken, pool.map(lambda one: _wrong_with(one, shown), taken), strict=True):
            if wrong:
                verdict.faults.append(f"image {one.image_id}: {wrong}")
            else:
                verdict.right += 1
    verdict.faults += _wrong_in_list(taken, list(listed), unanswered)
    return verdict


def _wrong_with(one: Taken, shown: Callable[[int], Mapping[str, Any]]) -> str:
    try:
        image = shown(one.image_id)
    except BadAnswerError as error:
        return f"lost: {error}"
    if image["sha256"] != one.sha256:
        return "the bytes are another's"
    if image["listing_id"] != one.listing_id:
        return f"belongs to listing {image['listing_id']}, not {one.listing_id}"
    if image["status"] != "analyzed":
        return f"is {image['status']}"
    return "" if len(image["analyses"]) == 1 else f"was looked at {len(image['analyses'])} times"


def _wrong_in_list(
    taken: Sequence[Taken], listed: Sequence[Mapping[str, Any]], unanswered: frozenset[str]
) -> Iterator[str]:
    for image_id, count in Counter(one.image_id for one in taken).items():
        if count > 1:
            yield f"image {image_id} was given to {count} uploads"
    stored = Counter(image["sha256"] for image in listed)
    for digest, count in stored.items():
        if count > 1:
            yield f"the photo {digest[:12]} is stored {count} times"
    sent = {one.sha256 for one in taken}
    for digest in stored.keys() - sent - unanswered:
        yield f"the photo {digest[:12]} is stored, and nobody sent it"
    for digest in sent - stored.keys():
        yield f"the photo {digest[:12]} is not in its listing"


def all_photos(api: Api, listings: Iterable[int]) -> Iterator[Mapping[str, Any]]:
    """Every photo of the listings, page by page."""
    for listing in listings:
        cursor = ""
        while cursor is not None:
            fields = {"listing_id": str(listing), "limit": str(_PAGE)} | ({"cursor": cursor} if cursor else {})
            page = api.ask("GET", "/api/images", fields=fields)
            yield from page["images"]
            cursor = page["next_cursor"]
