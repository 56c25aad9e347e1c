"""Every five minutes: closes tasks and deletes objects that nobody else will, and forgets what was kept for a day."""

from typing import Any

from roomlens import outbox, tasks
from roomlens.events import clock_of
from roomlens.idempotency import forget_old


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    forget_old()
    seconds_left = clock_of(context)
    return tasks.reconcile(seconds_left) | outbox.drain(seconds_left)
