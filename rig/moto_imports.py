"""Imports moto's Step Functions without EC2, which it never uses here and which takes half of a start."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

HEAVY = "moto.batch"
"""Step Functions takes one enum from `moto.batch.utils`; the package's `__init__` imports all of EC2 and its data."""


@contextmanager
def without_ec2() -> Iterator[None]:
    """Inside, modules of `moto.batch` are importable and its `__init__` isn't run. Afterwards nothing of it is left
    behind, so that whoever wants the real package gets it."""
    if HEAVY in sys.modules:
        yield
        return
    found = importlib.util.find_spec(HEAVY)
    stand_in = ModuleType(HEAVY)
    stand_in.__path__ = list(found.submodule_search_locations or []) if found else []
    sys.modules[HEAVY] = stand_in
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name == HEAVY or name.startswith(f"{HEAVY}.")]:
            del sys.modules[name]
        if getattr(sys.modules.get("moto"), "batch", None) is stand_in:
            del sys.modules["moto"].batch
