"""A call that its caller named with an `Idempotency-Key` is done once; who sends it again gets the first answer.

The claim is committed before the work begins, so that a second call sees that there is a first one. The answer is kept
in the transaction of the work, so that there is no moment at which one of the two is stored and the other is not. A
call that fails keeps nothing and gives its claim back (docs/adr/0016-idempotency.md).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Final
from urllib.parse import quote

from sqlalchemy import ColumnElement, delete, null, or_, update
from sqlalchemy.orm import Session

from roomlens.db import session_scope
from roomlens.dialects import insert
from roomlens.errors import IdempotencyConflictError, InProgressError, UnavailableError, ValidationError
from roomlens.models import IdempotencyKey
from roomlens.observability import logger
from roomlens.tenancy import acting_everywhere, current_tenant

KEPT_FOR: Final = timedelta(hours=24)
LONGEST_CALL: Final = timedelta(seconds=30)
"""No function that serves the API lives longer (template.yaml), so whoever claimed before that is gone."""
KEY_PATTERN: Final = r"^[\x21-\x7e]{1,255}$"

_WIDTH: Final = 200  # signs of the columns `caller` and `route`
_TRIES: Final = 5


@dataclass(frozen=True)
class Call:
    """A call by its name; `fingerprint` tells it from another call by the same name."""

    caller: str
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    """What was answered: `body` is text."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Attempt:
    """A call that goes on. `answer` is what was answered before; without one it is to be done, and its answer kept."""

    call: Call
    answer: Answer | None = None
    locked_until: datetime | None = None
    kept: bool = False

    def keep(self, session: Session, answer: Answer) -> None:
        """Keeps the answer in the transaction of the work, so that both are stored or none.

        Raises InProgressError when it took so long that the call was begun again; then the work must not be stored.
        """
        told = {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.body}
        ours = update(IdempotencyKey).where(*self._ours()).values(**told).returning(IdempotencyKey.key)
        if session.execute(ours).one_or_none() is None:
            raise InProgressError("This call took so long that it was begun a second time.")
        self.kept = True

    def release(self) -> None:
        """Gives the claim back. An answer that was kept after all, because a commit went well without saying so,
        stays."""
        try:
            with session_scope() as session:
                session.execute(delete(IdempotencyKey).where(*self._ours()))
        except UnavailableError:
            logger().warning("idempotency.not_released", extra={"route": self.call.route})  # it ends by itself

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        table = IdempotencyKey
        named = (table.caller == self.call.caller, table.route == self.call.route, table.key == self.call.key)
        mine = table.tenant_id == current_tenant()  # an operator's session sees the keys of all
        return (mine, *named, table.locked_until == self.locked_until, table.status_code.is_(None))


def name_call(
    key: str, *, caller: str, method: str, path: str, query: bytes, content_type: str | None, body: bytes
) -> Call:
    """The name and the fingerprint of a call. Raises ValidationError for what is no key.

    The route is the path as it was called, so a key belongs to one photo or task and says nothing of the others; with
    and without its last slash it is one route.
    """
    if not re.fullmatch(KEY_PATTERN, key):
        raise ValidationError("Send 1 to 255 visible ASCII characters.", pointer="/header/idempotency-key")
    route = f"{method} {quote(path.rstrip('/'), errors='replace')}"
    kind, plain = _without_boundary(content_type, body)
    digest = hashlib.sha256()
    for part in (route.encode(), query, kind.encode(), plain):
        digest.update(b"%d:" % len(part) + part)
    return Call(_fitting(caller), _fitting(route), key, digest.hexdigest())


@contextmanager
def attempt(call: Call) -> Iterator[Attempt]:
    """Claims a call. Whatever ends in an exception, or keeps no answer, gives the claim back.

    Raises IdempotencyConflictError when the key names another call, and InProgressError when the first is not answered.
    """
    tried = _claim(call)
    try:
        yield tried
    except BaseException:
        tried.kept = False
        raise
    finally:
        if tried.answer is None and not tried.kept:
            tried.release()


def forget_old() -> int:
    """Deletes what is over 24 hours old, of every tenant, and says how many that were."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < datetime.now(UTC) - KEPT_FOR)
    with acting_everywhere(), session_scope() as session:
        return len(session.scalars(old.returning(IdempotencyKey.key)).all())


def _claim(call: Call) -> Attempt:
    """In a transaction of its own, which others see as soon as it ends."""
    for _ in range(_TRIES):
        now = datetime.now(UTC)
        with session_scope() as session:
            if _take(session, call, now):
                return Attempt(call, locked_until=now + LONGEST_CALL)
            known = session.get(IdempotencyKey, (current_tenant(), call.caller, call.route, call.key))
            if known is not None:
                return Attempt(call, _answer_to(call, known))
    raise InProgressError("Calls with this key come and go; try again in a moment.")  # each was released as we looked


def _take(session: Session, call: Call, now: datetime) -> bool:
    """Makes the row of a call, or takes over one whose call died or is forgotten. Waits for whoever writes it."""
    table = IdempotencyKey
    ours = {"fingerprint": call.fingerprint, "locked_until": now + LONGEST_CALL, "created_at": now}
    statement = insert(session, table).values(caller=call.caller, route=call.route, key=call.key, **ours)
    statement = statement.on_conflict_do_update(
        index_elements=[table.tenant_id, table.caller, table.route, table.key],
        set_=ours | {"status_code": null(), "headers": null(), "body": null()},
        where=or_(
            table.status_code.is_(None) & (table.locked_until < now),
            table.created_at < now - KEPT_FOR,
        ),
    )
    return session.execute(statement.returning(table.key)).one_or_none() is not None


def _answer_to(call: Call, known: IdempotencyKey) -> Answer:
    if known.fingerprint != call.fingerprint:
        raise IdempotencyConflictError("This Idempotency-Key was used for another request; make a new one for each.")
    if known.status_code is None:
        raise InProgressError("The first request with this Idempotency-Key is still being answered.")
    return Answer(known.status_code, known.headers or {}, known.body or "")


def _without_boundary(content_type: str | None, body: bytes) -> tuple[str, bytes]:
    """The media type, and the body without what stands between the parts of a form: each client makes it up anew each
    time."""
    told = Message()
    told["content-type"] = content_type or ""
    boundary = told.get_boundary() if told.get_content_maintype() == "multipart" else None
    if not boundary:
        return told.get_content_type(), body
    return told.get_content_type(), body.replace(b"--" + boundary.encode("latin-1", "replace"), b"--")


def _fitting(name: str) -> str:
    return name if len(name) <= _WIDTH else hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
