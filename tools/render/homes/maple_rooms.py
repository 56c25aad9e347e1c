"""Maple Street: living room, bedroom, bathroom and dining room."""

from __future__ import annotations

from ..fittings import (
    bookcase,
    books,
    bottle,
    curtain_rail,
    display_cabinet,
    flat_television,
    pictures,
    table,
    vase,
    wall_mirror,
)
from ..furniture import Furniture
from ..geometry import Opening, box, curtain, cushion, rod, window
from ..light_and_camera import bulb, camera, downlights, panel_light, sky
from ..materials import fabric, patchwork, plain, sheer, steel, tiles, wall_paint, wood, wood_floor
from ..room import Room, garden_view

CC0, BY, SCOPIA = "BlendSwap-CC-0/", "BlendSwap-CC-BY/", "Scopia/"
FRAME = "#f5f4f0"
OCHRE = "#c98d4b"


def living_room(furniture: Furniture) -> None:
    """A beige sofa before a sage wall, with a garden door on the right."""
    sky(28, 65)
    garden_view(furniture)
    right, far, ceiling = 2.4, 2.0, 2.55
    door: Opening = (-0.9, 1.3, 0.02, 2.2)
    floor = wood_floor("#a8794d", "#875d38", (1.6, 0.14), turn=90)
    Room(
        (-right, right),
        (-2.3, far),
        ceiling,
        floor,
        wall_paint("#e9e6de"),
        {"e": (door,)},
        {"n": wall_paint("#d5d6cc")},
    ).build()
    window("y", right + 0.1, door, plain(FRAME, 0.3), 3)
    _curtains(right, ((-1.5, -0.9), (1.25, 1.75)), 2.42, "#8a9aa3")
    furniture.place(
        SCOPIA + "beige_sofa",
        0.1,
        far - 0.42,
        paint={"blackplastic": "#2b2b2b", "cosins": fabric("#6f7f84"), "*": fabric("#c9c0ae", scale=200.0)},
    )
    furniture.place(
        "KatorLegaz/mid-century-chair",
        1.5,
        0.5,
        0.012,
        -60,
        paint={"wood": wood("#8a5f3a", "#6b4628", "z"), "textile": fabric("#a9673a", scale=200.0)},
    )
    box((-1.5, 1.3), (-1.2, 1.1), (0, 0.012), fabric("#b9b3a6", scale=110.0, relief=0.8), 0.005)
    furniture.place(SCOPIA + "saloon_table", -0.05, 0.2, 0.012, paint={"*": wood("#8f6238", "#6a4526")})
    books_on_table = 0.523
    box((0.12, 0.36), (0.1, 0.28), (books_on_table, books_on_table + 0.025), plain("#2f4a4e", 0.5), 0.002)
    box(
        (0.14, 0.35),
        (0.11, 0.26),
        (books_on_table + 0.025, books_on_table + 0.045),
        plain("#b5553a", 0.5),
        0.002,
    )
    furniture.place(BY + "tulips", -0.3, 0.25, books_on_table, scale=0.8)
    bookcase((-right + 0.06, -right + 0.96), far, 2.1, 6, plain("#efede7", 0.4))
    furniture.place(BY + "tvStand", -right + 0.26, 0.75, turn=90)
    flat_television(-right + 0.25, 0.75, 0.526, 1.1)
    books("y", (1.22, 1.4), -right + 0.1, 1, 0.526, 3, 0.22, 0.16)
    furniture.place(SCOPIA + "living_lamp", 1.62, far - 0.35, turn=180, paint={"pantal": plain("#e9dcc0", 0.8)})
    bulb((1.62, far - 0.5, 1.5), 4, 0.1)
    furniture.place(BY + "yuccaPlant", 2.0, far - 0.5, scale=0.8)
    pictures("x", far, -1, (-0.5, 1.6, 0.55, 0.75, 3), (0.15, 1.6, 0.55, 0.75, 5), (0.8, 1.6, 0.55, 0.75, 9))
    cushion((-0.55, far - 0.5, 0.62), (0.42, 0.42, 0.17), fabric(OCHRE), (-15, 0, 10))
    cushion((0.75, far - 0.5, 0.62), (0.42, 0.42, 0.17), fabric("#3f5b66"), (-15, 0, -8))
    panel_light((0, -1.2, ceiling - 0.06), (3, 1.6), 18)
    camera((0.25, -2.2, 1.35), (-0.12, 2.0), lens_shift=-0.08)


def bedroom(furniture: Furniture) -> None:
    """A double bed with a blue quilt before a grey-green wall, a wardrobe on the left."""
    sky(30, 60)
    garden_view(furniture)
    right, far, ceiling = 2.05, 1.9, 2.5
    opening: Opening = (-1.0, 0.9, 0.75, 2.2)
    Room(
        (-right, right),
        (-2.3, far),
        ceiling,
        wood_floor("#b58a60", "#97704a", (1.2, 0.12)),
        wall_paint("#e6e2da"),
        {"e": (opening,)},
        {"n": wall_paint("#8d9b96")},
    ).build()
    window("y", right + 0.1, opening, plain(FRAME, 0.3), 2, sill=plain(FRAME, 0.3))
    _curtains(right, ((-1.5, -0.98), (0.88, 1.4)), 2.38, "#d9d2c2")
    curtain("y", right - 0.03, (-0.98, 0.9), (0.7, 2.36), sheer(), 16, 0.018, 3)
    linen = fabric("#eeece5", scale=200.0, relief=0.15)
    furniture.place(
        CC0 + "bed3",
        0.05,
        far - 1.18,
        paint={
            "Pillow": linen,
            "Blanq": patchwork("#4f6a80", "#a9b8c0", "#d9d4c6"),
            "Matt": fabric("#ece9e2"),
            "Bed": fabric("#e4dfd4", scale=200.0),
            "Frame": plain("#eeeae2", 0.35),
        },
    )
    _bed_head(0.05, far, linen)
    for x in (-1.3, 1.4):
        furniture.place(
            BY + "bedsideTable",
            x,
            far - 0.26,
            size=(0.46, 0.42, 0.5),
            paint={"wood": wood("#b28a5c", "#94703f")},
        )
        furniture.place(SCOPIA + "table_lamp", x, far - 0.24, 0.5)
        bulb((x, far - 0.24, 0.9), 3, 0.06)
    box((-1.6, 1.5), (-1.9, 0.5), (0, 0.014), fabric("#cfc7b6", scale=120.0, relief=0.8), 0.006)
    furniture.place(
        BY + "wardrobe",
        -right + 0.35,
        0.1,
        turn=90,
        size=(1.2, 0.62, 2.1),
        paint={"wood": wood("#c2996a", "#a37a4c", "z"), "plastic": plain("#3a3632")},
    )
    furniture.place(CC0 + "slippers", 1.15, -0.5, 0.015, 150)
    pictures("x", far, -1, (-0.3, 1.85, 0.5, 0.6, 1), (0.4, 1.85, 0.5, 0.6, 2))
    panel_light((0, -1.0, ceiling - 0.06), (2.5, 1.6), 8)
    camera((-0.85, -2.15, 1.45), (0.2, 1.9), lens_shift=-0.1)


def _bed_head(x: float, far: float, linen: object) -> None:
    """An upholstered headboard, and four pillows for the model's bed."""
    cloth = fabric("#b9ad9a", scale=180.0)
    for i in range(4):
        left = x - 0.98 + i * 0.49
        box((left + 0.004, left + 0.486), (far - 0.17, far - 0.01), (0.25, 1.28), cloth, 0.03)
    for dx, tilt in ((-0.46, 4), (0.46, -3)):
        cushion((x + dx, far - 0.34, 0.84), (0.72, 0.44, 0.2), linen, (-28, 0, tilt))
        cushion((x + dx * 0.98, far - 0.5, 0.8), (0.68, 0.42, 0.2), linen, (-38, 0, -tilt))


def bathroom(furniture: Furniture) -> None:
    """White metro tiles to shoulder height, a bath with a shower, a blue-grey vanity."""
    sky(40, 10)
    garden_view(furniture)
    right, near, far, ceiling = 1.45, -1.9, 1.4, 2.45
    opening: Opening = (-0.15, 0.6, 1.35, 2.15)
    frame = plain(FRAME, 0.3)
    Room(
        (-right, right),
        (near, far),
        ceiling,
        tiles("#8f9490", "#b8b8b3", (0.45, 0.45), roughness=0.25),
        wall_paint("#e3ebea"),
        {"n": (opening,)},
        skirting=None,
    ).build()
    window("x", far + 0.1, opening, frame, 1, sill=frame)
    box(opening[:2], (far + 0.12, far + 0.125), opening[2:], sheer("#f4f8f8", 0.75))
    _bathroom_tiles(right, near, far, opening)
    furniture.place(BY + "bath_jay_hardy", right - 0.36, far - 0.92, turn=-90)
    furniture.place(BY + "toilets_unit_jay_hardy", 0.2, far - 0.3)
    furniture.place(CC0 + "modernVanity", -right + 0.36, far - 1.0, turn=90, paint={"Closet": plain("#5b7076", 0.4)})
    wall_mirror(-right, (far - 1.42, far - 0.58), (1.12, 2.0), wood("#6b4a2e", "#51361f"))
    rod((right - 0.74, far - 1.85, 2.08), (right - 0.74, far, 2.08), 0.012, steel("#d0d0d0", 0.2))
    curtain(
        "y",
        right - 0.74,
        (far - 0.5, far - 0.03),
        (0.25, 2.07),
        fabric("#dfe7e4", scale=150.0, relief=0.15),
        6,
        0.04,
        2,
    )
    towel = fabric("#c9d3d2", scale=90.0, relief=0.8)
    furniture.place(CC0 + "shower", right - 0.45, far - 0.28, 1.0)
    furniture.place(CC0 + "towel3", -0.78, far - 0.06, 1.0, paint={"towel": towel})
    furniture.place("KatorLegaz/bathmat", 0.25, 0.1, 0, 90, paint={"*": fabric("#9db4b5", scale=70.0, relief=1.0)})
    furniture.place(CC0 + "toiletPaperDispenser", -0.2, far - 0.07, 0.7)
    furniture.place(CC0 + "toiletBrush", 0.55, far - 0.12)
    furniture.place(SCOPIA + "com_bath2_soap", -right + 0.2, far - 0.7, 0.86, 90)
    furniture.place(CC0 + "orchids", -right + 0.2, far - 1.35, 0.86, scale=0.7)
    furniture.place(SCOPIA + "com_bath3_toalla", -right + 0.2, far - 0.62, 0.86, 90, paint={"*": towel})
    downlights((-0.5, 0.7), (-0.4, 0.7), ceiling)
    panel_light((0, -0.8, ceiling - 0.06), (1.8, 1.2), 10)
    camera((-0.45, -1.8, 1.42), (0.15, 1.4), lens_shift=-0.1)


def _bathroom_tiles(right: float, near: float, far: float, opening: Opening) -> None:
    """Metro tiles around the room, full height at the bath, with a dark border."""
    border, low, high = plain("#33474b", 0.3), 1.3, 2.1

    def metro(plane: str) -> object:
        return tiles("#f1f3f2", "#c3c9c8", (0.2, 0.1), plane, roughness=0.08, stagger=0.5)

    box((-right, opening[1]), (far - 0.01, far), (0, low), metro("xz"))
    box((opening[1], right), (far - 0.01, far), (0, high), metro("xz"))
    box((right - 0.01, right), (near, far), (0, high), metro("yz"))
    box((-right, -right + 0.01), (near, far), (0, low), metro("yz"))
    box((-right, opening[1]), (far - 0.016, far), (low, low + 0.03), border)
    box((-right, -right + 0.016), (near, far), (low, low + 0.03), border)


def dining_room(furniture: Furniture) -> None:
    """An oak table laid for six, a china cabinet and a sideboard before a sage wall."""
    sky(35, 60)
    garden_view(furniture)
    right, far, ceiling = 2.1, 1.9, 2.55
    opening: Opening = (-1.9, 0.1, 0.8, 2.2)
    Room(
        (-right, right),
        (-2.3, far),
        ceiling,
        wood_floor("#9c6f45", "#7a5030", (1.4, 0.13)),
        wall_paint("#e8e5dd"),
        {"e": (opening,)},
        {"n": wall_paint("#b7c0b4")},
    ).build()
    window("y", right + 0.1, opening, plain(FRAME, 0.3), 2, 1, sill=plain(FRAME, 0.3))
    _curtains(right, ((-2.2, -1.9), (0.08, 0.6)), 2.42, "#d9d2c2")
    box((-1.5, 1.5), (-1.1, 1.2), (0, 0.012), fabric("#a7988a", scale=110.0, relief=0.8), 0.005)
    oak = wood("#a4713f", "#7d5028")
    table((-0.9, 0.9), (-0.38, 0.58), 0.762, oak, wood("#a4713f", "#7d5028", "z"))
    _seats_and_places(furniture)
    furniture.place(BY + "tulips", 0, 0.1, 0.762, scale=0.8)
    bottle(0.25, 0.14, 0.762)
    furniture.place(SCOPIA + "bowlWithSalad", -0.28, 0.1, 0.762)
    furniture.place(BY + "hangingLight", 0, 0.1, ceiling - 0.9, size=(0.5, 0.5, 0.9))
    bulb((0, 0.1, ceiling - 0.8), 10, 0.06)
    brass = plain("#a98a4a", 0.35, 1.0)
    display_cabinet((-1.85, -0.9), far, 2.05, wood("#8a5a34", "#66401f", "z"), brass)
    furniture.place(
        BY + "chest",
        0.25,
        far - 0.28,
        size=(1.35, 0.5, 0.78),
        paint={"wood": wood("#8a5a34", "#66401f"), "metal": brass},
    )
    vase(0.75, far - 0.25, 0.78, "#3f5b66")
    furniture.place(CC0 + "orchids", -0.25, far - 0.25, 0.78)
    pictures("x", far, -1, (0.25, 1.62, 1.1, 0.75, 11))
    furniture.place(SCOPIA + "ficus", right - 0.4, far - 0.35, scale=1.6)
    panel_light((0, -1.2, ceiling - 0.06), (3, 1.6), 14)
    camera((-0.55, -2.15, 1.5), (0.15, 1.9), lens_shift=-0.1)


def _seats_and_places(furniture: Furniture) -> None:
    """Six chairs and six settings of plate, glass and cutlery."""
    chair, setting = CC0 + "chairWithCushion", SCOPIA + "ensemble-assiette-couteau-fourchette-cuillere-verre"
    for x in (-0.5, 0.5):
        furniture.place(chair, x, 0.75, 0.012)
        furniture.place(chair, x, -0.55, 0.012, 180)
        furniture.place(setting, x, -0.17, 0.762)
        furniture.place(setting, x, 0.37, 0.762, 180)
    for x, turn in ((-1.1, 90), (1.1, -90)):
        furniture.place(chair, x, 0.1, 0.012, turn)
        furniture.place(setting, x * 0.62, 0.1, 0.762, -turn)


def _curtains(right: float, spans: tuple[tuple[float, float], ...], top: float, tint: str) -> None:
    """Curtains on a rail at the window of the right wall."""
    cloth = fabric(tint, scale=180.0, relief=0.2)
    for seed, span in enumerate(spans, 1):
        curtain("y", right - 0.1, span, (0.025, top), cloth, 6, 0.045, seed)
    low, high = min(span[0] for span in spans) - 0.1, max(span[1] for span in spans) + 0.1
    curtain_rail((right - 0.1, low, top + 0.02), (right - 0.1, high, top + 0.02), steel("#3a3632", 0.4))
