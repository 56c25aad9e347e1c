"""What was said, looked at again: what people think of an answer, and an old conversation asked anew."""

from fastapi import FastAPI

from roomlens.chat import feedback, replaying
from roomlens.http import PathId, SessionDep, post_that_reads
from roomlens.http_callers import Subject, counted
from roomlens.rates import Kind
from roomlens.schemas import FeedbackOut, FeedbackRequest, ReplayAnswer, ReplayRequest, said_by


async def give_feedback(
    session: SessionDep, message_id: PathId, given: FeedbackRequest, subject: Subject
) -> FeedbackOut:
    """What somebody thinks of an answer; the same `user_id` again replaces it."""
    return FeedbackOut.model_validate(feedback.give_feedback(session, message_id, said_by(subject, given)))


async def replay(session: SessionDep, conversation_id: PathId, wanted: ReplayRequest | None = None) -> ReplayAnswer:
    """Asks the old questions again, of another `backend` or by another `model`, and compares the claims. Stores
    nothing."""
    return replaying.replay(session, conversation_id, wanted or ReplayRequest())


def add_routes(app: FastAPI) -> None:
    app.post("/api/messages/{message_id}/feedback", status_code=201)(give_feedback)
    post_that_reads(app, "/api/conversations/{conversation_id}/replay", dependencies=[counted(Kind.CHAT)])(replay)
