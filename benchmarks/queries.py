"""What people ask of photos of homes, and which photos are right: the committed questions of `benchmarks.retrieval`.

For measuring only: nothing may be chosen or trained on these. Weights were chosen on the questions of
`training.questions`, bars of relevance on those of `roomlens.search.sentinels`; of these they share the plain names of
rooms, and "bath tub".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from roomlens.vocabulary import RoomType, Tag


class Kind(StrEnum):
    """How a question is put."""

    PLAIN = "plain"  # the vocabulary's own word
    NATURAL = "natural"  # as a person would say it
    SYNONYM = "synonym"  # another word for it
    TYPO = "typo"  # misspelt
    ABSTRACT = "abstract"  # says what for, and names no room or thing
    THING = "thing"  # a thing that stands in some photos of a room and not in others
    NAME = "name"  # a listing's title
    ADDRESS = "address"
    REFERENCE = "reference"
    RARE = "rare"  # a word that only one listing's text has, with a room


@dataclass(frozen=True)
class Question:
    """`rooms`: photos of these are right. `tag`: right are those where a person saw this thing; photos of which nobody
    said whether it is there are left out."""

    text: str
    kind: Kind
    rooms: frozenset[RoomType] = frozenset()
    tag: Tag | None = None


_KITCHEN, _BATHROOM, _BEDROOM = RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM
_LIVING, _DINING, _HALLWAY = RoomType.LIVING_ROOM, RoomType.DINING_ROOM, RoomType.HALLWAY
_OUTSIDE = RoomType.EXTERIOR

_BY_ROOM: tuple[tuple[Kind, tuple[tuple[str, tuple[RoomType, ...]], ...]], ...] = (
    (
        Kind.PLAIN,
        (
            ("kitchen", (_KITCHEN,)),
            ("bathroom", (_BATHROOM,)),
            ("bedroom", (_BEDROOM,)),
            ("living room", (_LIVING,)),
            ("dining room", (_DINING,)),
            ("hallway", (_HALLWAY,)),
            ("house exterior", (_OUTSIDE,)),
            ("toilet", (_BATHROOM,)),
            ("dining table", (_DINING, _KITCHEN, _LIVING)),
            ("bed", (_BEDROOM,)),
            ("staircase", (_HALLWAY, _LIVING)),
            ("stove", (_KITCHEN,)),
        ),
    ),
    (
        Kind.NATURAL,
        (
            ("show me the kitchen please", (_KITCHEN,)),
            ("a bright bedroom with a large window", (_BEDROOM,)),
            ("where would I cook for my family", (_KITCHEN,)),
            ("a room to watch television on the couch", (_LIVING,)),
            ("what does the house look like from the street", (_OUTSIDE,)),
            ("a table where eight people can eat", (_DINING,)),
            ("bathroom with a tub to soak in", (_BATHROOM,)),
            ("a double bed with white sheets", (_BEDROOM,)),
            ("modern kitchen with stainless appliances", (_KITCHEN,)),
            ("cosy living room with a fireplace", (_LIVING,)),
            ("the first thing you see when you come in the front door", (_HALLWAY,)),
            ("a house with a lawn in front and a garage", (_OUTSIDE,)),
            ("sink and mirror above it", (_BATHROOM,)),
            ("stairs leading up to the second floor", (_HALLWAY,)),
            ("armchairs and a coffee table", (_LIVING,)),
            ("refrigerator and oven side by side", (_KITCHEN,)),
            ("chandelier over the dinner table", (_DINING,)),
            ("bedroom with a nightstand and lamp", (_BEDROOM,)),
            ("tiled shower with a glass door", (_BATHROOM,)),
            ("brick house with a driveway and trees", (_OUTSIDE,)),
            ("wooden kitchen cupboards", (_KITCHEN,)),
            ("sofa facing a tv", (_LIVING,)),
        ),
    ),
    (
        Kind.SYNONYM,
        (
            ("fridge", (_KITCHEN,)),
            ("sofa", (_LIVING,)),
            ("couch", (_LIVING,)),
            ("tub", (_BATHROOM,)),
            ("loo", (_BATHROOM,)),
            ("restroom", (_BATHROOM,)),
            ("lounge", (_LIVING,)),
            ("cooker", (_KITCHEN,)),
            ("foyer", (_HALLWAY,)),
            ("corridor", (_HALLWAY,)),
            ("front yard", (_OUTSIDE,)),
            ("backyard", (_OUTSIDE,)),
            ("facade", (_OUTSIDE,)),
            ("master bedroom", (_BEDROOM,)),
            ("washroom", (_BATHROOM,)),
            ("galley", (_KITCHEN,)),
            ("cooktop and cupboards", (_KITCHEN,)),
            ("entryway", (_HALLWAY,)),
        ),
    ),
    (
        Kind.TYPO,
        (
            ("kichen", (_KITCHEN,)),
            ("refridgerator", (_KITCHEN,)),
            ("bathrom", (_BATHROOM,)),
            ("dishwaser", (_KITCHEN,)),
            ("bedrom with a big window", (_BEDROOM,)),
            ("livng room", (_LIVING,)),
            ("dinning room", (_DINING,)),
            ("hallwya", (_HALLWAY,)),
            ("bathtube", (_BATHROOM,)),
            ("exteriour of the house", (_OUTSIDE,)),
            ("toliet", (_BATHROOM,)),
            ("cosy livingrom", (_LIVING,)),
            ("kitchin cabnets", (_KITCHEN,)),
            ("shwoer", (_BATHROOM,)),
            ("stairacse", (_HALLWAY, _LIVING)),
            ("dinign table and chiars", (_DINING, _KITCHEN)),
        ),
    ),
    (
        Kind.ABSTRACT,
        (
            ("curb appeal", (_OUTSIDE,)),
            ("somewhere to sleep", (_BEDROOM,)),
            ("wash my hands", (_BATHROOM,)),
            ("a place to cook dinner", (_KITCHEN,)),
            ("where guests would sit and talk", (_LIVING,)),
            ("family dinners", (_DINING, _KITCHEN)),
            ("good night's rest", (_BEDROOM,)),
            ("take a relaxing soak", (_BATHROOM,)),
            ("seen from the road", (_OUTSIDE,)),
            ("baking cookies", (_KITCHEN,)),
            ("movie night", (_LIVING,)),
            ("brush my teeth", (_BATHROOM,)),
        ),
    ),
)  # fmt: skip

_THINGS: tuple[tuple[str, Tag], ...] = (
    ("kitchen with a refrigerator", Tag.REFRIGERATOR),
    ("fridge", Tag.REFRIGERATOR),
    ("bathtub", Tag.BATHTUB),
    ("bath tub", Tag.BATHTUB),
    ("shower curtain", Tag.SHOWER_CURTAIN),
    ("soaking tub", Tag.SOAKING_TUB),
    ("glass shower", Tag.GLASS_SHOWER),
    ("double sink vanity", Tag.DOUBLE_VANITY),
    ("kitchen island", Tag.ISLAND),
    ("stainless steel appliances", Tag.STAINLESS_STEEL_APPLIANCES),
    ("white kitchen cabinets", Tag.WHITE_CABINETS),
    ("oak cabinets", Tag.WOOD_CABINETS),
    ("granite countertops", Tag.GRANITE_COUNTERS),
    ("bedroom with a ceiling fan", Tag.CEILING_FAN),
    ("attached garage", Tag.ATTACHED_GARAGE),
    ("house with a tiled roof", Tag.TILE_ROOF),
)

QUESTIONS: tuple[Question, ...] = (
    *(Question(text, kind, rooms=frozenset(rooms)) for kind, some in _BY_ROOM for text, rooms in some),
    *(Question(text, Kind.THING, tag=tag) for text, tag in _THINGS),
)

# Nonsense, and what no photo of a home answers. None of these is among `roomlens.search.sentinels`.
NONSENSE: tuple[str, ...] = (
    "asdf qwer zxcv",
    "blorptang wizzle",
    "qqqqqqqq",
    "flibber gibberjoo",
    "12345 67890",
    "???!!!",
    "zzyzx vrrm kltpq",
    "quarterly earnings report",
    "who won the football match",
    "python list comprehension",
    "the president's speech",
    "how to treat a fever",
    "quantum entanglement",
    "airplane ticket to Tokyo",
    "dinosaur skeleton",
    "electric guitar solo",
    "orbit of Jupiter",
    "a recipe for lasagna",
    "dolphins in the ocean",
    "legal advice about divorce",
    "chess opening theory",
    "my dog ate my homework",
    "cryptocurrency exchange rate",
    "marathon training plan",
    "the French Revolution",
    "racing bicycle",
    "photosynthesis",
    "submarine",
    "tax return deadline",
    "an elephant at the zoo",
    "moon landing 1969",
    "treasure island pirates",
)
