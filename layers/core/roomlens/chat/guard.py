"""Fair housing: what must be neither answered nor said, and why. Rules and no model, so that they hold for every
backend and say the same twice (docs/fair-housing.md).

A message is read in parts: what asks for a judgement of people, or of who lives somewhere, is taken out with a notice;
the rest is asked. What a backend wrote is read in the same way. Photos, captions, titles and earlier messages are
material: an instruction in them is taken out, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from roomlens.chat.guard_parts import (
    halves_of,
    leads_on,
    names_a_part,
    names_a_thing,
    parts_of,
    pieces_of,
    sentences_of,
)
from roomlens.chat.guard_rules import Cause, found
from roomlens.chat.history import History, Said
from roomlens.chat.replies import Reply, Sentence
from roomlens.models import Role
from roomlens.vocabulary import ROOM_LABELS, NoticeKind, RoomType

NOTICES: Final = {
    Cause.AREA: (
        "I can't say who lives in an area, or whether it is safe or good: under fair housing law nobody may be steered "
        "to or away from a home. I can tell what the photos show of the home itself."
    ),
    Cause.SUITS: (
        "I can't say for whom a home is right: under fair housing law that is for each person who looks for one to "
        "decide. I can tell what the photos show of the home itself."
    ),
    Cause.PEOPLE: (
        "I can't sort homes or neighbors by who people are: fair housing law protects race, color, religion, sex, "
        "disability, familial status and national origin, and some states more. I can tell what the photos show."
    ),
    Cause.KEEPS_OUT: (
        "I can't help to prefer or keep out people by who they are: fair housing law doesn't allow that in selling, "
        "renting or advertising a home. I can describe what the photos show."
    ),
    Cause.ORDERS: (
        "I answer from the photos, by the same rules for everyone; a request to set them aside changes nothing."
    ),
}
LEFT_OUT: Final = {
    NoticeKind.FAIR_HOUSING: (
        "I left out words about who should live here or who lives nearby: under fair housing law a home is described, "
        "not its people."
    ),
    NoticeKind.INSTRUCTIONS: "I left out words that were instructions to me and no description of a photo.",
}
# A sentence that says of such a question that it can't be answered: it may name what it does not answer.
_DECLINES: Final = re.compile(
    r"^(?:sorry[,.]? )?(?:(?:but )?(?:i|we|the photos|photos|none of)\b.{0,20}\b(?:can't|cannot|can not|won't"
    r"|am not able to"
    r"|are not able to|don't|do not|unable to|not)) (?:\w+ )?"
    r"(?:tell|say(?! enough)|comment|answer|judge|assess|describe|help|advise|know|show)\b(?!.*\bbut\b)"
    r"|^i (?:speak|tell|talk|answer) only\b(?!.*\bbut\b)",
    re.IGNORECASE,
)
_STOPS: Final = re.compile(r"[.?!;:,\n]+")


class Quoted(Protocol):
    """A photo whose caption an answer may quote."""

    @property
    def caption(self) -> str: ...
    @property
    def room_type(self) -> str: ...


@dataclass(frozen=True)
class Guarded:
    """What is left of a question to be answered, empty when nothing is; and what was refused of it, with the reason."""

    question: str
    notices: tuple[Sentence, ...] = ()


def guard(question: str) -> Guarded:
    """Takes out of a question what must not be answered. What is left is in the asker's own words."""
    left, causes = _sifted(question)
    return Guarded(left, tuple(Sentence(NOTICES[cause], notice=_kind(cause)) for cause in dict.fromkeys(causes)))


def remembered(history: History) -> History:
    """What was said before, without what must not be answered: an order that was refused is not passed on later.

    A question of which nothing is left goes with its answer, so that "and the bathroom?" follows the one before it.
    """
    kept: list[Said] = []
    refused = False
    for said in history.messages:
        left = _sifted(said.content)[0] if said.role is Role.USER else _cleared(said.content)[0]
        refused = (refused and said.role is not Role.USER) or bool(said.content.strip() and not left)
        if not refused:
            kept.append(replace(said, content=left))
    lines = (line for line in history.summary.splitlines() if not _sifted(line)[1])
    return replace(history, messages=tuple(kept), summary="\n".join(lines))


def harmless(caption: str) -> str:
    """A caption or a title as material for an answer: without what steers. One that gives orders describes nothing."""
    left, causes = _sifted(caption)
    return "" if Cause.ORDERS in causes else left


def neutral(reply: Reply, photos: Iterable[Quoted] = ()) -> Reply:
    """Takes out of an answer what must not be said, whoever wrote it, and says so.

    `photos`: those that the answer names. Where it quotes a caption with such words, the rest of the caption stays,
    or else the room's name, so that what is true of the photo keeps its receipt.
    """
    captions = {photo.caption.rstrip("."): photo for photo in photos if harmless(photo.caption) != photo.caption}
    kept: list[Sentence] = []
    causes: list[Cause] = []
    for sentence in reply.sentences:
        if sentence.notice is not None:
            kept.append(sentence)
            continue
        text, of_quotes = _requoted(sentence.text, captions)
        left, of_words = _cleared(text)
        causes += [*of_quotes, *of_words]
        if left:
            kept.append(replace(sentence, text=left))
    if not causes:
        return reply
    kinds = dict.fromkeys(_kind(cause) for cause in causes)
    abstained = reply.abstained or not any(sentence.image_ids for sentence in kept)
    notices = (Sentence(LEFT_OUT[kind], notice=kind) for kind in kinds)
    return replace(reply, sentences=(*kept, *notices), abstained=abstained)


def _sifted(text: str) -> tuple[str, list[Cause]]:
    """What may stay of a text, and why the rest may not."""
    parts, kept = parts_of(text), list[str]()
    causes: list[Cause] = []
    for part in parts:
        finding = found(part)
        if finding is not None:
            causes.append(finding.cause)
        kept += [part] if finding is None else _unharmed(part, finding.cause)
    if causes:
        return " ".join(part for part in kept if names_a_thing(part) or leads_on(part)), causes
    whole = found(_STOPS.sub(" ", text)) if len(parts) > 1 else None
    return ("", [whole.cause]) if whole and whole.cause is Cause.PEOPLE else (text, [])


def _unharmed(part: str, cause: Cause) -> list[str]:
    """Pieces of a part that ask for a thing of the home, where the piece itself is harmless."""
    if cause is Cause.ORDERS:
        return []
    return [piece for piece in pieces_of(part) if names_a_part(piece) and found(piece) is None]


def _requoted(text: str, captions: Mapping[str, Quoted]) -> tuple[str, list[Cause]]:
    """A sentence with what may be quoted of the captions in it."""
    causes: list[Cause] = []
    for caption, photo in captions.items():
        if caption in text:
            text = text.replace(caption, harmless(caption).rstrip(".") or ROOM_LABELS[RoomType(photo.room_type)])
            causes += _sifted(caption)[1]
    return text, causes


def _cleared(text: str) -> tuple[str, list[Cause]]:
    """What may be said of a text, and why the rest may not: whole sentences, or their first halves."""
    kept: list[str] = []
    causes: list[Cause] = []
    for sentence in sentences_of(text):
        finding = None if _DECLINES.match(sentence) else found(sentence)
        if finding is None:
            kept.append(sentence)
        else:
            causes.append(finding.cause)
            kept += [half for half in halves_of(sentence) if found(half) is None][:1]
    return (" ".join(kept), causes) if causes else (text, [])


def _kind(cause: Cause) -> NoticeKind:
    return NoticeKind.INSTRUCTIONS if cause is Cause.ORDERS else NoticeKind.FAIR_HOUSING
