"""Whether a reply names the right photos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.chat.asking import Question
from benchmarks.chat.street import House
from roomlens.chat.replies import Reply
from roomlens.vocabulary import Tag


@dataclass(frozen=True)
class Wanted:
    """The photos that answer, none where abstaining is right. `some`: any of them do."""

    ids: frozenset[int]
    some: bool


@dataclass(frozen=True)
class Outcome:
    """One question asked of one home, by what our model saw and by what people did."""

    question: Question
    wanted: Wanted
    ours: Reply
    peoples: Reply
    right: bool
    right_with_peoples_eyes: bool

    @property
    def cause(self) -> str | None:
        """Why it went wrong: `photos` were misread where it goes right with people's eyes; `number`, where the right
        photos are named, but two rooms are taken for one; else the `question` was misread, or is not answered. None
        where nothing went wrong."""
        if self.right:
            return None
        if self.right_with_peoples_eyes:
            return "photos"
        return "number" if set(self.ours.image_ids) == self.wanted.ids and self.question.says else "question"


def wanted(question: Question, houses: Sequence[House]) -> Wanted | None:
    """`houses`: the home that is asked about, or all. None where people did not label what would have to be known."""
    if question.expected == "abstain":
        return Wanted(frozenset(), some=False)
    if question.expected == "thing":
        (house,) = houses
        showing = house.showing(Tag(question.answer[0]))
        return None if showing is None else Wanted(frozenset(showing), some=False)
    ids = frozenset(one for house in houses for one in house.ids(question.answer))
    return Wanted(ids, some=question.expected == "among")


def is_right(reply: Reply, question: Question, wants: Wanted) -> bool:
    cited = set(reply.image_ids)
    if not wants.ids:
        return reply.abstained and not cited
    named = bool(cited) and cited <= wants.ids if wants.some else cited == wants.ids
    return named and (not question.says or any(word in reply.text.lower() for word in question.says))


def share(values: Iterable[bool]) -> float:
    """Of those that are true; 0 where there are none."""
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0
