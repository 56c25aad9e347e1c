"""Who answers: the composer in this package, or a language model on Bedrock. Both are asked in the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from roomlens.chat.history import History
from roomlens.chat.replies import Reply
from roomlens.errors import ConflictError, NotFoundError
from roomlens.settings import chat_settings

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


def chat_backend(name: str | None = None) -> ChatBackend:
    """The one of that name, or the one that the settings name.

    Raises NotFoundError for an unknown name, ConflictError for one that this deployment does not ask.
    """
    settings = chat_settings()
    wanted = settings.chat_backend if name is None else name
    if wanted not in _BACKENDS:
        raise NotFoundError(f"There is no chat backend of that name; there are {', '.join(_BACKENDS)}.")
    if wanted == "bedrock" != settings.chat_backend and settings.chat_allow_bedrock == "no":
        raise ConflictError("This deployment does not ask Bedrock; CHAT_ALLOW_BEDROCK=yes lets it.")
    return _BACKENDS[wanted]()


def _embedded() -> ChatBackend:
    from roomlens.chat.embedded import EmbeddedBackend

    return EmbeddedBackend()


def _bedrock() -> ChatBackend:
    from roomlens.chat.bedrock import BedrockBackend

    return BedrockBackend()


_BACKENDS: Final[Mapping[str, Callable[[], ChatBackend]]] = {"embedded": _embedded, "bedrock": _bedrock}
