"""What is mutated, and the tests that have to notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TARGET: Final = 80  # per cent of a module's mutants
_LAYER: Final = "layers/core/roomlens"


@dataclass(frozen=True)
class Module:
    """`source`: a file or a folder. `tests`: the smallest set that covers it, those that fail soonest first.

    `database`: TEST_DATABASE_URL for these tests; empty is the embedded PostgreSQL.
    """

    source: str
    tests: tuple[str, ...]
    database: str

    def files(self, root: Path) -> list[str]:
        """Its Python files, relative to the repository."""
        source = root / self.source
        found = sorted(source.rglob("*.py")) if source.is_dir() else [source]
        return [path.relative_to(root).as_posix() for path in found]


MODULES: Final[Mapping[str, Module]] = {
    "events": Module(f"{_LAYER}/events.py", ("tests/unit/layer/test_events.py",), "sqlite://"),
    "photos": Module(
        f"{_LAYER}/photos",
        (
            "tests/unit/photos",
            "tests/integration/layer/test_rows.py",
            "tests/integration/functions/test_images.py",
            "tests/integration/functions/test_upload.py",
            "tests/integration/functions/test_inference.py",
        ),
        "sqlite://",  # twice as fast, and the package knows no dialect
    ),
    "search": Module(
        f"{_LAYER}/search.py",
        (
            "tests/integration/functions/test_query.py",
            "tests/integration/layer/test_search.py",
            "tests/integration/layer/test_parity.py",
            "tests/integration/layer/test_index_plans.py",
        ),
        "",  # the approximate way is PostgreSQL's own
    ),
}
