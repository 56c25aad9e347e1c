"""PostgreSQL with pgvector for one process: its own socket, up in a moment, gone with its owner.

Nothing of the machine is changed for it: no user is added, no folder's rights are opened, no port is taken.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from rig import lifeline
from rig.postgres_binaries import PostgresError, find_programs, programs_for
from rig.postgres_cluster import Cluster, TemporaryFolder, claim, give, remove_cluster

__all__ = ["Postgres", "PostgresError", "remove_cluster"]

_SETTINGS = {
    "listen_addresses": "",  # the socket only
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",  # compiling takes longer than any query of ours
    "timezone": "UTC",
    "log_timezone": "UTC",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # After a crash: the file system at once, not a thousand files one by one, which takes seconds.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}
# For data that nobody misses after a crash of the machine (a crash of the server alone loses nothing).
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
}
# Seconds; the crash recovery of a large cluster takes a few.
_READY_WITHIN = 60.0


class Postgres:
    """A running server. Use it as a context manager, or call `stop`; it ends with this process in any case.

    `data` is a folder of the server's own, kept over starts and made when it is new; None keeps the files in
    a temporary folder. `durable=False` is for tests: such a folder lies in memory where there is room, and a
    crash of the machine may cost the data. Raises PostgresError, whose message is one line.
    """

    def __init__(self, data: Path | None = None, durable: bool = True) -> None:
        self._owner = os.getpid()
        self._durable = durable
        self._temporary: list[TemporaryFolder] = []
        self._cluster: Cluster | None = None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start(data)
        except OSError as error:
            self.stop()
            raise PostgresError(f"PostgreSQL could not be started: {error.strerror or error}") from error
        except BaseException:
            self.stop()
            raise
        atexit.register(self.stop)

    def url(self, database: str = "postgres") -> str:
        """The address for SQLAlchemy."""
        return f"postgresql+psycopg2://postgres@/{quote(database)}?host={quote(str(self._sockets))}&port=5432"

    def dsn(self, database: str = "postgres") -> str:
        """The address for libpq and psycopg2."""
        return f"host={self._sockets} port=5432 user=postgres dbname={database}"

    @property
    def pid(self) -> int | None:
        """The server's process id; None when it was stopped."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Ends the server and removes what was temporary; again, or in a forked child, it does nothing."""
        if os.getpid() != self._owner:
            return
        if self._process is not None:
            self._end(self._process, signal.SIGINT if self._durable else signal.SIGQUIT)
            self._process = None
        if self._cluster is not None:
            self._cluster.release()
            self._cluster = None
        while self._temporary:
            self._temporary.pop().remove()
        atexit.unregister(self.stop)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Inside, the server is stopped: its connections are cut and new ones refused. Afterwards it runs again, on
        the same data and at the same address.

        Raises:
            PostgresError: it was stopped before, or does not come up again.
        """
        if self._process is None or self._cluster is None:
            raise PostgresError("PostgreSQL does not run")
        self._end(self._process, signal.SIGINT)  # in order, so that nothing is lost that was committed
        try:
            yield
        finally:
            if self._cluster is not None:  # else it was stopped for good meanwhile
                self._process, log = self._serve(_programs(self._cluster), self._cluster)
                self._wait_until_ready(self._process, self._cluster, log)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, data: Path | None) -> None:
        if data is None:
            data = self._new_folder("data", in_memory=not self._durable)
        self._cluster = cluster = claim(data)
        self._sockets = self._new_folder("socket", in_memory=False)
        give(self._sockets, cluster.user)
        programs = _programs(cluster)
        if not (cluster.files / "PG_VERSION").exists():
            self._initialise(programs, cluster)
        self._process, log = self._serve(programs, cluster)
        self._wait_until_ready(self._process, cluster, log)

    def _new_folder(self, kind: str, *, in_memory: bool) -> Path:
        self._temporary.append(TemporaryFolder(kind, in_memory=in_memory))
        return self._temporary[-1].path

    def _initialise(self, programs: Path, cluster: Cluster) -> None:
        """Makes the files under another name: those of a start that was killed are never taken for whole."""
        new = cluster.files.with_name("pgdata.new")
        shutil.rmtree(new, ignore_errors=True)
        give(new, cluster.user)
        log = _Log(cluster.folder / "initdb.log")
        program = [str(programs / "initdb"), "-D", str(new), "-U", "postgres", "-A", "trust"]
        # To sync a thousand files one by one takes seconds; the system writes them within half a minute.
        program += ["-E", "UTF8", "--no-locale", "--no-instructions", "--no-sync"]
        if self._spawn(program, cluster, log, signal.SIGTERM).wait():
            raise PostgresError(f"PostgreSQL could not make its files in {new}: {log.cause()}")
        new.rename(cluster.files)

    def _serve(self, programs: Path, cluster: Cluster) -> tuple[subprocess.Popen[bytes], _Log]:
        settings = _SETTINGS if self._durable else _SETTINGS | _NOT_DURABLE
        program = [str(programs / "postgres"), "-D", str(cluster.files), "-k", str(self._sockets)]
        program += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = _Log(cluster.folder / "postgres.log")
        return self._spawn(program, cluster, log, signal.SIGQUIT), log

    @staticmethod
    def _spawn(program: list[str], cluster: Cluster, log: _Log, at_end: int) -> subprocess.Popen[bytes]:
        with log.path.open("ab") as output:
            return lifeline.spawn(
                program,
                signal_number=at_end,
                user=cluster.user,
                pass_fds=[cluster.lock],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the owner, who stops the server in order
            )

    def _wait_until_ready(self, process: subprocess.Popen[bytes], cluster: Cluster, log: _Log) -> None:
        """Reads the server's status file, where the socket folder's name tells this start from any other."""
        deadline = time.monotonic() + _READY_WITHIN
        while process.poll() is None:
            try:
                lines = (cluster.files / "postmaster.pid").read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[4] == str(self._sockets) and lines[7].strip() == "ready":
                return
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL was not ready in {_READY_WITHIN:.0f} s: {log.cause()}")
            time.sleep(0.005)
        raise PostgresError(f"PostgreSQL could not start on {cluster.files}: {log.cause()}")

    @staticmethod
    def _end(process: subprocess.Popen[bytes], first: signal.Signals) -> None:
        """SIGINT ends it in order, with a checkpoint; harder when the server does not end."""
        for number, patience in ((first, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            process.send_signal(number)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            return


class _Log:
    """What a program writes to a file in this start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)

    def cause(self) -> str:
        """The line that tells a person most."""
        text = self.path.read_text(errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        for clue in ("No space left", "initialized by", "FATAL:", "PANIC:", "error:"):
            for line in lines:
                if clue in line:
                    return line.rpartition("UTC ")[2] or line
        return lines[-1] if lines else "it gave no reason"


def _programs(cluster: Cluster) -> Path:
    """Where PostgreSQL's programs lie, for whoever runs the server."""
    return programs_for(*cluster.user) if cluster.user else find_programs()


def _environment() -> dict[str, str]:
    """What the server sees: nothing that could change its mind, as PGDATA or a missing locale do."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}
