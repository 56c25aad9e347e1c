"""What EventBridge does when the time of a schedule has come, and the thread that waits for it."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rig.stack import ACCOUNT, REGION, Schedule

logger = logging.getLogger("rig")


def schedule_event(schedule: Schedule) -> Any:
    """What the target gets: the template's `Input`, else EventBridge's own document.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html"""
    if schedule.input is not None:
        return json.loads(schedule.input)
    of_a_rule = ":rule/" in schedule.arn
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events" if of_a_rule else "aws.scheduler",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [schedule.arn],
        "detail": {} if of_a_rule else "{}",  # the Scheduler writes it as a text
    }


@contextmanager
def running(schedules: Mapping[str, Schedule], run: Callable[[str], None]) -> Iterator[None]:
    """Inside, `run` is called with a schedule's logical id whenever its time has come: for the first time after one
    period, as a rate begins to count when its rule is made. Turns that the machine slept through are left out."""
    periods = {name: found.period for name, found in schedules.items() if found.enabled and found.period}
    stopping = threading.Event()
    thread = threading.Thread(target=_run, args=(periods, run, stopping), name="schedules", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _run(periods: Mapping[str, float], run: Callable[[str], None], stopping: threading.Event) -> None:
    due = {name: time.monotonic() + period for name, period in periods.items()}
    while due:
        name = min(due, key=lambda name: due[name])
        if stopping.wait(max(0.0, due[name] - time.monotonic())):
            return
        try:
            run(name)
        except Exception:
            logger.exception("the schedule %s could not be run", name)
        passed = (time.monotonic() - due[name]) // periods[name]
        due[name] += periods[name] * (1 + passed)
