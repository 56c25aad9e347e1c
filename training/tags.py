"""Trains the heads for things in photos, measures them and the rules, writes both down: ``python -m training.tags``.

For each plan (`training.tag_plan`) a logistic regression on the network's features. Its penalty, its calibration and
the confidence from which it speaks are chosen by five-fold cross-validation, by house, on the training photos alone;
what it is worth is counted on photos of other houses. Only heads that reach the bar there are written; all others are
in the card with their figures, so that nobody has to try again to know.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.photo_sets import SHARED
from roomlens.vision.rooms import softmax
from roomlens.vision.tag_head import HEAD_NAME
from roomlens.vision.tags import RULES, strength
from roomlens_models.heads import HEADS
from roomlens_models.tensorfile import Tensor
from roomlens_models.weights import VISION_FILE, manifest
from training import tag_card
from training.cards import write_head
from training.features import Features, FloatArray, features_of
from training.logistic import Array, Linear, calibration, chances, fit, folds, threshold_for, wilson
from training.tag_labels import Look, RuleLook, for_measuring, looks, rule_looks
from training.tag_plan import AIMS, FEWEST, MUST_SAY, PLANS, PRECISION, RECALL, SURELY_ABOVE, USEFUL, Plan

_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3)
_FOLDS = 5
# Features that hardly vary are not blown up: this share of the mean deviation is added to each deviation.
_EVENED = 0.3


@dataclass(frozen=True)
class Counts:
    """How a head or a rule did on photos that were looked at."""

    right: int
    told: int
    seen: int | None = None  # photos that show the thing; unknown where only told photos were looked at

    @property
    def passes(self) -> bool:
        """Whether it reaches the bar of `training.tag_plan`."""
        if self.told < MUST_SAY or (self.seen is not None and self.right < RECALL * self.seen):
            return False
        return self.right / self.told >= PRECISION and wilson(self.right, self.told)[0] >= SURELY_ABOVE


@dataclass(frozen=True)
class Head:
    """A trained head, how it speaks, and what it is worth."""

    plan: Plan
    line: Linear  # its log-odds are calibrated; of features at length one
    least: float | None  # it speaks from this confidence on; None: from none
    trained: Counter[bool]  # training photos that show it, and that don't
    validated: Counts  # on training photos, each scored by a head that had not seen its house
    measured: Counts  # on photos kept apart


def train(plan: Plan, known: Sequence[Look], x: Array) -> Head:
    """Fit, calibrate and measure one head.

    Args:
        known: photos of which it was seen whether they show the thing.
        x: their features at length one, (photos, width).
    """
    present = np.array([look.seen[plan.tag] for look in known], np.float64)
    learn = np.array([look.for_training for look in known], np.bool_)
    apart = np.array([look.for_measuring for look in known], np.bool_)
    houses = [look.house for look, used in zip(known, learn, strict=True) if used]
    middle, scale = _spread(x[learn])
    z = (x - middle) / scale
    fold = folds(houses, _FOLDS)
    penalty, unseen = min(
        ((penalty, _unseen(z[learn], present[learn], fold, penalty)) for penalty in _PENALTIES),
        key=lambda tried: _surprise(tried[1], present[learn]),
    )
    slope, offset = calibration(unseen, present[learn])
    inner = fit(z[learn], present[learn], penalty)
    weight = slope * inner.weight / scale
    line = Linear(weight, slope * inner.bias + offset - float(middle @ weight))
    told = chances(slope * unseen + offset)
    least = _least(told, present[learn])
    return Head(
        plan,
        line,
        least,
        Counter(bool(answer) for answer in present[learn]),
        _counts(told, present[learn], least),
        _counts(chances(line.scores(x[apart])), present[apart], least),
    )


def _least(confidences: Array, present: Array) -> float | None:
    """The confidence to speak from, as `training.tag_plan` says."""
    least = None
    for aim in AIMS:
        least = threshold_for(confidences, present, aim, FEWEST)
        if least is not None and present[confidences >= least].sum() >= USEFUL * present.sum():
            break
    return least


def _spread(x: Array) -> tuple[Array, Array]:
    """The mean of each feature, and what to divide it by so that a photo has about length one."""
    deviation = x.std(axis=0)
    return x.mean(axis=0), (deviation + _EVENED * deviation.mean()) * np.sqrt(x.shape[1])


def _unseen(z: Array, present: Array, fold: np.ndarray[Any, np.dtype[np.int64]], penalty: float) -> Array:
    """The log-odds of each photo by a head that was fitted without its fold."""
    scores = np.zeros(len(z))
    for number in range(_FOLDS):
        scores[fold == number] = fit(z[fold != number], present[fold != number], penalty).scores(z[fold == number])
    return scores


def _surprise(scores: Array, present: Array) -> float:
    """The mean cost in nats of the answers, after the best calibration."""
    slope, offset = calibration(scores, present)
    chance = np.clip(chances(slope * scores + offset), 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(present > 0, np.log(chance), np.log(1 - chance))))


def _counts(confidences: Array, present: Array, least: float | None) -> Counts:
    told = confidences >= (2.0 if least is None else least)
    return Counts(int((present[told] > 0).sum()), int(told.sum()), int(present.sum()))


def rule_counts(known: Iterable[RuleLook], logits: FloatArray) -> dict[str, Counts]:
    """How often each rule was right, of the photos kept apart on which it speaks; `logits` has a row for each look.

    Rules that are no longer in force are counted on all that they spoke on when they were.
    """
    rules = {rule.tag.value: rule for rule in RULES}
    right, told = Counter[str](), Counter[str]()
    for look, row in zip(known, logits, strict=True):
        told[look.tag] += 0
        rule = rules.get(look.tag)
        speaks = rule is None or strength(rule, softmax(row)) >= rule.threshold
        if speaks and for_measuring(look.photo_set, look.file):
            told[look.tag] += 1
            right[look.tag] += look.right
    return {tag: Counts(right[tag], told[tag]) for tag in sorted(told)}


def write(heads: Sequence[Head], rules: Mapping[str, Counts], folder: Path) -> None:
    """Write the heads that are told, and the card of all of them and of the rules."""
    good = [head for head in heads if head.measured.passes]
    lines = [{"tag": head.plan.tag, "rooms": head.plan.rooms} for head in good]
    tensors: dict[str, Tensor] = {
        "weight": np.array([head.line.weight for head in good], np.float16),
        "bias": np.array([head.line.bias for head in good], np.float32),
        "least": np.array([head.least for head in good], np.float32),
    }
    network = manifest()["efficientnet-lite2"].sha256[VISION_FILE]
    card = {
        **tag_card.TEXT,
        "network_sha256": network,
        "bar": {"precision": PRECISION, "interval_above": SURELY_ABOVE, "told": MUST_SAY, "recall": RECALL},
        "heads": [tag_card.entry(head) for head in good],
        "heads_not_told": [tag_card.entry(head) for head in heads if head not in good],
        "rules": {tag: tag_card.figures(counts) for tag, counts in rules.items()},
    }
    write_head(HEAD_NAME, tensors, card, folder, {"heads": json.dumps(lines)})


def show(heads: Sequence[Head], rules: Mapping[str, Counts], console: Console) -> None:
    """Print what each is worth."""
    table = Table("tag", "asked in", "shown by", "speaks from", "cross-validated", "kept apart", "precision", "told")
    for head in heads:
        table.add_row(
            head.plan.tag,
            ", ".join(head.plan.rooms),
            f"{head.trained[True]} of {head.trained.total()}",
            "-" if head.least is None else f"{head.least:.2f}",
            _shown(head.validated),
            _shown(head.measured),
            _interval(head.measured),
            "yes" if head.measured.passes else "no",
        )
    for tag, counts in rules.items():
        table.add_row(tag, "rule", "", "", "", _shown(counts), _interval(counts), "yes" if counts.passes else "no")
    console.print(table)


def _shown(counts: Counts) -> str:
    return f"{counts.right}/{counts.told}" + ("" if counts.seen is None else f" of {counts.seen}")


def _interval(counts: Counts) -> str:
    low, high = wilson(counts.right, counts.told)
    return f"{counts.right / counts.told:.2f} ({low:.2f}-{high:.2f})" if counts.told else "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, show, and write unless told not to."""
    parser = argparse.ArgumentParser(prog="python -m training.tags", description=__doc__)
    parser.add_argument("--photos", type=Path, default=SHARED, help="the folder of the photo sets")
    parser.add_argument("--out", type=Path, default=HEADS, help="folder for the weights and their card")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    console = Console(width=150)
    if not options.photos.is_dir():
        console.print(f"There are no photo sets at {options.photos}: name them with --photos DIR.")
        return 1
    kinds = sorted({kind for plan in PLANS for kind in plan.kinds})
    known = {kind: looks(kind) for kind in kinds}
    seen = {kind: _seen([look.path for look in known[kind]], options.photos, console, kind) for kind in kinds}
    heads = []
    for plan in PLANS:
        rows = [(look, x) for kind in plan.kinds for look, x in zip(known[kind], seen[kind].unit(), strict=True)]
        rows = [(look, x) for look, x in rows if plan.tag in look.seen]
        heads.append(train(plan, [look for look, _ in rows], np.array([x for _, x in rows], np.float64)))
    judged = rule_looks()
    logits = _seen([look.path for look in judged], options.photos, console, "rules").logits
    rules = rule_counts(judged, logits)
    show(heads, rules, console)
    if not options.dry_run:
        write(heads, rules, options.out)
        console.print(f"Written: {options.out / HEAD_NAME}.safetensors and its card.")
    return 0


def _seen(paths: Sequence[str], photos: Path, console: Console, title: str) -> Features:
    return features_of([photos / path for path in paths], console=console, title=title)


if __name__ == "__main__":
    sys.exit(main())
