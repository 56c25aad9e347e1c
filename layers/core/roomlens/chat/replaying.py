"""Asks the questions of an old conversation again, of another backend or of another version of the models, and says
what has become of each claim. Nothing of it is stored in the conversation.

Each question has the history that it had: what was answered then, and not what is answered now. So one answer that
differs does not make all that follow differ.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens import rates
from roomlens.chat import rows
from roomlens.chat.answering import answer
from roomlens.chat.backends import Asked, ChatBackend, Scope, chat_backend
from roomlens.chat.claims import compare
from roomlens.chat.conversations import get_conversation
from roomlens.chat.history import MOST_READ, History, turns_of, within_budget
from roomlens.chat.turns import citations_of
from roomlens.db import after_commit
from roomlens.errors import AppError, ConfigurationError, ConflictError, InferenceFailedError, UnavailableError
from roomlens.models import Conversation, Image, Message, Role
from roomlens.paging import decode_cursor, encode_cursor
from roomlens.rates import Kind
from roomlens.schemas import Citation, ReplayAnswer, ReplayedAnswer, ReplayedTurn, ReplayRequest, ReplaySummary
from roomlens.settings import chat_settings
from roomlens.versions import model_in_force, using, what_is_missing

MOST_TURNS: Final = 20
"""Of one request."""
NO_MORE_AFTER: Final = 4.0
"""Seconds after which no further turn is begun: a hosted model's longest (24 s) still ends within the gateway's 29."""


@dataclass(frozen=True)
class _Old:
    """A turn as it was, and what was said before it."""

    question: Message
    answer: Message
    history: History


def replay(session: Session, conversation_id: int, wanted: ReplayRequest) -> ReplayAnswer:
    """As many turns as a request has time for, the oldest first.

    A turn to which the backend gives no answer has its problem in place of one.

    Raises NotFoundError for an unknown conversation, model or backend; ConflictError for a backend or for models that
    can't be asked here; ValidationError for a cursor that is none.
    """
    conversation = get_conversation(session, conversation_id)
    backend, scope = chat_backend(wanted.backend), Scope(conversation.listing_id)
    old, more = _old_turns(session, conversation, wanted)
    there = _photos_there(session, old)
    with _using(wanted.model):
        turns = [_again(session, turn, scope, backend, there) for turn in _in_time(old)]
        label, unseen = backend.label, _count_unseen(session, scope)
    after_commit(session, "rates", lambda: rates.owe(Kind.CHAT, len(turns) - 1))  # the call itself counted as one
    truncated = more or len(turns) < len(old)
    return ReplayAnswer(
        conversation_id=conversation.id,
        model=label,
        photos_unseen=unseen,
        turns=turns,
        summary=_summed(turns),
        truncated=truncated,
        next_cursor=encode_cursor(old[len(turns) - 1].answer.id) if truncated else None,
    )


@contextmanager
def _using(model: str | None) -> Iterator[None]:
    """Of models that somebody names it is no fault of the deployment that it can't run them."""
    try:
        with using(model):
            yield
    except ConfigurationError as error:
        if model is None:
            raise
        raise ConflictError("The models of this name can't be run here.") from error


def _in_time(old: Sequence[_Old]) -> Iterator[_Old]:
    """At least one of them."""
    began = time.monotonic()
    for turn in old:
        yield turn
        if time.monotonic() - began > NO_MORE_AFTER:
            return


# ------------------------------------------------------------------------------------------------ what was said then


def _old_turns(session: Session, conversation: Conversation, wanted: ReplayRequest) -> tuple[list[_Old], bool]:
    """The turns to be asked again, each with its history; and whether there are more after them."""
    said = rows.messages_of(conversation.id)
    first = _first_id(session, conversation, wanted)
    following = said.where(Message.id >= first).order_by(Message.id).limit(2 * (MOST_TURNS + 1))
    before = said.where(Message.id < first).order_by(Message.id.desc()).limit(MOST_READ)
    messages = session.scalars(following).all()
    past = turns_of(reversed(session.scalars(before).all()))
    by_id, summary = {message.id: message for message in messages}, ""
    turns = [turn for turn in turns_of(messages) if turn.is_answered]
    old = []
    for turn in turns[:MOST_TURNS]:
        history, folded = within_budget(summary, past, chat_settings().chat_history_characters)
        old.append(_Old(by_id[turn.first_id], by_id[turn.last_id], history))
        past, summary = [*past[len(folded) :], turn], history.summary
    return old, len(turns) > MOST_TURNS


def _first_id(session: Session, conversation: Conversation, wanted: ReplayRequest) -> int:
    """The id of the first question, or one before it."""
    if wanted.cursor is not None or wanted.last is None:
        return decode_cursor(wanted.cursor, "/body/cursor") + 1
    questions = rows.messages_of(conversation.id).where(Message.role == Role.USER)
    last = questions.with_only_columns(Message.id).order_by(Message.id.desc()).limit(wanted.last).subquery()
    return session.scalar(select(func.min(last.c.id))) or 0


def _photos_there(session: Session, old: Sequence[_Old]) -> set[int]:
    """Which of the photos that the old answers rest on are not deleted."""
    cited = {image_id for turn in old for image_id in _cited(turn.answer)}
    return set(session.scalars(select(Image.id).where(Image.id.in_(cited)))) if cited else set()


def _cited(message: Message) -> list[int]:
    """Each once, in the order of the sentences."""
    return list(dict.fromkeys(image_id for cited in message.citations for image_id in cited["image_ids"]))


# -------------------------------------------------------------------------------------------------- what is said now


def _again(session: Session, old: _Old, scope: Scope, backend: ChatBackend, there: set[int]) -> ReplayedTurn:
    before = ReplayedAnswer(
        reply=old.answer.content,
        claims=[Citation.model_validate(cited) for cited in old.answer.citations],
        abstained=old.answer.abstained,
        model=old.answer.model,
    )
    after, problem = _ask(session, Asked(old.question.content, scope, old.history), backend)
    claims = compare(before.claims, after.claims) if after else None
    changed = claims is None or bool(claims.reworded or claims.added or claims.removed)
    return ReplayedTurn(
        message_id=old.question.id,
        question=old.question.content,
        before=before,
        after=after,
        claims=claims,
        same=not changed and after is not None and after.abstained == before.abstained,
        photos_gone=[image_id for image_id in _cited(old.answer) if image_id not in there],
        problem=problem,
    )


def _ask(session: Session, asked: Asked, backend: ChatBackend) -> tuple[ReplayedAnswer | None, dict[str, str] | None]:
    """An answer, or why there is none: a question that a model refuses each time must not hide the other turns."""
    try:
        answered = answer(session, asked, backend)
    except (InferenceFailedError, UnavailableError) as error:
        return None, _problem(error)
    reply = answered.reply
    claims = citations_of(reply)
    return ReplayedAnswer(reply=reply.text, claims=claims, abstained=reply.abstained, model=answered.model), None


def _problem(error: AppError) -> dict[str, str]:
    return {"code": error.code, "title": error.title, "detail": error.detail}


def _count_unseen(session: Session, scope: Scope) -> int:
    missing = what_is_missing(model_in_force()).order_by(None)
    if scope.listing_id is not None:
        missing = missing.where(Image.listing_id == scope.listing_id)
    return session.scalar(select(func.count()).select_from(missing.subquery())) or 0


def _summed(turns: Sequence[ReplayedTurn]) -> ReplaySummary:
    answered = [(turn.before.abstained, turn.after.abstained) for turn in turns if turn.after is not None]
    claims = [turn.claims for turn in turns if turn.claims is not None]
    same = sum(turn.same for turn in turns)
    return ReplaySummary(
        turns=len(turns),
        same=same,
        changed=len(answered) - same,
        failed=len(turns) - len(answered),
        abstentions_gained=sum(after and not before for before, after in answered),
        abstentions_lost=sum(before and not after for before, after in answered),
        claims_kept=sum(len(one.kept) for one in claims),
        claims_reworded=sum(len(one.reworded) for one in claims),
        claims_added=sum(len(one.added) for one in claims),
        claims_removed=sum(len(one.removed) for one in claims),
    )
