"""Functions in Lambda runtimes of their own: cold starts, isolation, timeouts, and code that changes."""

import json
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rig.cloud import Cloud
from rig.pytest_plugin import CloudPool, messages
from tests.rig_cloud import SAMPLE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample, to be edited."""
    copy = tmp_path_factory.mktemp("rig") / "sample"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def processes(clouds: CloudPool, folder: Path) -> Iterator[Cloud]:
    clouds.close()
    with Cloud(
        folder / "template.yaml", runner="process", data=folder.parent / "data", retry_delays=(0.01,)
    ) as cloud:
        yield cloud


def hello(cloud: Cloud, **what: Any) -> Any:
    result = cloud.invoke("hello", {"body": json.dumps(what)})
    assert not result.error, result.payload
    return json.loads(result.payload["body"])


def log_of(folder: Path, function: str) -> str:
    return (folder.parent / "data" / "logs" / f"{function}.log").read_text()


def test_a_process_is_kept_for_the_next_invocation(processes: Cloud) -> None:
    assert hello(processes)["pid"] == hello(processes)["pid"]


def test_a_function_has_its_own_environment_and_nothing_of_ours(
    processes: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREETING", "ours")
    seen = hello(processes)
    assert seen["environment"] == {
        "GREETING": "hello",
        "ONLY_HELLO": "1",
        "AWS_ENDPOINT_URL": processes.s3_url,
    }
    assert seen["function"] == "local-HelloFunction"


def test_a_function_sees_its_code_and_its_own_layers_only(processes: Cloud, folder: Path) -> None:
    seen = hello(processes)
    assert seen["path"][:2] == [str(folder / "functions"), str(folder / "layers" / "shared")]
    assert seen["extra_layer"] is False
    assert str(Path(__file__).parents[3]) not in seen["path"]


def test_invocations_at_the_same_time_run_in_processes_of_their_own(processes: Cloud) -> None:
    with ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(lambda _: hello(processes, do="sleep", seconds=0.3), range(2)))
    assert seen[0]["pid"] != seen[1]["pid"]


def test_reserved_concurrency_is_kept(processes: Cloud) -> None:
    s3, bucket = processes.client("s3"), processes.bucket("Inbox")
    for number in range(4):
        s3.put_object(Bucket=bucket, Key=f"incoming/at-once/{number}.jpg", Body=b"x")
    processes.wait(20)
    assert s3.list_objects_v2(Bucket=bucket, Prefix="seen/incoming/at-once/")["KeyCount"] == 4
    assert len(processes._runner._idle["local-PhotoFunction"]) == 1  # type: ignore[union-attr]


def test_a_function_that_takes_too_long_is_killed(processes: Cloud, folder: Path) -> None:
    result = processes.invoke("step_two", {"sleep": 30})
    assert result.payload["errorType"] == "Sandbox.Timedout"
    assert result.payload["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert "Task timed out after 1.00 seconds" in log_of(folder, "StepTwoFunction")
    assert processes.invoke("step_two", {}).payload == "done"


def test_a_function_whose_process_ends_fails_its_invocation_only(processes: Cloud) -> None:
    result = processes.invoke("hello", {"body": '{"do": "exit"}'})
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in result.payload["errorMessage"]
    assert hello(processes)["edition"] == "first"


def test_an_error_is_lambdas_document(processes: Cloud) -> None:
    result = processes.invoke("hello", {"body": '{"do": "fail"}'})
    assert result.error
    assert (result.payload["errorType"], result.payload["errorMessage"]) == ("HopelessError", "told to fail")


def test_a_failing_event_is_retried_and_then_buried(processes: Cloud) -> None:
    processes.client("s3").put_object(
        Bucket=processes.bucket("Inbox"), Key="incoming/broken.jpg", Body=b"x", ContentType="image/jpeg"
    )
    processes.wait(20)
    (letter,) = messages(processes, "DeadLetters")
    assert json.loads(letter["Body"])["Records"][0]["s3"]["object"]["key"] == "incoming/broken.jpg"


def test_a_state_machine_sees_error_names_of_processes(processes: Cloud) -> None:
    machine = processes.client("stepfunctions")
    arn = machine.start_execution(
        stateMachineArn=processes.state_machine("WorkStateMachine"), input='{"hopeless": true}'
    )["executionArn"]
    processes.wait(20)
    assert json.loads(machine.describe_execution(executionArn=arn)["output"])["error"]["Error"] == "HopelessError"


def test_what_a_function_prints_is_in_its_log_and_with_its_answer(processes: Cloud, folder: Path) -> None:
    result = processes.invoke("hello", {"body": '{"do": "log"}'})
    assert result.log == "a line of the log"
    log = log_of(folder, "HelloFunction")
    assert "a line of the log\nEND RequestId: " in log
    assert "Init Duration: " in log


def test_an_edited_handler_runs_at_the_next_request(processes: Cloud, folder: Path) -> None:
    path = folder / "functions" / "hello" / "app.py"
    before = path.read_text()
    assert hello(processes)["edition"] == "first"
    path.write_text(before.replace('"first"', '"2nd.."'))  # of the same length, and within the same second
    assert hello(processes)["edition"] == "2nd.."
    path.write_text(before)
    assert hello(processes)["edition"] == "first"


def test_an_edited_layer_runs_at_the_next_request(processes: Cloud, folder: Path) -> None:
    path = folder / "layers" / "shared" / "sample_shared" / "__init__.py"
    before = path.read_text()
    path.write_text(before.replace('"one"', '"two"'))
    assert hello(processes)["shared"] == "two"
    path.write_text(before)
    assert hello(processes)["shared"] == "one"


def test_a_syntax_error_is_told_and_gone_with_the_next_edit(processes: Cloud, folder: Path) -> None:
    path = folder / "functions" / "hello" / "app.py"
    before = path.read_text()
    path.write_text(before + "\ndef broken(:\n")
    result = processes.invoke("hello", {})
    assert result.error
    assert result.payload["errorType"] == "Runtime.UserCodeSyntaxError"
    assert "Syntax error in module 'hello.app'" in log_of(folder, "HelloFunction")
    path.write_text(before)
    assert hello(processes)["edition"] == "first"


def test_a_missing_module_is_told(processes: Cloud, folder: Path) -> None:
    path = folder / "functions" / "step_two" / "app.py"
    before = path.read_text()
    path.write_text(before.replace("import time", "import nothing_of_that_name"))
    assert processes.invoke("step_two", {}).payload["errorType"] == "Runtime.ImportModuleError"
    path.write_text(before)


def test_chaos_is_the_same_with_processes(processes: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    s3, bucket = processes.client("s3"), processes.bucket("Inbox")
    processes.chaos.switch("duplicate", "throttle")
    try:
        s3.put_object(Bucket=bucket, Key="incoming/chaos/a.jpg", Body=b"x")
        processes.wait(30)
        assert s3.list_objects_v2(Bucket=bucket, Prefix="seen/incoming/chaos/")["KeyCount"] == 2
    finally:
        processes.chaos.switch()
        processes.reset()
    assert caplog.text.count("chaos throttle: an event for PhotoFunction (incoming/chaos/a.jpg) is refused") == 2


def test_a_process_that_dies_unused_is_replaced(processes: Cloud) -> None:
    import os
    import signal

    pid = hello(processes)["pid"]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        time.sleep(0.01)
    time.sleep(0.05)
    assert hello(processes)["pid"] != pid
