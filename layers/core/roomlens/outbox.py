"""Objects that are to go from the bucket, because their rows went: a transactional outbox (docs/adr/0020-removal.md).

S3 takes no part in a transaction. So a key is noted in the transaction that deletes its rows, its object is deleted
after the commit, and what S3 could not do then, or a killed process left, the reconciler does.

Nothing goes that is somebody's again. Of a key that its bytes name, the rows tell whether it is: whoever stores these
bytes holds them (`keep`) from before he puts them until his row is committed. Of a key that others gave (`incoming/`,
`imports/`, `uploads/`) the object itself tells, by its ETag and its time: rows know of it only after its event.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from roomlens import storage
from roomlens.db import after_commit, session_scope
from roomlens.dialects import insert, lock, try_locks
from roomlens.errors import UnavailableError
from roomlens.events import Clock
from roomlens.models import Image, ImageKey, ObjectRemoval
from roomlens.observability import logger, timed
from roomlens.storage import Found
from roomlens.tenancy import acting_everywhere, acting_for

LINGERING: Final = timedelta(minutes=15)
"""How long a key that is named by its bytes is deleted again and again: a step that began before its photo was deleted
may put a thumbnail afterwards, and runs for five minutes at most, with all tries of a state for a few more."""
MOST_AT_ONCE: Final = 5 * storage.MOST_DELETED
"""Objects that are deleted before a request is answered; a call mostly takes a second at most."""
MOST_SECONDS: Final = 10.0
"""After so many of a request no call begins any more: the answer has 29."""
MOST_DRAINED: Final = 50_000
"""Keys that one call of the reconciler looks after."""
_ONE_CALL: Final = 20.0
"""Seconds that one call may take, with its tries."""
_BYTES: Final = 0x7273  # "rs": our class of advisory locks for what a sha256 names
_SIDE_BY_SIDE: Final = 8


def let_go(session: Session, keys: Mapping[str, str | None], *, at_once: bool = True) -> None:
    """Notes that objects are to go when this transaction is stored: their keys, and the ETags of what is meant by them
    where they are known. Begins to delete them after the commit; unless `at_once`, that is left to the reconciler, for
    whoever takes photos in has no right to delete any."""
    now = datetime.now(UTC)  # and not the beginning of the transaction, which may have waited for a photo that came
    for some in _chunks(sorted(keys)):
        rows = [{"s3_key": key, "etag": keys[key], "created_at": now} for key in some]
        statement = insert(session, ObjectRemoval).values(rows)
        renewed = {"etag": statement.excluded.etag, "created_at": statement.excluded.created_at}
        session.execute(statement.on_conflict_do_update(index_elements=[ObjectRemoval.s3_key], set_=renewed))
    if keys and at_once:
        after_commit(session, "outbox", partial(_deliver_soon, sorted(keys)[:MOST_AT_ONCE]))


def keep(session: Session, sha256: str) -> None:
    """Has nothing deleted that these bytes name until the transaction ends; waits for a call of S3 that does."""
    lock(session, _BYTES, _number(sha256), shared=True)


def is_let_go(session: Session, key: str, found: Found) -> bool:
    """Whether what was found under a key is to go, though S3 has not deleted it yet."""
    removal = session.get(ObjectRemoval, key, populate_existing=True)
    return removal is not None and _means(removal, found)


def drain(seconds_left: Clock, *, lingering: timedelta = LINGERING) -> dict[str, int]:
    """Deletes what is still to go, the oldest first, and leaves to the next call what goes wrong.

    Says how many keys were noted, and with how many of them it is done.
    """
    with acting_everywhere(), session_scope() as session:
        oldest = select(ObjectRemoval.tenant_id, ObjectRemoval.s3_key)
        oldest = oldest.order_by(ObjectRemoval.created_at, ObjectRemoval.s3_key).limit(MOST_DRAINED)
        of_tenants: dict[str, list[str]] = {}
        for tenant_id, key in session.execute(oldest):
            of_tenants.setdefault(tenant_id, []).append(key)
    done = 0
    for tenant_id, keys in of_tenants.items():
        with acting_for(tenant_id):
            done += _deliver(keys, seconds_left, lingering)
    drained = {"to_delete": sum(map(len, of_tenants.values())), "done_with": done}
    logger().info("outbox.drained", extra=drained)
    return drained


def _deliver_soon(keys: Sequence[str]) -> None:
    end = time.monotonic() + MOST_SECONDS + _ONE_CALL
    _deliver(keys, lambda: end - time.monotonic(), LINGERING)


def _deliver(keys: Sequence[str], seconds_left: Clock, lingering: timedelta) -> int:
    """Deletes objects by the call, each in a transaction of its own; says how many rows are done with."""
    done = 0
    for some in _chunks(keys):
        if seconds_left() < _ONE_CALL:
            break
        try:
            with session_scope() as session:
                done += _delete(session, some, lingering)
        except UnavailableError:  # the rows say that it is left to do
            logger().warning("outbox.not_delivered", extra={"keys": len(some)})
            break
    return done


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(keys), storage.MOST_DELETED):
        yield keys[first : first + storage.MOST_DELETED]


@dataclass(frozen=True)
class _Verdict:
    """What becomes of keys: their objects go, or stay because they are somebody's again, or are left for later."""

    going: set[str]
    staying: set[str]


def _delete(session: Session, keys: Collection[str], lingering: timedelta) -> int:
    """The removals are locked until S3 has done its part; those that another is at are left to him."""
    rows = select(ObjectRemoval).where(ObjectRemoval.s3_key.in_(keys)).with_for_update(skip_locked=True)
    removals = {row.s3_key: row for row in session.scalars(rows)}
    verdict = _judge(session, removals)
    refused = storage.delete(sorted(verdict.going))
    if refused:
        logger().warning("outbox.refused", extra={"keys": len(refused)})
    before = datetime.now(UTC) - lingering
    gone = verdict.going - refused
    over = {key for key in gone if storage.sha256_of(key) is None or removals[key].created_at <= before}
    done = verdict.staying | over
    session.execute(delete(ObjectRemoval).where(ObjectRemoval.s3_key.in_(done)))
    return len(done)


def _judge(session: Session, removals: Mapping[str, ObjectRemoval]) -> _Verdict:
    named = {key: sha256 for key in removals if (sha256 := storage.sha256_of(key))}
    numbers = {sha256: _number(sha256) for sha256 in named.values()}
    free = try_locks(session, _BYTES, set(numbers.values()))  # else somebody is about to store these bytes
    waiting = {key for key, sha256 in named.items() if numbers[sha256] not in free}
    staying = _in_use(session, removals, named)
    given = removals.keys() - named.keys() - staying
    there = _found(given)
    staying |= {key for key, found in there.items() if not _means(removals[key], found)}
    return _Verdict(removals.keys() - waiting - staying, staying - waiting)


def _in_use(session: Session, keys: Iterable[str], named: Mapping[str, str]) -> set[str]:
    """Keys that a photo has now. A thumbnail is that of every photo with these bytes."""
    asked = list(keys)
    leading = select(ImageKey.s3_key).where(ImageKey.s3_key.in_(asked))
    used = set(session.scalars(leading.union(select(Image.s3_key).where(Image.s3_key.in_(asked)))))
    shown = {key: sha256 for key, sha256 in named.items() if key.startswith(storage.DERIVED)}
    living = set(session.scalars(select(Image.sha256).where(Image.sha256.in_(set(shown.values())))))
    return used | {key for key, sha256 in shown.items() if sha256 in living}


def _found(keys: Collection[str]) -> dict[str, Found]:
    """What lies under keys that others gave; those that are gone are left out. Several are asked for at a time."""
    with timed("s3"), ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="outbox") as pool:
        found = zip(keys, pool.map(storage.find, keys), strict=True)
        return {key: there for key, there in found if there is not None}


def _means(removal: ObjectRemoval, found: Found) -> bool:
    """Whether an object is the one that is to go, and not one that was put in its place."""
    return found.modified_at <= removal.created_at and removal.etag in (None, found.etag)


def _number(sha256: str) -> int:
    """A signed number of 32 bits, which a lock has. Two photos in four thousand million share one: then one waits."""
    return int.from_bytes(bytes.fromhex(sha256[:8]), signed=True)
