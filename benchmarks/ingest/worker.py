"""A process on one core that takes in photos, for ``benchmarks.ingest``: a JSON line for an event, one for an answer.

``python -m benchmarks.ingest.worker product`` calls the handler as Lambda does; ``... naive`` runs the naive loop. What
they need to know stands in the environment that the template gives the function.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.ingest.naive import NaiveLoop
from benchmarks.ingest.taken import Times, of_one

TakeIn = Callable[[Mapping[str, Any]], Times]


def product() -> TakeIn:
    """The function's handler, and where its time goes by its own measure."""
    from inference.app import handler
    from roomlens.observability import measured_parts

    _commits_are_measured()

    def take_in(event: Mapping[str, Any]) -> Times:
        with of_one() as (times, _), measured_parts() as parts:
            handler(dict(event), None)
        times.parts = dict(parts)
        return times

    return take_in


def naive() -> TakeIn:
    """The loop, on the same database and bucket."""
    from sqlalchemy import make_url

    from roomlens.settings import database_settings, storage_settings

    secret = database_settings().database_url
    assert secret is not None
    url = make_url(secret.get_secret_value()).set(drivername="postgresql")
    return NaiveLoop(url.render_as_string(hide_password=False), storage_settings().photo_bucket)


def _commits_are_measured() -> None:
    """The layer measures statements; waiting for the disk at a commit is the database's time too."""
    from sqlalchemy import event

    from roomlens.db import SessionFactory, engine
    from roomlens.observability import add_time

    began: list[float] = []
    event.listen(engine(), "commit", lambda _: began.append(time.perf_counter()))
    event.listen(SessionFactory, "after_commit", lambda _: add_time("db", time.perf_counter() - began.pop()))


def main() -> int:
    """Answers until there are no more lines."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the layer logs is no answer
    take_in = {"product": product, "naive": naive}[sys.argv[1]]()
    for line in sys.stdin:
        answers.write(json.dumps(take_in(json.loads(line)).to_json()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
