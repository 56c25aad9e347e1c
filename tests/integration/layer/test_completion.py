"""The end of a task is told once it is one, as the API shows it, and what becomes of the message is recorded."""

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from rig.receiver import Receiver
from rig.template_source import LOCAL_TENANT
from roomlens import completion
from roomlens.callbacks import callback_of
from roomlens.errors import CallbackFailedError, CallbackRefusedError, UnavailableError
from roomlens.events import WorkflowStep
from roomlens.models import Task
from roomlens.settings import forget_settings
from tests.fixtures.cloud import CALLBACK_SECRET

TASK = "tsk_0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBACK_TARGETS", "any")
    monkeypatch.setenv("CALLBACK_SECRET", CALLBACK_SECRET)
    forget_settings()


def stored(db: Session, receiver: Receiver, **values: Any) -> Task:
    told = {"callback_url": receiver.url, "callback_status": "pending"}
    problem = {"code": "validation", "detail": "The photo is damaged or cut off."}
    task = Task(**{"id": TASK, "kind": "image.analyze", "status": "failed", "problem": problem, **told, **values})
    db.add(task)
    db.commit()
    db.refresh(task)
    return task


def status(db: Session) -> str | None:
    db.expire_all()
    return db.get_one(Task, TASK).callback_status


def test_the_message_shows_the_task_as_the_api_does(db: Session, client: Any, receiver: Receiver) -> None:
    stored(db, receiver)
    shown = client.get(f"/api/tasks/{TASK}").json()
    completion.tell(WorkflowStep(TASK, tenant_id=LOCAL_TENANT))
    (message,) = receiver.received
    assert message.json == {"type": "task.finished", "timestamp": shown["updated_at"], "data": shown}
    assert message.json["data"]["status"] == "failed"
    assert (message.headers["webhook-id"], message.is_signed_with(CALLBACK_SECRET)) == (TASK, True)
    assert status(db) == "delivered"
    assert client.get(f"/api/tasks/{TASK}").json()["updated_at"] == shown["updated_at"]


def test_a_later_run_has_a_message_of_its_own(db: Session, receiver: Receiver) -> None:
    task = stored(db, receiver, run=2)
    assert callback_of(task) == (f"callback-{TASK}-2", {"task_id": TASK, "tenant_id": LOCAL_TENANT, "run": 2})
    completion.tell(WorkflowStep(TASK, run=1, tenant_id=LOCAL_TENANT))  # its end is the past
    assert (receiver.received, status(db)) == ([], "pending")
    completion.tell(WorkflowStep(TASK, run=1, error={"Error": "CallbackFailedError"}, tenant_id=LOCAL_TENANT))
    assert status(db) == "pending"
    completion.tell(WorkflowStep(TASK, run=2, tenant_id=LOCAL_TENANT))
    assert receiver.received[0].headers["webhook-id"] == f"{TASK}-2"
    assert status(db) == "delivered"


@pytest.mark.parametrize("known", [{"status": "running"}, {"status": "queued"}, {"id": "tsk_another"}])
def test_an_end_that_is_not_stored_yet_is_waited_for(db: Session, receiver: Receiver, known: dict[str, str]) -> None:
    stored(db, receiver, **known)
    with pytest.raises(UnavailableError):
        completion.tell(WorkflowStep(TASK, tenant_id=LOCAL_TENANT))
    assert receiver.received == []


def test_a_run_that_is_not_stored_yet_is_waited_for(db: Session, receiver: Receiver) -> None:
    stored(db, receiver, run=1)
    with pytest.raises(UnavailableError):
        completion.tell(WorkflowStep(TASK, run=2, tenant_id=LOCAL_TENANT))


def test_what_was_taken_is_not_sent_again_and_stays_taken(db: Session, receiver: Receiver) -> None:
    stored(db, receiver)
    for error in (None, None, {"Error": "Lambda.Unknown"}):
        completion.tell(WorkflowStep(TASK, error=error, tenant_id=LOCAL_TENANT))
    assert (len(receiver.received), status(db)) == (1, "delivered")


def test_a_task_without_a_url_tells_nobody(db: Session, receiver: Receiver) -> None:
    stored(db, receiver, callback_url=None, callback_status=None)
    completion.tell(WorkflowStep(TASK, tenant_id=LOCAL_TENANT))
    assert (receiver.received, status(db)) == ([], None)


def test_what_was_not_taken_waits_for_the_next_try_until_the_workflow_gives_up(db: Session, receiver: Receiver) -> None:
    stored(db, receiver)
    receiver.answers(503, 410)
    for kind in (CallbackFailedError, CallbackRefusedError):
        with pytest.raises(kind):
            completion.tell(WorkflowStep(TASK, tenant_id=LOCAL_TENANT))
        assert status(db) == "pending"
    completion.tell(WorkflowStep(TASK, error={"Error": "CallbackRefusedError", "Cause": "{}"}, tenant_id=LOCAL_TENANT))
    assert status(db) == "failed"


def test_no_transaction_is_open_while_a_stranger_takes_their_time(
    db: Session, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(db, receiver)
    scope, order = completion.session_scope, []

    def watched() -> Any:
        opened = scope()
        enter, leave = opened.__enter__, opened.__exit__

        class Watched:
            def __enter__(self) -> Session:
                order.append("begin")
                return enter()

            def __exit__(self, *how: Any) -> Any:
                order.append("end")
                return leave(*how)

        return Watched()

    monkeypatch.setattr(completion, "session_scope", watched)
    monkeypatch.setattr(completion, "deliver", lambda *message: order.append(json.loads(message[-1])["type"]))
    completion.tell(WorkflowStep(TASK, tenant_id=LOCAL_TENANT))
    assert order == ["begin", "end", "task.finished", "begin", "end"]
