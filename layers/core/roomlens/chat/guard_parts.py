"""Messages and answers in parts, so that one part can go and the others stay as they were written."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from roomlens.chat.guard_text import readings
from roomlens.chat.guard_words import HOME
from roomlens.vocabulary import rooms_mentioned, tags_mentioned, things_not_seen

_SENTENCE_ENDS: Final = re.compile(r"(?<=[.?!。？！])[\"'”]*\s+|\s*[;\n]+\s*")
_STARTS: Final = (
    r"is|are|was|were|does|do|did|can|could|would|will|should|has|have|what|which|how|who|where|why|when"
    r"|whether|if|tell"
    r"|show|describe|list|say|write|give|compare|i|we|it|they|you|there|please|find|name|count|add|make|check|explain"
    r"|zeig|zeige|gibt|ist|sind|wie|was|hay|es|est|muestra|montre|montrez|y a"
)
_CLAUSE_ENDS: Final = re.compile(
    rf"(?:,\s*|\s+)(?:and|but|also|plus|then|y|et|und|while)\s+(?:also\s+|then\s+)?(?=(?:{_STARTS})\b)"
    rf"|,\s+(?=(?:{_STARTS})\b)|:\s+|\s+[-–—]+\s+",
    re.IGNORECASE,
)
# Within a clause: before what is said of a thing. "the backyard | for kids", "a pool | and a street | without ..."
_PIECE_ENDS: Final = re.compile(
    r",\s*|\s+(?:and|or|but|y|et|und)\s+|\s+(?=(?:for|to|that|which|so|with|without|in|near|by|because|if|who)\b)",
    re.IGNORECASE,
)
# Where a statement may end before its next half: what follows is a statement or a judgement of its own.
_HALVES: Final = re.compile(
    r",?\s+(?:and|but|so|while|which)\s+(?=(?:is|are|has|have|makes?|would|will|it|its|this|that|the|you|perfect|ideal"
    r"|great|lies|sits)\b)|,\s+(?=(?:perfect|ideal|great|suit\w*|making|no|near|close|within|it|this|where|wonderful"
    r"|excellent|just|only|not|with)\b)|\s+[-–—]+\s+",
    re.IGNORECASE,
)
_STATES: Final = re.compile(
    r":\s|\b(?:is|are|has|have|had|can|shows?|comes?|looks?|lies|faces?|opens?|leads?|offers?|contains?|there's)\b",
    re.IGNORECASE,
)
FEWEST_WORDS: Final = 3  # of a question of its own: "which suits?" goes with what was asked before it
# Words that go with another part and ask for nothing by themselves
_HANGERS_ON: Final = re.compile(
    r"^(?:and |but |so |please |then )*(?:continue|go on|carry on|complete|finish|answer|reply|respond|just"
    r"|come on|thanks"
    r"|thank you|be honest|yes or no|tell me|i need to know)\b"
    r"|^should (?:i|we|they)\b.{0,30}\b(?:here|there|it)\W*$"
    r"|^(?:is|are|would|can|could|will|do|does|how|what|am)(?: \S+){0,4} (?:ok|okay|fine|allowed|possible|legal"
    r"|true|right"
    r"|say that|put that|you think|that)\W*$"
)


def parts_of(text: str) -> list[str]:
    """Sentences, and the clauses in them that stand for themselves."""
    return [clause for sentence in sentences_of(text) for clause in _split(_CLAUSE_ENDS, sentence)]


def sentences_of(text: str) -> list[str]:
    return _split(_SENTENCE_ENDS, text)


def pieces_of(clause: str) -> list[str]:
    return _split(_PIECE_ENDS, clause)


def halves_of(sentence: str) -> list[str]:
    """The beginnings of a statement that may stand alone, longest first, without the statement itself."""
    ends = [match.start() for match in _HALVES.finditer(sentence)]
    heads = [sentence[:end].rstrip(" ,;") for end in reversed(ends)]
    return [f"{head}." for head in heads if _STATES.search(head)]


def names_a_thing(text: str) -> bool:
    """Whether a text asks for something that a photo could show, or that we say of no photo shows it."""
    return bool(
        rooms_mentioned(text)
        or tags_mentioned(text)
        or things_not_seen(text) - {"the neighbourhood"}
        or _home().search(readings(text)[0])
    )


def names_a_part(text: str) -> bool:
    """Whether a text names a room or a feature. The price of a piece of a refused question is no question."""
    return bool(rooms_mentioned(text) or tags_mentioned(text))


def leads_on(text: str) -> bool:
    """Whether a text is a question or a request of its own, beside a part that was refused."""
    plain = readings(text)[0]
    begins = re.match(rf"(?:also |and |but |then )*(?:{_STARTS})\b", plain) is not None
    return begins and len(plain.split()) >= FEWEST_WORDS and not _HANGERS_ON.search(plain)


@cache
def _home() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{HOME})\b")


def _split(ends: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in ends.split(text) if part and part.strip(" \t\n.,;:?!\"'-")]
