"""Where a cluster's files lie, who may run a server on them, and that only one does.

A data folder holds `pgdata` (PostgreSQL's own), `lock`, `postgres.log`, and `cluster` when root had to put
the files elsewhere: PostgreSQL refuses root, so it runs as `nobody`, who may not be able to enter it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rig import postgres_binaries
from rig.postgres_binaries import PostgresError, check_shared_folder, reachable

_POINTER = "cluster"
_TEMPORARY = "roomlens-pg-"
_OUTSIDE = "roomlens-data-"
# A server whose owner was killed has this long to end before a second start gives up, seconds.
_PATIENCE = 10.0
# /dev/shm can be tiny in containers; a cluster of the tests stays well below this, bytes.
_ROOM_IN_MEMORY = 1 << 30


class ServerUser(NamedTuple):
    """The user whose rights the server has."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Cluster:
    """A data folder that this process has locked; `lock` is the open file that holds it."""

    folder: Path
    files: Path
    user: ServerUser | None
    lock: int

    def release(self) -> None:
        """Lets another process use it, as soon as the last process of the server has ended too."""
        os.ftruncate(self.lock, 0)  # nobody to name: whoever comes now waits for them
        os.close(self.lock)


def claim(folder: Path) -> Cluster:
    """Locks the data folder, made when it is new, and tells where its files lie. Raises PostgresError."""
    folder = folder.absolute()
    try:
        if folder.is_dir() and not (folder / "lock").exists() and any(folder.iterdir()):
            raise PostgresError(f"{folder} holds files that are not a database of Roomlens")
        folder.mkdir(parents=True, exist_ok=True)
        lock = _lock(folder)
        try:
            user = _server_user(folder)
            files = _files(folder, user)
            # The lock is ours, so no server runs here: this one's is dead, whoever has its number today.
            (files / "postmaster.pid").unlink(missing_ok=True)
        except BaseException:
            os.close(lock)
            raise
    except OSError as error:
        raise PostgresError(f"the data folder {folder} can't be used: {error.strerror or error}") from error
    return Cluster(folder, files, user, lock)


def remove_cluster(folder: Path) -> None:
    """Forgets all that is kept for the data folder, also outside it. Raises PostgresError when in use."""
    folder = folder.absolute()
    if not (folder / "lock").exists():
        return
    cluster = claim(folder)
    try:
        if not cluster.files.is_relative_to(folder):
            shutil.rmtree(cluster.files.parent)
        shutil.rmtree(folder)
    except OSError as error:
        raise PostgresError(f"{folder} could not be removed: {error.strerror or error}") from error
    finally:
        cluster.release()


class TemporaryFolder:
    """A new folder with a short name, this process's until it is removed; those of dead processes are swept.

    `kind` is part of the name. It lies in memory (/dev/shm) when asked for and there is room.
    """

    def __init__(self, kind: str, *, in_memory: bool) -> None:
        sweep()
        user = _server_user(None)
        self.path = Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{kind}-{os.getpid()}-", dir=_base(user, in_memory)))
        self._lock = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._lock, fcntl.LOCK_SH)
        self.path.chmod(0o711 if user else 0o700)  # the server's user passes through to what is its own

    def remove(self) -> None:
        """Removes the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep() -> None:
    """Removes what processes that are gone left behind: temporary folders, and clusters kept for such."""
    places = {Path(tempfile.gettempdir()), Path("/tmp"), Path("/dev/shm")}  # noqa: S108
    for folder in (left for place in places for left in place.glob(f"{_TEMPORARY}*-*-*")):
        if _may_remove(folder) and not _alive(folder.name.split("-")[-2]) and not _is_locked(folder):
            shutil.rmtree(folder, ignore_errors=True)
    if os.geteuid() == 0:
        for outside in postgres_binaries.SHARED_FOLDER.glob(f"{_OUTSIDE}*"):
            if _may_remove(outside) and _was_temporary(outside):
                shutil.rmtree(outside, ignore_errors=True)


def give(folder: Path, user: ServerUser | None) -> None:
    """Makes the folder when it is not there, private to the server's user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def _lock(folder: Path) -> int:
    """Takes the lock, which the server inherits: held as long as this process or the server lives."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(lock, 20, 0).decode()
            if _alive(owner) or time.monotonic() > deadline:
                os.close(lock)
                raise PostgresError(f"{folder} is in use by process {owner}; stop that one first") from None
            time.sleep(0.02)  # its owner was killed, and the server is about to end
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return lock


def _server_user(folder: Path | None) -> ServerUser | None:
    """None: this process's own user. As root, whose files are there already, else `nobody`."""
    if os.geteuid() != 0:
        return None
    files = folder / "pgdata" if folder else None
    if files and files.is_dir() and (owner := files.stat()).st_uid != 0:
        return ServerUser(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresError("PostgreSQL won't run as root, and there is no user `nobody`") from None
    return ServerUser(nobody.pw_uid, nobody.pw_gid)


def _files(folder: Path, user: ServerUser | None) -> Path:
    """Where PostgreSQL's files lie: in the data folder when the server's user can get there."""
    pointer = folder / _POINTER
    elsewhere = pointer.read_text().strip() if pointer.exists() else None
    if user is None and elsewhere:
        raise PostgresError(f"{folder} was made by root: its database lies in {elsewhere}")
    if user is None or (not elsewhere and reachable(folder, *user)):
        return folder / "pgdata"
    if (folder / "pgdata").exists():
        raise PostgresError(f"{folder} was moved to where user {user.uid}, who has the database, can't enter")
    outside = postgres_binaries.SHARED_FOLDER / (_OUTSIDE + hashlib.sha256(bytes(folder)).hexdigest()[:16])
    if elsewhere and elsewhere != str(outside):
        raise PostgresError(f"{folder} was moved or copied: its database lies in {elsewhere}")
    check_shared_folder()
    outside.mkdir(mode=0o711, exist_ok=True)
    entry = outside.lstat()
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid != 0 or entry.st_mode & 0o022:
        raise PostgresError(f"{outside} is not root's alone, so no data is kept there; remove it")
    outside.chmod(0o711)  # whatever the umask made of it
    (outside / "data-folder").write_text(f"{folder}\n")
    pointer.write_text(f"{outside}\n")
    return outside / "pgdata"


def _was_temporary(outside: Path) -> bool:
    """Whether the data folder lay in a temporary folder and is gone with it."""
    try:
        folder = Path((outside / "data-folder").read_text().strip())
    except OSError:
        return False
    return folder.is_relative_to(tempfile.gettempdir()) and not folder.exists()


def _base(user: ServerUser | None, in_memory: bool) -> Path:
    """The first of the temporary folders that the server's user can enter and whose name is short enough."""
    memory, named, usual = Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp")  # noqa: S108
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM_IN_MEMORY
    for base in (memory, named, usual) if in_memory and has_room else (named, usual):
        # a socket's path has room for 104 characters on macOS
        if len(str(base)) < 60 and (user is None or reachable(base, *user)):
            return base
    raise PostgresError(f"{named} has too long a name for a socket, or is closed to PostgreSQL's user")


def _may_remove(folder: Path) -> bool:
    try:
        entry = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(entry.st_mode) and os.geteuid() in (0, entry.st_uid)


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _is_locked(folder: Path) -> bool:
    """Whether a process that this one may not see, as in another container, still uses the folder."""
    try:
        lock = os.open(folder, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
