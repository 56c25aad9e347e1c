"""Why something was not answered, or not said."""

from __future__ import annotations

from enum import StrEnum


class NoticeKind(StrEnum):
    """Why a part of a question or of an answer is missing."""

    FAIR_HOUSING = "fair_housing"
    INSTRUCTIONS = "instructions"
