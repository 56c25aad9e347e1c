"""The command line says in one line what is wrong, and helps."""

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from rig.cli import main
from rig.data_folder import DataFolder
from rig.pytest_plugin import CloudPool

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, template_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the sample and this test's data folder; gives status, stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        shared = ["--data", str(tmp_path / "data")]
        if arguments[0] != "clean" and "--template" not in arguments:
            shared += ["--template", str(template_path)]
        status = main([*arguments, *shared])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def no_cloud(clouds: CloudPool) -> None:
    """The command under test starts a cloud of its own, and a process has one at a time: another test's is stopped."""
    clouds.close()


def test_a_taken_port_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run("up", "--no-demo", "--port", str(port)) == (
            1,
            "",
            f"rig: port {port} is taken: stop what uses it, or give another with --port\n",
        )


@pytest.mark.usefixtures("no_cloud")
def test_a_taken_s3_port_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, message = run("up", "--no-demo", "--port", "0", "--s3-port", str(port))
    assert (status, message) == (1, f"rig: port {port} is taken: stop what uses it, or give another with --s3-port\n")


def test_a_missing_template_is_one_line(run: Run, tmp_path: Path) -> None:
    status, _, message = run("up", "--no-demo", "--port", "0", "--template", str(tmp_path / "none.yaml"))
    assert (status, message) == (1, f"rig: {tmp_path / 'none.yaml'}: No such file or directory\n")


def test_a_missing_folder_of_photos_is_one_line(run: Run, tmp_path: Path) -> None:
    assert run("up", "--photos", str(tmp_path / "none")) == (1, "", f"rig: there is no folder {tmp_path / 'none'}\n")


def test_a_folder_without_photos_is_one_line_before_anything_starts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    status, out, error = run("up", "--photos", str(tmp_path / "photos"), "--data", str(tmp_path / "data"))
    assert (status, out) == (1, "")
    assert error.startswith(f"rig: {tmp_path / 'photos'} holds no photo")
    assert not (tmp_path / "data").exists()


def test_a_second_rig_on_the_same_data_is_one_line(run: Run, tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data").held():
        status, _, message = run("up", "--no-demo", "--port", "0")
    assert status == 1
    assert message.startswith("rig: another rig (process ")
    assert message.count("\n") == 1


def test_a_data_folder_that_can_not_be_made_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    status, _, message = run("up", "--no-demo", "--port", "0")
    assert (status, message) == (1, f"rig: the data folder {tmp_path / 'data'} can't be used: File exists\n")


def test_a_full_disk_at_the_start_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/data/logs")

    monkeypatch.setattr("rig.up.RotatingFileHandler", full)
    assert run("up", "--no-demo", "--port", "0") == (1, "", "rig: No space left on device: /data/logs\n")


def test_options_that_contradict_are_refused(run: Run) -> None:
    status, _, message = run("up", "--once", "--no-demo")
    assert (status, message.count("\n")) == (1, 1)


def test_an_unknown_chaos_lists_the_kinds_in_one_line(run: Run, tmp_path: Path) -> None:
    status, out, message = run("up", "--chaos", "duplicate,flood")
    assert (status, out, message.count("\n")) == (1, "", 1)
    assert message.startswith("rig: there is no chaos called 'flood'; there are duplicate, reorder, ")
    assert not (tmp_path / "data").exists()


def test_an_impossible_port_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("up", "--port", "70000")
    assert "'70000' is not a port" in capsys.readouterr().err


def test_an_unknown_function_lists_those_that_exist(run: Run) -> None:
    status, _, message = run("invoke", "nobody")
    assert status == 1
    assert "HelloFunction, PhotoFunction, StepOneFunction, StepTwoFunction" in message
    assert run("logs", "nobody")[0] == 1


@pytest.mark.usefixtures("no_cloud")
def test_what_does_not_run_here_is_left_out_in_one_line_and_no_database_is_started_for_nobody(run: Run) -> None:
    status, out, said = run("up", "--once", "--port", "0")
    assert status == 0
    assert out.startswith("Starting S3, the functions and the API …\nready http://localhost:")
    assert said == "rig: left out: Table (AWS::DynamoDB::Table)\n"


@pytest.mark.parametrize("given", ["DatabaseUrl", "=x", ""])
def test_a_malformed_parameter_is_refused(run: Run, capsys: pytest.CaptureFixture[str], given: str) -> None:
    for command in (["up"], ["invoke", "hello"], ["replay", "task"]):
        with pytest.raises(SystemExit, match="2"):
            run(*command, "--parameter", given)
        assert f"--parameter: {given!r} is not NAME=VALUE" in capsys.readouterr().err


@pytest.mark.usefixtures("no_cloud")
def test_parameters_without_defaults_get_their_values(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///kept")
    (tmp_path / "told.py").write_text("import os\ndef handler(*_):\n    return os.environ['TOLD']\n")
    template = tmp_path / "template.yaml"
    template.write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Parameters: {DatabaseUrl: {Type: String}, Stage: {Type: String}}\n"
        "Resources:\n  Told:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      {CodeUri: ., Handler: told.handler, Runtime: python3.11,\n"
        "       Environment: {Variables: {TOLD: !Sub '${Stage} ${DatabaseUrl}'}}}\n"
    )
    command = ("invoke", "Told", "--template", str(template))
    assert run(*command) == (1, "", "rig: the parameter Stage has no default: give it a value\n")
    status, answer, _ = run(*command, "--parameter", "Stage=a=b")
    assert (status, json.loads(answer)) == (0, "a=b sqlite:///kept")
    status, answer, _ = run(*command, "--parameter", "Stage=x", "--parameter", "DatabaseUrl=y")
    assert (status, json.loads(answer)) == (0, "x y")


@pytest.mark.parametrize(("text", "reason"), [(None, "No such file"), ("{", "is not JSON")])
def test_an_event_that_can_not_be_read_is_one_line(run: Run, tmp_path: Path, text: str | None, reason: str) -> None:
    path = tmp_path / "event.json"
    if text is not None:
        path.write_text(text)
    status, _, message = run("invoke", "hello", "-e", str(path))
    assert (status, message.count("\n")) == (1, 1)
    assert reason in message


def test_a_clean_of_something_else_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").write_text("keep")
    status, _, message = run("clean")
    assert (status, message.count("\n")) == (1, 1)
    assert (tmp_path / "data" / "mine.txt").exists()


@pytest.mark.usefixtures("no_cloud")
def test_a_function_is_invoked_without_a_running_rig(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"body": json.dumps({"do": "log"})}))
    status, answer, log = run("invoke", "hello", "-e", str(event))
    assert (status, log) == (0, "a line of the log\n")
    assert json.loads(answer)["statusCode"] == 200
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"body": json.dumps({"do": "fail"})})))
    status, answer, _ = run("invoke", "Hello", "-e", "-")
    assert (status, json.loads(answer)["errorType"]) == (1, "HopelessError")
    assert "a line of the log" in run("logs", "hello")[1]
    assert run("clean")[0] == 0
    assert not (tmp_path / "data").exists()
