"""Modules of functions belong to the environment in which they were imported, as in Lambda.

A module may keep what it made of its environment when it was imported: `s3 = boto3.client("s3")` keeps the endpoint.
Where the environment changes, such as between a test of `client` and a test of `cloud`, they are imported anew.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Final

_RIG: Final = Path(__file__).resolve().parents[1]
_INSTALLED: Final = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})

_warm: tuple[dict[str, str], frozenset[Path]] | None = None
"""The environment in which functions were last run in this process, and the folders of their code."""


def begin(environment: Mapping[str, str], code: Iterable[Path], layers: Iterable[Path]) -> None:
    """Functions run in this environment from now on: when it is another than before, their modules are forgotten.

    Those of layers stay, as tests share them.
    """
    global _warm
    folders = frozenset(code)
    if _warm is not None and _warm == (environment, folders):
        return
    before = _warm[1] if _warm else frozenset()
    for name in list(_modules_in(folders | before, [*layers, _RIG])):
        del sys.modules[name]
    _warm = (dict(environment), folders)


def _modules_in(folders: Iterable[Path], others: Iterable[Path]) -> Iterator[str]:
    kept = tuple(others)
    for name, module in list(sys.modules.items()):
        for path in _places(module):
            inside = next((path.relative_to(folder) for folder in folders if path.is_relative_to(folder)), None)
            if inside is None or any(path.is_relative_to(folder) for folder in kept) or _of_tests(inside):
                continue
            yield name
            break


def _places(module: ModuleType) -> list[Path]:
    """Where a module comes from: its file, or the folders of a package without one. None for what is installed."""
    known = getattr(module, "__dict__", {})
    file = known.get("__file__")
    try:
        found = [file] if isinstance(file, str) else list(known.get("__path__") or ())
    except KeyError:  # a package whose parent is gone
        found = []
    return [Path(path).resolve() for path in found if isinstance(path, str) and not path.startswith(_INSTALLED)]


def _of_tests(path: Path) -> bool:
    """Whether it is a test, or beside one, in a project whose CodeUri is the whole of it."""
    return bool({"test", "tests"} & set(path.parts)) or path.name == "conftest.py" or path.name.startswith("test_")
