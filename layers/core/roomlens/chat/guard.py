"""Fair housing: what must be neither answered nor said, and why."""

from __future__ import annotations

from dataclasses import dataclass

from roomlens.chat.replies import Reply, Sentence


@dataclass(frozen=True)
class Guarded:
    """What is left of a question to be answered, empty when nothing is; and what was refused of it, with the reason."""

    question: str
    notices: tuple[Sentence, ...] = ()


def guard(question: str) -> Guarded:
    """Takes out of a question what must not be answered."""
    return Guarded(question)


def neutral(reply: Reply) -> Reply:
    """Takes out of an answer what must not be said, whoever wrote it."""
    return reply
