"""The tokenizer of BERT's uncased models: normalise, split into words, then into word pieces.

Follows the published tokenizer (Devlin et al., 2018; its fast version's ``BertNormalizer``) on every
text, with one difference: a text that *spells* a control token, such as ``[SEP]``, gets the pieces of
those letters, never the token. Any ``str`` is accepted. Time is linear in the text, and reading stops
once the sequence is full.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

MAX_TOKENS = 256  # what all-MiniLM-L6-v2 was trained to read, control tokens included
_MAX_WORD = 100  # longer words are unknown, as in the original
# Control, format and private characters leave no trace, and neither does half of a surrogate pair.
_DROPPED = {"Cc", "Cf", "Co", "Cs"}
# CJK ideographs are words of their own; the ranges are the original tokenizer's.
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Turns text into the ids of a vocabulary."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._ids = vocabulary
        self._start = vocabulary["[CLS]"]
        self._end = vocabulary["[SEP]"]
        self._unknown = vocabulary["[UNK]"]

    @classmethod
    def load(cls, path: Path) -> WordPiece:
        """Read a vocabulary of one piece a line, in the order of the ids."""
        pieces = path.read_text(encoding="utf-8").split("\n")
        return cls({piece: index for index, piece in enumerate(pieces)})

    def ids(self, text: str, limit: int = MAX_TOKENS) -> list[int]:
        """The sequence for one text, between the start and end tokens, at most ``limit`` long."""
        room = limit - 2
        ids: list[int] = []
        for word in _words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= room:
                break
        return [self._start, *ids[:room], self._end]

    def _pieces(self, word: str) -> list[int]:
        """Greedy longest match from the left; one unknown token when any rest has no match."""
        if len(word) > _MAX_WORD:
            return [self._unknown]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._ids.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    break
            else:
                return [self._unknown]
            pieces.append(piece)
            start = end
        return pieces


def _words(text: str) -> Iterator[str]:
    """Lower-case words without accents; punctuation marks and ideographs stand alone."""
    word: list[str] = []
    for character in _plain_characters(text):
        alone = _is_punctuation(character) or _is_ideograph(character)
        if alone or character == " ":
            if word:
                yield "".join(word)
                word.clear()
            if alone:
                yield character
        elif len(word) <= _MAX_WORD:  # one more than the limit already says "too long"
            word.append(character)
    if word:
        yield "".join(word)


def _plain_characters(text: str) -> Iterator[str]:
    """Characters without accents, case and control codes; every kind of space becomes a blank."""
    for original in text:
        if original.isascii():
            if original.isprintable():
                yield original.lower()
            elif original in "\t\n\r":
                yield " "
            continue
        if original == "\ufffd" or unicodedata.category(original) in _DROPPED:
            continue
        if original.isspace():
            yield " "
            continue
        for part in unicodedata.normalize("NFD", original):
            if unicodedata.category(part) != "Mn":
                yield from part.lower()


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == " ")
    return unicodedata.category(character).startswith("P")


def _is_ideograph(character: str) -> bool:
    if character.isascii():
        return False
    return any(first <= ord(character) <= last for first, last in _IDEOGRAPHS)
