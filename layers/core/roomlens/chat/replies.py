"""What answers are made of: photos as far as an answer needs them, and sentences with the photos they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from roomlens.vocabulary import NoticeKind, QualityFlag, RoomType, Tag

HINT: Final = "Ask me what the photos show: a room, a feature, the light or the condition."
MOST_SENTENCES: Final = 8  # of a reply; who wants to know more asks for one room


@dataclass(frozen=True)
class Seen:
    """One photo, as far as an answer needs it.

    `denied`: what a person said is not there. `judged`: its condition is a person's word, no estimate.
    `condition_why`, `daylight_why`: what these rest on, in whole sentences. `taken`: when, where that is known.
    """

    image_id: int
    room: RoomType
    tags: frozenset[Tag]
    caption: str
    condition: float | None
    daylight: float | None
    score: float | None = None
    denied: frozenset[Tag] = frozenset()
    judged: bool = False
    listing_id: int | None = None
    taken: datetime | None = None
    condition_why: tuple[str, ...] = ()
    daylight_why: tuple[str, ...] = ()
    flaws: frozenset[QualityFlag] = frozenset()


@dataclass(frozen=True)
class Source:
    """Where a general figure comes from, which no photo shows."""

    title: str
    url: str


@dataclass(frozen=True)
class Sentence:
    """A claim names the photos it rests on; a sentence without any claims nothing of the home.

    `notice`: it says what was not answered or not said, and why.
    """

    text: str
    image_ids: tuple[int, ...] = ()
    source: Source | None = None
    notice: NoticeKind | None = None


@dataclass(frozen=True)
class Reply:
    """`abstained`: nothing in the photos answers the question; what is said then rests on no photo.

    `scores`: how near the meaning of a photo lies to the question, of those that a search found near.
    """

    sentences: tuple[Sentence, ...]
    abstained: bool
    scores: Mapping[int, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def image_ids(self) -> list[int]:
        """The photos that the reply rests on, each once, in the order of the sentences."""
        return list(dict.fromkeys(image_id for sentence in self.sentences for image_id in sentence.image_ids))


def joined(replies: Sequence[Reply]) -> Reply:
    """Answers to the questions of one message, one at least. Each has its share; no sentence is said twice."""
    if len(replies) == 1:
        return replies[0]
    share = MOST_SENTENCES // len(replies)
    sentences = tuple(dict.fromkeys(sentence for reply in replies for sentence in reply.sentences[:share]))
    scores = {image_id: score for reply in replies for image_id, score in reply.scores.items()}
    return Reply(sentences, all(reply.abstained for reply in replies), scores)


@dataclass
class Draft:
    """An answer in the making: what the photos show, and what they don't."""

    shown: list[Sentence] = field(default_factory=list)
    missing: list[Sentence] = field(default_factory=list)

    def show(self, text: str, photos: Iterable[Seen], source: Source | None = None) -> None:
        self.shown.append(Sentence(text, tuple(photo.image_id for photo in photos), source))

    def miss(self, text: str) -> None:
        self.missing.append(Sentence(text))

    def reply(self) -> Reply:
        """At most `MOST_SENTENCES`: of what is not shown, there is always something left to say."""
        shown = self.shown[: MOST_SENTENCES - min(len(self.missing), MOST_SENTENCES // 2)]
        return Reply((*shown, *self.missing)[:MOST_SENTENCES], abstained=not shown)
