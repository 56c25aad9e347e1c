"""The bars that relevance is judged by: one set for each text model, measured or computed, never guessed.

For the embedded model they are kept in a file beside this one, measured on photos by `python -m training.relevance`.
For any other they are computed from the same questions, with captions in place of photos, when it is first asked.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import orjson

from roomlens.search.sentinels import ANCHORS, ASKED, SENTINELS, digest
from roomlens.text import ModelVersion, TextEmbedder

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

KEPT: Final = Path(__file__).with_name("calibrations")
# How many of the captions nearest to a question say whether it is about homes.
_NEAREST: Final = 3
# Strong evidence is this much of the way from the best that a question without an answer reaches to the middle of what
# right photos have; weak evidence is what this share of such questions stays below.
_BEYOND: Final = 0.05
_MOST_SENTINELS: Final = 0.9
# A strong and a weak lead are what these shares of the wrong photos stay below.
_MOST_WRONG: Final = 0.9
_MANY_WRONG: Final = 0.75


@dataclass(frozen=True)
class Bars:
    """What a hit has to reach, in the cosines of one text model (`relevance.TextJudge`)."""

    strong: float  # evidence
    weak: float
    strong_lead: float
    weak_lead: float
    lift: float  # for a hit that answers all of the question by name


@dataclass(frozen=True)
class Calibration:
    """The bars of one text model, and the vectors of the captions that questions are compared with, (captions, d)."""

    bars: Bars
    anchors: FloatArray


@dataclass(frozen=True)
class ImageBars:
    """Cosines of two photos' image vectors from which one says something of the other."""

    strong: float
    weak: float


# By the name of the vision model; `python -m training.relevance` measures them. Of two photos of different rooms 2 %
# reach `strong` and 10 % `weak`; of two photos of one room 39 % and 66 %.
IMAGE_BARS: Final[Mapping[str, ImageBars]] = {"efficientnet-lite2": ImageBars(strong=0.59, weak=0.48)}
# For a model that was not measured: only what is nearly the same picture counts.
UNMEASURED: Final = ImageBars(strong=0.9, weak=0.75)

_KNOWN: Final[dict[ModelVersion, Calibration]] = {}
_LOCK: Final = Lock()


def calibration_of(embedder: TextEmbedder) -> Calibration:
    """The calibration of a text model: the one that is kept for it, else one that is computed, once in a process."""
    with _LOCK:
        if embedder.model not in _KNOWN:
            _KNOWN[embedder.model] = kept(embedder.model) or calibrate(embedder)
        return _KNOWN[embedder.model]


def calibrate(embedder: TextEmbedder) -> Calibration:
    """The calibration of any text model, with captions in place of photos: one call with them, one with all questions.

    The same model gives the same calibration.
    """
    anchors = embedder.embed([caption for _, caption in ANCHORS])
    questions = embedder.embed([*(text for _, text in ASKED), *SENTINELS], question=True)
    cosines = questions @ anchors.T
    right = [[room is shown for shown, _ in ANCHORS] for room, _ in ASKED]
    return Calibration(bars_between(cosines[: len(ASKED)], right, cosines[len(ASKED) :], cosines), anchors)


def bars_between(asked: FloatArray, right: Any, unanswered: FloatArray, with_anchors: FloatArray) -> Bars:
    """The bars between right photos, wrong photos and questions without an answer. Pure.

    Args:
        asked: (questions, photos), the cosines of questions that have an answer.
        right: the same shape, whether the photo answers it.
        unanswered: (sentinels, photos), the cosines of those that have none.
        with_anchors: (questions + sentinels, captions), their cosines with the captions.
    """
    import numpy as np

    answers = np.asarray(right, bool)
    topic, background = nearness(with_anchors)
    evidence, lead = (asked + topic[: len(asked), None]) / 2, asked - background[: len(asked), None]
    reached = ((unanswered + topic[len(asked) :, None]) / 2).max(1)
    most = float(reached.max())
    return Bars(
        strong=most + _BEYOND * max(0.0, float(np.median(evidence[answers])) - most),
        weak=float(np.quantile(reached, _MOST_SENTINELS)),
        strong_lead=float(np.quantile(lead[~answers], _MOST_WRONG)),
        weak_lead=float(np.quantile(lead[~answers], _MANY_WRONG)),
        lift=max(0.0, float(np.median(lead[answers]))),
    )


def nearness(cosines: FloatArray) -> tuple[Any, Any]:
    """Of questions' cosines with the captions, (questions, captions): the mean of the nearest captions and of all, each
    (questions,)."""
    import numpy as np

    return np.sort(cosines, 1)[:, -_NEAREST:].mean(1), cosines.mean(1)


def kept(model: ModelVersion, folder: Path = KEPT) -> Calibration | None:
    """The calibration that is kept for a model; None when there is none for this version of it, its weights and these
    texts."""
    import numpy as np

    path = folder / f"{model.name}.json"
    if not path.exists():
        return None
    found = orjson.loads(path.read_bytes())
    if (found["version"], found["weights_sha256"], found["texts"]) != (model.version, model.weights_sha256, digest()):
        return None
    halves = np.frombuffer(b64decode(found["anchors"]), "<f2").astype(np.float32).reshape(len(ANCHORS), -1)
    anchors = np.zeros((len(ANCHORS), found["dimensions"]), np.float32)
    anchors[:, : halves.shape[1]] = halves
    return Calibration(Bars(**found["bars"]), anchors)


def keep(model: ModelVersion, calibration: Calibration, measured_on: str, folder: Path = KEPT) -> Path:
    """Writes the file that `kept` reads. Of the captions' vectors it keeps halves, and no zeros at their ends."""
    import numpy as np

    folder.mkdir(exist_ok=True)
    used = calibration.anchors[:, : int(np.flatnonzero(calibration.anchors.any(0)).max()) + 1]
    path = folder / f"{model.name}.json"
    content = {
        "version": model.version,
        "weights_sha256": model.weights_sha256,
        "texts": digest(),
        "measured_on": measured_on,
        "bars": {name: round(value, 3) for name, value in asdict(calibration.bars).items()},
        "dimensions": calibration.anchors.shape[1],
        "anchors": b64encode(used.astype("<f2").tobytes()).decode(),
    }
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path
