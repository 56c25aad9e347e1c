"""`rig replay` on a template that the rig knows nothing of: what was recorded, run again from the command line."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rig.cli import main
from rig.cloud import Cloud
from rig.pytest_plugin import CloudPool

Run = Callable[..., tuple[int, str, str]]
Record = Callable[..., str]


@pytest.fixture(autouse=True)
def no_cloud(clouds: CloudPool) -> None:
    """These tests start clouds of their own, and a process has one at a time: another test's is stopped."""
    clouds.close()


@pytest.fixture
def record(tmp_path: Path, template_path: Path) -> Record:
    """Runs the state machine with an input, in a cloud that keeps its data; gives how the execution ended."""

    def record(name: str, given: Any) -> str:
        with Cloud(template_path, data=tmp_path / "data") as cloud:
            machine = cloud.client("stepfunctions")
            arn = machine.start_execution(
                stateMachineArn=cloud.state_machine("WorkStateMachine"), name=name, input=json.dumps(given)
            )["executionArn"]
            cloud.wait(20)
            return str(machine.describe_execution(executionArn=arn)["status"])

    return record


@pytest.fixture
def replay(tmp_path: Path, template_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def replay(*arguments: str) -> tuple[int, str, str]:
        shared = ["--data", str(tmp_path / "data"), "--template", str(template_path)]
        status = main(["replay", *arguments, *shared])
        return status, *capsys.readouterr()

    return replay


def test_a_recorded_failure_fails_again(record: Record, replay: Run) -> None:
    record("hopeless", {"hopeless": True})
    status, out, _ = replay("hopeless")
    assert status == 0
    told = out.splitlines()
    assert told[:4] == [
        "step  recorded       now",
        "One   HopelessError  HopelessError  same",
        "",
        "One: HopelessError (nothing to be done)",
    ]
    assert told[4].startswith('  File "')
    assert told[4].endswith(", in handler")
    assert told[5:] == ['    raise HopelessError("nothing to be done")', "", "The same as recorded."]


def test_an_output_that_is_another_now_is_told(record: Record, replay: Run, tmp_path: Path) -> None:
    record("counted", {"id": "counted"})
    recording = tmp_path / "data" / "executions" / "counted.json"
    recording.write_text(recording.read_text().replace('attempts\\": 1', 'attempts\\": 7'))
    status, out, _ = replay("counted")
    assert status == 1
    assert "One: attempts: 7 is now " in out
    assert out.endswith("Not the same as recorded.\n")


def test_a_history_in_a_file_is_run_instead(record: Record, replay: Run, tmp_path: Path) -> None:
    record("hopeless", {"hopeless": True})
    saved = (tmp_path / "data" / "executions" / "hopeless.json").rename(tmp_path / "saved.json")
    status, out, _ = replay("hopeless", "--history", str(saved))
    assert (status, out.splitlines()[-1]) == (0, "The same as recorded.")


def test_a_test_of_it_is_written_once(record: Record, replay: Run, tmp_path: Path) -> None:
    record("hopeless", {"hopeless": True})
    path = tmp_path / "test_hopeless.py"
    status, out, _ = replay("hopeless", "--as-test", str(path))
    assert (status, out.splitlines()[-1]) == (0, f"Wrote {path}.")
    called = '    with failing_with("HopelessError"):\n        step_one_function({"hopeless": True}, None)\n'
    assert called in path.read_text()
    status, _, message = replay("hopeless", "--as-test", str(path))
    assert (status, message) == (1, f"rig: {path} is there already: it was left as it is\n")


def test_an_unknown_task_is_one_line_that_counts_those_there_are(record: Record, replay: Run, tmp_path: Path) -> None:
    record("hopeless", {"hopeless": True})
    status, _, message = replay("hopeful")
    folder = tmp_path / "data" / "executions"
    assert (status, message) == (
        1,
        f"rig: hopeful is not recorded: {folder} holds 1 recording, the newest is hopeless\n",
    )


def test_a_recording_that_cannot_be_kept_costs_the_execution_nothing(
    record: Record, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "executions").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING, "rig"):
        assert record("kept-nowhere", {"id": "kept-nowhere"}) == "SUCCEEDED"
    assert "the execution kept-nowhere was not recorded: File exists" in caplog.messages


def test_clean_forgets_the_recordings(record: Record, tmp_path: Path) -> None:
    record("hopeless", {"hopeless": True})
    (tmp_path / "data" / "rig.lock").touch()
    assert main(["clean", "--data", str(tmp_path / "data")]) == 0
    assert not (tmp_path / "data").exists()
