"""pg_dump and pg_restore, the ones that came with the embedded PostgreSQL."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from rig.postgres_binaries import find_programs
from tools.dumps import DumpError

_KEPT: Final = ("PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_OF_QUERY: Final = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}


def environment(url: str) -> dict[str, str]:
    """What tells libpq where the database is. Never an argument: those of a process everybody on the machine sees."""
    parts = make_url(url)
    told = {
        "PGHOST": parts.host,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": parts.username,
        "PGPASSWORD": str(parts.password) if parts.password else None,
        "PGDATABASE": parts.database,
        "PGCONNECT_TIMEOUT": "10",
    }
    told |= {_OF_QUERY[name]: str(value) for name, value in parts.query.items() if name in _OF_QUERY}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {name: value for name, value in told.items() if value}


def dump(url: str, path: Path, snapshot: str) -> None:
    """Writes a database as it is in this snapshot, in pg_dump's own compressed format. Raises DumpError."""
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}")


def restore(url: str, path: Path) -> None:
    """Puts a dump into an empty database, all of it or nothing. Raises DumpError."""
    arguments = ("--no-owner", "--single-transaction", "--exit-on-error", "--dbname=")
    _run("pg_restore", url, *arguments, str(path))


def _run(program: str, url: str, *arguments: str) -> None:
    path = find_programs() / program
    if not path.exists():
        raise DumpError(f"there is no {program} beside {path.parent / 'postgres'}")
    ended = subprocess.run([str(path), *arguments], env=environment(url), capture_output=True, text=True, check=False)
    if ended.returncode:
        said = [line for line in ended.stderr.splitlines() if line.strip()]
        raise DumpError(next((line for line in said if "error" in line.lower()), f"{program} failed"))
