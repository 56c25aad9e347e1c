"""The scale of condition, and what may be flagged about a photograph."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SCORE_SCALE = "0-1, high is better"
"""Of every score: vendors' scales point opposite ways, so each answer says which way this one does."""


class ConditionBand(StrEnum):
    """UAD's condition ratings, best first. Of one photo they are an estimate, never an appraisal."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"


# Lowest score of each band. Uncalibrated: no photos with appraisers' ratings were to be had.
BAND_FROM: Mapping[ConditionBand, float] = {
    ConditionBand.C1: 0.95,
    ConditionBand.C2: 0.82,
    ConditionBand.C3: 0.65,
    ConditionBand.C4: 0.45,
    ConditionBand.C5: 0.22,
    ConditionBand.C6: 0.0,
}


def condition_band(score: float) -> ConditionBand:
    """The band of a condition score, where 0 is worst and 1 is best."""
    return next((band for band, lowest in BAND_FROM.items() if score >= lowest), ConditionBand.C6)


class QualityFlag(StrEnum):
    """What is wrong with a photograph, whatever it shows."""

    BLURRY = "blurry"
    DARK = "dark"
    OVEREXPOSED = "overexposed"
    TILTED = "tilted"
    LOW_RESOLUTION = "low_resolution"


class ComplianceFlag(StrEnum):
    """What rules of listing services may forbid in a photo."""

    TEXT_OVERLAY = "text_overlay"
    WATERMARK = "watermark"
    SCREENSHOT = "screenshot"
    FLOOR_PLAN = "floor_plan"
    FACE = "face"
