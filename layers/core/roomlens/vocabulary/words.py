"""The words that people ask with, and what each means. Singular: plurals are found as well.

Each phrase means one thing. Where a word may name a place or a thing (balcony, deck, pool), it names the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain

from roomlens.vocabulary.rooms import RoomType
from roomlens.vocabulary.tags import Tag

ROOM_SYNONYMS: dict[RoomType, tuple[str, ...]] = {
    RoomType.KITCHEN: ("kitchen", "kitchenette", "galley"),
    RoomType.LIVING_ROOM: ("living room", "livingroom", "lounge", "sitting room"),
    RoomType.FAMILY_ROOM: ("family room",),
    RoomType.GREAT_ROOM: ("great room",),
    RoomType.DINING_ROOM: ("dining room", "dining area", "dinette"),
    RoomType.BREAKFAST_AREA: ("breakfast area", "breakfast nook", "breakfast room"),
    RoomType.BEDROOM: ("bedroom", "bed room", "guest room", "sleeping room"),
    RoomType.PRIMARY_BEDROOM: ("primary bedroom", "main bedroom", "master bedroom", "master suite", "primary suite"),
    RoomType.BATHROOM: ("bathroom", "bath room", "bath", "restroom", "washroom", "powder room", "shower room"),
    RoomType.PRIMARY_BATHROOM: ("primary bathroom", "main bathroom", "master bathroom", "ensuite", "en-suite"),
    RoomType.OFFICE: ("office", "home office", "study"),
    RoomType.LAUNDRY_ROOM: ("laundry room", "laundry", "utility room"),
    RoomType.CLOSET: ("closet", "wardrobe", "dressing room"),
    RoomType.PANTRY: ("pantry", "larder"),
    RoomType.ENTRY: ("entry", "entrance", "entrance hall", "entryway", "foyer", "vestibule"),
    RoomType.HALLWAY: ("hallway", "hall", "corridor", "landing"),
    RoomType.STAIRS: ("stairwell",),
    RoomType.MUDROOM: ("mudroom", "mud room", "boot room"),
    RoomType.BASEMENT: ("basement", "cellar", "crawl space"),
    RoomType.ATTIC: ("attic",),
    RoomType.LOFT: ("loft",),
    RoomType.BONUS_ROOM: ("bonus room", "hobby room", "playroom"),
    RoomType.MEDIA_ROOM: ("media room", "home theater", "home theatre", "home cinema"),
    RoomType.GAME_ROOM: ("game room", "games room", "recreation room"),
    RoomType.GYM: ("gym", "exercise room", "fitness room"),
    RoomType.SUNROOM: ("sunroom", "sun room", "conservatory", "solarium"),
    RoomType.NURSERY: ("nursery", "baby room"),
    RoomType.WINE_CELLAR: ("wine cellar",),
    RoomType.GARAGE: ("garage", "carport"),
    RoomType.WORKSHOP: ("workshop",),
    RoomType.STORAGE: ("storage", "storage room", "box room"),
    RoomType.EXTERIOR: ("exterior", "outside", "facade", "façade"),
    RoomType.FRONT_EXTERIOR: (
        "front of the house", "front of the home", "curb appeal", "kerb appeal", "front yard", "house front",
    ),
    RoomType.BACK_EXTERIOR: ("back of the house", "rear of the house"),
    RoomType.SIDE_EXTERIOR: ("side of the house",),
    RoomType.PATIO: ("patio", "terrace"),
    RoomType.DECK: ("deck", "decking"),
    RoomType.BALCONY: ("balcony", "balconies"),
    RoomType.POOL: ("pool", "swimming pool"),
    RoomType.YARD: ("yard", "garden", "lawn", "backyard", "back yard", "back garden"),
    RoomType.VIEW: ("view",),
    RoomType.WATERFRONT: ("waterfront", "dock", "pier"),
    RoomType.PARKING: ("parking", "car park", "driveway", "park my car", "parking space"),
    RoomType.COMMUNITY_AMENITY: ("clubhouse", "community amenity", "tennis court"),
    RoomType.AERIAL_VIEW: ("aerial view", "drone shot", "bird's-eye view"),
    RoomType.FLOOR_PLAN: ("floor plan", "floorplan", "layout", "blueprint"),
    RoomType.OTHER: (),
}  # fmt: skip

TAG_SYNONYMS: dict[Tag, tuple[str, ...]] = {
    Tag.HARDWOOD_FLOORS: ("hardwood floor", "hardwood", "wood floor", "wooden floor", "parquet"),
    Tag.TILE_FLOORS: ("tile floor", "tiled floor"),
    Tag.CARPET: ("carpet", "carpeting", "carpeted floor"),
    Tag.LAMINATE_FLOORS: ("laminate floor", "laminate flooring"),
    Tag.VINYL_FLOORS: ("vinyl floor", "vinyl flooring", "linoleum"),
    Tag.STONE_FLOORS: ("stone floor", "marble floor", "slate floor"),
    Tag.CONCRETE_FLOORS: ("concrete floor",),
    Tag.ISLAND: ("island", "kitchen island"),
    Tag.PENINSULA: ("peninsula",),
    Tag.BREAKFAST_BAR: ("breakfast bar", "bar counter"),
    Tag.STAINLESS_STEEL_APPLIANCES: (
        "stainless steel appliance",
        "stainless appliance",
        "stainless steel",
        "stainless",
        "steel appliance",
    ),
    Tag.GAS_RANGE: ("gas range", "gas stove", "gas cooktop", "gas hob"),
    Tag.DOUBLE_OVEN: ("double oven",),
    Tag.RANGE_HOOD: ("range hood", "cooker hood", "extractor hood"),
    Tag.BUILT_IN_MICROWAVE: ("microwave", "built-in microwave"),
    Tag.STOVE: ("stove", "oven", "range", "cooker", "hob", "cooktop", "stovetop"),
    Tag.REFRIGERATOR: ("refrigerator", "fridge", "freezer", "icebox"),
    Tag.DISHWASHER: ("dishwasher", "dish washer"),
    Tag.WINE_FRIDGE: ("wine fridge", "wine cooler"),
    Tag.COFFEE_MACHINE: ("coffee machine", "coffee maker", "espresso machine", "espresso maker"),
    Tag.GRANITE_COUNTERS: ("granite", "granite counter", "granite countertop", "granite worktop"),
    Tag.QUARTZ_COUNTERS: ("quartz", "quartz counter", "quartz countertop", "quartz worktop"),
    Tag.MARBLE_COUNTERS: ("marble", "marble counter", "marble countertop", "marble worktop"),
    Tag.LAMINATE_COUNTERS: ("laminate counter", "laminate countertop"),
    Tag.BUTCHER_BLOCK: ("butcher block",),
    Tag.TILE_BACKSPLASH: ("backsplash", "tile backsplash", "splashback"),
    Tag.KITCHEN_CABINETS: ("kitchen cabinet", "kitchen cupboard", "cabinetry", "kitchen unit"),
    Tag.WHITE_CABINETS: ("white cabinet", "white cupboard"),
    Tag.WOOD_CABINETS: ("wood cabinet", "wooden cabinet", "oak cabinet"),
    Tag.OPEN_SHELVING: ("open shelving",),
    Tag.WALK_IN_PANTRY: ("walk-in pantry",),
    Tag.BATHTUB: ("bathtub", "bath tub", "tub"),
    Tag.WASHBASIN: ("washbasin", "wash basin", "basin", "bathroom sink"),
    Tag.TOILET: ("toilet", "wc", "loo", "lavatory", "commode"),
    Tag.SHOWER_CURTAIN: ("shower curtain",),
    Tag.VANITY: ("vanity", "vanity unit", "medicine cabinet", "bathroom mirror", "bathroom cabinet"),
    Tag.DOUBLE_VANITY: ("double vanity", "double sink", "twin sinks", "his and hers sinks"),
    Tag.SOAKING_TUB: ("soaking tub", "jacuzzi tub", "jetted tub", "garden tub"),
    Tag.FREESTANDING_TUB: ("freestanding tub", "clawfoot tub"),
    Tag.WALK_IN_SHOWER: ("shower", "walk-in shower", "shower stall"),
    Tag.SHOWER_TUB_COMBO: ("shower over a tub", "tub shower combo", "shower tub combo"),
    Tag.GLASS_SHOWER: ("glass shower", "shower screen"),
    Tag.BIDET: ("bidet",),
    Tag.HEATED_TOWEL_RAIL: ("towel rail", "heated towel rail", "towel warmer"),
    Tag.FIREPLACE: ("fireplace", "fire place", "hearth", "open fire", "mantelpiece"),
    Tag.STAIRCASE: ("staircase", "stair", "stairway", "bannister", "banister"),
    Tag.VAULTED_CEILING: ("vaulted ceiling", "cathedral ceiling"),
    Tag.HIGH_CEILING: ("high ceiling", "tall ceiling"),
    Tag.BEAMED_CEILING: ("beamed ceiling", "exposed beam", "ceiling beam"),
    Tag.TRAY_CEILING: ("tray ceiling",),
    Tag.COFFERED_CEILING: ("coffered ceiling",),
    Tag.CROWN_MOLDING: ("crown molding", "crown moulding", "cornice"),
    Tag.RECESSED_LIGHTING: ("recessed lighting", "recessed light", "downlight", "can light"),
    Tag.CHANDELIER: ("chandelier",),
    Tag.CEILING_FAN: ("ceiling fan",),
    Tag.SKYLIGHT: ("skylight", "roof window"),
    Tag.LARGE_WINDOWS: ("large window", "big window", "picture window", "floor-to-ceiling window"),
    Tag.WINDOW_COVERINGS: ("window covering", "window shade", "blind", "curtain", "drape", "window blind"),
    Tag.FRENCH_DOORS: ("french door",),
    Tag.SLIDING_DOOR: ("sliding door", "sliding glass door", "patio door"),
    Tag.BUILT_IN_SHELVES: ("built-in shelf", "built-in bookcase", "built-in shelving"),
    Tag.EXPOSED_BRICK: ("exposed brick", "brick wall"),
    Tag.OPEN_FLOOR_PLAN: ("open floor plan", "open plan", "open-plan"),
    Tag.WALK_IN_CLOSET: ("walk-in closet", "walk-in wardrobe"),
    Tag.RADIATOR: ("radiator",),
    Tag.WASHING_MACHINE: ("washing machine", "washer", "laundry machine"),
    Tag.WASHER_DRYER: ("dryer", "tumble dryer", "washer and dryer", "washer dryer"),
    Tag.SMART_THERMOSTAT: ("thermostat", "smart thermostat"),
    Tag.BED: ("bed",),
    Tag.FOUR_POSTER_BED: ("four-poster", "four poster", "four-poster bed", "four poster bed", "canopy bed"),
    Tag.CRIB: ("crib", "cot", "baby bed"),
    Tag.SOFA: ("sofa", "couch", "settee", "sectional", "loveseat"),
    Tag.DINING_TABLE: ("dining table", "dinner table", "dining set"),
    Tag.CHINA_CABINET: ("china cabinet", "display cabinet", "hutch"),
    Tag.BOOKSHELVES: ("bookshelf", "bookcase", "book case"),
    Tag.DESK: ("desk", "writing table"),
    Tag.TELEVISION: ("television", "tv", "telly", "tv set"),
    Tag.TABLE_LAMP: ("table lamp", "bedside lamp", "lampshade"),
    Tag.ROCKING_CHAIR: ("rocking chair", "rocker"),
    Tag.PIANO: ("piano", "grand piano", "upright piano"),
    Tag.POOL_TABLE: ("pool table", "billiard table", "billiards", "snooker table"),
    Tag.IN_GROUND_POOL: ("in-ground pool", "inground pool"),
    Tag.HOT_TUB: ("hot tub", "jacuzzi", "spa", "whirlpool"),
    Tag.DECK: ("wooden deck", "sun deck"),
    Tag.COVERED_PATIO: ("covered patio", "pergola"),
    Tag.SCREENED_PORCH: ("screened porch", "screened-in porch", "porch"),
    Tag.BALCONY: ("juliet balcony", "roof terrace"),
    Tag.OUTDOOR_KITCHEN: ("outdoor kitchen",),
    Tag.FIRE_PIT: ("fire pit", "firepit"),
    Tag.FENCED_YARD: ("fenced yard", "fence"),
    Tag.PICKET_FENCE: ("picket fence", "white fence"),
    Tag.TILE_ROOF: ("tile roof", "tiled roof"),
    Tag.STONE_WALL: ("stone wall",),
    Tag.FOUNTAIN: ("fountain",),
    Tag.GREENHOUSE: ("greenhouse", "glasshouse"),
    Tag.SOLAR_PANELS: ("solar panel", "solar"),
    Tag.EV_CHARGER: ("ev charger", "car charger", "charging station"),
    Tag.ATTACHED_GARAGE: ("attached garage", "two-car garage"),
    Tag.DETACHED_GARAGE: ("detached garage",),
    Tag.WATER_VIEW: ("water view", "sea view", "ocean view", "lake view"),
    Tag.MOUNTAIN_VIEW: ("mountain view",),
    Tag.CITY_VIEW: ("city view", "skyline"),
    Tag.GOLF_COURSE_VIEW: ("golf course view", "golf course"),
    Tag.WOODED_LOT: ("wooded lot", "woodland"),
}

# What people ask about and no photo of a home can tell, so that an answer can say so.
# The name completes "The photos can't tell me about ...".
UNSEEN_THINGS: dict[str, tuple[str, ...]] = {
    "schools": ("school", "kindergarten", "nursery school"),
    "the neighbourhood": ("neighborhood", "neighbourhood", "neighbor", "neighbour", "crime", "commute", "bus stop"),
    "prices and costs": ("price", "cost", "rent", "mortgage", "tax", "hoa", "fee", "insurance", "worth"),
    "sizes and areas": (
        "square feet", "square foot", "square meter", "square metre", "sqft", "sq ft", "how big", "how large",
        "how wide", "dimension", "acre", "bigger", "biggest", "larger", "largest", "smaller", "smallest",
    ),
    "the age of a home or its parts": ("year built", "how old", "built in", "when was"),
    "floors and flooring": (
        "flooring", "laminate", "kind of floor", "type of floor", "sort of floor", "floors made of", "floor made of",
    ),
    "counters and their material": ("countertop", "counter top", "worktop"),
    "heating and cooling": (
        "heating", "air conditioning", "ac", "a/c", "ac unit", "hvac", "furnace", "boiler", "water heater",
    ),
    "hidden damage or what is behind the walls": (
        "roof leak", "leak", "leaking", "leaky", "mold", "mould", "asbestos", "wiring", "plumbing", "insulation",
        "water damage", "termite",
    ),
    "noise": ("noise", "noisy", "quiet", "soundproof"),
    "pets": ("pet", "dog", "cat"),
    "what lies near the home": (
        "train station", "station", "airport", "supermarket", "restaurant", "hospital", "subway", "public transport",
    ),
    "people": ("who lives", "owner", "seller", "landlord", "tenant"),
    "the weather": ("weather",),
}  # fmt: skip


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
