"""Tasks over HTTP: how far an asynchronous upload is.

`client` starts an execution that Step Functions in memory only remembers; these tests run its steps, one by one, as the
state machine would. The whole machine runs in integration/system/test_analyze_photo.py.
"""

import io
import json
from typing import Any

import pytest
from fastapi import status
from starlette.testclient import TestClient

from rig.handlers import Handlers
from tests.fakes import FakeAnalyzer
from tests.fixtures.aws import Executions


@pytest.fixture
def execution(
    client: TestClient, mock_image_file: io.BytesIO, mock_inference: FakeAnalyzer, executions: Executions
) -> dict[str, Any]:
    """The input of the execution that an asynchronous upload has started."""
    response = client.post(
        "/api/upload/", files={"file": ("kitchen.png", mock_image_file, "image/png")}, data={"async": "true"}
    )
    assert response.status_code == status.HTTP_202_ACCEPTED, response.text
    (started,) = executions.inputs()
    return started


def task_of(client: TestClient, execution: dict[str, Any]) -> Any:
    response = client.get(f"/api/tasks/{execution['task_id']}")
    assert response.status_code == status.HTTP_200_OK, response.text
    return response.json()


def steps_of(task: Any) -> list[tuple[str, str]]:
    return [(step["name"], step["status"]) for step in task["steps"]]


def test_get_task_status_pending(client: TestClient, execution: dict[str, Any]) -> None:
    """Before its first step a task is queued, and has neither result nor problem."""
    task = task_of(client, execution)
    assert (task["status"], task["progress"], task["steps"]) == ("queued", {"done": 0, "total": 3}, [])
    assert (task["result"], task["problem"]) == (None, None)
    here = f"/api/tasks/{execution['task_id']}"
    image = f"/api/images/{execution['image_id']}"
    assert task["links"] == {"self": here, "image": image, "cancel": f"{here}/cancel"}


def test_get_task_status_running(client: TestClient, handlers: Handlers, execution: dict[str, Any]) -> None:
    """Between two steps a task is running, and so is its photo."""
    assert not handlers.invoke("PreparePhoto", execution).error
    task = task_of(client, execution)
    assert (task["status"], task["progress"]["done"], task["result"]) == ("running", 1, None)
    assert client.get(task["links"]["image"]).json()["status"] == "running"


def test_get_task_status_success(client: TestClient, handlers: Handlers, execution: dict[str, Any]) -> None:
    """After the last step its result says what the photo shows."""
    for step in ("PreparePhoto", "AnalyzePhoto", "FinishTask"):
        result = handlers.invoke(step, execution)
        assert not result.error, result.payload
    task = task_of(client, execution)
    assert (task["status"], task["progress"], task["problem"]) == ("success", {"done": 3, "total": 3}, None)
    assert steps_of(task) == [("PreparePhoto", "success"), ("AnalyzePhoto", "success"), ("RecordSuccess", "success")]
    assert (task["result"]["status"], task["result"]["image_id"]) == ("success", execution["image_id"])
    assert task["result"]["predictions"]["room_type"]["label"] == "kitchen"


def test_get_task_status_failure(
    client: TestClient, handlers: Handlers, execution: dict[str, Any], mock_inference: FakeAnalyzer
) -> None:
    """A step that fails ends the task with its reason, and the photo with the same."""
    mock_inference.failure = RuntimeError("NaN in layer 3")
    assert not handlers.invoke("PreparePhoto", execution).error
    failed = handlers.invoke("AnalyzePhoto", execution)
    assert failed.error
    caught = {"Error": failed.payload["errorType"], "Cause": json.dumps(failed.payload)}
    assert not handlers.invoke("FinishTask", {**execution, "error": caught}).error
    task = task_of(client, execution)
    assert (task["status"], task["result"], task["problem"]["code"]) == ("failed", None, "inference-failed")
    assert task["problem"]["detail"] == "The model could not make anything of this photo."
    assert steps_of(task) == [("PreparePhoto", "success"), ("AnalyzePhoto", "failed"), ("RecordFailure", "success")]
    image = client.get(task["links"]["image"]).json()
    assert (image["status"], image["failure"]["code"]) == ("failed", "inference-failed")


def test_get_task_status_success_stays(client: TestClient, handlers: Handlers, execution: dict[str, Any]) -> None:
    """A last step that did its work, and died too often before it could say so, has succeeded all the same."""
    for step in ("PreparePhoto", "AnalyzePhoto", "FinishTask"):
        assert not handlers.invoke(step, execution).error
    succeeded = task_of(client, execution)
    died = {"Error": "Runtime.ExitError", "Cause": json.dumps({"errorType": "Runtime.ExitError", "errorMessage": ""})}
    assert not handlers.invoke("FinishTask", {**execution, "error": died}).error
    task = task_of(client, execution)
    assert (task["status"], task["result"], task["problem"]) == ("success", succeeded["result"], None)


def test_get_task_status_not_found(client: TestClient) -> None:
    """An unknown task is not found."""
    response = client.get("/api/tasks/test-task-id")
    assert response.status_code == status.HTTP_404_NOT_FOUND
    assert response.json()["detail"] == "There is no such task."
