"""Every five minutes: closes tasks whose execution died without a word, and forgets what was kept for a day."""

from typing import Any

from roomlens import tasks
from roomlens.db import session_scope
from roomlens.events import clock_of
from roomlens.idempotency import forget_old


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    with session_scope() as session:
        forget_old(session)
    return tasks.reconcile(clock_of(context))
