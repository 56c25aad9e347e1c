"""What people may say of an answer."""

from __future__ import annotations

from enum import StrEnum


class FeedbackRating(StrEnum):
    UP = "up"
    DOWN = "down"


class FeedbackCategory(StrEnum):
    """What an answer is like, in the opinion of whoever rates it."""

    WRONG_PHOTO = "wrong_photo"
    """A sentence names a photo that does not show what it says."""
    WRONG_CLAIM = "wrong_claim"
    MISSING_CLAIM = "missing_claim"
    """The photos show something that was asked for, and the answer does not say so."""
    UNHELPFUL = "unhelpful"
    UNSAFE = "unsafe"
    """It says what must not be said, such as who should live there."""
    OTHER = "other"
