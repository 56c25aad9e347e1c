"""Maple Street: the same kitchen before and after its renovation, from the same place."""

from __future__ import annotations

from dataclasses import dataclass

from ..fittings import cooker, pendant_lamp, pictures
from ..furniture import Furniture, Paint
from ..geometry import box, disc, rod, window
from ..light_and_camera import camera, downlights, panel_light, sky
from ..materials import plain, stained_paint, steel, stone, tiles, wall_paint, wood, wood_floor
from ..room import Room, garden_view
from ..shader import Material

LEFT, RIGHT, NEAR, FAR, CEILING = -2.2, 2.2, -2.3, 2.0, 2.55
SINK_WINDOW = (0.22, 1.18, 1.12, 2.12)
SIDE_WINDOW = (-1.4, 0.9, 0.9, 2.15)
WORKTOP = 0.88
BY = "BlendSwap-CC-BY/"


@dataclass(frozen=True)
class Finish:
    """What the renovation changed."""

    floor: Material
    walls: Material
    cabinets: Material
    upper_cabinets: Material
    worktop: Material
    splashback: Material
    handles: Material
    window_frame: Material

    @property
    def lower_paint(self) -> Paint:
        """New materials for the base units."""
        return {
            "Cupboard": self.cabinets,
            "Worktops": self.worktop,
            "Wood-top": self.worktop,
            "Handles": self.handles,
        }

    @property
    def upper_paint(self) -> Paint:
        """New materials for the wall units."""
        return {"Cupboard": self.upper_cabinets, "Handles": self.handles}


def kitchen_before(furniture: Furniture) -> None:
    """Thirty years old: stained walls, brown units, a small cooker, boxes and clutter."""
    oak = wood("#86562a", "#5e3819", "z", 0.55)
    finish = Finish(
        floor=tiles("#a87e58", "#5f4835", (0.2, 0.2), "xy", variation=0.35, roughness=0.5, grime=0.45, joint=0.005),
        walls=stained_paint("#d3c193", "#c2ab77"),
        cabinets=oak,
        upper_cabinets=oak,
        worktop=stone("#7d7258", "#9c9070", 0.5, 90.0),
        splashback=tiles("#d3c496", "#857350", (0.11, 0.11), "xz", variation=0.3, roughness=0.35, grime=0.7),
        handles=plain("#5d4c24", 0.5, 1.0),
        window_frame=wood("#8a5a2e", "#5c3a1c", "z", 0.6),
    )
    _shared_parts(furniture, finish)
    furniture.place(
        "KatorLegaz/fridge",
        LEFT + 0.48,
        FAR - 0.36,
        size=(0.72, 0.66, 1.6),
        paint={"*": plain("#ddd5bd", 0.45)},
    )
    cooker(-0.205, FAR)
    for left, right in ((-0.72, -0.515), (0.105, 0.31)):
        box((left, right), (FAR - 0.6, FAR), (0, 0.87), oak)
        box((left, right), (FAR - 0.62, FAR), (0.85, WORKTOP), finish.worktop)
    _clutter(furniture)
    furniture.place("Scopia/white_kitchen_table", -1.5, -0.6, turn=90)
    furniture.place("Scopia/white_kitchen_chair", -0.95, -0.15, turn=118)
    pendant_lamp(0.1, 0.1, CEILING, 0.62, 0.24, "#dcd2b4", 22)
    panel_light((0, -1.2, CEILING - 0.06), (2.5, 1.6), 7)


def kitchen_after(furniture: Furniture) -> None:
    """New units and worktops, a range cooker with a hood, a steel fridge, oak floor, white walls."""
    metal = steel()
    finish = Finish(
        floor=wood_floor("#c49a6c", "#a87d50", (1.5, 0.16)),
        walls=wall_paint("#e9e7e1"),
        cabinets=plain("#3f5257", 0.38),
        upper_cabinets=plain("#f0eee8", 0.35),
        worktop=stone("#e6e3dd", "#f4f2ee", 0.15, 18.0),
        splashback=tiles("#f3f1ec", "#cfcbc2", (0.2, 0.1), "xz", roughness=0.1, stagger=0.5),
        handles=plain("#b08d4f", 0.3, 1.0),
        window_frame=plain("#f5f4f0", 0.3),
    )
    _shared_parts(furniture, finish)
    furniture.place("BlendSwap-CC-0/largeFridge", LEFT + 0.5, FAR - 0.43)
    furniture.place(BY + "largeStove", -0.205, FAR - 0.34, size=(1.02, 0.7, 0.87))
    furniture.place(BY + "hood", -0.205, FAR - 0.2, 1.62, paint={"*": metal})
    box((-0.305, -0.105), (FAR - 0.24, FAR - 0.005), (2.08, CEILING), metal)
    furniture.place("Scopia/toaster", 1.62, FAR - 0.2, WORKTOP, -10)
    furniture.place(BY + "coffeePress", 1.4, FAR - 0.3, WORKTOP)
    furniture.place("Scopia/kitchenKnifeStandSet", -1.05, FAR - 0.2, WORKTOP, 20)
    furniture.place(BY + "microwave", RIGHT - 0.27, 1.25, WORKTOP, -70)
    furniture.place(BY + "choppingBoard", RIGHT - 0.3, 0.75, WORKTOP, 80)
    furniture.place("Scopia/bowlWithFruits", RIGHT - 0.32, 0.3, WORKTOP)
    furniture.place("BlendSwap-CC-0/decorativePlant", 0.7, FAR + 0.02, SINK_WINDOW[2], scale=0.25)
    furniture.place(BY + "table", -1.45, -0.55, turn=90, size=(1.2, 0.75, 0.74))
    furniture.place("BlendSwap-CC-0/chairWithCushion", -1.0, -0.8, turn=80)
    furniture.place("BlendSwap-CC-0/chairWithCushion", -1.0, -0.25, turn=100)
    furniture.place(BY + "tulips", -1.45, -0.5, 0.74)
    pictures("y", LEFT, 1, (-0.5, 1.55, 0.6, 0.8, 4))
    downlights((-1.1, 0.9), (-0.6, 1.0), CEILING)
    panel_light((0, -1.2, CEILING - 0.06), (2.5, 1.6), 14)


def _shared_parts(furniture: Furniture, finish: Finish) -> None:
    """Room, windows, units and the few things that stayed."""
    sky(35, 75)
    garden_view(furniture)
    openings = {"n": (SINK_WINDOW,), "e": (SIDE_WINDOW,)}
    Room((LEFT, RIGHT), (NEAR, FAR), CEILING, finish.floor, finish.walls, openings).build()
    window("x", FAR + 0.1, SINK_WINDOW, finish.window_frame, 2, sill=finish.window_frame)
    window("y", RIGHT + 0.1, SIDE_WINDOW, finish.window_frame, 3, sill=finish.window_frame)
    face = (FAR - 0.012, FAR - 0.001)
    for along, height in (
        ((LEFT + 1.0, RIGHT), (0.86, 1.12)),
        ((LEFT + 1.0, SINK_WINDOW[0]), (1.12, 1.62)),
        ((SINK_WINDOW[1], RIGHT), (1.12, 1.62)),
    ):
        box(along, face, height, finish.splashback)
    back, lower, upper = FAR - 0.31, finish.lower_paint, finish.upper_paint
    furniture.place(BY + "kitchenDrawersCabinet", -0.949, back, paint=lower)
    furniture.place(BY + "kitchenSink", 0.79, back, paint=lower)
    furniture.place(BY + "kitchenLowerCabinet", 1.74, back, paint=lower, size=(0.92, None, None))
    for distance in (0.49, 1.47):
        furniture.place(BY + "kitchenLowerCabinet", RIGHT - 0.31, FAR - 0.62 - distance, turn=-90, paint=lower)
    furniture.place(BY + "kitchenUpperCabinet", 1.68, FAR - 0.165, 1.5, paint=upper, size=(0.9, None, 0.82))
    furniture.place(BY + "kitchenGlassDoorCabinet", -0.93, FAR - 0.165, 1.5, paint=upper, size=(0.42, None, 0.82))
    furniture.place(BY + "kitchenUpperCabinet", LEFT + 0.5, FAR - 0.3, 1.9, paint=upper, size=(0.96, 0.6, 0.55))
    furniture.place(BY + "boiler", 0.03, FAR - 0.22, 0.9, 30)
    furniture.place(BY + "largePan", -0.42, FAR - 0.42, 0.9, 15)
    furniture.place(BY + "utensilsPot", -0.85, FAR - 0.18, WORKTOP)
    furniture.place("Scopia/paperTowelHolder", 1.24, FAR - 0.15, WORKTOP)
    camera((-0.75, -2.15, 1.45), (0.25, 2.0))


def _clutter(furniture: Furniture) -> None:
    """What gathers in a kitchen that is about to be replaced."""
    cardboard = plain("#a9825a", 0.8)
    furniture.place("Scopia/small-oven", RIGHT - 0.3, 1.05, WORKTOP, -80, paint={"controls": "#cfcfca"})
    furniture.place("KatorLegaz/coffee-maker", 1.62, FAR - 0.22, WORKTOP, -15)
    furniture.place("BlendSwap-CC-0/bread", RIGHT - 0.3, 0.45, WORKTOP, 60)
    furniture.place("Scopia/old_jar", RIGHT - 0.28, 0.05, WORKTOP, 10)
    furniture.place("KatorLegaz/bowl", RIGHT - 0.34, -0.3, WORKTOP, scale=0.7)
    furniture.place("KatorLegaz/coffee-mug", 1.35, FAR - 0.4, WORKTOP, 40)
    furniture.place("Scopia/cardboard-box", 1.15, -0.55, 0, 25, paint={"*": cardboard})
    furniture.place("Scopia/cardboard-box", 1.12, -0.5, 0.3, 8, scale=0.75, paint={"*": cardboard})
    furniture.place("Scopia/pottery", -1.5, -0.35, 0.75)
    furniture.place("KatorLegaz/coffee-mug", -1.35, -0.75, 0.75, 200)
    furniture.place("KatorLegaz/bread-plate", -1.55, -0.75, 0.75)
    _pipes()


def _pipes() -> None:
    """A pipe on the wall that the renovation hid."""
    copper = plain("#8a5a3c", 0.45, 1.0)
    rod((-0.55, FAR - 0.03, WORKTOP), (-0.55, FAR - 0.03, CEILING), 0.012, copper)
    for height in (1.3, 2.1):
        disc(-0.55, FAR - 0.03, (height, height + 0.03), 0.018, copper)
