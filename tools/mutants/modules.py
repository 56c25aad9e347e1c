"""What is mutated, and the tests that have to notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TARGET: Final = 80  # per cent of a module's mutants


@dataclass(frozen=True)
class Part:
    """Files of a module and `tests`, the smallest set that covers them; those that fail soonest stand first.

    `database`: TEST_DATABASE_URL for these tests; empty is an embedded PostgreSQL.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    database: str


def _files(*names: str) -> tuple[str, ...]:
    return tuple(f"layers/core/roomlens/{name}.py" for name in names)


MODULES: Final[Mapping[str, tuple[Part, ...]]] = {
    "events": (Part(_files("events"), ("tests/unit/layer/test_events.py",), "sqlite://"),),
    "photos": (
        Part(_files("photos/decoding", "photos/scrutiny"), ("tests/unit/photos",), "sqlite://"),
        Part(
            _files(
                "photos/corrections",
                "photos/deliveries",
                "photos/facts",
                "photos/indexing",
                "photos/intake",
                "photos/looking",
                "photos/presenting",
                "photos/records",
                "photos/rows",
                "photos/thumbnails",
                "photos/uploads",
            ),
            (
                "tests/unit/photos/test_corrections.py",
                "tests/integration/layer/test_corrections.py",
                "tests/integration/layer/test_rows.py",
                "tests/integration/layer/test_records.py",
                "tests/integration/layer/test_intake.py",
                "tests/integration/layer/test_deliveries.py",
                "tests/integration/layer/test_tasks.py",
                "tests/integration/functions/test_images.py",
                "tests/integration/functions/test_upload.py",
                "tests/integration/functions/test_uploads.py",
                "tests/integration/functions/test_inference.py",
            ),
            "sqlite://",  # twice as fast, and the package knows no dialect
        ),
    ),
    "search": (
        Part(
            _files(
                "search/__init__",
                "search/candidates",
                "search/filters",
                "search/grouping",
                "search/kinds",
                "search/lexical",
                "search/paging",
                "search/presenting",
                "search/question",
                "search/ranking",
                "search/reading",
            ),
            (
                "tests/integration/layer/test_search_hybrid.py",
                "tests/integration/layer/test_search_words.py",
                "tests/integration/layer/test_search_rows.py",
                "tests/integration/functions/test_query.py",
                "tests/integration/properties/test_search_filters.py",
                "tests/integration/properties/test_search_pages.py",
            ),
            "sqlite://",  # what is PostgreSQL's own lies below
        ),
        Part(_files("search/fusion", "search/relevance", "search/words"), ("tests/unit/search",), "sqlite://"),
        Part(
            _files("search/estimates", "search/nearest", "search/ways"),
            (
                "tests/unit/layer/test_nearest.py",
                "tests/integration/layer/test_search.py",
                "tests/integration/layer/test_index_plans.py",
                "tests/integration/layer/test_parity.py",
            ),
            "",  # the approximate way is PostgreSQL's own
        ),
    ),
}
