"""What is said, what people think of it, and how it goes again: /api/conversations and /api/messages"""

from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from rig.handlers import Handlers
from roomlens.chat.backends import Asked
from roomlens.chat.embedded import EmbeddedBackend
from roomlens.chat.history import MOST_TURNS
from roomlens.errors import InferenceFailedError
from roomlens.models import Conversation, Message, MessageFeedback, Task
from tests.factories import make_listing, make_photo
from tests.fixtures.aws import Executions
from tests.pictures import RED

LATER = {"prefer": "respond-async"}
DISHWASHER = "Is there a dishwasher?"


@pytest.fixture
def listing_id(db: Session, client: TestClient, analyzer: object) -> int:
    """With a kitchen."""
    listing = make_listing(db)
    make_photo(db, RED, listing.id)
    return listing.id


def ask(client: TestClient, message: str = DISHWASHER, **body: Any) -> Any:
    answer = client.post("/api/chat/", json={"message": message, **body})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def messages(client: TestClient, conversation_id: int) -> Any:
    return client.get(f"/api/conversations/{conversation_id}/messages").json()["messages"]


def count(db: Session, table: type) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


# ------------------------------------------------------------------------------------------------------------ history


def test_a_long_conversation_is_read_by_few_statements_and_folded_once(
    db: Session, client: TestClient, listing_id: int
) -> None:
    first = ask(client, listing_id=listing_id)["conversation_id"]
    for number in range(60):
        said = {"conversation_id": first, "citations": []}
        db.add(Message(role="user", content=f"Question {number}?", **said))
        db.flush()
        db.add(Message(role="assistant", content="A kitchen.", **said))
        db.flush()
    read: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *told: read.append(told[2]))
    ask(client, conversation_id=first)
    of_messages = [statement for statement in read if "from messages" in statement.lower()]
    assert len(of_messages) == 1
    assert "LIMIT" in of_messages[0]
    db.expire_all()
    conversation = db.get_one(Conversation, first)
    summary, folded = conversation.summary, conversation.summarized_id
    assert len(summary.splitlines()) > 20
    assert summary.splitlines()[-1] == '"Question 39?": the photos did not tell.'
    unfolded = select(func.count(Message.id)).where(Message.conversation_id == first, Message.id > folded)
    assert db.scalar(unfolded) == 2 * (MOST_TURNS + 1)  # the window, and the new turn
    ask(client, conversation_id=first)
    db.expire_all()
    assert conversation.summary == f'{summary}\n"Question 40?": the photos did not tell.'


class Failing(EmbeddedBackend):
    """Answers until it is told not to."""

    failure: Exception | None = InferenceFailedError("The model gave no answer.")

    def answer(self, session: Session, asked: Asked) -> Any:
        if self.failure is not None:
            raise self.failure
        return super().answer(session, asked)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Who answers in place of the embedded backend."""
    backend = Failing()
    monkeypatch.setattr("roomlens.chat.backends._BACKENDS", {"embedded": lambda: backend})
    return backend


@pytest.mark.parametrize("going_on", [True, False])
def test_a_turn_that_fails_leaves_everything_as_it_was(
    db: Session, client: TestClient, listing_id: int, failing: Failing, going_on: bool
) -> None:
    failing.failure = None
    conversation_id = ask(client, listing_id=listing_id)["conversation_id"]
    kept = db.get_one(Conversation, conversation_id)
    db.add_all(Message(conversation_id=kept.id, role="user", content="?", citations=[]) for _ in range(30))
    db.commit()
    failing.failure = InferenceFailedError("The model gave no answer.")
    body = {"conversation_id": conversation_id} if going_on else {"listing_id": listing_id}
    answer = client.post("/api/chat/", json={"message": DISHWASHER, **body}, headers={"idempotency-key": "one"})
    assert (answer.status_code, answer.json()["code"]) == (502, "inference-failed")
    db.expire_all()
    assert (count(db, Conversation), count(db, Message)) == (1, 32)
    assert (kept.summary, kept.summarized_id) == ("", 0)
    failing.failure = None
    again = client.post("/api/chat/", json={"message": DISHWASHER, **body}, headers={"idempotency-key": "one"})
    assert again.status_code == 200
    db.expire_all()
    assert kept.summarized_id > 0 if going_on else again.json()["conversation_id"] != conversation_id


# ------------------------------------------------------------------------------------------------------ not waited for


def answer_queued(handlers: Handlers, task_id: str) -> Any:
    return handlers.invoke("AnswerMessage", {"task_id": task_id, "tenant_id": "local", "run": 1})


def test_a_step_that_is_tried_again_answers_once(
    db: Session, client: TestClient, handlers: Handlers, executions: Executions, listing_id: int, failing: Failing
) -> None:
    body = {"message": DISHWASHER, "listing_id": listing_id}
    task_id = client.post("/api/chat/", json=body, headers=LATER).json()["task_id"]
    assert answer_queued(handlers, task_id).error
    assert (count(db, Conversation), count(db, Message)) == (0, 0)
    failing.failure = None
    for _ in range(2):
        assert not answer_queued(handlers, task_id).error
    assert (count(db, Conversation), count(db, Message)) == (1, 2)


# ----------------------------------------------------------------------------------------------------------- feedback


def test_an_answer_is_rated_and_shows_how(db: Session, client: TestClient, listing_id: int) -> None:
    answer = ask(client, listing_id=listing_id)
    rated = f"/api/messages/{answer['message_id']}/feedback"
    given = {"rating": "down", "category": "wrong_photo", "comment": "That is a stove.", "user_id": "anna"}
    first = client.post(rated, json=given)
    assert first.status_code == 201
    assert given.items() <= first.json().items()
    assert first.json()["message_id"] == answer["message_id"]
    again = client.post(rated, json={"rating": "up", "user_id": "anna"}).json()
    assert (again["id"], again["rating"], again["category"]) == (first.json()["id"], "up", None)
    for nobody in ({}, {"user_id": ""}, {"user_id": ""}):  # nobody knows whether these are one
        client.post(rated, json={"rating": "down", **nobody})
    asked, answered = messages(client, answer["conversation_id"])
    assert (asked["feedback"], asked["abstained"], asked["model"]) == (None, None, None)
    assert answered["feedback"] == {"up": 1, "down": 3}
    assert (answered["abstained"], answered["model"]) == (False, answer["model"])


def test_only_answers_are_rated(client: TestClient, listing_id: int) -> None:
    asked, _ = messages(client, ask(client, listing_id=listing_id)["conversation_id"])
    answer = client.post(f"/api/messages/{asked['id']}/feedback", json={"rating": "up"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert client.post("/api/messages/99999/feedback", json={"rating": "up"}).status_code == 404


def test_malformed_feedback_is_refused(client: TestClient) -> None:
    for body in ({}, {"rating": "fine"}, {"rating": "up", "category": "odd"}, {"rating": 1}):
        assert client.post("/api/messages/1/feedback", json=body).status_code == 422, body


# ----------------------------------------------------------------------------------------------------------- deleting


def test_a_conversation_is_deleted_with_all_that_was_said_and_nothing_of_another(
    db: Session, client: TestClient, handlers: Handlers, executions: Executions, listing_id: int
) -> None:
    ours, theirs = (ask(client, listing_id=listing_id) for _ in range(2))
    for answer in (ours, theirs):
        client.post(f"/api/messages/{answer['message_id']}/feedback", json={"rating": "up"})
    body = {"message": "And a sofa?", "conversation_id": ours["conversation_id"]}
    done, queued = (client.post("/api/chat/", json=body, headers=LATER).json()["task_id"] for _ in range(2))
    other = client.post("/api/chat/", json={"message": "Whose?"}, headers=LATER).json()["task_id"]
    assert not answer_queued(handlers, done).error
    path = f"/api/conversations/{ours['conversation_id']}"
    removed = {"messages": 4, "feedback": 1, "tasks": 2}
    assert client.delete(path).json() == {"conversation_id": ours["conversation_id"], "removed": removed}
    assert client.delete(path).status_code == client.get(f"{path}/messages").status_code == 404
    assert (count(db, Conversation), count(db, Message), count(db, MessageFeedback)) == (1, 2, 1)
    db.expire_all()
    assert "sofa" not in str([(task.request, task.result) for task in db.scalars(select(Task))])
    assert db.get_one(Task, other).request["message"] == "Whose?"
    failed = answer_queued(handlers, queued)
    assert failed.error
    assert "There is no conversation" in str(failed.payload)
    assert count(db, Message) == 2
