"""Writes the locks: of each environment and of each layer every package, its one version and the hashes of its files.

    make lock                      after a change of a requirements*.in: what need not change stays
    make lock UPGRADE=1            everything that the .in files leave open anew
    make lock URGENT="one two"     these two without the delay: a fix of a fault can't wait

Packages whose release is malicious are mostly found out and withdrawn within days. So nothing is taken that is younger
than `DELAY`; the day is written into each lock (docs/adr/0029-supply-chain-and-proofs.md).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[1]
UV: Final = Path(".venv-supply", "bin", "uv")
DELAY: Final = timedelta(days=7)
OLDEST_PYTHON: Final = "3.11"

HEADER: Final = """\
# Made by `make lock` from {source}; not for editing. All of it was released before {day}.
{urgent}"""
URGENT: Final = "# But for these, which could not wait: {names}\n"


@dataclass(frozen=True)
class Lock:
    """One lock, and the file beside it that people write."""

    path: str
    wheels_only: bool = False
    """No package is built from its source: nothing of it runs before it is deployed."""

    @property
    def source(self) -> str:
        return str(Path(self.path).with_suffix(".in"))


LOCKS: Final = (
    Lock("layers/core/requirements.txt", wheels_only=True),
    Lock("layers/models/requirements.txt", wheels_only=True),
    Lock("migrations/requirements.txt", wheels_only=True),
    Lock("requirements-dev.txt"),
    Lock("requirements-sam.txt"),
    Lock("requirements-cloud.txt"),
    Lock("requirements-supply.txt"),
    Lock("requirements-mutants.txt"),
    Lock("requirements-benchmarks.txt"),
)
"""Those that others are held to (-c) before these."""


@dataclass(frozen=True)
class Pin:
    """One line of a lock: a package, its version, where it holds, and the sha256 of each of its files."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]


def pins(text: str) -> Iterator[Pin]:
    """Those of a lock.

    Raises:
        ValueError: a line gives no version, or more than one.
    """
    for line in text.replace("\\\n", " ").splitlines():
        bare = re.sub(r"(^|\s)#.*", "", line).strip()
        if not bare or bare.startswith("--"):
            continue
        requirement = Requirement(re.sub(r"\s--hash=\S+", "", bare))
        (only,) = requirement.specifier
        if only.operator != "==":
            raise ValueError(f"no version: {bare}")
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", bare))
        yield Pin(canonicalize_name(requirement.name), only.version, str(requirement.marker or ""), hashes)


def command(lock: Lock, latest: datetime, *, upgrade: bool = False, urgent: Sequence[str] = ()) -> list[str]:
    """What resolves one lock, for every platform and every Python from `OLDEST_PYTHON` on.

    Args:
        lock: which.
        latest: releases after this are as if they weren't there.
        upgrade: versions that the lock has don't count.
        urgent: the packages to which `latest` doesn't apply.
    """
    words = [str(UV), "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON]
    words += ["--generate-hashes", "--annotation-style", "line", "--no-header"]
    words += ["--exclude-newer", _second(latest)]
    for name in urgent:
        words += ["--exclude-newer-package", f"{name}={_second(latest + DELAY)}"]
    if lock.wheels_only:
        words += ["--only-binary", ":all:", "--emit-build-options"]
    if upgrade:
        words += ["--upgrade"]
    return [*words, lock.source, "--output-file", lock.path]


def write(lock: Lock, latest: datetime, *, upgrade: bool = False, urgent: Sequence[str] = ()) -> None:
    """Resolves one lock anew.

    Raises:
        subprocess.CalledProcessError: its packages exclude one another, or can't be had; uv has said which.
    """
    subprocess.run(command(lock, latest, upgrade=upgrade, urgent=urgent), cwd=ROOT, check=True)
    path = ROOT / lock.path
    text = path.read_text(encoding="utf-8")
    exceptions = URGENT.format(names=", ".join(sorted(urgent))) if urgent else ""
    header = HEADER.format(source=lock.source, day=f"{latest:%Y-%m-%d}", urgent=exceptions)
    path.write_text(header + text, encoding="utf-8")


def _second(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 when a lock could not be made; those before it are written."""
    parser = argparse.ArgumentParser(prog="make lock", description="Writes the locks of the environments and layers.")
    parser.add_argument("--upgrade", action="store_true", help="versions that the locks have don't count")
    parser.add_argument("--urgent", nargs="*", default=[], metavar="PACKAGE", help="taken however young they are")
    options = parser.parse_args(arguments)
    latest = (datetime.now(UTC) - DELAY).replace(hour=0, minute=0, second=0, microsecond=0)
    for lock in LOCKS:
        try:
            write(lock, latest, upgrade=options.upgrade, urgent=options.urgent)
        except subprocess.CalledProcessError:
            print(f"lock: {lock.path} could not be made from {lock.source}", file=sys.stderr)
            return 1
        print(f"lock: {lock.path}: {len(list(pins((ROOT / lock.path).read_text(encoding='utf-8'))))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
