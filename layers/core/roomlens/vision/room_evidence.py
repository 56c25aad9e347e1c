"""Which ImageNet classes speak for which room: data, no code.

A class is named by its first name in `roomlens_models/imagenet_classes.txt`; its number says how much of its
probability counts. Most count whole. A class that is seen in several rooms, such as a studio couch, is shared
out. Names and shares were written by hand, starting from the lists of the project's design; the shares were
adjusted while looking at the photos of train-rooms and houses-train, never at those of eval-rooms.
"""

from __future__ import annotations

from collections.abc import Mapping

from roomlens.vocabulary import RoomType

Evidence = Mapping[str, float]


def _whole(names: str) -> dict[str, float]:
    return dict.fromkeys((name.strip() for name in names.split(",")), 1.0)


# Grand buildings: mostly the outside of a house, often a high hall. They count half as outdoors.
_GRAND = (
    "monastery", "palace", "church", "mosque", "dome", "bell cote", "castle", "planetarium", "triumphal arch", "stupa",
)  # fmt: skip

OUTDOORS: Evidence = _whole(
    "mobile home, barn, lakeside, dock, pier, street sign, traffic light, parking meter, steel arch bridge, viaduct,"
    "boathouse, picket fence, stone wall, patio, greenhouse, beacon, fountain, obelisk, water tower, breakwater,"
    "promontory, valley, alp, seashore, cliff, minivan, streetcar, trolleybus, solar dish, sundial, lawn mower,"
    "park bench, flagpole, maypole, chainlink fence, worm fence, tile roof, thatch, yurt, megalith, totem pole,"
    "birdhouse, mailbox, cab, minibus, moving van, trailer truck, garbage truck, tow truck, recreational vehicle,"
    "beach wagon, convertible, sports car, limousine, passenger car, drilling platform, suspension bridge, dam,"
    "volcano, sandbar, swing, rain barrel, golfcart, pickup, jeep, police van, ambulance, tractor, umbrella, rapeseed,"
    "hay, pole, racer, school bus, geyser"
) | dict.fromkeys(_GRAND, 0.5)

# Flat drawings with lines and letters.
FLOOR_PLANS: Evidence = _whole(
    "menu, web site, crossword puzzle, envelope, jigsaw puzzle, comic book, book jacket, scoreboard, digital clock,"
    "slide rule, rule, wall clock, analog clock"
)

ROOMS: Mapping[RoomType, Evidence] = {
    RoomType.BATHROOM: _whole(
        "bathtub, tub, washbasin, toilet seat, shower curtain, medicine chest, toilet tissue, soap dispenser,"
        "bath towel, shower cap, hand blower, plunger, lotion"
    )
    | {"paper towel": 0.5, "washer": 0.3},
    RoomType.BEDROOM: _whole(
        "quilt, wardrobe, mosquito net, pillow, cradle, crib, bassinet, pajama, sleeping bag, velvet"
    )
    | {
        "four-poster": 0.9,
        "studio couch": 0.6,
        "chiffonier": 0.5,
        "table lamp": 0.5,
        "lampshade": 0.5,
        "electric fan": 0.5,
        "window shade": 0.3,
        "home theater": 0.2,
    },
    RoomType.KITCHEN: _whole(
        "stove, microwave, dishwasher, refrigerator, plate rack, toaster, waffle iron, espresso maker, wok, frying pan,"
        "Crock Pot, coffeepot, spatula, mixing bowl, caldron, teapot, strainer, ladle, rotisserie, hot pot,"
        "photocopier, bakery, lab coat, grocery store"  # the last four: what fitted units look like to the network
    )
    | {
        "file": 0.5,
        "tobacco shop": 0.4,
        "washer": 0.4,
        "desk": 0.3,
        "safe": 0.3,
        "restaurant": 0.2,
        "dining table": 0.1,
    },
    RoomType.DINING_ROOM: _whole("restaurant, plate, goblet, red wine, candle, folding chair")
    | {"dining table": 1.6, "china cabinet": 1.2, "rocking chair": 0.4, "desk": 0.3, "library": 0.3},
    RoomType.LIVING_ROOM: _whole("fire screen, bookcase, upright, grand piano")
    | {
        "entertainment center": 0.9,
        "home theater": 0.8,
        "window shade": 0.7,
        "studio couch": 0.55,
        "television": 0.5,
        "rocking chair": 0.5,
        "pool table": 0.5,
        "library": 0.5,
        "shoji": 0.4,
        "sliding door": 0.4,
        "table lamp": 0.4,
        "throne": 0.4,
        "window screen": 0.4,
        "desk": 0.3,
    },
    RoomType.HALLWAY: _whole("bannister, doormat, turnstile, prison, vault, altar, organ, maze, coil")
    | dict.fromkeys(_GRAND, 0.8)
    | {
        "prayer rug": 0.7,
        "cinema": 0.7,
        "throne": 0.5,
        "theater curtain": 0.5,
        "grille": 0.5,
        "sliding door": 0.4,
        "shoji": 0.4,
        "pedestal": 0.4,
        "window screen": 0.3,
    },
}

# Names from the lists above that the network also gives to things far from any home: textures, close-ups, faces. They
# help to tell rooms apart but are no sign that there is a room.
VAGUE = frozenset(
    _whole(
        "coil, maze, photocopier, lab coat, velvet, spatula, lotion, hand blower, shower cap, plunger, pajama,"
        "sleeping bag, file, safe, tobacco shop, grocery store, goblet, red wine, candle, plate, pedestal,"
        "theater curtain, organ, prayer rug, hot pot, strainer, ladle, caldron, teapot, wok, frying pan, mixing bowl,"
        "bakery, throne, cinema, electric fan, grille, turnstile, Crock Pot, coffeepot, espresso maker, waffle iron,"
        "rotisserie, toaster, paper towel, soap dispenser, rain barrel, pole, geyser, volcano, hay, rapeseed, umbrella,"
        "racer, drilling platform, megalith, solar dish, sundial, sandbar, cliff, valley, alp, doormat, stone wall,"
        "tile roof, window screen, chainlink fence"
    )
)
