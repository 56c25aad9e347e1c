"""How much a hit says: strong, weak or noise.

A cosine alone does not tell. "living room" lies at 0.57 from any room of a home, "sweet dreams" at 0.3 from the
bedrooms that it means, and "spaceship" at 0.47 from a house with a strange roof. So a hit has to pass two bars:
* its evidence, half its cosine and half how near the question lies to captions of homes at all, must be more than
  questions without an answer reach;
* its lead, how much nearer it lies than such captions do on the whole, must be more than wrong photos have.
A hit that answers by name (the room or thing asked for, words of its own or of its listing) is lifted over both.
Where the bars are, `roomlens.search.calibration` says for each model (measured: docs/adr/0014-search.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from roomlens.search.calibration import IMAGE_BARS, UNMEASURED, Bars, ImageBars, calibration_of, nearness
from roomlens.search.kinds import Relevance
from roomlens.search.words import ABOUT_HOMES
from roomlens.text import TextEmbedder
from roomlens.versions import model_in_force, text_embedder_in_force

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

# Where no vectors are compared, the share of the question's words that a hit has is all there is.
_STRONG_WORDS: Final = 0.6
_WEAK_WORDS: Final = 0.3
_STEPS: Final = (Relevance.NOISE, Relevance.WEAK, Relevance.STRONG)


def similarity(distance: float) -> float:
    """Cosine similarity of a cosine distance, cut to [0, 1]: what points away is as irrelevant as the unrelated."""
    return min(1.0, max(0.0, 1.0 - distance))


@dataclass(frozen=True)
class TextJudge:
    """Judges the hits of one question.

    `topic`, `background`: the question's mean cosine with the captions nearest to it, and with all of them.
    """

    bars: Bars
    topic: float
    background: float

    def of(self, cosine: float, named: float = 0.0) -> Relevance:
        """`cosine`: of the question and a photo; `named`: how much of the question that answers by name, 0 to 1."""
        lift = self.bars.lift * named
        evidence, lead = (cosine + self.topic) / 2 + lift, cosine - self.background + lift
        if evidence >= self.bars.strong and lead >= self.bars.strong_lead:
            return Relevance.STRONG
        return Relevance.WEAK if evidence >= self.bars.weak and lead >= self.bars.weak_lead else Relevance.NOISE


@dataclass(frozen=True)
class Judge:
    """Judges hits by the signals that found them (`fusion.WEIGHTS` names them).

    `covered`: the share of the question's words that name the rooms and things it asks for.
    """

    by_text: TextJudge | None
    by_image: ImageBars | None
    covered: float = 0.0

    def of(self, strengths: Mapping[str, float]) -> Relevance:
        """How much a hit says; of a picture with words, the middle of what it says by either, the better of two."""
        told = []
        if self.by_image is not None:
            told.append(_by_bars(strengths["image"], self.by_image.strong, self.by_image.weak))
        if self.by_text is not None:
            told.append(self.by_text.of(strengths["vector"], self._named(strengths)))
        elif not told:
            told.append(_by_bars(self._named(strengths), _STRONG_WORDS, _WEAK_WORDS))
        return _STEPS[-(-sum(map(_STEPS.index, told)) // len(told))]

    def _named(self, strengths: Mapping[str, float]) -> float:
        """How much of the question the hit answers by name: "a tub of popcorn" does not ask for a bathtub."""
        asked = self.covered if self.covered >= ABOUT_HOMES else 0.0
        things = asked * max(strengths.get("tags", 0.0), strengths.get("rooms", 0.0))
        return max(things, strengths.get("text", 0.0), strengths.get("listing", 0.0))


def judge_of(*, text_vector: FloatArray | None, by_image: bool, covered: float = 0.0) -> Judge:
    """The judge of one question, by the models in force.

    Args:
        text_vector: the question's, (1536,); None when it is not compared by meaning.
        by_image: whether a picture is the question, or part of it.
    """
    bars = IMAGE_BARS.get(model_in_force().name, UNMEASURED) if by_image else None
    return Judge(None if text_vector is None else text_judge(text_embedder_in_force(), text_vector), bars, covered)


def text_judge(embedder: TextEmbedder, vector: FloatArray) -> TextJudge:
    """The judge of one question by its vector, (1536,), that `embedder` made."""
    calibration = calibration_of(embedder)
    topic, background = nearness(vector[None, :] @ calibration.anchors.T)
    return TextJudge(calibration.bars, float(topic[0]), float(background[0]))


def _by_bars(value: float, strong: float, weak: float) -> Relevance:
    return Relevance.STRONG if value >= strong else Relevance.WEAK if value >= weak else Relevance.NOISE
