"""Photos that come all the time while versions change, again and again: whatever meets whatever, none is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from roomlens import versions
from roomlens.errors import ConflictError
from tests.factories import make_photo
from tests.fakes import FakeAnalyzer
from tests.integration.layer.test_versions_together import (  # noqa: F401 - fixtures
    NEW,
    aside,
    backfill,
    promote,
    request_scope,
)
from tests.pictures import RED

pytestmark = [pytest.mark.usefixtures("s3", "analyzer"), pytest.mark.postgres]
ROUNDS, AT_ONCE, EACH = 8, 3, 3


def test_no_photo_is_lost_however_often_versions_change(
    request_scope: Any,  # noqa: F811
    aside: ThreadPoolExecutor,  # noqa: F811
    candidate: FakeAnalyzer,
) -> None:
    def upload(first: int) -> None:
        for seed in range(first, first + EACH):
            with request_scope() as session:
                make_photo(session, RED, seed=seed)

    def switch() -> None:
        while True:
            backfill(request_scope)
            try:
                return promote(request_scope)
            except ConflictError:  # a photo has come in between; that is what it is there for
                continue

    for number in range(ROUNDS):
        firsts = [(number * AT_ONCE + thread) * EACH for thread in range(AT_ONCE)]
        for work in [aside.submit(upload, first) for first in firsts] + [aside.submit(switch)]:
            work.result()
        with request_scope() as session:
            assert versions.count_missing(session, candidate.model) == 0, f"round {number}"
            versions.rollback(session, NEW)
