"""Things in a photo: a curated map from ImageNet classes to tags, each with its own threshold.

Precision comes first. The thresholds were chosen by looking at the photos of houses-train and train-rooms just
above them. A rule may hold in certain rooms only, where its classes mean what the tag says: in a bedroom a "studio
couch" is the bed, and what the network calls a microwave in a kitchen is nearly always the row of cabinets
around it. Left out on purpose: `patio` (any front of a house), `sliding door` below 0.35, `china cabinet` below
0.25, and all names that say nothing true of a home, such as monastery, prison, beacon or mobile home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from roomlens.vision import DetectedFeature
from roomlens.vocabulary import RoomType, Tag
from roomlens_models.imagenet import class_indices

if TYPE_CHECKING:
    from roomlens.vision import FloatArray


@dataclass(frozen=True)
class TagRule:
    """The tag is seen when its classes together have at least this probability, in one of these rooms."""

    tag: Tag
    classes: tuple[str, ...]
    threshold: float
    rooms: tuple[RoomType, ...] = ()  # empty: anywhere inside


_KITCHEN = (RoomType.KITCHEN,)
_BATHROOM = (RoomType.BATHROOM,)
_BEDROOM = (RoomType.BEDROOM,)
_SITTING = (RoomType.LIVING_ROOM, RoomType.DINING_ROOM, RoomType.HALLWAY)
_EATING = (RoomType.DINING_ROOM, RoomType.LIVING_ROOM, RoomType.KITCHEN)
_OUTSIDE = (RoomType.EXTERIOR,)

RULES: tuple[TagRule, ...] = (
    TagRule(Tag.STOVE, ("stove",), 0.10, _KITCHEN),
    TagRule(Tag.REFRIGERATOR, ("refrigerator",), 0.12, _KITCHEN),
    TagRule(Tag.DISHWASHER, ("dishwasher",), 0.12, _KITCHEN),
    TagRule(Tag.KITCHEN_CABINETS, ("microwave",), 0.25, _KITCHEN),
    TagRule(Tag.COFFEE_MACHINE, ("espresso maker",), 0.4, _KITCHEN),
    TagRule(Tag.BATHTUB, ("bathtub", "tub"), 0.3, _BATHROOM),
    TagRule(Tag.WASHBASIN, ("washbasin",), 0.10, _BATHROOM),
    TagRule(Tag.TOILET, ("toilet seat",), 0.12, _BATHROOM),
    TagRule(Tag.SHOWER_CURTAIN, ("shower curtain",), 0.3, _BATHROOM),
    TagRule(Tag.VANITY, ("medicine chest",), 0.4, _BATHROOM),
    TagRule(Tag.FIREPLACE, ("fire screen",), 0.3, (*_SITTING, *_BEDROOM)),
    TagRule(Tag.STAIRCASE, ("bannister",), 0.2, _SITTING),
    TagRule(Tag.WINDOW_COVERINGS, ("window shade",), 0.3),
    TagRule(Tag.SLIDING_DOOR, ("sliding door",), 0.35),
    TagRule(Tag.RADIATOR, ("radiator",), 0.4),
    TagRule(Tag.WASHING_MACHINE, ("washer",), 0.28),
    TagRule(Tag.BED, ("quilt", "four-poster", "studio couch"), 0.2, _BEDROOM),
    TagRule(Tag.FOUR_POSTER_BED, ("four-poster",), 0.5, _BEDROOM),
    TagRule(Tag.CRIB, ("crib",), 0.13, _BEDROOM),
    TagRule(Tag.SOFA, ("studio couch",), 0.25, _SITTING),
    TagRule(Tag.DINING_TABLE, ("dining table",), 0.25, _EATING),
    TagRule(Tag.CHINA_CABINET, ("china cabinet",), 0.25, _EATING),
    TagRule(Tag.BOOKSHELVES, ("bookcase", "library"), 0.2, (*_SITTING, *_BEDROOM)),
    TagRule(Tag.DESK, ("desk",), 0.38, (*_SITTING, *_BEDROOM)),
    TagRule(Tag.TELEVISION, ("television", "entertainment center"), 0.4, (*_SITTING, *_BEDROOM)),
    TagRule(Tag.TABLE_LAMP, ("table lamp", "lampshade"), 0.2, (*_SITTING, *_BEDROOM)),
    TagRule(Tag.ROCKING_CHAIR, ("rocking chair",), 0.4),
    TagRule(Tag.PIANO, ("upright", "grand piano"), 0.4),
    TagRule(Tag.POOL_TABLE, ("pool table",), 0.4),
    TagRule(Tag.PICKET_FENCE, ("picket fence",), 0.2, _OUTSIDE),
    TagRule(Tag.TILE_ROOF, ("tile roof",), 0.15, _OUTSIDE),
    TagRule(Tag.STONE_WALL, ("stone wall",), 0.2, _OUTSIDE),
    TagRule(Tag.FOUNTAIN, ("fountain",), 0.4, _OUTSIDE),
    TagRule(Tag.GREENHOUSE, ("greenhouse",), 0.4, _OUTSIDE),
)


class TagRules:
    """The rules, resolved to class numbers once."""

    def __init__(self) -> None:
        self._rules = tuple((rule, class_indices(rule.classes)) for rule in RULES)

    def detect(self, probabilities: FloatArray, room: RoomType) -> tuple[DetectedFeature, ...]:
        """The tags of one photo, surest first. `probabilities` has shape (1000,)."""
        found = []
        for rule, classes in self._rules:
            strength = float(probabilities[classes].sum())
            holds_here = room in rule.rooms if rule.rooms else room.is_interior
            if holds_here and strength >= rule.threshold:
                found.append(DetectedFeature(rule.tag, confidence(strength, rule.threshold)))
        return tuple(sorted(found, key=lambda feature: -feature.confidence))


def confidence(strength: float, threshold: float) -> float:
    """From 0.5 at the threshold to 1.0 at certainty: how far above, not a measured frequency."""
    return min(1.0, 0.5 + 0.5 * (strength - threshold) / (1 - threshold))
