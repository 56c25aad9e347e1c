"""What was said before in a conversation, as far as an answer needs it: its last turns, and a summary of the rest.

Both have a budget, so that what a turn reads and hands to a backend is of one size however long the conversation is,
and no single message can make it too large for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from roomlens.chat import rows
from roomlens.chat.summary import cut, fold, line
from roomlens.models import Message, Role
from roomlens.settings import chat_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from roomlens.models import Conversation

MOST_TURNS: Final = 20
"""Of the window: short ones fit in large numbers, and nobody refers so far back."""
MOST_READ: Final = 200
"""Messages. A conversation that has folded with each turn has few after its summary; one from before there were
summaries folds once, and then loses what is older than these."""


@dataclass(frozen=True)
class Said:
    """One earlier message; `image_ids`: the photos that it rests on."""

    role: Role
    content: str
    image_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class History:
    """The last messages, oldest first, and a short account of those before them."""

    messages: tuple[Said, ...] = ()
    summary: str = ""


@dataclass(frozen=True)
class Turn:
    """A question and what was answered, which are never parted; with the ids of the first and the last message."""

    said: tuple[Said, ...]
    first_id: int
    last_id: int

    @property
    def is_answered(self) -> bool:
        return [one.role for one in self.said] == [Role.USER, Role.ASSISTANT]

    @property
    def question(self) -> str:
        """Empty for an answer whose question lies before what was read."""
        return self.said[0].content if self.said[0].role is Role.USER else ""

    @property
    def line(self) -> str:
        """What it leaves in a summary."""
        answers = [one for one in self.said if one.role is Role.ASSISTANT]
        image_ids = [image_id for one in answers for image_id in one.image_ids]
        return line(self.question, " ".join(one.content for one in answers), image_ids)


def read_history(session: Session, conversation: Conversation) -> History:
    """What an answer in this conversation is to know of it, by one statement.

    What has left the window is folded into the conversation's summary, in the transaction of the turn: of a turn that
    fails nothing is folded, and nothing is folded twice. The conversation has to be locked.
    """
    statement = (
        rows.messages_of(conversation.id)
        .where(Message.id > conversation.summarized_id)
        .order_by(Message.id.desc())
        .limit(MOST_READ)
    )
    turns = turns_of(reversed(session.scalars(statement).all()))
    history, folded = within_budget(conversation.summary, turns, chat_settings().chat_history_characters)
    if folded:
        conversation.summary, conversation.summarized_id = history.summary, folded[-1].last_id
    return history


def turns_of(messages: Iterable[Message]) -> list[Turn]:
    """Messages in the order of their ids, by the questions that they begin with."""
    turns: list[Turn] = []
    for message in messages:
        if message.role == Role.USER or not turns:
            turns.append(Turn((_said(message),), message.id, message.id))
        else:
            turns[-1] = replace(turns[-1], said=(*turns[-1].said, _said(message)), last_id=message.id)
    return turns


def _said(message: Message) -> Said:
    image_ids = tuple(image_id for cited in message.citations for image_id in cited["image_ids"])
    return Said(Role(message.role), message.content, image_ids)


def within_budget(summary: str, turns: Sequence[Turn], budget: int) -> tuple[History, Sequence[Turn]]:
    """The history in so many characters, and the turns that are in its summary now and were not before. Pure.

    A quarter is the summary's. A message has a quarter of the window at most, so that the last two turns are always in
    it; what is longer is cut here, and nowhere else.
    """
    window = budget - budget // 4
    kept: list[Said] = []
    left, count = window, 0
    for turn in reversed(turns[-MOST_TURNS:]):
        said = [replace(one, content=cut(one.content, window // 4)) for one in turn.said]
        left -= sum(len(one.content) for one in said)
        if left < 0 or said[0].role is not Role.USER:
            break
        kept[:0] = said
        count += 1
    gone = turns[: len(turns) - count]
    return History(tuple(kept), fold(summary, (turn.line for turn in gone), budget // 4)), gone
