"""The folder in which a rig keeps its data: held by one rig at a time, and cleaned only when it is one."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rig.errors import RigError

LOCK = "rig.lock"
STATE = "rig.json"
LOGS = "logs"
EXECUTIONS = "executions"
OBJECTS = "s3"
DATABASE = "postgres"
ISSUER_KEY = "issuer-key.json"


class DataFolderError(RigError):
    """The folder can't be used."""


@dataclass(frozen=True)
class RigState:
    """How to reach a running rig. `database_url` is empty when its template has no database; `parameters` are those
    that it was given; with `asks_for_tokens` its API takes those that are signed with the folder's key."""

    pid: int
    template: str
    api_url: str
    s3_url: str
    database_url: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    asks_for_tokens: bool = False


class DataFolder:
    """The folder, whether it exists yet or not."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / LOGS
        self.objects = self.path / OBJECTS
        self.executions = self.path / EXECUTIONS
        self.database = self.path / DATABASE
        self.issuer_key = self.path / ISSUER_KEY

    @contextmanager
    def held(self) -> Iterator[None]:
        """Makes the folder and keeps other rigs out of it. The lock is the kernel's, so it ends with this process.

        Raises:
            DataFolderError: another rig is running there, or the folder can't be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / LOCK).open("a+")
        except OSError as error:
            raise DataFolderError(f"the data folder {self.path} can't be used: {error.strerror}") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                owner = lock.read().strip() or "unknown"
                message = f"another rig (process {owner}) is running on {self.path}"
                raise DataFolderError(f"{message}: stop it, or give another folder with --data") from None
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            self._state_path.unlink(missing_ok=True)  # of a rig that was killed
            try:
                yield
            finally:
                self._state_path.unlink(missing_ok=True)

    def is_held(self) -> bool:
        """Whether a rig is running there."""
        try:
            with (self.path / LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def write_state(self, state: RigState) -> None:
        """Tells other processes how to reach this rig."""
        beside = self._state_path.with_suffix(".tmp")
        beside.touch(mode=0o600)  # the database's password is in it, when there is one
        beside.write_text(json.dumps(asdict(state), indent=2))
        beside.replace(self._state_path)

    def read_state(self) -> RigState | None:
        """How to reach the rig that is running there; None when there is none, or it is only starting."""
        if not self.is_held():
            return None
        try:
            return RigState(**json.loads(self._state_path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def clean(self) -> None:
        """Forgets all that a rig keeps there; the folder goes too, unless it holds something else.

        Raises:
            DataFolderError: it is no rig's folder, or a rig is running there.
        """
        if not self.path.exists():
            return
        if not (self.path / LOCK).is_file():
            raise DataFolderError(f"{self.path} is not a rig's data folder: nothing was removed")
        with self.held():
            self._remove_database()
            for name in (LOGS, OBJECTS, EXECUTIONS):
                shutil.rmtree(self.path / name, ignore_errors=True)
            self.issuer_key.unlink(missing_ok=True)
        (self.path / LOCK).unlink()
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def _remove_database(self) -> None:
        from rig.postgres import PostgresError, remove_cluster

        try:
            remove_cluster(self.database)
        except PostgresError as error:
            raise DataFolderError(str(error)) from None

    @property
    def _state_path(self) -> Path:
        return self.path / STATE
