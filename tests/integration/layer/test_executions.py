"""Step Functions as the layer asks it: what is not there is no error, and what can't be reached is one of ours."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from roomlens import tasks
from roomlens.errors import UnavailableError
from roomlens.models import Task
from roomlens.tasks import executions as at_executions
from tests.fixtures.aws import Executions

TASK = Task(id="tsk_1", tenant_id="local", workflow="analyze_photo", run=1)
UNREACHABLE = EndpointConnectionError(endpoint_url="https://states.us-east-1.amazonaws.com")
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "any")


@pytest.fixture(params=[UNREACHABLE, THROTTLED], ids=["unreachable", "throttled"])
def down(request: pytest.FixtureRequest, executions: Executions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step Functions answers nothing that helps."""

    def fails(*_: Any, **__: Any) -> Any:
        raise request.param

    monkeypatch.setattr(tasks.step_functions(), "_make_api_call", fails)


@pytest.mark.parametrize(
    "ask",
    [lambda: at_executions.start("analyze_photo", "tsk_1", {}), lambda: at_executions.status_of("analyze_photo", "x")],
    ids=["start", "status"],
)
def test_who_gets_no_answer_is_told_to_try_again(down: None, ask: Callable[[], object]) -> None:
    with pytest.raises(UnavailableError):
        ask()


def test_what_can_t_be_stopped_now_is_left_to_its_next_step(down: None) -> None:
    at_executions.stop(TASK)


def test_an_execution_that_never_was_has_no_status_and_needs_no_stop(executions: Executions) -> None:
    assert at_executions.status_of("analyze_photo", "tsk_1") is None
    at_executions.stop(TASK)


def test_a_run_that_is_started_twice_is_started_once(executions: Executions) -> None:
    assert [at_executions.start_run(TASK), at_executions.start_run(TASK)] == [True, True]
    assert executions.inputs() == [{"task_id": "tsk_1", "tenant_id": "local", "run": 1}]
    executions.die("analyze_photo", "tsk_1")
    assert at_executions.start_run(TASK) is False
