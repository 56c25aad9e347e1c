"""Who answers: the composer in this package, or a language model on Bedrock. Both are asked in the same way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from roomlens.chat.history import History
from roomlens.chat.replies import Reply

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Scope:
    """What a turn may look at. It comes from the caller, never from a model's arguments.

    `listing_id`: None means all listings that the caller may see.
    """

    listing_id: int | None


@dataclass(frozen=True)
class Asked:
    """One question, what was said before it, and what may be looked at for it."""

    question: str
    scope: Scope
    history: History = field(default_factory=History)


class ChatBackend(Protocol):
    """Answers a question from photos, aggregations and changes within its scope."""

    @property
    def label(self) -> str:
        """What answers: name and version, as messages keep it."""
        ...

    def answer(self, session: Session, asked: Asked) -> Reply:
        """Sentences, each with the photos it rests on; `roomlens.chat.receipts` holds it to that."""
        ...


def chat_backend() -> ChatBackend:
    """The one that the settings name."""
    from roomlens.chat.embedded import EmbeddedBackend

    return EmbeddedBackend()
