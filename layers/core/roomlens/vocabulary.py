"""Every domain word, once: rooms, tags and their groups, the condition scale, and the words people ask with.

Pure data. The words follow RESO's `ImageOf` and UAD's condition ratings in meaning, not in wording; the tags
are those that the embedded model was seen to get right, not everything that a home may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from itertools import chain


class RoomType(StrEnum):
    """What a photo shows. More values may come: whoever stores or shows one must not count on these alone."""

    KITCHEN = "kitchen"
    BATHROOM = "bathroom"
    BEDROOM = "bedroom"
    LIVING_ROOM = "living_room"
    DINING_ROOM = "dining_room"
    HALLWAY = "hallway"
    EXTERIOR = "exterior"
    FLOOR_PLAN = "floor_plan"
    OTHER = "other"

    @property
    def is_interior(self) -> bool:
        """Whether it is a room to stand in, with light and a condition of its own."""
        return self not in {RoomType.EXTERIOR, RoomType.FLOOR_PLAN, RoomType.OTHER}


class TagGroup(StrEnum):
    """The heading under which a tag is listed."""

    KITCHEN = "kitchen"
    BATH = "bath"
    INTERIOR = "interior"
    FURNITURE = "furniture"
    EXTERIOR = "exterior"


class Tag(StrEnum):
    """A thing that can be seen in a photo."""

    STOVE = "stove"
    REFRIGERATOR = "refrigerator"
    DISHWASHER = "dishwasher"
    KITCHEN_CABINETS = "kitchen_cabinets"
    COFFEE_MACHINE = "coffee_machine"
    BATHTUB = "bathtub"
    WASHBASIN = "washbasin"
    TOILET = "toilet"
    SHOWER_CURTAIN = "shower_curtain"
    VANITY = "vanity"
    FIREPLACE = "fireplace"
    STAIRCASE = "staircase"
    WINDOW_COVERINGS = "window_coverings"
    SLIDING_DOOR = "sliding_door"
    RADIATOR = "radiator"
    WASHING_MACHINE = "washing_machine"
    BED = "bed"
    FOUR_POSTER_BED = "four_poster_bed"
    CRIB = "crib"
    SOFA = "sofa"
    DINING_TABLE = "dining_table"
    CHINA_CABINET = "china_cabinet"
    BOOKSHELVES = "bookshelves"
    DESK = "desk"
    TELEVISION = "television"
    TABLE_LAMP = "table_lamp"
    ROCKING_CHAIR = "rocking_chair"
    PIANO = "piano"
    POOL_TABLE = "pool_table"
    PICKET_FENCE = "picket_fence"
    TILE_ROOF = "tile_roof"
    STONE_WALL = "stone_wall"
    FOUNTAIN = "fountain"
    GREENHOUSE = "greenhouse"


_TAGS_BY_GROUP: Mapping[TagGroup, tuple[Tag, ...]] = {
    TagGroup.KITCHEN: (
        Tag.STOVE,
        Tag.REFRIGERATOR,
        Tag.DISHWASHER,
        Tag.KITCHEN_CABINETS,
        Tag.COFFEE_MACHINE,
    ),
    TagGroup.BATH: (Tag.BATHTUB, Tag.WASHBASIN, Tag.TOILET, Tag.SHOWER_CURTAIN, Tag.VANITY),
    TagGroup.INTERIOR: (
        Tag.FIREPLACE,
        Tag.STAIRCASE,
        Tag.WINDOW_COVERINGS,
        Tag.SLIDING_DOOR,
        Tag.RADIATOR,
        Tag.WASHING_MACHINE,
    ),
    TagGroup.FURNITURE: (
        Tag.BED,
        Tag.FOUR_POSTER_BED,
        Tag.CRIB,
        Tag.SOFA,
        Tag.DINING_TABLE,
        Tag.CHINA_CABINET,
        Tag.BOOKSHELVES,
        Tag.DESK,
        Tag.TELEVISION,
        Tag.TABLE_LAMP,
        Tag.ROCKING_CHAIR,
        Tag.PIANO,
        Tag.POOL_TABLE,
    ),
    TagGroup.EXTERIOR: (Tag.PICKET_FENCE, Tag.TILE_ROOF, Tag.STONE_WALL, Tag.FOUNTAIN, Tag.GREENHOUSE),
}
TAG_GROUPS: dict[Tag, TagGroup] = {tag: group for group, tags in _TAGS_BY_GROUP.items() for tag in tags}

# For people, in the middle of a sentence.
ROOM_LABELS: dict[RoomType, str] = {room: room.replace("_", " ") for room in RoomType}
ROOM_LABELS[RoomType.OTHER] = "unrecognised scene"
TAG_LABELS: dict[Tag, str] = {tag: tag.replace("_", " ") for tag in Tag}
TAG_LABELS[Tag.FOUR_POSTER_BED] = "four-poster bed"
TAG_LABELS[Tag.VANITY] = "vanity with a mirror"


class ConditionBand(StrEnum):
    """UAD's condition ratings, best first. Of one photo they are an estimate, never an appraisal."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"


# Lowest score of each band. Uncalibrated: no photos with appraisers' ratings were to be had.
_BAND_FROM: tuple[tuple[float, ConditionBand], ...] = (
    (0.95, ConditionBand.C1),
    (0.82, ConditionBand.C2),
    (0.65, ConditionBand.C3),
    (0.45, ConditionBand.C4),
    (0.22, ConditionBand.C5),
)


def condition_band(score: float) -> ConditionBand:
    """The band of a condition score, where 0 is worst and 1 is best."""
    return next((band for lowest, band in _BAND_FROM if score >= lowest), ConditionBand.C6)


# The words that people ask with. Singular: plurals are found as well.
ROOM_SYNONYMS: dict[RoomType, tuple[str, ...]] = {
    RoomType.KITCHEN: ("kitchen", "kitchenette", "galley"),
    RoomType.BATHROOM: ("bathroom", "bath room", "bath", "ensuite", "en-suite", "restroom", "washroom", "powder room"),
    RoomType.BEDROOM: ("bedroom", "bed room", "master suite", "guest room", "nursery"),
    RoomType.LIVING_ROOM: ("living room", "livingroom", "lounge", "family room", "sitting room", "great room"),
    RoomType.DINING_ROOM: ("dining room", "dining area", "dinette", "breakfast area", "breakfast nook"),
    RoomType.HALLWAY: ("hallway", "hall", "corridor", "entrance hall", "entryway", "entry", "foyer", "landing"),
    RoomType.EXTERIOR: (
        "exterior",
        "outside",
        "facade",
        "façade",
        "front of the house",
        "curb appeal",
        "kerb appeal",
        "front yard",
        "house front",
    ),
    RoomType.FLOOR_PLAN: ("floor plan", "floorplan", "layout", "blueprint"),
    RoomType.OTHER: (),
}

TAG_SYNONYMS: dict[Tag, tuple[str, ...]] = {
    Tag.STOVE: ("stove", "oven", "range", "cooker", "hob", "cooktop", "stovetop"),
    Tag.REFRIGERATOR: ("refrigerator", "fridge", "freezer", "icebox"),
    Tag.DISHWASHER: ("dishwasher", "dish washer"),
    Tag.KITCHEN_CABINETS: ("kitchen cabinet", "kitchen cupboard", "cabinetry", "kitchen unit"),
    Tag.COFFEE_MACHINE: ("coffee machine", "coffee maker", "espresso machine", "espresso maker"),
    Tag.BATHTUB: ("bathtub", "bath tub", "tub", "soaking tub", "freestanding tub", "jacuzzi tub", "jetted tub"),
    Tag.WASHBASIN: ("washbasin", "wash basin", "basin", "bathroom sink"),
    Tag.TOILET: ("toilet", "wc", "loo", "lavatory", "commode"),
    Tag.SHOWER_CURTAIN: ("shower curtain",),
    Tag.VANITY: ("vanity", "vanity unit", "double vanity", "medicine cabinet", "bathroom mirror", "bathroom cabinet"),
    Tag.FIREPLACE: ("fireplace", "fire place", "hearth", "open fire", "mantelpiece"),
    Tag.STAIRCASE: ("staircase", "stair", "stairway", "bannister", "banister"),
    Tag.WINDOW_COVERINGS: ("window covering", "window shade", "blind", "curtain", "drape", "window blind"),
    Tag.SLIDING_DOOR: ("sliding door", "sliding glass door", "patio door"),
    Tag.RADIATOR: ("radiator",),
    Tag.WASHING_MACHINE: ("washing machine", "washer", "laundry machine"),
    Tag.BED: ("bed",),
    Tag.FOUR_POSTER_BED: ("four-poster", "four poster", "four-poster bed", "four poster bed", "canopy bed"),
    Tag.CRIB: ("crib", "cot", "baby bed"),
    Tag.SOFA: ("sofa", "couch", "settee", "sectional", "loveseat"),
    Tag.DINING_TABLE: ("dining table", "dinner table", "dining set"),
    Tag.CHINA_CABINET: ("china cabinet", "display cabinet", "hutch"),
    Tag.BOOKSHELVES: ("bookshelf", "bookcase", "book case", "built-in shelf"),
    Tag.DESK: ("desk", "writing table"),
    Tag.TELEVISION: ("television", "tv", "telly", "tv set"),
    Tag.TABLE_LAMP: ("table lamp", "bedside lamp", "lampshade"),
    Tag.ROCKING_CHAIR: ("rocking chair", "rocker"),
    Tag.PIANO: ("piano", "grand piano", "upright piano"),
    Tag.POOL_TABLE: ("pool table", "billiard table", "billiards", "snooker table"),
    Tag.PICKET_FENCE: ("picket fence", "white fence"),
    Tag.TILE_ROOF: ("tile roof", "tiled roof"),
    Tag.STONE_WALL: ("stone wall",),
    Tag.FOUNTAIN: ("fountain",),
    Tag.GREENHOUSE: ("greenhouse", "glasshouse"),
}

# What people ask about and this model has no eyes for, so that an answer can say so.
# The name completes "The photos can't tell me about ...".
UNSEEN_THINGS: dict[str, tuple[str, ...]] = {
    "a garage or parking": ("garage", "carport", "parking", "car park", "driveway", "park my car", "ev charger"),
    "a pool or hot tub": ("pool", "swimming pool", "hot tub", "jacuzzi", "spa", "whirlpool"),
    "a basement or attic": ("basement", "cellar", "attic", "loft", "crawl space"),
    "the garden or backyard": ("backyard", "back yard", "garden", "yard", "lawn", "patio", "deck", "balcony"),
    "schools": ("school", "kindergarten", "nursery school"),
    "the neighbourhood": ("neighborhood", "neighbourhood", "neighbor", "neighbour", "crime", "commute", "bus stop"),
    "the price or costs": ("price", "cost", "rent", "mortgage", "tax", "hoa", "fee", "insurance", "worth"),
    "sizes and areas": ("square feet", "square foot", "square meter", "square metre", "sqft", "sq ft", "how big"),
    "the year or age": ("year built", "how old", "built in", "when was"),
    "floors and flooring": ("hardwood", "hardwood floor", "flooring", "carpet", "laminate", "parquet", "tile floor"),
    "counters and their material": ("countertop", "counter top", "granite", "quartz", "marble", "worktop"),
    "a kitchen island": ("island", "breakfast bar"),
    "a microwave": ("microwave",),
    "stainless steel appliances": ("stainless", "stainless steel", "stainless steel appliance"),
    "a shower": ("shower", "walk-in shower"),
    "closets and storage": ("closet", "walk-in closet", "storage", "pantry"),
    "heating and cooling": ("heating", "air conditioning", "ac unit", "hvac", "furnace", "boiler", "water heater"),
    "a laundry room": ("laundry", "laundry room", "dryer", "tumble dryer"),
    "what is behind the walls": ("roof leak", "leak", "mold", "mould", "asbestos", "wiring", "plumbing", "insulation"),
    "noise": ("noise", "noisy", "quiet", "soundproof"),
    "the view": ("view", "sea view", "ocean view", "mountain view"),
    "pets": ("pet", "dog", "cat"),
}


def rooms_mentioned(question: str) -> set[RoomType]:
    """The rooms that a text names, by any synonym, singular or plural."""
    return _mentioned(question)[0]


def tags_mentioned(question: str) -> set[Tag]:
    """The things that a text names and that a photo can be tagged with."""
    return _mentioned(question)[1]


def things_not_seen(question: str) -> set[str]:
    """The names in `UNSEEN_THINGS` of what a text asks about in vain."""
    return _mentioned(question)[2]


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, RoomType | Tag | str]]:
    """One pattern over all phrases, longest first, and what each phrase means."""
    known: Iterable[tuple[RoomType | Tag | str, tuple[str, ...]]] = chain(
        ROOM_SYNONYMS.items(), TAG_SYNONYMS.items(), UNSEEN_THINGS.items()
    )
    meanings = {form: key for key, phrases in known for phrase in phrases for form in (phrase, _plural(phrase))}
    phrases = sorted(meanings, key=len, reverse=True)
    alternatives = "|".join(re.escape(phrase) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)"), meanings


def _plural(phrase: str) -> str:
    """The regular English plural of a phrase's last word."""
    if phrase.endswith("shelf"):
        return phrase.removesuffix("f") + "ves"
    if phrase.endswith(("s", "x", "ch", "sh")):
        return phrase + "es"
    if phrase.endswith("y") and phrase[-2] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + "s"


def _mentioned(question: str) -> tuple[set[RoomType], set[Tag], set[str]]:
    """What is named, each word counted once: in "hot tub" there is no tub, in "pool table" no pool."""
    pattern, meanings = _lexicon()
    rooms: set[RoomType] = set()
    tags: set[Tag] = set()
    unseen: set[str] = set()
    for phrase in pattern.findall(question.casefold()):
        meaning = meanings[phrase]
        if isinstance(meaning, RoomType):
            rooms.add(meaning)
        elif isinstance(meaning, Tag):
            tags.add(meaning)
        else:
            unseen.add(meaning)
    return rooms, tags, unseen
