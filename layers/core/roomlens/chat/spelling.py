"""Misspelt words of a question, put right before it is read."""

from __future__ import annotations

import re
from typing import Final

from roomlens.search.words import understand

# Words that tell what is asked, beside the vocabulary's, which searches put right (`roomlens.search.words`). No English
# word of another stem is a letter away from one of these.
_ASKING: Final = """
    brighter brightest compare condition daylight describe difference improve improvements listings listing missing
    overview pictures renovated sunniest
"""
_WORDS: Final = tuple(_ASKING.split())
_SHORTEST: Final = 5  # letters: what is shorter lies next to too many others
_TOKEN: Final = re.compile(r"[a-z]+", re.IGNORECASE)
_LONGEST: Final = 2_000  # characters that are looked into; what is longer is no question


def respelt(question: str) -> str:
    """The question with the words that were meant. Names in capitals, numbers and what lies near nothing stay."""
    corrections = understand(question[:_LONGEST]).corrections
    return _TOKEN.sub(lambda match: corrections.get(match[0]) or _asking(match[0]), question)


def _asking(word: str) -> str:
    """The word of these that lies one change away (a letter more, less, other, or two swapped), else the word."""
    from rapidfuzz.distance import OSA

    plain = word.lower()
    if len(plain) < _SHORTEST or plain in _WORDS:
        return word
    for target in _WORDS:
        of_its_stem = plain.startswith(target) or target.startswith(plain)
        if plain[0] == target[0] and not of_its_stem and OSA.distance(plain, target, score_cutoff=1) <= 1:
            return target
    return word
