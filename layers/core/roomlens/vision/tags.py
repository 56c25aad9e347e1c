"""Things in a photo that ImageNet's own classes name: a curated map from classes to tags, each with its own threshold.

Precision comes first. The thresholds were chosen by looking at photos of houses-train and train-rooms just above and
below them; what the rules are worth was counted on photos kept apart, and only rules that reach the bar there are
left (`roomlens.vocabulary.measured`, docs/tags.md). A rule may hold in certain rooms only, where its classes mean what
the tag says: in a bedroom a "studio couch" is the bed, and what the network calls a microwave in a kitchen is nearly
always the row of cabinets around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from roomlens.vision import DetectedFeature
from roomlens.vocabulary import RULES_TELL, RoomType, Tag
from roomlens_models.imagenet import class_indices

if TYPE_CHECKING:
    from roomlens.vision import FloatArray


@dataclass(frozen=True)
class TagRule:
    """The tag is seen when its classes together have at least this probability, in one of these rooms."""

    tag: Tag
    classes: tuple[str, ...]
    threshold: float
    rooms: tuple[RoomType, ...]


_KITCHEN = (RoomType.KITCHEN,)
_BATHROOM = (RoomType.BATHROOM,)
_BEDROOM = (RoomType.BEDROOM,)
_SITTING = (RoomType.LIVING_ROOM, RoomType.DINING_ROOM, RoomType.HALLWAY)
_EATING = (RoomType.DINING_ROOM, RoomType.LIVING_ROOM, RoomType.KITCHEN)

RULES: tuple[TagRule, ...] = (
    TagRule(Tag.STOVE, ("stove",), 0.15, _KITCHEN),
    TagRule(Tag.KITCHEN_CABINETS, ("microwave",), 0.25, _KITCHEN),
    TagRule(Tag.BATHTUB, ("bathtub", "tub"), 0.3, _BATHROOM),
    TagRule(Tag.WASHBASIN, ("washbasin",), 0.17, _BATHROOM),
    TagRule(Tag.TOILET, ("toilet seat",), 0.06, _BATHROOM),
    TagRule(Tag.SHOWER_CURTAIN, ("shower curtain",), 0.3, _BATHROOM),
    TagRule(Tag.VANITY, ("medicine chest",), 0.4, _BATHROOM),
    TagRule(Tag.STAIRCASE, ("bannister",), 0.2, _SITTING),
    TagRule(Tag.BED, ("quilt", "four-poster", "studio couch"), 0.2, _BEDROOM),
    TagRule(Tag.DINING_TABLE, ("dining table",), 0.25, _EATING),
)


class TagRules:
    """The rules, resolved to class numbers once."""

    def __init__(self) -> None:
        self._rules = tuple((rule, class_indices(rule.classes)) for rule in RULES)

    def detect(self, probabilities: FloatArray, room: RoomType) -> tuple[DetectedFeature, ...]:
        """The tags of one photo, surest first. `probabilities` has shape (1000,).

        A tag's confidence is how often its rule was right on photos kept apart, the same for every photo.
        """
        found = [
            DetectedFeature(rule.tag, RULES_TELL[rule.tag].frequency)
            for rule, classes in self._rules
            if room in rule.rooms and float(probabilities[classes].sum()) >= rule.threshold
        ]
        return tuple(sorted(found, key=lambda feature: -feature.confidence))


def strength(rule: TagRule, probabilities: FloatArray) -> float:
    """How much of the probability, (1000,), the rule's classes hold together, 0..1."""
    return float(probabilities[class_indices(rule.classes)].sum())
