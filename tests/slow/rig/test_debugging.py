"""A person at a breakpoint, for longer than the function's timeout: nothing is given up, and nothing is tried again."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  StopFunction:
    Type: AWS::Serverless::Function
    Properties:
      {CodeUri: functions/, Handler: stop.handler, Runtime: python3.11, Timeout: 1, Events: {Put:
        {Type: S3, Properties: {Bucket: !Ref Bucket, Events: "s3:ObjectCreated:*"}}}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Policies: [{LambdaInvokePolicy: {FunctionName: !Ref StopFunction}}]
      Definition:
        StartAt: Stop
        States:
          Stop:
            Type: Task
            TimeoutSeconds: 1
            Resource: !GetAtt StopFunction.Arn
            Retry: [{ErrorEquals: [States.ALL], IntervalSeconds: 1, MaxAttempts: 1}]
            End: true
"""
FUNCTION = """
runs = []

def handler(event, context):
    runs.append(event)
    breakpoint()
    return len(runs)
"""
TESTS = """
import pytest

@pytest.fixture(autouse=True)
def runs(cloud):
    import stop
    stop.runs.clear()
    return stop.runs

def test_a_call(cloud):
    assert cloud.invoke("Stop", {}).payload == 1

def test_an_event(cloud, runs):
    cloud.client("s3").put_object(Bucket=cloud.bucket("Bucket"), Key="a", Body=b"")
    cloud.wait(1)
    assert len(runs) == 1

def test_a_step(cloud, runs):
    machine = cloud.client("stepfunctions")
    arn = machine.start_execution(stateMachineArn=cloud.state_machine("Machine"))["executionArn"]
    cloud.wait(1)
    assert machine.describe_execution(executionArn=arn)["output"] == "1"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "stop.py").write_text(FUNCTION)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "test_stop.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p rig.pytest_plugin\n")
    return tmp_path


@pytest.mark.parametrize("options", [[], ["--pdb"]], ids=["breakpoint", "pdb"])
def test_a_breakpoint_in_a_handler_has_all_the_time(project: Path, options: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TEST_"))}
    environment |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUNBUFFERED": "1"}
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-v", *options],
        cwd=project, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert run.stdin
    assert run.stdout
    said = b""
    for stop in range(1, 4):
        while said.count(b"(Pdb)") < stop and (new := os.read(run.stdout.fileno(), 4096)):
            said += new
        time.sleep(2)  # twice the function's timeout
        run.stdin.write(b"c\n")
        run.stdin.flush()
    rest, _ = run.communicate(timeout=60)
    assert b"3 passed" in rest, (said + rest).decode()
