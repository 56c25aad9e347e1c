"""The one logger and the one metrics sink. Made when first asked for, so that a test or a tool may import anything."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools import Logger, Metrics

NAMESPACE = "Roomlens"


@cache
def logger() -> Logger:
    """Structured JSON logs; the service's name and the level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL."""
    return Logger()


@cache
def metrics() -> Metrics:
    """CloudWatch metrics in embedded format, printed to the log: no call to AWS."""
    return Metrics(namespace=NAMESPACE)
