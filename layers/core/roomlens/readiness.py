"""Whether the service could do its work now: what it leans on is used once, as a search uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from roomlens import storage
from roomlens.db import session_scope
from roomlens.models import TextVector
from roomlens.observability import logger
from roomlens.schemas import Checks, Readiness
from roomlens.search.nearest import nearest_rows
from roomlens.vectors import TEXT_DIMENSIONS
from roomlens.versions import analyzer_in_force, text_embedder_in_force

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

_NOBODY: Final = "nobody@0"
"""No model is called so: the search goes all its way, and finds nothing."""


def readiness() -> Readiness:
    """Tries all that there is to try; the log says why something failed. One try each: whoever asks asks again.

    What needs the database is not tried without it: each try would wait as long as the first did, and a request has
    29 seconds.
    """
    database = _works("database", _ask_database)
    checks = Checks(
        database=database,
        vectors=_works("vectors", _search_vectors) if database == "ok" else "unknown",
        storage=_works("storage", storage.ask),
        models=_works("models", _read_words) if database == "ok" else "unknown",
    )
    ready = all(found == "ok" for found in checks.model_dump().values())
    return Readiness(status="ready" if ready else "unavailable", checks=checks)


def _works(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception:  # noqa: BLE001  # whatever it is, it is the answer
        logger().exception("ready.failed", extra={"check": name})
        return "failed"
    return "ok"


def _ask_database() -> None:
    with session_scope() as session:
        session.execute(select(1))


def _search_vectors() -> None:
    with session_scope() as session:
        nearest_rows(session, TextVector, _any_direction(), embedder=_NOBODY, k=1)


def _any_direction() -> FloatArray:
    import numpy as np

    return np.full(TEXT_DIMENSIONS, TEXT_DIMENSIONS**-0.5, dtype=np.float32)


def _read_words() -> None:
    """By the models in force, which the database names."""
    with session_scope():
        text_embedder_in_force().embed(["room"], question=True)
        analyzer_in_force()
