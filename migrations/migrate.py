"""Brings the database's schema up to date. Safe to run twice, and by two callers at once.

CloudFormation asks for it at each deploy (template.yaml, `Migration`), and waits for an answer at the address that it
gives; a person may invoke it at any time, with any other event.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any, Final, Protocol

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from roomlens.db import engine
from roomlens.observability import logger

# "roomlens" as bytes: any fixed number serves, as long as nothing else in the database locks the same one
LOCK = 0x726F_6F6D_6C65_6E73

# What is left of the function's time when CloudFormation is told that it didn't suffice; without an answer the stack
# would wait for its ServiceTimeout.
_SECONDS_TO_ANSWER: Final = 15
_PAUSES: Final = (1.0, 4.0)
"""Seconds after an answer that did not get through, and was not the last try."""

_LIMITS: Final = {
    # Requests and steps of workflows end within a minute, and nobody waits for a statement that goes on after it.
    "roomlens_app": {"statement_timeout": "25s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"},
    # Chunks of a batch end within five.
    "roomlens_operator": {
        "statement_timeout": "120s", "lock_timeout": "30s", "idle_in_transaction_session_timeout": "300s",
    },
}  # fmt: skip
"""What functions may take, by the role that their work needs. Set on the user who logs in and not by each connection:
RDS Proxy refuses options in the start-up packet, and gives whoever uses SET a connection for itself."""


class Context(Protocol):
    """What Lambda says of this invocation."""

    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int: ...


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> tuple[str | None, str | None]:
    """Applies what is missing; answers with the revision before and after.

    A schema that is newer than this code is left as it is: a deploy that failed is rolled back to its code, and what
    it has added to the schema serves the older code too (docs/runbook.md).
    """
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    before = MigrationContext.configure(connection).get_current_revision()
    if before is not None and before not in {script.revision for script in scripts.walk_revisions()}:
        logger().warning("schema.newer_than_the_code", extra={"revision": before})
        return before, before
    command.upgrade(config, "head")
    return before, scripts.get_current_head()


def admit(connection: Connection) -> None:
    """On Aurora makes a user for each role of the functions, for whom IAM vouches, and limits what they take. Elsewhere
    people decide who logs in, and how.

    IAM can't vouch for the roles themselves: whoever owns the tables is a member of both, and would be asked for IAM's
    word instead of the password, too, and so would the next migration.
    """
    if not connection.scalar(text("select 1 from pg_roles where rolname = 'rds_iam'")):
        return
    for role, limits in _LIMITS.items():
        user = f"{role}_login"
        if not connection.scalar(text("select 1 from pg_roles where rolname = :user"), {"user": user}):
            connection.exec_driver_sql(f"create role {user} login")
        connection.exec_driver_sql(f"grant {role}, rds_iam to {user}")
        for name, limit in limits.items():
            connection.exec_driver_sql(f"alter role {user} set {name} = '{limit}'")


def migrate() -> dict[str, str | None]:
    with engine().begin() as connection:
        before, after = upgrade(connection)
        admit(connection)
    logger().info("schema.migrated", extra={"before": before, "after": after})
    return {"before": before, "after": after}


def handler(event: dict[str, Any], context: Context) -> dict[str, str | None]:
    """Whoever asks by hand sees what went wrong; CloudFormation is told that something did, and rolls back."""
    if "ResponseURL" not in event:
        return migrate()
    answer = Answer(event, context.log_stream_name)
    watch = threading.Timer(context.get_remaining_time_in_millis() / 1000 - _SECONDS_TO_ANSWER, answer.too_late)
    watch.daemon = True
    watch.start()
    try:
        # What is deleted with the stack is the stack; the database has a protection of its own.
        done = migrate() if event["RequestType"] != "Delete" else {}
    except Exception as error:  # noqa: BLE001  # whatever it is, the stack waits for an answer
        logger().exception("schema.not_migrated")
        answer.give("FAILED", reason=f"{type(error).__name__}: see the log")
        return {}
    finally:
        watch.cancel()
    answer.give("SUCCESS", done)
    return done


class Answer:
    """What CloudFormation is told, once."""

    def __init__(self, event: dict[str, Any], log_stream: str) -> None:
        self._event, self._log_stream = event, log_stream
        self._given = threading.Lock()

    def too_late(self) -> None:
        logger().error("schema.no_time_left")
        self.give("FAILED", reason="the time did not suffice")

    def give(self, status: str, data: dict[str, str | None] | None = None, reason: str = "") -> None:
        """Nothing when an answer was given before. Raises OSError when it does not get through."""
        if not self._given.acquire(blocking=False):
            return
        said = {
            "Status": status,
            "Reason": f"{reason} ({self._log_stream})",  # no message of an error: it may name hosts and users
            "PhysicalResourceId": self._event.get("PhysicalResourceId", "schema"),
            **{key: self._event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
            "Data": {key: value or "" for key, value in (data or {}).items()},
        }
        put(self._event["ResponseURL"], json.dumps(said).encode())


def put(url: str, body: bytes) -> None:
    """Puts an answer where CloudFormation signed a link to: with an empty content type, for so it was signed."""
    from urllib.request import Request, urlopen

    request = Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310 - CloudFormation's own
    pauses = iter(_PAUSES)
    while True:
        try:
            with urlopen(request, timeout=10):  # noqa: S310
                return
        except OSError as error:  # also of a status that says no
            logger().warning("cloudformation.not_answered", extra={"kind": type(error).__name__})
            pause = next(pauses, None)
            if pause is None:
                raise
            time.sleep(pause)
