"""What holds at every end: nothing is left in between, and a task says what Step Functions says of its execution."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from roomlens.models import CallbackStatus, Image, ImageStatus, Task, TaskStatus, TaskStep
from tests.workflows.doors import World

SAID_OF: Final = {
    TaskStatus.QUEUED: {"RUNNING"},
    TaskStatus.RUNNING: {"RUNNING"},
    TaskStatus.SUCCESS: {"SUCCEEDED"},
    TaskStatus.PARTIAL: {"SUCCEEDED"},
    TaskStatus.FAILED: {"FAILED", "TIMED_OUT"},
    TaskStatus.CANCELED: {"ABORTED"},
}
"""A task's status, and what DescribeExecution may say then."""
_BETWEEN: Final = {TaskStatus.QUEUED, TaskStatus.RUNNING, ImageStatus.QUEUED, ImageStatus.RUNNING}
_JARGON: Final = ("Error", "Exception", "Traceback", "Lambda", "States.", "Sandbox", "Runtime", "{")


def statuses(world: World, name: str) -> dict[str, str]:
    """What Step Functions says of the executions of a task, by the machine's name; those of earlier runs are left
    out."""
    client, said = world.system.client("stepfunctions"), {}
    for machine in client.list_state_machines()["stateMachines"]:
        for execution in client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            if execution["name"] == name:
                said[machine["name"].partition("-")[2]] = execution["status"]
    return said


def ended_cleanly(world: World) -> None:
    """Nothing is queued or running: no task, item, step, photo or message; and each task says what its execution
    does."""
    world.system.wait()
    world.rows.expire_all()
    for status in (Task.status, TaskStep.status, Image.status):
        assert _BETWEEN.isdisjoint(world.rows.scalars(select(status))), status
    assert CallbackStatus.PENDING not in set(world.rows.scalars(select(Task.callback_status)))
    agree(world)


def agree(world: World) -> None:
    """Each task that has an execution says what that does, and none runs that nobody knows of."""
    world.rows.expire_all()
    for task in world.rows.scalars(select(Task).where(Task.workflow.is_not(None))):
        name = task.id if task.run == 1 else f"{task.id}-{task.run}"
        said = statuses(world, name)
        assert set(said) <= {task.workflow}
        if said:
            assert said[str(task.workflow)] in SAID_OF[TaskStatus(task.status)], (task.id, task.status, said)


def failed_in_plain_words(world: World, task_id: str) -> dict[str, Any]:
    """A task that failed says why, and nothing of the inside."""
    task = world.task(task_id)
    assert task["status"] == "failed", task
    problem: dict[str, Any] = task["problem"]
    assert problem["instance"] == f"/api/tasks/{task_id}"
    assert problem["detail"].endswith(".")
    assert not [word for word in _JARGON if word in problem["detail"] + problem["title"]]
    return task


def execution_of(world: World, task_id: str) -> str:
    """What the execution of a task's run is called now."""
    run = world.task(task_id)["run"]
    return task_id if run == 1 else f"{task_id}-{run}"


def reconciled(world: World) -> dict[str, int]:
    """What the function that runs every five minutes does an hour later."""
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    world.rows.execute(update(Task).values(updated_at=long_ago))
    answer = world.system.invoke("ReconcileFunction", {})
    assert not answer.error, answer.payload
    counted: dict[str, int] = answer.payload
    world.system.wait()
    return counted
