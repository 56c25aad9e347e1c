"""A conversation's summary: a line for each thing that was asked, and which photos and rooms answered it. Pure.

It is made of what was said and of nothing else: no language model writes it, so it says the same each time, costs
nothing, and can't claim what no answer claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from roomlens.chat.wording import listed
from roomlens.vocabulary import ROOM_LABELS, rooms_mentioned

MARK: Final = " […] "
"""Where something was left out."""
_LONGEST_QUESTION: Final = 120  # characters
_MOST_NAMED: Final = 6  # photos, and rooms, of one answer
_AFTER_QUESTION: Final = '": '  # a question holds no such quotation mark


def cut(text: str, longest: int) -> str:
    """A text of so many characters at most: its beginning and its end, where the point of a message mostly is."""
    if len(text) <= longest:
        return text
    kept = longest - len(MARK)
    end = kept // 3
    return text[: kept - end] + MARK + text[len(text) - end :]


def line(question: str, answer: str, image_ids: Sequence[int]) -> str:
    """What a turn leaves in the summary; nothing when nothing was asked."""
    asked = cut(" ".join(question.replace('"', "'").split()), _LONGEST_QUESTION)
    if not asked:
        return ""
    return f'"{asked}{_AFTER_QUESTION}{_found(answer, image_ids)}.'


def _found(answer: str, image_ids: Sequence[int]) -> str:
    photos = list(dict.fromkeys(image_ids))
    if not photos:
        return "the photos did not tell"
    rooms = sorted(ROOM_LABELS[room] for room in rooms_mentioned(answer))
    where = f" ({_some(rooms)})" if rooms else ""
    return f"photo{'s' if len(photos) > 1 else ''} {_some([str(image_id) for image_id in photos])}{where}"


def _some(words: Sequence[str]) -> str:
    left = len(words) - _MOST_NAMED
    return listed([*words[:_MOST_NAMED], *([f"{left} more"] if left > 0 else [])])


def fold(summary: str, lines: Iterable[str], longest: int) -> str:
    """The summary with these lines in it, in at most so many characters.

    What was asked twice stands where it was asked last, with its last answer; the oldest lines go first.
    """
    known = {_question(one): one for one in summary.splitlines()}
    for one in filter(None, lines):
        known.pop(_question(one), None)
        known[_question(one)] = one
    kept: list[str] = []
    length = -1  # a line less has no end of line
    for one in reversed(known.values()):
        length += len(one) + 1
        if length > longest:
            break
        kept.append(one)
    return "\n".join(reversed(kept))


def _question(one: str) -> str:
    return one.partition(_AFTER_QUESTION)[0].casefold()
