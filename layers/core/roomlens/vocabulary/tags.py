"""What can be seen in a photo: the tags and their groups.

The 72 tags that listings are described by, and those that the embedded model knows besides. `roomlens.vocabulary.told`
has the ones it was measured to get right; all others are words for people's corrections and for other models.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class TagGroup(StrEnum):
    """The heading under which a tag is listed."""

    FLOORING = "flooring"
    KITCHEN = "kitchen"
    BATH = "bath"
    INTERIOR = "interior"
    FURNITURE = "furniture"
    EXTERIOR = "exterior"
    VIEW = "view"


class Tag(StrEnum):
    """A thing that can be seen in a photo."""

    HARDWOOD_FLOORS = "hardwood_floors"
    TILE_FLOORS = "tile_floors"
    CARPET = "carpet"
    LAMINATE_FLOORS = "laminate_floors"
    VINYL_FLOORS = "vinyl_floors"
    STONE_FLOORS = "stone_floors"
    CONCRETE_FLOORS = "concrete_floors"

    ISLAND = "island"
    PENINSULA = "peninsula"
    BREAKFAST_BAR = "breakfast_bar"
    STAINLESS_STEEL_APPLIANCES = "stainless_steel_appliances"
    GAS_RANGE = "gas_range"
    DOUBLE_OVEN = "double_oven"
    RANGE_HOOD = "range_hood"
    BUILT_IN_MICROWAVE = "built_in_microwave"
    STOVE = "stove"
    REFRIGERATOR = "refrigerator"
    DISHWASHER = "dishwasher"
    WINE_FRIDGE = "wine_fridge"
    COFFEE_MACHINE = "coffee_machine"
    GRANITE_COUNTERS = "granite_counters"
    QUARTZ_COUNTERS = "quartz_counters"
    MARBLE_COUNTERS = "marble_counters"
    LAMINATE_COUNTERS = "laminate_counters"
    BUTCHER_BLOCK = "butcher_block"
    TILE_BACKSPLASH = "tile_backsplash"
    KITCHEN_CABINETS = "kitchen_cabinets"
    WHITE_CABINETS = "white_cabinets"
    WOOD_CABINETS = "wood_cabinets"
    OPEN_SHELVING = "open_shelving"
    WALK_IN_PANTRY = "walk_in_pantry"

    BATHTUB = "bathtub"
    WASHBASIN = "washbasin"
    TOILET = "toilet"
    SHOWER_CURTAIN = "shower_curtain"
    VANITY = "vanity"
    DOUBLE_VANITY = "double_vanity"
    SOAKING_TUB = "soaking_tub"
    FREESTANDING_TUB = "freestanding_tub"
    WALK_IN_SHOWER = "walk_in_shower"
    SHOWER_TUB_COMBO = "shower_tub_combo"
    GLASS_SHOWER = "glass_shower"
    BIDET = "bidet"
    HEATED_TOWEL_RAIL = "heated_towel_rail"

    FIREPLACE = "fireplace"
    STAIRCASE = "staircase"
    VAULTED_CEILING = "vaulted_ceiling"
    HIGH_CEILING = "high_ceiling"
    BEAMED_CEILING = "beamed_ceiling"
    TRAY_CEILING = "tray_ceiling"
    COFFERED_CEILING = "coffered_ceiling"
    CROWN_MOLDING = "crown_molding"
    RECESSED_LIGHTING = "recessed_lighting"
    CHANDELIER = "chandelier"
    CEILING_FAN = "ceiling_fan"
    SKYLIGHT = "skylight"
    LARGE_WINDOWS = "large_windows"
    WINDOW_COVERINGS = "window_coverings"
    FRENCH_DOORS = "french_doors"
    SLIDING_DOOR = "sliding_door"
    BUILT_IN_SHELVES = "built_in_shelves"
    EXPOSED_BRICK = "exposed_brick"
    OPEN_FLOOR_PLAN = "open_floor_plan"
    WALK_IN_CLOSET = "walk_in_closet"
    RADIATOR = "radiator"
    WASHING_MACHINE = "washing_machine"
    WASHER_DRYER = "washer_dryer"
    SMART_THERMOSTAT = "smart_thermostat"

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

    IN_GROUND_POOL = "in_ground_pool"
    HOT_TUB = "hot_tub"
    DECK = "deck"
    COVERED_PATIO = "covered_patio"
    SCREENED_PORCH = "screened_porch"
    BALCONY = "balcony"
    OUTDOOR_KITCHEN = "outdoor_kitchen"
    FIRE_PIT = "fire_pit"
    FENCED_YARD = "fenced_yard"
    PICKET_FENCE = "picket_fence"
    TILE_ROOF = "tile_roof"
    STONE_WALL = "stone_wall"
    FOUNTAIN = "fountain"
    GREENHOUSE = "greenhouse"
    SOLAR_PANELS = "solar_panels"
    EV_CHARGER = "ev_charger"
    ATTACHED_GARAGE = "attached_garage"
    DETACHED_GARAGE = "detached_garage"

    WATER_VIEW = "water_view"
    MOUNTAIN_VIEW = "mountain_view"
    CITY_VIEW = "city_view"
    GOLF_COURSE_VIEW = "golf_course_view"
    WOODED_LOT = "wooded_lot"


_TAGS_BY_GROUP: Mapping[TagGroup, str] = {
    TagGroup.FLOORING: "hardwood_floors tile_floors carpet laminate_floors vinyl_floors stone_floors concrete_floors",
    TagGroup.KITCHEN: (
        "island peninsula breakfast_bar stainless_steel_appliances gas_range double_oven range_hood "
        "built_in_microwave stove refrigerator dishwasher wine_fridge coffee_machine granite_counters "
        "quartz_counters marble_counters laminate_counters butcher_block tile_backsplash kitchen_cabinets "
        "white_cabinets wood_cabinets open_shelving walk_in_pantry"
    ),
    TagGroup.BATH: (
        "bathtub washbasin toilet shower_curtain vanity double_vanity soaking_tub freestanding_tub "
        "walk_in_shower shower_tub_combo glass_shower bidet heated_towel_rail"
    ),
    TagGroup.INTERIOR: (
        "fireplace staircase vaulted_ceiling high_ceiling beamed_ceiling tray_ceiling coffered_ceiling "
        "crown_molding recessed_lighting chandelier ceiling_fan skylight large_windows window_coverings "
        "french_doors sliding_door built_in_shelves exposed_brick open_floor_plan walk_in_closet radiator "
        "washing_machine washer_dryer smart_thermostat"
    ),
    TagGroup.FURNITURE: (
        "bed four_poster_bed crib sofa dining_table china_cabinet bookshelves desk television table_lamp "
        "rocking_chair piano pool_table"
    ),
    TagGroup.EXTERIOR: (
        "in_ground_pool hot_tub deck covered_patio screened_porch balcony outdoor_kitchen fire_pit "
        "fenced_yard picket_fence tile_roof stone_wall fountain greenhouse solar_panels ev_charger "
        "attached_garage detached_garage"
    ),
    TagGroup.VIEW: "water_view mountain_view city_view golf_course_view wooded_lot",
}
TAG_GROUPS: dict[Tag, TagGroup] = {
    Tag(name): group for group, names in _TAGS_BY_GROUP.items() for name in names.split()
}

# For people, in the middle of a sentence.
TAG_LABELS: dict[Tag, str] = {
    **{tag: tag.replace("_", " ") for tag in Tag},
    Tag.ISLAND: "kitchen island",
    Tag.BUILT_IN_MICROWAVE: "built-in microwave",
    Tag.BUTCHER_BLOCK: "butcher block counter",
    Tag.WALK_IN_PANTRY: "walk-in pantry",
    Tag.VANITY: "vanity with a mirror",
    Tag.WALK_IN_SHOWER: "walk-in shower",
    Tag.SHOWER_TUB_COMBO: "shower over a tub",
    Tag.FRENCH_DOORS: "French doors",
    Tag.BUILT_IN_SHELVES: "built-in shelves",
    Tag.EXPOSED_BRICK: "exposed brick wall",
    Tag.WALK_IN_CLOSET: "walk-in closet",
    Tag.WASHER_DRYER: "washer and dryer",
    Tag.FOUR_POSTER_BED: "four-poster bed",
    Tag.IN_GROUND_POOL: "in-ground pool",
    Tag.EV_CHARGER: "EV charger",
}
