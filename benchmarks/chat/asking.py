"""The committed questions (`questions.yaml`), read and checked. Needs no photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("questions.yaml")
STREET: Final = "street"
"""All homes at once: no listing is named."""
HALVES: Final = ("tuning", "measured")
_EXPECTED: Final = ("cite", "among", "thing", "abstain")


@dataclass(frozen=True)
class Question:
    """One question, or a conversation whose last one counts, and what people say answers it.

    `expected` names what `answer` is: photos by label (`cite`, `among`), a tag (`thing`), or nothing (`abstain`).
    `read`: how the last question is to be read.
    """

    ask: tuple[str, ...]
    home: str
    half: str
    kind: str
    expected: str
    answer: tuple[str, ...]
    says: tuple[str, ...]
    read: Mapping[str, Any]

    @property
    def is_loose(self) -> bool:
        """Whether more than one answer would count as right, since people labelled rooms and no scores."""
        return self.expected == "among"


@cache
def homes() -> Mapping[str, tuple[str, ...]]:
    """The labels of the photos of each kind of home."""
    return {name: tuple(labels) for name, labels in _file()["homes"].items()}


@cache
def questions() -> tuple[Question, ...]:
    """In the order written down.

    Raises:
        ValueError: a question says nothing, or two things, of what answers it, or names a home that is none.
    """
    return tuple(_question(entry) for entry in _file()["questions"])


def _question(entry: Mapping[str, Any]) -> Question:
    ask: str | Sequence[str] = entry["ask"]
    expected = [name for name in _EXPECTED if name in entry]
    if len(expected) != 1 or entry["half"] not in HALVES or entry["home"] not in {*homes(), STREET}:
        raise ValueError(f"{ask!r} says none or two of {', '.join(_EXPECTED)}, or a home or half that is none")
    answer = entry[expected[0]]
    return Question(
        ask=(ask,) if isinstance(ask, str) else tuple(ask),
        home=entry["home"],
        half=entry["half"],
        kind=entry["kind"],
        expected=expected[0],
        answer=() if answer is True else (answer,) if isinstance(answer, str) else tuple(answer),
        says=tuple(entry.get("says", ())),
        read=entry["read"],
    )


@cache
def _file() -> dict[str, Any]:
    import yaml

    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded
