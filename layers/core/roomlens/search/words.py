"""What a question's words mean: their spelling, and the rooms and things that they name.

A word is taken for misspelt only if it is no word that the text model knows, nor one of the vocabulary's, and lies
within a letter or two of one that people ask photos of homes with. Names, numbers and addresses stay as they are
(measured: docs/adr/0014-search.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

from roomlens.vocabulary import (
    EMBEDDED_TELLS,
    ROOM_LABELS,
    ROOM_SYNONYMS,
    TAG_LABELS,
    TAG_SYNONYMS,
    RoomType,
    Tag,
    Told,
    answering_rooms,
    rooms_mentioned,
    tag_kinds,
    tags_mentioned,
)

# Words that are asked with beside the vocabulary's, so that they are worth a correction.
_PLAIN_WORDS: Final = """
    apartment area bathe beautiful bright cabinet ceiling chair clean closets colour comfortable cooking counter cozy
    dark daylight decorated dinner door driveway eating exterior family floor front furniture garage glass grass house
    interior kitchen lamp large light living mirror modern natural neighbourhood outdoor outside paint pillow property
    relaxing renovated roof room seating shelves shower sink sitting sleeping small spacious stairs stone street sunny
    table tiles towel traditional trees updated upstairs vintage wall wallpaper washing white window wooden
"""
# They say nothing of what is looked for.
_FILLERS: Final = """
    a about all an and any are as at be by can could do does find for from get give has have home house i if image
    images in into is it its like look looking looks me my near need of on or our photo photos picture pictures
    please see show shows some somewhere that the their there these they this to want was we what when where which
    who with would you your
"""
FILLERS: Final = frozenset(_FILLERS.split())
# A word before one of these is a street's name.
_SUFFIXES: Final = """
    ave avenue blvd boulevard cir circle court crescent ct dr drive lane ln parkway pkwy rd road st street
"""
_STREETS: Final = frozenset(_SUFFIXES.split())
_SHORTEST: Final = 4  # letters: what is shorter lies next to too many others
_LONG: Final = 9  # letters: from here on two may be wrong
_LONGEST: Final = 24  # letters: no word of these is longer
_MOST_TOKENS: Final = 60  # of a question that are read for their spelling; more is no question
# From this share of words on that name rooms and things, a question is about those.
ABOUT_HOMES: Final = 0.5
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@dataclass(frozen=True)
class Understood:
    """A question as the search reads it."""

    text: str  # what the text model is asked: corrected, and with our own names of what it names
    terms: tuple[str, ...]  # the corrected words, lower case, without those that say nothing, each once
    typed: tuple[str, ...]  # the same words as they were typed, for names that were taken for a mistake
    rooms: frozenset[RoomType]  # photos of these answer it
    tags: frozenset[Tag]  # the things it names
    corrections: Mapping[str, str]  # typed word: what was meant
    covered: float  # the share of `terms` that name the rooms and things, 0 to 1
    of_photos: frozenset[str]  # the terms that name what the model tells of every photo, and are no names of homes

    def things_in(self, tags: Collection[str]) -> frozenset[Tag]:
        """The things asked for that a photo with these tags shows: a soaking tub is a bathtub."""
        return frozenset(tag for tag in self.tags if not tag_kinds(tag).isdisjoint(tags))


def understand(query: str, told: Told = EMBEDDED_TELLS) -> Understood:
    """Reads any text; takes less than a millisecond once the word list has been read.

    Args:
        told: what the model in force can tell.
    """
    tokens = [match[0] for match in _TOKEN.finditer(query)]
    corrections = _corrections(tokens[:_MOST_TOKENS])
    text = _TOKEN.sub(lambda match: corrections.get(match[0], match[0]), query) if corrections else query
    kept = dict.fromkeys(token for token in tokens if token.casefold() not in FILLERS)
    pairs = {corrections.get(token, token).lower(): token.lower() for token in kept}
    rooms, tags = rooms_mentioned(text), tags_mentioned(text)
    named = _words_of(rooms, tags)
    covered = sum(_is_one_of(term, named) for term in pairs) / len(pairs) if pairs else 0.0
    return Understood(
        text=_with_names(text, rooms, tags) if covered >= ABOUT_HOMES else text,
        terms=tuple(pairs),
        typed=tuple(pairs.values()),
        rooms=frozenset(chain.from_iterable(answering_rooms(room) for room in rooms)),
        tags=frozenset(tags),
        corrections=corrections,
        covered=covered,
        of_photos=_of_photos(tokens, corrections, _words_of(_told_rooms(rooms, told), tags & told.tags)),
    )


def _told_rooms(rooms: Iterable[RoomType], told: Told) -> list[RoomType]:
    return [room for room in rooms if answering_rooms(room) & told.rooms]


def _of_photos(tokens: Sequence[str], corrections: Mapping[str, str], named: frozenset[str]) -> frozenset[str]:
    """Those of a question's words that are looked for in photos, and not in the titles and addresses of their homes:
    what the model tells, unless it is a street's name ("12 Bath Road"). Capitals say nothing: "Bright Kitchen"."""
    terms = [corrections.get(token, token).lower() for token in tokens]
    return frozenset(
        term for place, term in enumerate(terms) if _is_one_of(term, named) and not _before_a_street(tokens, place)
    )


def nearest_word(word: str, known: frozenset[str]) -> str | None:
    """The word that a lower-case one is a misspelling of; None when it is right, or nothing lies near. Pure.

    Args:
        known: words that are right. Where there are none, nothing can be told to be wrong.
    """
    if not known or not _SHORTEST <= len(word) <= _LONGEST or not (word.isascii() and word.isalpha()):
        return None
    if _is_one_of(word, known) or _is_one_of(word, _targets_set()):
        return None
    return _closest(word)


def _corrections(tokens: list[str]) -> dict[str, str]:
    known = _known_words()
    found = {}
    shouted = all(token.isupper() for token in tokens if token.isalpha())
    for place, token in enumerate(tokens):
        if _is_a_name(token, first=place == 0, shouted=shouted) or _before_a_street(tokens, place):
            continue
        if meant := nearest_word(token.casefold(), known):
            found[token] = meant
    return found


def _is_a_name(token: str, *, first: bool, shouted: bool) -> bool:
    """A capital in the middle of a question that is not all capitals."""
    return token[0].isupper() and not first and not shouted


def _before_a_street(tokens: Sequence[str], place: int) -> bool:
    return any(token.casefold() in _STREETS for token in tokens[place + 1 : place + 3])


def _closest(word: str) -> str | None:
    """The target fewest changes away (a letter more, less, other, or two swapped) that begins with the same letter."""
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= _LONG else 1
    near = []
    for target in _targets().get(word[0], ()):
        if abs(len(target) - len(word)) <= most:
            distance = OSA.distance(word, target, score_cutoff=most)
            if distance <= most:
                near.append((distance, target))
    return min(near)[1] if near else None


def _is_one_of(word: str, words: frozenset[str]) -> bool:
    """Whether it is there, in the singular or the plural."""
    return word in words or (word.endswith("s") and (word[:-1] in words or word.removesuffix("es") in words))


def _with_names(text: str, rooms: Iterable[RoomType], tags: Iterable[Tag]) -> str:
    """Our own names beside the asker's: photos are described by those, and the text model does not know what a settee
    is."""
    names = [*(ROOM_LABELS[room] for room in sorted(rooms)), *(TAG_LABELS[tag] for tag in sorted(tags))]
    plain = text.casefold()
    return " ".join([text, *(name for name in names if name.casefold() not in plain)])


def _words_of(rooms: Iterable[RoomType], tags: Iterable[Tag]) -> frozenset[str]:
    """Each word of every name of these."""
    phrases = [name for room in rooms for name in (ROOM_LABELS[room], *ROOM_SYNONYMS[room])]
    phrases += [name for tag in tags for name in (TAG_LABELS[tag], *TAG_SYNONYMS[tag])]
    return frozenset(word.casefold() for phrase in phrases for word in _TOKEN.findall(phrase))


@cache
def _targets_set() -> frozenset[str]:
    return (_words_of(RoomType, Tag) | frozenset(_PLAIN_WORDS.split())) - FILLERS


@cache
def _targets() -> dict[str, tuple[str, ...]]:
    """The words that a misspelt one may be meant for, by their first letter."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(_targets_set()):
        if len(word) >= _SHORTEST and word.isalpha():
            by_letter.setdefault(word[0], []).append(word)
    return {letter: tuple(words) for letter, words in by_letter.items()}


@cache
def _known_words() -> frozenset[str]:
    """The words that the embedded text model knows whole; none where its files are not: then nothing is corrected."""
    try:
        from roomlens_models.weights import VOCABULARY_FILE, WEIGHTS

        pieces = (WEIGHTS / VOCABULARY_FILE).read_text(encoding="utf-8").split("\n")
    except (ImportError, OSError):
        return frozenset()
    return frozenset(piece for piece in pieces if piece.isalpha())
