"""Modules of functions belong to the environment in which they were imported, as in Lambda.

A module may keep what it made of its environment when it was imported: `s3 = boto3.client("s3")` keeps the endpoint.
Where the environment changes, such as between a test of `client` and a test of `cloud`, they are imported anew.
So does boto3's default session, by which every `boto3.client` is made: it keeps the first credentials that it found.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_RIG: Final = Path(__file__).resolve().parents[1]
_INSTALLED: Final = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})

_warm: tuple[dict[str, str], frozenset[Path]] | None = None
"""The environment in which functions were last run in this process, and the folders of their code."""
_session: Any = None
"""boto3's default session as `end` found it, which is the one of `_warm`."""


def begin(environment: Mapping[str, str], code: Iterable[Path], layers: Iterable[Path]) -> None:
    """Functions run in this environment from now on: when it is another than before, their modules are forgotten.

    Those of layers stay, as tests share them. boto3's default session is forgotten too, in the same environment also
    when somebody else has made it since `end`: S3 takes no form that is signed with other credentials.
    """
    global _warm
    folders = frozenset(code)
    if _warm is not None and _warm == (environment, folders):
        if _default_session() is not _session:
            _forget_session()
        return
    _forget_session()
    before = _warm[1] if _warm else frozenset()
    for name in list(_modules_in(folders | before, [*layers, _RIG])):
        del sys.modules[name]
    _warm = (dict(environment), folders)


def end() -> None:
    """The environment is taken away for now: boto3's default session is kept for the next `begin`, as making one costs
    more than most tests."""
    global _session
    _session = _default_session()


def _default_session() -> Any:
    return getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)


def _forget_session() -> None:
    if boto3 := sys.modules.get("boto3"):  # the rig does not import it for functions that do without
        boto3.__dict__["DEFAULT_SESSION"] = None


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
