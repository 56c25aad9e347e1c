"""`sam build` for the runtime of this Python, and the size of each function with its layers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.check_cloud.sam import BUILT, RUNTIME, NotProvedError, build, ending

if TYPE_CHECKING:
    from rig.stack import Stack

LIMIT: Final = 250 * 2**20
"""Bytes unzipped, layers included: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def sizes(stack: Stack) -> Mapping[str, int]:
    """Of each function of a built stack: its bytes unzipped, with its layers."""
    return {
        name: sum(size(folder) for folder in (function.code, *function.layers))
        for name, function in stack.functions.items()
    }


def size(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def table(measured: Mapping[str, int]) -> str:
    """A line for each function."""
    return "\n".join(f"  {name:28} {total / 2**20:6.1f} MB unzipped" for name, total in sorted(measured.items()))


def figure() -> str:
    """How many functions, and the largest; the sizes of all are printed above it.

    Raises:
        NotProvedError: the build failed, or one is too large.
    """
    from rig.template import load_stack

    measured = sizes(load_stack(build(BUILT)))
    print(table(measured))
    largest = max(measured, key=lambda name: measured[name])
    if measured[largest] >= LIMIT:
        raise NotProvedError(f"{largest} has {measured[largest] / 2**20:.1f} MB, more than Lambda takes")
    of = f"{measured[largest] / 2**20:.0f} of {LIMIT / 2**20:.0f} MB"
    return f"{len(measured)} functions for {RUNTIME}; the largest, {largest}: {of}"


if __name__ == "__main__":
    sys.exit(ending(figure))
