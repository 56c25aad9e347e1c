"""What the rig keeps in files: objects, logs, its lock, and what it knows of the code."""

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from rig.data_folder import DataFolder, DataFolderError, RigState
from rig.object_files import ObjectFiles, StoredObject
from rig.runtimes.logs import FunctionLog
from rig.runtimes.watch import fingerprint, forget_bytecode
from rig.show_logs import NoLogsError, show_logs
from rig.stack import Function

MODIFIED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STATE = RigState(1, "template.yaml", "http://localhost:1", "http://localhost:2", "")


def stored(key: str, body: bytes = b"bytes\nwith\x00everything") -> StoredObject:
    return StoredObject(key, body, "etag", MODIFIED, {"Content-Type": "image/jpeg", "x-amz-meta-a": "ü"})


def test_an_object_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    store = ObjectFiles(tmp_path)
    objects = [stored("a/b.jpg"), stored("a"), stored("../x" * 200), stored("empty", b"")]
    for one in objects:
        store.write("photos", one)
    assert sorted(store.read_all("photos"), key=lambda o: o.key) == sorted(objects, key=lambda o: o.key)
    assert list(store.read_all("other")) == []


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:10], lambda _: b"", lambda b: b[:-1] + b"!"])
def test_a_torn_object_is_skipped_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    store = ObjectFiles(tmp_path)
    store.write("photos", stored("whole"))
    store.write("photos", stored("torn"))
    path = store.path("photos", "torn")
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING, "rig"):
        assert [found.key for found in store.read_all("photos")] == ["whole"]
    assert str(path) in caplog.text


def test_what_a_crash_left_half_written_is_not_read(tmp_path: Path) -> None:
    store = ObjectFiles(tmp_path)
    store.write("photos", stored("whole"))
    (tmp_path / "photos" / "0123.99.tmp").write_bytes(b"half")
    assert [found.key for found in store.read_all("photos")] == ["whole"]


def test_a_log_is_turned_over_when_it_grows(tmp_path: Path) -> None:
    log = FunctionLog(tmp_path / "logs" / "Work.log", max_bytes=20)
    for number in range(10):
        log.write(f"line {number}")
    log.close()
    assert (tmp_path / "logs" / "Work.log").read_text().endswith("line 9\n")
    assert (tmp_path / "logs" / "Work.log").stat().st_size < 40
    assert "line" in (tmp_path / "logs" / "Work.1.log").read_text()


def test_the_last_lines_of_every_log_are_shown_with_their_function(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "A.log").write_text("1\n2\n3\n")
    (tmp_path / "B.log").write_text("4\nnot whole")
    (tmp_path / "rig.log").write_text("its own\n")
    assert show_logs(tmp_path, None, lines=2, follow=False) == 0
    assert capsys.readouterr().out == "A  2\nA  3\nB  4\n"
    assert show_logs(tmp_path, "A", lines=1, follow=False) == 0
    assert capsys.readouterr().out == "3\n"


def test_a_followed_log_goes_on_with_what_is_written_and_over_a_turn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "A.log"
    path.write_text("old\n")
    steps = iter(
        [lambda: path.write_text("old\nnew\nhal"), lambda: path.write_text("all\n"), _interrupt]
    )
    monkeypatch.setattr("rig.show_logs.time.sleep", lambda _: next(steps)())
    assert show_logs(tmp_path, "A", lines=0, follow=True) == 0
    assert capsys.readouterr().out == "new\nall\n"


def _interrupt() -> None:
    raise KeyboardInterrupt


def test_a_function_without_a_log_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(NoLogsError, match="Work has written nothing"):
        show_logs(tmp_path, "Work", lines=5, follow=False)


def test_a_data_folder_is_held_by_one_rig_at_a_time(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with folder.held():
        assert folder.is_held()
        with pytest.raises(DataFolderError, match=rf"another rig \(process {os.getpid()}\)"), folder.held():
            pass
    assert not folder.is_held()
    with folder.held():
        pass


def test_the_state_is_readable_only_while_its_rig_runs(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.held():
        assert folder.read_state() is None
        folder.write_state(STATE)
        assert folder.read_state() == STATE
    assert folder.read_state() is None
    (tmp_path / "rig.json").write_text("{}")
    assert folder.read_state() is None


def test_a_clean_removes_what_is_the_rigs_and_nothing_else(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with folder.held():
        (folder.path / "s3").mkdir()
        folder.logs.mkdir()
    (folder.path / "mine.txt").write_text("keep")
    folder.clean()
    assert [path.name for path in folder.path.iterdir()] == ["mine.txt"]
    with pytest.raises(DataFolderError, match="is not a rig's data folder"):
        folder.clean()
    assert (folder.path / "mine.txt").exists()


def test_a_clean_removes_the_whole_folder_when_nothing_else_is_there(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with folder.held():
        pass
    folder.clean()
    assert not folder.path.exists()
    folder.clean()


def test_a_clean_is_refused_while_a_rig_runs(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.held(), pytest.raises(DataFolderError, match="another rig"):
        folder.clean()


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderError, match="can't be used: File exists"), DataFolder(tmp_path / "data").held():
        pass


def test_a_change_of_code_or_layer_is_seen(tmp_path: Path) -> None:
    code, layer = tmp_path / "code", tmp_path / "layer"
    for folder in (code / "hello", layer):
        folder.mkdir(parents=True)
    (code / "hello" / "app.py").write_text("x = 1")
    function = Function("Work", "work", "hello.app.handler", code, (layer,))
    first = fingerprint(function)
    (code / "hello" / "__pycache__").mkdir()
    (code / "hello" / "__pycache__" / "app.pyc").write_text("")
    (code / "hello" / ".app.py.swp").write_text("")
    assert fingerprint(function) == first
    (layer / "new.py").write_text("")
    assert fingerprint(function) != first


def test_only_the_bytecode_of_changed_modules_is_forgotten(tmp_path: Path) -> None:
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    compiled = {}
    for name in ("same", "changed"):
        (tmp_path / f"{name}.py").write_text("x = 1")
        compiled[name] = Path(cache_from_source(str(tmp_path / f"{name}.py")))
        compiled[name].write_text("")
    same, changed = str(tmp_path / "same.py"), str(tmp_path / "changed.py")
    forget_bytecode({same: (1, 5), changed: (1, 5)}, {same: (1, 5), changed: (2, 5)})
    assert compiled["same"].exists()
    assert not compiled["changed"].exists()
