"""Texts that a text model's relevance is calibrated with: questions without an answer, questions with one, and photos.

Whatever changes here changes every calibration; `digest()` says which texts one was computed from.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from roomlens.vocabulary import RoomType

# No photo of a home answers these: nonsense, and what other archives are asked.
SENTINELS: Final[tuple[str, ...]] = (
    "xyzzy plugh",
    "lorem ipsum dolor sit amet",
    "asdfghjkl",
    "frobnicate the quux",
    "zzzzz",
    "7f3a9c e21b",
    "the",
    "of and to in",
    "!!! ??? ...",
    "stock market crash",
    "interest rates and inflation",
    "football world cup final",
    "basketball playoffs",
    "javascript promise",
    "compile the linux kernel",
    "election results",
    "prime minister resigns",
    "symptoms of the flu",
    "vaccine side effects",
    "theory of relativity",
    "speed of light",
    "flight to Paris",
    "a train from Boston to New York",
    "tyrannosaurus rex",
    "a giraffe in the savanna",
    "sharks and whales",
    "violin concerto",
    "heavy metal band",
    "spaceship",
    "rings of Saturn",
    "chocolate cake recipe",
    "how to make sushi",
    "divorce lawyer",
    "wedding dress",
    "poker tournament",
    "bitcoin price today",
    "world war two battles",
    "ancient Roman emperors",
    "motorcycle engine",
    "fighter jet",
    "chlorophyll",
    "password reset",
    "convert miles to kilometres",
    "happy birthday to you",
    "learn Spanish grammar",
    "mountain climbing equipment",
    "a portrait of a smiling woman",
    "tennis racket",
)

# Captions of photos as analysers write them, and ways to ask for such a photo: its words, and other words.
ANCHORS: Final[tuple[tuple[RoomType, str], ...]] = (
    (RoomType.KITCHEN, "A kitchen with a stove, a refrigerator and kitchen cabinets."),
    (RoomType.KITCHEN, "A kitchen with a dishwasher. It is bright with daylight."),
    (RoomType.KITCHEN, "A kitchen with a kitchen island and stainless steel appliances."),
    (RoomType.BATHROOM, "A bathroom with a bathtub and a shower curtain."),
    (RoomType.BATHROOM, "A bathroom with a washbasin, a toilet and a vanity with a mirror."),
    (RoomType.BATHROOM, "A bathroom. There is little daylight."),
    (RoomType.BEDROOM, "A bedroom with a bed, a table lamp and window coverings."),
    (RoomType.BEDROOM, "A bedroom with a four-poster bed."),
    (RoomType.BEDROOM, "A bedroom with a bed. It is bright with daylight."),
    (RoomType.LIVING_ROOM, "A living room with a sofa and a fireplace."),
    (RoomType.LIVING_ROOM, "A living room with a television and bookshelves."),
    (RoomType.DINING_ROOM, "A dining room with a dining table and a china cabinet."),
    (RoomType.DINING_ROOM, "A dining room. It is bright with daylight."),
    (RoomType.HALLWAY, "A hallway with a staircase."),
    (RoomType.EXTERIOR, "The outside of a house with a picket fence."),
    (RoomType.EXTERIOR, "The outside of a house."),
)

ASKED: Final[tuple[tuple[RoomType, str], ...]] = (
    (RoomType.KITCHEN, "kitchen"),
    (RoomType.KITCHEN, "oven and cupboards"),
    (RoomType.KITCHEN, "where meals are prepared"),
    (RoomType.KITCHEN, "stove and fridge"),
    (RoomType.BATHROOM, "bathroom"),
    (RoomType.BATHROOM, "a shower and a sink"),
    (RoomType.BATHROOM, "where I can wash"),
    (RoomType.BATHROOM, "bath tub"),
    (RoomType.BEDROOM, "bedroom"),
    (RoomType.BEDROOM, "a comfortable bed"),
    (RoomType.BEDROOM, "place to sleep"),
    (RoomType.BEDROOM, "pillows and sheets"),
    (RoomType.LIVING_ROOM, "living room"),
    (RoomType.LIVING_ROOM, "a couch and a tv"),
    (RoomType.LIVING_ROOM, "where the family relaxes in the evening"),
    (RoomType.DINING_ROOM, "dining room"),
    (RoomType.DINING_ROOM, "table for dinner with friends"),
    (RoomType.HALLWAY, "hallway"),
    (RoomType.HALLWAY, "stairs to the upper floor"),
    (RoomType.EXTERIOR, "front of the house"),
    (RoomType.EXTERIOR, "the house from outside"),
    (RoomType.EXTERIOR, "first impression from the street"),
)


@cache
def digest() -> str:
    """Twelve digits that change with any of these texts."""
    return hashlib.sha256(repr((SENTINELS, ANCHORS, ASKED)).encode()).hexdigest()[:12]
