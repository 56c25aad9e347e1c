"""The words and figures of the card that lies beside the heads of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.logistic import wilson

if TYPE_CHECKING:
    from training.tags import Counts, Head

TEXT: dict[str, Any] = {
    "name": "tags",
    "made_by": "python -m training.tags",
    "what": (
        "A logistic regression for each tag on the 1280 features of EfficientNet-Lite2 at length one, calibrated after "
        "Platt. It is asked only about photos of its rooms, and speaks from its confidence `speaks_from` on."
    ),
    "labels": "training/labels/tags: what one person saw on contact sheets, written down before any score was computed",
    "data": (
        "houses-train: 375 houses of the Houses-dataset (Ahmed and Moustafa, House price estimation from visual and "
        "textual features, IJCCI 2016; no licence stated, the photos are third parties'). train-rooms and eval-rooms: "
        "a subset of Places365 as kept in a public repository; its images are for research. No photo is part of this "
        "project, and none can be got back from these weights; whoever may use no weights that come from such photos "
        "sets TAG_HEAD=rules."
    ),
    "measured_on": (
        "Houses whose number is divisible by five, and eval-rooms. No weight, calibration or threshold was chosen on "
        "them; which heads are told at all was decided by what they reach there."
    ),
    "counts": (
        "`right` of `told` photos show the thing, and `seen` photos show it in all. The room was taken as given: where "
        "it is named wrongly, the heads of another room answer. The figures of rules are of told photos that were "
        "looked at; what rules miss was not counted. Rules that fired on few photos kept apart are unproven and are "
        "not told, whatever their share."
    ),
    "known_failures": (
        "American listings of about 2015. Laminate counts as hardwood, quartz as granite. A peninsula may be called an "
        "island. Things that are small, dark or at the edge are missed."
    ),
}


def figures(counts: Counts) -> dict[str, Any]:
    """Counts with the share that was right, its 95 % interval, and the share that was found."""
    shown: dict[str, Any] = {"right": counts.right, "told": counts.told}
    if counts.told:
        shown["precision"] = round(counts.right / counts.told, 3)
        shown["interval"] = [round(end, 3) for end in wilson(counts.right, counts.told)]
    if counts.seen is not None:
        shown["seen"] = counts.seen
        shown["recall"] = round(counts.right / max(counts.seen, 1), 3)
    return shown


def entry(head: Head) -> dict[str, Any]:
    """What the card says of one head."""
    return {
        "tag": head.plan.tag,
        "rooms": list(head.plan.rooms),
        "speaks_from": None if head.least is None else round(head.least, 4),
        "trained_on": {"photos": head.trained.total(), "seen": head.trained[True]},
        "cross_validated": figures(head.validated),
        "kept_apart": figures(head.measured),
    }
