"""Turns at once on one conversation come one after the other, and each knows of those before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from rig.template_source import LOCAL_TENANT
from roomlens import tasks
from roomlens.chat import conversations
from roomlens.chat.backends import Asked
from roomlens.chat.later import queue_turn, take_queued_turn
from roomlens.chat.replies import Reply, Sentence
from roomlens.chat.turns import take_turn
from roomlens.db import SessionFactory, session_scope
from roomlens.errors import InProgressError, NotFoundError
from roomlens.events import WorkflowStep
from roomlens.models import Conversation, Message
from roomlens.schemas import ChatRequest
from tests.databases import empty
from tests.fixtures.aws import Executions
from tests.threads import threads

pytestmark = pytest.mark.usefixtures("analyzer")
FOREVER = 20.0


class Slow:
    """Answers with how much it was told, and does not answer `slow` before it may."""

    label = "slow@1"

    def __init__(self) -> None:
        self.asked, self.free = threading.Event(), threading.Event()

    def answer(self, session: Session, asked: Asked) -> Reply:
        if asked.question == "slow":
            self.asked.set()
            assert self.free.wait(FOREVER)
        return Reply((Sentence(f"I know of {len(asked.history.messages)} messages."),), abstained=True)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr("roomlens.chat.backends._BACKENDS", {"embedded": lambda: slow})
    return slow


@pytest.fixture
def conversation_id(cloud_database: Engine, backend: Slow) -> Iterator[int]:
    """In the database that commits, where the layer's own sessions are separate ones."""
    empty(cloud_database)
    SessionFactory.configure(bind=cloud_database)
    with session_scope() as session:
        conversation = Conversation()
        session.add(conversation)
        session.flush()
    yield conversation.id
    SessionFactory.configure(bind=None)


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with threads(4) as pool:
        yield pool


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Somebody waits for a turn to end."""
    waits, sleep = threading.Event(), conversations.time.sleep

    def slept(seconds: float) -> None:
        waits.set()
        sleep(seconds)

    monkeypatch.setattr(conversations.time, "sleep", slept)
    return waits


def take(message: str, conversation_id: int, patience: float = FOREVER) -> str:
    with session_scope() as session:
        asked = ChatRequest(message=message, conversation_id=conversation_id)
        return take_turn(session, asked, patience=patience).reply


def said() -> list[str]:
    with session_scope() as session:
        return list(session.scalars(select(Message.content).order_by(Message.id)))


def test_turns_that_come_at_once_do_not_interleave(conversation_id: int, aside: ThreadPoolExecutor) -> None:
    turns = [aside.submit(take, f"turn {number}", conversation_id) for number in range(4)]
    replies = {turn.result(FOREVER) for turn in turns}
    assert replies == {f"I know of {2 * before} messages." for before in range(4)}
    kept = said()
    assert kept[1::2] == [f"I know of {2 * before} messages." for before in range(4)]
    assert {one[:4] for one in kept[::2]} == {"turn"}


def answer_queued(task_id: str) -> None:
    """The step of the workflow, as `answer_message` does it."""
    step = WorkflowStep(task_id, 1, tenant_id=LOCAL_TENANT)
    tasks.run_step(step, "AnswerMessage", lambda session, task: take_queued_turn(session, task.request))


def test_tasks_that_are_worked_on_at_once_and_twice_each_give_one_answer_each(
    conversation_id: int, aside: ThreadPoolExecutor, executions: Executions
) -> None:
    with session_scope() as session:
        going_on = [ChatRequest(message=f"turn {n}", conversation_id=conversation_id) for n in range(2)]
        queued = [queue_turn(session, asked).id for asked in (*going_on, ChatRequest(message="turn anew"))]
    for attempt in [aside.submit(answer_queued, task_id) for task_id in queued for _ in range(2)]:
        attempt.result(FOREVER)
    with session_scope() as session:
        kept = session.execute(select(Message.conversation_id, Message.role).order_by(Message.id)).all()
        assert session.scalar(select(func.count(Conversation.id))) == 2
        told = [tasks.get_task(session, task_id).result for task_id in queued]
    assert [role for id_, role in kept if id_ == conversation_id] == ["user", "assistant"] * 2
    assert len(kept) == 6
    assert {one["reply"] for one in told if one} == {"I know of 0 messages.", "I know of 2 messages."}


@pytest.mark.postgres
def test_a_turn_that_waits_knows_what_was_said_meanwhile(
    conversation_id: int, aside: ThreadPoolExecutor, backend: Slow, waiting: threading.Event
) -> None:
    first = aside.submit(take, "slow", conversation_id)
    assert backend.asked.wait(FOREVER)
    second: Future[str] = aside.submit(take, "fast", conversation_id)
    assert waiting.wait(FOREVER)
    assert said() == []
    backend.free.set()
    assert (first.result(FOREVER), second.result(FOREVER)) == ("I know of 0 messages.", "I know of 2 messages.")
    assert said()[::2] == ["slow", "fast"]


@pytest.mark.postgres
def test_who_has_waited_long_enough_is_told_to_come_again_and_leaves_nothing(
    conversation_id: int, aside: ThreadPoolExecutor, backend: Slow
) -> None:
    first = aside.submit(take, "slow", conversation_id)
    assert backend.asked.wait(FOREVER)
    with pytest.raises(InProgressError) as refused:
        take("fast", conversation_id, patience=0)
    with pytest.raises(InProgressError), session_scope() as session:
        conversations.lock_conversation(session, conversation_id, patience=0)
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (409, "in-progress", 1)
    backend.free.set()
    first.result(FOREVER)
    assert said() == ["slow", "I know of 0 messages."]


@pytest.mark.postgres
def test_a_turn_that_waits_for_a_conversation_to_be_deleted_finds_none(
    conversation_id: int, aside: ThreadPoolExecutor, waiting: threading.Event
) -> None:
    with session_scope() as session:
        removed: Any = conversations.delete_conversation(session, conversation_id)
        turn = aside.submit(take, "fast", conversation_id)
        assert waiting.wait(FOREVER)
    with pytest.raises(NotFoundError):
        turn.result(FOREVER)
    assert (removed.removed.messages, said()) == (0, [])
