"""Recordings are whole or absent, and never cost an execution its end."""

import errno
import json
import logging
import os
from pathlib import Path

import pytest

from rig.recorder import Recorder, RecordingError, read_history

EVENTS = [{"id": 1, "type": "ExecutionStarted"}]


def test_a_recording_is_the_document_that_the_aws_cli_prints(tmp_path: Path) -> None:
    Recorder(tmp_path / "executions").record("tsk_1", EVENTS)
    assert json.loads((tmp_path / "executions" / "tsk_1.json").read_text()) == {"events": EVENTS}
    assert Recorder(tmp_path / "executions").read("tsk_1") == {"events": EVENTS}


def test_an_unknown_name_is_told_how_many_there_are(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    with pytest.raises(RecordingError, match=r"tsk_9 is not recorded: .* holds no recordings$"):
        recorder.read("tsk_9")
    recorder.record("tsk_1", EVENTS)
    with pytest.raises(RecordingError, match=r"holds 1 recording, the newest is tsk_1$"):
        recorder.read("tsk_9")


def test_a_name_leads_out_of_the_folder_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    with pytest.raises(RecordingError, match="is not recorded"):
        Recorder(tmp_path / "executions").read("../secret")


def test_a_disk_that_takes_nothing_is_logged_and_not_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    in_the_way = tmp_path / "executions"
    in_the_way.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING, "rig"):
        Recorder(in_the_way).record("tsk_1", EVENTS)
    assert caplog.messages == ["the execution tsk_1 was not recorded: File exists"]


def test_a_full_disk_leaves_nothing_torn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(self: Path, text: str, encoding: str) -> None:
        with self.open("w") as file:
            file.write(text[: len(text) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", write_half)
    with caplog.at_level(logging.WARNING, "rig"):
        Recorder(tmp_path).record("tsk_1", EVENTS)
    assert caplog.messages == ["the execution tsk_1 was not recorded: No space left on device"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_json_is_logged_and_not_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "rig"):
        Recorder(tmp_path).record("tsk_1", [object()])
    assert "the execution tsk_1 was not recorded" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_recordings_go(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    for age, name in enumerate(("newest", "middle", "oldest")):
        recorder.record(name, EVENTS)
        os.utime(tmp_path / f"{name}.json", (1_000_000 - age, 1_000_000 - age))
    recorder.prune(keep=2)
    assert recorder.names() == ["newest", "middle"]


def test_a_torn_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "tsk_1.json").write_text('{"events": [')
    with pytest.raises(RecordingError, match=r"tsk_1\.json is not JSON"):
        Recorder(tmp_path).read("tsk_1")
    with pytest.raises(RecordingError, match=r"none\.json can't be read: No such file"):
        read_history(tmp_path / "none.json")
