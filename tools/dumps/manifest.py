"""What is written down beside a dump when it is made, by which a restored database is judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from tools.dumps import DumpError

FORMAT: Final = 1


@dataclass(frozen=True)
class Probe:
    """A search, and its hits: ids with scores, the best first. `model` is whose vectors were compared."""

    tenant: str
    query: str
    model: str
    hits: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Manifest:
    """`schema` is the revision of the migrations, `tables` are rows by table, `roles` those that policies and grants
    name, without which a dump can't be restored."""

    made_at: str
    server: str
    schema: str
    sha256: str
    tables: Mapping[str, int]
    roles: Sequence[str] = ()
    probes: Sequence[Probe] = ()
    format: int = field(default=FORMAT)


def path_beside(dump: Path) -> Path:
    return dump.with_name(dump.name + ".json")


def write(manifest: Manifest, dump: Path) -> None:
    path_beside(dump).write_text(json.dumps(asdict(manifest), indent=2) + "\n")


def read(dump: Path) -> Manifest:
    """Raises DumpError when there is none, or it is none that this release can read."""
    path = path_beside(dump)
    try:
        document: dict[str, Any] = json.loads(path.read_text())
        if document["format"] != FORMAT:
            raise DumpError(f"{path} is of format {document['format']}, and this release reads format {FORMAT}")
        probes = [Probe(**{**probe, "hits": [(n, s) for n, s in probe["hits"]]}) for probe in document.pop("probes")]
        return Manifest(**document, probes=probes)
    except FileNotFoundError:
        raise DumpError(f"{path} is missing: without it nobody can say whether a dump is whole") from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise DumpError(f"{path} can't be read: {error}") from None


def digest(dump: Path) -> str:
    """Raises DumpError when there is no such file."""
    try:
        with dump.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise DumpError(f"{dump} can't be read: {error.strerror}") from None


def refuse_unless_whole(manifest: Manifest, dump: Path, known: Sequence[str]) -> None:
    """Before anything is started: the file has the bytes that were written, and its schema is one that this release
    knows (`known`, its revisions). Raises DumpError."""
    if digest(dump) != manifest.sha256:
        raise DumpError(f"{dump} is not the file that was written: its digest is another one (cut off on its way?)")
    if manifest.schema not in known:
        raise DumpError(f"{dump} is of schema {manifest.schema}, which a newer release made: this one knows {known[0]}")


def differences(expected: Mapping[str, int], found: Mapping[str, int]) -> dict[str, tuple[int | None, int | None]]:
    """Tables whose rows are not as many: what was written down, and what is there."""
    names = sorted(expected.keys() | found.keys())
    return {name: (expected.get(name), found.get(name)) for name in names if expected.get(name) != found.get(name)}
