"""The one logger, the one metrics sink, and where the time of a request went.

Made when first asked for, so that a test or a tool may import anything.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE: Final = "Roomlens"

# milliseconds by part ("db", "model", "s3") of the request that is being served
_parts: ContextVar[dict[str, float] | None] = ContextVar("parts", default=None)


@cache
def logger() -> Logger:
    """Structured JSON logs; POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL name the service and the level."""
    return Logger()


def count(function: str, **values: float) -> None:
    """Counts in CloudWatch's embedded format: one line of the log, no call to AWS."""
    sink = EphemeralMetrics(namespace=NAMESPACE)  # the shared kind mixes up the requests of one process's threads
    sink.add_dimension(name="function", value=function)
    for name, value in values.items():
        sink.add_metric(
            name=name, unit=MetricUnit.Milliseconds if name.endswith("Ms") else MetricUnit.Count, value=value
        )
    sink.flush_metrics()


@contextmanager
def measured_parts() -> Iterator[dict[str, float]]:
    """Collects what `timed` measures inside the block."""
    parts: dict[str, float] = {}
    token = _parts.set(parts)
    try:
        yield parts
    finally:
        _parts.reset(token)


@contextmanager
def timed(part: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        add_time(part, time.perf_counter() - started)


def add_time(part: str, seconds: float) -> None:
    if (parts := _parts.get()) is not None:
        parts[part] = parts.get(part, 0.0) + seconds * 1000
