"""What people think of answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens.chat import rows
from roomlens.errors import ConflictError, NotFoundError
from roomlens.models import Message, MessageFeedback, Role
from roomlens.schemas import FeedbackCount, FeedbackRequest, MessageOut


def give_feedback(session: Session, message_id: int, given: FeedbackRequest) -> MessageFeedback:
    """Keeps what somebody thinks of an answer. Each user has one opinion of it, the last; of those who don't say who
    they are each counts for itself.

    Raises NotFoundError for an unknown message, ConflictError for a question.
    """
    known = rows.messages().where(Message.id == message_id)
    message = session.scalars(known.with_for_update()).one_or_none()  # two opinions of one user come one by one
    if message is None:
        raise NotFoundError(f"There is no message {message_id}.")
    if message.role != Role.ASSISTANT:
        raise ConflictError("This message is a question; only answers are rated.")
    user_id = given.user_id or None  # an empty one is nobody's name, and would be that of all who send it
    feedback = _of_user(session, message_id, user_id) or MessageFeedback(message_id=message_id)
    feedback.rating, feedback.category, feedback.comment = given.rating, given.category, given.comment
    feedback.user_id = user_id
    session.add(feedback)
    session.flush()
    session.refresh(feedback)
    return feedback


def _of_user(session: Session, message_id: int, user_id: str | None) -> MessageFeedback | None:
    if user_id is None:
        return None
    theirs = (MessageFeedback.message_id == message_id, MessageFeedback.user_id == user_id)
    return session.scalars(select(MessageFeedback).where(*theirs)).one_or_none()


def present_messages(session: Session, messages: Sequence[Message]) -> list[MessageOut]:
    """Messages as the API shows them; answers with how many people liked them and how many did not."""
    rated = _ratings(session, [message.id for message in messages])
    return [MessageOut.model_validate(message).model_copy(update=_of_answer(message, rated)) for message in messages]


def _of_answer(message: Message, rated: dict[tuple[int, str], int]) -> dict[str, object]:
    if message.role != Role.ASSISTANT:
        return {"abstained": None}
    counts = {rating: rated.get((message.id, rating), 0) for rating in ("up", "down")}
    return {"feedback": FeedbackCount(**counts)}


def _ratings(session: Session, message_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    statement = (
        select(MessageFeedback.message_id, MessageFeedback.rating, func.count())
        .where(MessageFeedback.message_id.in_(message_ids))
        .group_by(MessageFeedback.message_id, MessageFeedback.rating)
    )
    return {(message_id, rating): count for message_id, rating, count in session.execute(statement)}
