"""Harbour View: the living room."""

from __future__ import annotations

from ..fittings import bookcase, picture, vase
from ..furniture import Furniture
from ..geometry import Opening, box, curtain, cushion, window
from ..light_and_camera import bulb, camera, downlights, panel_light, sky
from ..materials import fabric, painting, plain, stone, wall_paint, wood, wood_floor
from ..room import Room, garden_view

CC0, BY, SCOPIA, KL = "BlendSwap-CC-0/", "BlendSwap-CC-BY/", "Scopia/", "KatorLegaz/"
ANTHRACITE = "#33383c"
SEA = ("#0f3a4a", "#2f7f86", "#dfe8e4", "#d8b98a")


def living_room(furniture: Furniture) -> None:
    """A grey corner sofa, a fireplace and a screen, a wide window to the left, pale boards."""
    sky(32, 300)
    garden_view(furniture)
    left, right, near, far, ceiling = -2.7, 2.5, -2.4, 2.3, 2.65
    wide: Opening = (-1.5, 1.6, 0.55, 2.25)
    floor = wood_floor("#d3bd9c", "#bda480", (2.1, 0.19), 0.4)
    Room(
        (left, right),
        (near, far),
        ceiling,
        floor,
        wall_paint("#eceae5"),
        {"w": (wide,)},
        {"n": wall_paint("#2f5560")},
        "#eceae5",
    ).build()
    window("y", left - 0.1, wide, plain(ANTHRACITE, 0.35), 3, depth=0.09, sill=plain("#e8e6e0", 0.3), room_side=1)
    linen = fabric("#e6dfd0", scale=150.0, relief=0.2)
    for seed, span in enumerate(((-2.05, -1.5), (1.6, 2.1))):
        curtain("y", left + 0.1, span, (0.02, 2.6), linen, 6, 0.045, seed)
    _fireplace_wall(furniture, right, far)
    _seating(furniture)
    panel_light((0, -1.2, ceiling - 0.06), (3.4, 1.8), 20)
    downlights((-1.2, 1.2), (0.2, 1.5), ceiling, 5)
    camera((-0.6, -2.3, 1.35), (0.35, 2.3), 19, -0.09)


def _fireplace_wall(furniture: Furniture, right: float, far: float) -> None:
    """A stone fireplace in the middle of the far wall, shelves to one side, the screen on the right."""
    furniture.place(SCOPIA + "fireplace1", 0.0, far - 0.18, size=(1.3, 0.36, 1.1))
    picture("x", 0.0, far, 1.75, (1.15, 0.8), painting(21, SEA), -1, "#c9a46c", 0.0)
    bookcase((-1.95, -0.95), far, 2.2, 6, wood("#a98257", "#8a6540", "z"), 7)
    vase(-0.45, far - 0.2, 1.1, "#d8b98a", 0.26, 0.075)
    furniture.place(SCOPIA + "complements2", 0.45, far - 0.2, 1.1)
    oak = wood("#a98257", "#8a6540", "y")
    box((right - 0.42, right), (-0.2, 1.9), (0.18, 0.5), oak, 0.006)
    for i in range(3):
        start = -0.19 + i * 0.7
        box((right - 0.435, right - 0.42), (start, start + 0.68), (0.19, 0.49), oak, 0.003)
    _screen(right, 0.85)
    furniture.place(BY + "spider_plant", right - 0.22, 1.65, 0.5, scale=0.7)
    furniture.place(BY + "mediumIndoorPlant", 1.3, far - 0.45, scale=1.5)


def _screen(wall_x: float, y: float) -> None:
    """A screen hung on the right wall."""
    box((wall_x - 0.045, wall_x), (y - 0.62, y + 0.62), (0.85, 1.55), plain("#101112", 0.45), 0.006)
    box((wall_x - 0.047, wall_x - 0.045), (y - 0.605, y + 0.605), (0.87, 1.535), plain("#0b0d10", 0.06))


def _seating(furniture: Furniture) -> None:
    """Sofa under the window, an armchair, a glass table on a striped rug."""
    rug = fabric("#d8d4ca", scale=90.0, relief=1.0)
    box((-1.35, 1.25), (-1.0, 1.35), (0, 0.014), rug, 0.006)
    furniture.place(
        CC0 + "couch",
        -2.0,
        0.15,
        turn=90,
        paint={"Material_Couch": fabric("#8d949a", scale=170.0), "Pillow": fabric("#c9ccd0", scale=170.0)},
    )
    cushion((-2.1, 0.75, 0.62), (0.45, 0.43, 0.17), fabric("#2f7f86"), (-16, 0, 84))
    cushion((-2.1, -0.4, 0.62), (0.45, 0.43, 0.17), fabric("#d8a24a"), (-16, 0, 97))
    furniture.place(CC0 + "modernArmchair", 1.15, -0.15, 0.014, -65)
    furniture.place(
        BY + "coffeeTable",
        -0.35,
        0.3,
        0.014,
        90,
        paint={"aluminium": plain("#1c1d1f", 0.4), "tableglass": wood("#a98257", "#8a6540")},
    )
    top = 0.464
    vase(-0.4, 0.1, top, "#e9e4da", 0.22, 0.06)
    box((-0.5, -0.24), (0.42, 0.62), (top, top + 0.03), plain("#d8a24a", 0.5), 0.002)
    box((-0.48, -0.26), (0.44, 0.6), (top + 0.03, top + 0.05), plain("#0f3a4a", 0.5), 0.002)
    furniture.place(SCOPIA + "little_lamp2", -2.2, 1.55, 0.45)
    box((-2.42, -1.98), (1.33, 1.77), (0.41, 0.45), wood("#a98257", "#8a6540"), 0.006)
    box((-2.4, -2.0), (1.35, 1.75), (0, 0.41), stone("#c9c6bf", "#d8d5ce", 0.5, 30.0), 0.02)
    bulb((-2.2, 1.55, 0.82), 4, 0.08)
