"""The questions that the weights of the search are chosen by, and that its bars of relevance are looked at with.

Only the plain names of four rooms are asked by `benchmarks.queries`, too.
"""

from __future__ import annotations

from roomlens.vocabulary import RoomType

_KITCHEN, _BATHROOM, _BEDROOM = RoomType.KITCHEN, RoomType.BATHROOM, RoomType.BEDROOM
_LIVING, _DINING, _HALLWAY = RoomType.LIVING_ROOM, RoomType.DINING_ROOM, RoomType.HALLWAY
_OUTSIDE = RoomType.EXTERIOR

PLAIN: tuple[tuple[str, tuple[RoomType, ...]], ...] = (
    ("kitchen cabinets", (_KITCHEN,)),
    ("dishwasher", (_KITCHEN,)),
    ("washbasin", (_BATHROOM,)),
    ("vanity", (_BATHROOM,)),
    ("four-poster bed", (_BEDROOM,)),
    ("bedroom", (_BEDROOM,)),
    ("television", (_LIVING, _BEDROOM)),
    ("living room", (_LIVING,)),
    ("dining room", (_DINING,)),
    ("hallway", (_HALLWAY,)),
    ("exterior", (_OUTSIDE,)),
    ("fireplace", (_LIVING, _BEDROOM)),
    ("refrigerator", (_KITCHEN,)),
)
NATURAL: tuple[tuple[str, tuple[RoomType, ...]], ...] = (
    ("I would like to see the bathroom", (_BATHROOM,)),
    ("a big kitchen for a family with children", (_KITCHEN,)),
    ("comfortable sofa with cushions and a rug", (_LIVING,)),
    ("chairs around a long table", (_DINING,)),
    ("a large bed with a headboard", (_BEDROOM,)),
    ("washing up at the kitchen sink", (_KITCHEN,)),
    ("two storey house with a garage door", (_OUTSIDE,)),
    ("a green lawn in front of the house", (_OUTSIDE,)),
    ("toilet next to the bathtub", (_BATHROOM,)),
    ("a place to put your coat and shoes when you enter", (_HALLWAY,)),
    ("large windows behind the couch", (_LIVING,)),
    ("a mirror over the washbasin", (_BATHROOM,)),
    ("microwave above the stove", (_KITCHEN,)),
    ("bedroom with carpet and ceiling fan", (_BEDROOM,)),
    ("formal room for holiday meals", (_DINING,)),
    ("wooden staircase with a railing", (_HALLWAY,)),
    ("roof, windows and front door of the house", (_OUTSIDE,)),
    ("bookshelves beside a fireplace", (_LIVING,)),
)
SYNONYM: tuple[tuple[str, tuple[RoomType, ...]], ...] = (
    ("icebox", (_KITCHEN,)),
    ("settee", (_LIVING,)),
    ("sectional", (_LIVING,)),
    ("lavatory", (_BATHROOM,)),
    ("powder room", (_BATHROOM,)),
    ("sitting room", (_LIVING,)),
    ("oven", (_KITCHEN,)),
    ("vestibule", (_HALLWAY,)),
    ("entrance hall", (_HALLWAY,)),
    ("back yard", (_OUTSIDE,)),
    ("lawn", (_OUTSIDE,)),
    ("guest room", (_BEDROOM,)),
    ("kitchenette", (_KITCHEN,)),
    ("telly", (_LIVING, _BEDROOM)),
    ("wc", (_BATHROOM,)),
    ("dinette", (_DINING,)),
)
TYPO: tuple[tuple[str, tuple[RoomType, ...]], ...] = (
    ("kitchn", (_KITCHEN,)),
    ("fridgge", (_KITCHEN,)),
    ("batroom", (_BATHROOM,)),
    ("bedrooom", (_BEDROOM,)),
    ("livign room", (_LIVING,)),
    ("dinng room", (_DINING,)),
    ("halway", (_HALLWAY,)),
    ("bahtroom with a mirorr", (_BATHROOM,)),
    ("firplace", (_LIVING, _BEDROOM)),
    ("exteriar", (_OUTSIDE,)),
    ("refrigirator", (_KITCHEN,)),
    ("kitchen cabnet", (_KITCHEN,)),
    ("tolet", (_BATHROOM,)),
    ("comfterble bed", (_BEDROOM,)),
    ("dinning tabel", (_DINING, _KITCHEN, _LIVING)),
    ("televison", (_LIVING, _BEDROOM)),
)
ABSTRACT: tuple[tuple[str, tuple[RoomType, ...]], ...] = (
    ("kerb appeal", (_OUTSIDE,)),
    ("a nap in the afternoon", (_BEDROOM,)),
    ("get clean after work", (_BATHROOM,)),
    ("prepare breakfast", (_KITCHEN,)),
    ("hanging out with friends", (_LIVING,)),
    ("thanksgiving dinner", (_DINING,)),
    ("first impression of the home", (_OUTSIDE,)),
    ("where the cook works", (_KITCHEN,)),
    ("read a book by the fire", (_LIVING,)),
    ("what the neighbours see", (_OUTSIDE,)),
    ("shave in the morning", (_BATHROOM,)),
    ("sweet dreams", (_BEDROOM,)),
)
KINDS = {"plain": PLAIN, "natural": NATURAL, "synonym": SYNONYM, "typo": TYPO, "abstract": ABSTRACT}

# Off-topic questions, some with a word that homes have too: neither sentinels nor those of the benchmark.
OFF_TOPIC: tuple[str, ...] = (
    "glorp snarfle",
    "wxyz 99 qqq",
    "federal budget deficit",
    "hockey league standings",
    "sql database index",
    "senate hearing",
    "headache remedies",
    "black holes",
    "cruise ship to Alaska",
    "woolly mammoth",
    "penguins on ice",
    "saxophone lessons",
    "rocket launch",
    "banana bread recipe",
    "murder trial verdict",
    "video game console",
    "exchange rate of the yen",
    "civil war history",
    "sports car",
    "helicopter",
    "dna sequence",
    "email newsletter",
    "square root of two",
    "merry christmas",
    "English spelling rules",
    "hall of fame baseball",
    "desert island survival",
    "deck of cards",
    "bed bugs bite treatment",
    "study of economics",
    "swimming pool water chemistry formula",
    "mountain range geology",
    "tub of popcorn at the cinema",
    "blockchain",
)
