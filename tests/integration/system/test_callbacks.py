"""The workflow that tells the end of a task, in a real interpreter, from the real definition."""

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from rig.cloud import Cloud
from rig.receiver import Receiver
from roomlens import completion
from roomlens.callbacks import callback_of
from roomlens.models import Task
from roomlens.settings import forget_settings
from tests.fixtures.cloud import CALLBACK_SECRET
from tests.pictures import BLUE, photo

MACHINE = "DeliverCallbackStateMachine"
TASK = "tsk_0123456789abcdef0123456789abcdef"


def ended(rows: Session, url: str) -> Task:
    """A task that has just been closed."""
    task = Task(id=TASK, kind="image.analyze", status="success", callback_url=url, callback_status="pending")
    task.result = {"status": "success", "image_id": 1, "predictions": {}}
    rows.add(task)
    rows.flush()
    rows.refresh(task)
    return task


def told(system: Cloud, rows: Session, task: Task) -> tuple[str, str | None]:
    """How the workflow ended, and what the task says of its callback."""
    name, payload = callback_of(task)
    arn = system.client("stepfunctions").start_execution(
        stateMachineArn=system.state_machine(MACHINE), name=name, input=json.dumps(payload)
    )["executionArn"]
    system.wait()
    rows.expire_all()
    status = system.client("stepfunctions").describe_execution(executionArn=arn)["status"]
    return status, rows.get_one(Task, TASK).callback_status


def test_a_message_that_is_not_taken_at_first_comes_again(system: Cloud, rows: Session, receiver: Receiver) -> None:
    receiver.answers(503, 302)
    assert told(system, rows, ended(rows, receiver.url)) == ("SUCCEEDED", "delivered")
    messages = receiver.received
    assert {message.headers["webhook-id"] for message in messages[:3]} == {TASK}
    assert {message.body for message in messages} == {messages[0].body}
    assert all(message.is_signed_with(CALLBACK_SECRET) for message in messages)
    assert messages[-1].json["data"]["task_id"] == TASK


def test_whoever_takes_none_is_given_up(system: Cloud, rows: Session, receiver: Receiver) -> None:
    receiver.answers(*20 * [500])
    assert told(system, rows, ended(rows, receiver.url)) == ("FAILED", "failed")
    assert len(receiver.received) >= 9


@pytest.mark.parametrize("refusal", ["gone", "private"])
def test_a_refusal_is_recorded_at_once(
    system: Cloud, rows: Session, receiver: Receiver, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refusal == "private":
        monkeypatch.setenv("CALLBACK_TARGETS", "public")
        forget_settings()
    receiver.answers(*20 * [410])
    assert told(system, rows, ended(rows, receiver.url)) == ("FAILED", "failed")
    assert len(receiver.received) in ((0,) if refusal == "private" else (1, 2))  # a step may run twice


def test_who_is_killed_between_sending_and_recording_sends_it_again(
    system: Cloud, rows: Session, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver, sent = completion.deliver, []

    def killed_at_first(*message: object) -> None:
        deliver(*message)
        sent.append(message)
        if len(sent) == 1:
            raise SystemExit(137)

    monkeypatch.setattr(completion, "deliver", killed_at_first)
    assert told(system, rows, ended(rows, receiver.url)) == ("SUCCEEDED", "delivered")
    assert len(receiver.received) >= 2
    assert {message.headers["webhook-id"] for message in receiver.received} == {TASK}


def test_an_end_that_is_stored_after_the_start_is_told(system: Cloud, rows: Session, receiver: Receiver) -> None:
    """The workflow starts ahead of the commit that closes the task."""
    task = ended(rows, receiver.url)
    task.status = "running"
    rows.flush()
    begin = completion._message

    def closed_meanwhile(step: object) -> object:
        try:
            return begin(step)
        finally:
            with Session(rows.get_bind()) as session, session.begin():
                session.get_one(Task, TASK).status = "success"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(completion, "_message", closed_meanwhile)
        assert told(system, rows, task) == ("SUCCEEDED", "delivered")


def test_a_photo_s_task_tells_of_its_end(system: Cloud, api: Any, receiver: Receiver) -> None:
    form = {"async": "true", "callback_url": receiver.url}
    queued = api.post("/api/upload", files={"file": ("a.jpg", photo(BLUE))}, data=form).json()
    system.wait()
    shown = api.get(f"/api/tasks/{queued['task_id']}").json()
    assert shown["callback"] == {"url": receiver.url, "status": "delivered"}
    message = receiver.received[0]
    assert message.headers["webhook-id"] == queued["task_id"]
    told = {key: message.json["data"][key] for key in ("status", "result", "problem", "links")}
    assert told == {key: shown[key] for key in told}
    assert message.json["data"]["callback"] == {"url": receiver.url, "status": "pending"}


def test_a_url_that_can_not_be_told_is_refused_with_its_field(system: Cloud, api: Any) -> None:
    form = {"async": "true", "callback_url": "https://user@example.com/"}
    answer = api.post("/api/upload", files={"file": ("a.jpg", photo(BLUE))}, data=form)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation")
    assert answer.json()["errors"][0]["pointer"] == "/body/callback_url"
    assert api.get("/api/images").json()["images"] == []
