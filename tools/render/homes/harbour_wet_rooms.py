"""Harbour View: kitchen and bathroom."""

from __future__ import annotations

from ..fittings import cooker
from ..furniture import Furniture
from ..geometry import Opening, box, rod, turned, window
from ..light_and_camera import camera, downlights, panel_light, sky
from ..materials import fabric, mirror, plain, steel, stone, tiles, wall_paint, wood
from ..room import Room, garden_view

CC0, BY, SCOPIA, KL = "BlendSwap-CC-0/", "BlendSwap-CC-BY/", "Scopia/", "KatorLegaz/"
ANTHRACITE = "#33383c"
OAK, OAK_DARK = "#b98f60", "#9a7246"


def kitchen(furniture: Furniture) -> None:
    """White units with a dark worktop, an oven tower, a cooker, a blue island; grey stone floor."""
    sky(34, 300)
    garden_view(furniture)
    left, right, near, far, ceiling = -2.3, 2.24, -2.6, 1.75, 2.6
    letterbox: Opening = (0.55, 1.6, 1.12, 1.72)
    side: Opening = (-1.8, 0.5, 0.95, 2.2)
    floor = tiles("#b4b2ad", "#8f8d88", (0.8, 0.8), roughness=0.3, variation=0.05, joint=0.002)
    Room(
        (left, right),
        (near, far),
        ceiling,
        floor,
        wall_paint("#f0efeb"),
        {"n": (letterbox,), "w": (side,)},
        skirting="#f0efeb",
    ).build()
    frame = plain(ANTHRACITE, 0.35)
    window("x", far + 0.1, letterbox, frame, 1, depth=0.09)
    window("y", left - 0.1, side, frame, 2, depth=0.09, sill=plain("#e8e6e0", 0.3), room_side=1)
    _units(furniture, left, far)
    _worktop_things(furniture, far)
    _island(furniture)
    panel_light((0, -1.2, ceiling - 0.06), (3, 1.8), 18)
    downlights((-1.3, 0.0, 1.3), (-0.4, 0.9), ceiling, 7)
    camera((1.0, -2.4, 1.5), (-0.1, 1.75), 22, -0.08)


def _units(furniture: Furniture, left: float, far: float) -> None:
    """Fridge, oven tower, five base units, hood and wall units along the far wall."""
    back, white, metal = far - 0.31, plain("#f1f0ec", 0.3), steel("#a9abac", 0.3)
    body, handle = wood(OAK, OAK_DARK, "z"), steel("#2b2d2f", 0.35)
    top = stone("#232527", "#3a3d40", 0.2, 80.0)
    paint = {"Door": white, "Body": body, "Baseboa": plain("#2b2d2f"), "Handle": handle, "counter": top}
    furniture.place(CC0 + "refrigerator", left + 0.47, far - 0.48, size=(0.88, 0.86, 1.85))
    furniture.place(
        CC0 + "highCabinet",
        -1.07,
        back,
        paint={
            "Door": white,
            "cabinetBody": body,
            "Baseboa": plain("#2b2d2f"),
            "Handle": handle,
            "middle": body,
        },
    )
    base_units = {-0.47: "drawersCabinet", 0.73: "sinkCabinet", 1.33: "lowerCabinet", 1.93: "drawersCabinet"}
    for x, kind in base_units.items():
        furniture.place(CC0 + kind, x, back, paint=paint)
    mosaic = tiles("#dfe6e3", "#c2cac7", (0.15, 0.05), "xz", roughness=0.08, variation=0.1, stagger=0.5)
    for start, end, bottom, height in (
        (-0.77, 2.24, 0.885, 1.12),
        (-0.77, 0.55, 1.12, 1.62),
        (1.6, 2.24, 1.12, 1.62),
    ):
        box((start, end), (far - 0.012, far - 0.001), (bottom, height), mosaic)
    cooker(0.13, far, 0.59, "#c3c6c8")
    furniture.place(SCOPIA + "kitchenHood", 0.13, far - 0.26, 1.58, paint={"*": metal})
    box((0.0, 0.26), (far - 0.28, far - 0.02), (1.7, 2.6), metal)
    for x in (-0.47, 1.93):
        furniture.place(
            CC0 + "upperCabinet", x, far - 0.205, 1.55, paint={"Door": white, "Body": body, "Handle": handle}
        )


def _worktop_things(furniture: Furniture, far: float) -> None:
    level = 0.888
    furniture.place(BY + "microwave", 1.35, far - 0.26, level, 8, scale=1.1)
    furniture.place(SCOPIA + "toaster", 1.85, far - 0.3, level, 15, paint={"orange": "#c9c9c6"})
    furniture.place(BY + "largePan", 0.27, far - 0.22, 0.92, 30, scale=0.8)
    furniture.place(BY + "espressokettle", -0.02, far - 0.45, 0.92, 200)
    furniture.place(BY + "kitchenTools", -0.45, far - 0.03, 1.2, scale=0.75)
    furniture.place(SCOPIA + "kitchenKnifeStandSet", -0.66, far - 0.25, level, 20)
    furniture.place(BY + "choppingBoard", -0.35, far - 0.35, level, 8)


def _island(furniture: Furniture) -> None:
    """A blue island under a pale stone top, with bowls, fruit and bread on it."""
    pale, blue = stone("#dcd9d2", "#efede8", 0.2, 14.0), plain("#34506b", 0.38)
    paint = {"Cupboard": blue, "Handle": steel("#2b2d2f", 0.35), "worktop": pale}
    for x in (-1.05, -0.12):
        furniture.place(BY + "kitchenIsland", x, -0.2, paint=paint, size=(0.93, 0.68, 0.86))
    box((-1.56, 0.39), (-0.6, 0.2), (0.86, 0.9), pale, 0.005)
    furniture.place(BY + "white_lily", -1.25, -0.1, 0.9, scale=0.75)
    furniture.place(SCOPIA + "apples", -0.8, -0.2, 0.9)
    furniture.place(SCOPIA + "bowl", -0.3, -0.15, 0.9, scale=0.75)
    furniture.place(CC0 + "bread", 0.12, -0.25, 0.9, 20)


def bathroom(furniture: Furniture) -> None:
    """A freestanding bath below a ribbon window, an oak vanity, slate floor, green tiles."""
    sky(42, 200)
    garden_view(furniture)
    left, right, near, far, ceiling = -1.6, 1.6, -2.0, 1.5, 2.55
    ribbon: Opening = (-1.2, 0.5, 1.5, 2.1)
    floor = tiles("#4b5054", "#34383b", (0.6, 0.3), roughness=0.35, variation=0.14, stagger=0.5)
    Room((left, right), (near, far), ceiling, floor, wall_paint("#eeece6"), {"n": (ribbon,)}, skirting=None).build()
    window("x", far + 0.1, ribbon, plain(ANTHRACITE, 0.35), 2, depth=0.09, sill=plain("#eeece6", 0.3))
    for start, end, bottom, top in (
        (left, right, 0, 1.5),
        (left, ribbon[0], 1.5, 2.1),
        (ribbon[1], right, 1.5, 2.1),
    ):
        box(
            (start, end),
            (far - 0.01, far),
            (bottom, top),
            tiles("#5f8276", "#a9b8b0", (0.075, 0.15), "xz", roughness=0.08, variation=0.25),
        )
    box(
        (left, left + 0.01),
        (near, far),
        (0, 1.2),
        tiles("#e9e8e3", "#cdcbc4", (0.6, 0.3), "yz", roughness=0.15, stagger=0.5),
    )
    furniture.place(SCOPIA + "islandBath", -0.55, far - 0.6, size=(1.65, 0.85, None))
    furniture.place(BY + "modernToilet", 0.62, far - 0.44)
    _vanity(furniture, right)
    furniture.place(
        BY + "radiatorAndTowels",
        left + 0.07,
        0.0,
        0.5,
        90,
        paint={"fabric": fabric("#c8a58c", scale=90.0, relief=0.8)},
    )
    furniture.place(CC0 + "towel2", 0.15, far - 0.08, 0.85, paint={"*": fabric("#efe9df", scale=90.0, relief=0.8)})
    furniture.place(KL + "bathroom-tissue", 1.15, far - 0.1, 0.7)
    furniture.place(CC0 + "augalas", 0.62, far - 0.12, 0.78, scale=0.55)
    box((-1.0, 0.1), (-0.25, 0.4), (0, 0.016), fabric("#d9d3c6", scale=70.0, relief=1.0), 0.006)
    downlights((-0.7, 0.7), (-0.5, 0.8), ceiling, 9)
    panel_light((0, -0.9, ceiling - 0.06), (2.0, 1.2), 12)
    camera((-0.5, -1.85, 1.42), (0.12, 1.5), lens_shift=-0.1)


def _vanity(furniture: Furniture, right: float) -> None:
    """A wall-hung oak vanity with a bowl basin and a round mirror, on the right wall."""
    oak, top = wood(OAK, OAK_DARK, "y"), plain("#f4f3ef", 0.15)
    y0, y1 = -0.35, 0.75
    box((right - 0.5, right), (y0, y1), (0.38, 0.76), oak, 0.006)
    middle = (y0 + y1) / 2
    for start, end in ((y0 + 0.01, middle - 0.004), (middle + 0.004, y1 - 0.01)):
        box((right - 0.518, right - 0.5), (start, end), (0.39, 0.74), oak, 0.004)
        rod(
            (right - 0.545, start + 0.12, 0.68),
            (right - 0.545, end - 0.12, 0.68),
            0.007,
            steel("#2b2d2f", 0.35),
        )
    box((right - 0.52, right), (y0 - 0.01, y1 + 0.01), (0.76, 0.785), top, 0.004)
    bowl = [
        (0.0, 0.012),
        (0.1, 0.014),
        (0.17, 0.06),
        (0.205, 0.13),
        (0.215, 0.135),
        (0.2, 0.08),
        (0.14, 0.0),
        (0.0, 0.0),
    ]
    turned(bowl, right - 0.27, middle, 0.785, plain("#f6f5f2", 0.1))
    metal = steel("#c4c6c8", 0.15)
    rod((right - 0.06, middle, 0.785), (right - 0.06, middle, 1.02), 0.014, metal)
    rod((right - 0.06, middle, 1.01), (right - 0.2, middle, 0.99), 0.012, metal)
    rod((right - 0.03, middle, 1.62), (right - 0.012, middle, 1.62), 0.42, steel("#2b2d2f", 0.35))
    rod((right - 0.034, middle, 1.62), (right - 0.03, middle, 1.62), 0.405, mirror())
    furniture.place(SCOPIA + "com_bath2_soap", right - 0.12, y0 + 0.15, 0.785, -90)
    furniture.place(
        SCOPIA + "com_bath3_toalla",
        right - 0.25,
        y1 - 0.14,
        0.785,
        -90,
        paint={"*": fabric("#c8a58c", scale=90.0, relief=0.8)},
    )
