"""Harbour View: bedroom and dining room."""

from __future__ import annotations

from ..fittings import picture, vase
from ..furniture import Furniture
from ..geometry import Opening, box, curtain, rod, window
from ..light_and_camera import bulb, camera, downlights, panel_light, sky
from ..materials import fabric, painting, patchwork, plain, steel, wall_paint, wood, wood_floor
from ..room import Room, garden_view

CC0, BY, SCOPIA, KL = "BlendSwap-CC-0/", "BlendSwap-CC-BY/", "Scopia/", "KatorLegaz/"
ANTHRACITE = "#33383c"
OAK, OAK_DARK = "#c7a273", "#ab8555"
COAST = ("#43584c", "#a8bdb0", "#efe6d2", "#c08a5a")
DUSK = ("#3a2b4a", "#b0606a", "#f0d9b8", "#6d87a3")


def bedroom(furniture: Furniture) -> None:
    """A dark wooden bed with a cream quilt, blush walls, a ribbon window high on the left."""
    sky(38, 290)
    garden_view(furniture)
    left, right, near, far, ceiling = -2.2, 2.1, -2.3, 2.1, 2.6
    ribbon: Opening = (-1.5, 1.2, 1.15, 2.2)
    floor = fabric("#b9b3aa", scale=70.0, relief=0.9)
    Room(
        (left, right),
        (near, far),
        ceiling,
        floor,
        wall_paint("#ecdfd6"),
        {"w": (ribbon,)},
        {"n": wall_paint("#c9a79a")},
        "#f4efe9",
    ).build()
    window(
        "y",
        left - 0.1,
        ribbon,
        plain(ANTHRACITE, 0.35),
        3,
        depth=0.09,
        sill=plain("#f4efe9", 0.3),
        room_side=1,
    )
    drape = fabric("#8c5f63", scale=160.0, relief=0.25)
    for seed, span in enumerate(((-1.95, -1.5), (1.2, 1.6))):
        curtain("y", left + 0.09, span, (0.02, 2.45), drape, 5, 0.045, seed)
    rod((left + 0.09, -2.0, 2.47), (left + 0.09, 1.68, 2.47), 0.014, steel("#7a6a55", 0.4))
    _bed(furniture, far)
    furniture.place(
        BY + "wardrobe2",
        right - 0.31,
        1.15,
        turn=-90,
        paint={"board": plain("#f0ece6", 0.35), "metal": steel()},
    )
    panel_light((0, -1.0, ceiling - 0.06), (2.6, 1.7), 10)
    downlights((-0.8, 0.9), (0.0,), ceiling, 4)
    camera((0.5, -1.75, 1.6), (-0.15, 2.1), lens_shift=-0.14)


def _bed(furniture: Furniture, far: float) -> None:
    """Bed, two bedside tables with lamps, a rug, pillows and a folded throw."""
    x = -0.2
    walnut = wood("#6f4a2e", "#4d311c")
    box((x - 1.5, x + 1.5), (-1.2, 0.9), (0, 0.016), fabric("#e4dccf", scale=60.0, relief=1.0), 0.006)
    furniture.place(
        CC0 + "bed2",
        x,
        far - 1.12,
        size=(1.75, 2.15, 1.12),
        paint={
            "structure": walnut,
            "matress": fabric("#ece7dd"),
            "pillow": fabric("#f3efe8", scale=200.0, relief=0.15),
            "couch": patchwork("#e9dfcb", "#c98f86", "#f4eee2", 0.2),
            "sheet": fabric("#f3efe8", scale=200.0, relief=0.15),
        },
    )
    for side in (-1, 1):
        table_x = x + side * 1.17
        box((table_x - 0.22, table_x + 0.22), (far - 0.42, far - 0.02), (0.12, 0.52), walnut, 0.006)
        box(
            (table_x - 0.2, table_x + 0.2),
            (far - 0.432, far - 0.42),
            (0.33, 0.5),
            wood("#7d5636", "#5a3a22"),
            0.004,
        )
        rod((table_x, far - 0.45, 0.42), (table_x, far - 0.43, 0.42), 0.014, steel("#b08d4f", 0.3))
        for leg in (-0.18, 0.18):
            rod((table_x + leg, far - 0.38, 0), (table_x + leg, far - 0.38, 0.12), 0.015, walnut)
        furniture.place(SCOPIA + "little_lamp1", table_x, far - 0.22, 0.52, scale=0.95)
        bulb((table_x, far - 0.22, 0.84), 3, 0.07)
    picture("x", x, far, 1.8, (1.3, 0.6), painting(31, DUSK), -1, "#4d311c", 0.04)


def dining_room(furniture: Furniture) -> None:
    """A long pale table with a bench, two glass pendants, a wide low window in the far wall."""
    sky(30, 215)
    garden_view(furniture)
    left, right, near, far, ceiling = -2.4, 2.3, -2.5, 2.0, 2.7
    band: Opening = (-1.7, 0.3, 1.25, 2.05)
    floor = wood_floor("#6f553f", "#553e2c", (0.6, 0.09), 0.4, turn=45)
    Room(
        (left, right),
        (near, far),
        ceiling,
        floor,
        wall_paint("#eeeae2"),
        {"n": (band,)},
        {"w": wall_paint("#43584c")},
        "#eeeae2",
    ).build()
    window("x", far + 0.1, band, plain(ANTHRACITE, 0.35), 2, depth=0.09, sill=plain("#e8e6e0", 0.3))
    furniture.place(CC0 + "table", 0.0, 0.05, paint={"*": wood(OAK, OAK_DARK)})
    _table_setting(furniture)
    for x in (-0.55, 0.55):
        furniture.place(
            KL + "hanging-restaurant-light",
            x,
            0.05,
            ceiling - 0.95,
            size=(0.36, 0.36, 0.95),
            paint={"shade": "#2b2d2f"},
        )
        bulb((x, 0.05, ceiling - 0.98), 8, 0.06)
    oak = wood("#a98257", "#8a6540")
    box((-1.75, 0.35), (far - 0.44, far), (0.14, 0.86), oak, 0.006)
    for i in range(3):
        start = -1.74 + i * 0.697
        box(
            (start, start + 0.685),
            (far - 0.455, far - 0.44),
            (0.16, 0.84),
            wood("#a98257", "#8a6540", "z"),
            0.004,
        )
    for x in (-1.65, 0.25):
        rod((x, far - 0.36, 0), (x, far - 0.36, 0.14), 0.02, plain("#1c1d1f", 0.4))
    vase(-1.4, far - 0.22, 0.86, "#43584c", 0.3, 0.085)
    furniture.place(SCOPIA + "bonsai-tree", -0.1, far - 0.22, 0.86, scale=0.8)
    furniture.place(SCOPIA + "candle", -0.95, far - 0.22, 0.86, scale=0.8)
    furniture.place(SCOPIA + "candle", -0.78, far - 0.2, 0.86, scale=0.6)
    furniture.place(CC0 + "plant", right - 0.5, far - 0.5, scale=1.25)
    picture("y", 0.45, right, 1.55, (1.5, 0.95), painting(41, COAST), -1, "#c9a46c", 0.06)
    box((-1.7, 1.7), (-1.1, 1.15), (0, 0.01), fabric("#c4b59d", scale=60.0, relief=1.0), 0.004)
    panel_light((0, -1.2, ceiling - 0.06), (3, 1.8), 20)
    downlights((-1.6, 1.6), (-0.6, 1.3), ceiling, 5)
    camera((0.95, -2.35, 1.5), (-0.12, 2.0), lens_shift=-0.1)


def _table_setting(furniture: Furniture) -> None:
    """Chairs on three sides and plates, glasses, cutlery for six."""
    top = 0.739
    for x in (-0.75, 0.0, 0.75):
        furniture.place(CC0 + "thonet", x, 0.72)
        furniture.place(CC0 + "thonet", x, -0.6, turn=180)
        furniture.place(KL + "plate-and-ustensils", x, -0.22, top)
        furniture.place(KL + "plate-and-ustensils", x, 0.32, top, 180)
    furniture.place(BY + "tulip", 0.0, 0.05, top, scale=0.8)
    furniture.place(SCOPIA + "apples", -0.4, 0.05, top)
    furniture.place(SCOPIA + "candle", 0.36, 0.05, top, scale=0.7)
