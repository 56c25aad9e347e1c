"""Harbour View from its drive: a two-storey house of white render and upright timber, with a flat roof."""

from __future__ import annotations

from ..furniture import Furniture
from ..garden import flower_bed, ground, lawn, row, tree_line
from ..geometry import Opening, box, curtain, wall, window
from ..light_and_camera import camera, sky
from ..materials import fabric, plain, steel, stone, tiles, wood
from ..outdoor_materials import boards, render_coat
from ..shader import Material

LEFT, RIGHT, DEPTH = -5.2, 4.2, 7.5
STOREY, PARAPET = 2.9, 5.95
GROUND_OPENINGS: tuple[Opening, ...] = ((-4.6, -1.6, 0.12, 2.35), (-0.75, 0.75, 0.0, 2.35))
UPPER_OPENINGS: tuple[Opening, ...] = ((-4.4, -2.0, 3.75, 5.05), (-0.9, 2.3, 4.0, 5.0))
SCOPIA = "Scopia/"


def exterior(furniture: Furniture) -> None:
    """Late morning, seen from the right."""
    sky(44, 142, sun=0.9, dust=0.7, clouds=8.0)
    ground()
    frame = plain("#2f3438", 0.35)
    white, timber = render_coat("#e9e7e1"), boards("#a9743f", 0.11, upright=True, grain=0.8)
    _ground_floor(white, frame)
    _upper_floor(white, timber, frame)
    _entrance_and_garage(furniture, timber, frame)
    _front_garden(furniture)
    camera((5.4, -12.2, 1.65), (-0.6, 2.0), 24, 0.1)


def _ground_floor(white: Material, frame: Material) -> None:
    wall("x", 0, (LEFT, RIGHT), STOREY, white, GROUND_OPENINGS, 0.3)
    box((LEFT, RIGHT), (0.3, DEPTH), (0, STOREY), white)
    box((LEFT - 0.02, RIGHT + 0.02), (-0.02, DEPTH), (0, 0.1), plain("#5a5c5e", 0.8))
    start, end, bottom, top = GROUND_OPENINGS[0]
    window("x", 0.18, GROUND_OPENINGS[0], frame, 3, depth=0.1)
    _dim_room(start, end, bottom, top)


def _upper_floor(white: Material, timber: Material, frame: Material) -> None:
    """A timber box that overhangs the entrance on the right, a white volume on the left, a dark roof edge."""
    wall("x", 0, (LEFT, -1.5), PARAPET, white, UPPER_OPENINGS[:1], 0.3, base=STOREY)
    wall("x", -0.9, (-1.5, RIGHT + 0.4), PARAPET - 0.25, timber, UPPER_OPENINGS[1:], 0.3, base=STOREY)
    box((-1.5, RIGHT + 0.4), (-0.6, DEPTH), (STOREY, PARAPET - 0.25), timber)
    box((LEFT, -1.5), (0.3, DEPTH), (STOREY, PARAPET), white)
    box((-1.5, RIGHT + 0.4), (-0.9, 0), (STOREY - 0.05, STOREY), wood("#b98f60", "#9a7246"))
    for x, y, top in (
        ((LEFT - 0.06, -1.44), (-0.06, DEPTH), PARAPET),
        ((-1.56, RIGHT + 0.46), (-0.96, DEPTH), PARAPET - 0.25),
    ):
        box(x, y, (top, top + 0.12), frame, 0.01)
    for opening, face in zip(UPPER_OPENINGS, (0.15, -0.75), strict=True):
        start, end, bottom, top = opening
        window("x", face, opening, frame, 2 if face > 0 else 3, depth=0.1)
        _dim_room(start, end, bottom, top, face + 0.12)
        box((start - 0.03, end + 0.03), (face - 0.2, face - 0.1), (bottom - 0.05, bottom), frame)


def _dim_room(start: float, end: float, bottom: float, top: float, back: float = 0.29) -> None:
    """A dark interior with a pair of pale curtains behind a window."""
    box((start, end), (back, back + 0.01), (bottom, top), plain("#34393b", 0.9))
    width = min(0.6, (end - start) * 0.18)
    for seed, span in enumerate(((start + 0.08, start + width), (end - width, end - 0.08))):
        curtain("x", back - 0.04, span, (bottom, top), fabric("#d9d6cd"), 4, 0.015, seed)


def _entrance_and_garage(furniture: Furniture, timber: Material, frame: Material) -> None:
    oak = boards("#7d4f28", 0.14, upright=True, grain=0.7)
    start, end, _, top = GROUND_OPENINGS[1]
    box((start, end), (0.25, 0.3), (0, top), frame)
    box((start + 0.45, end - 0.06), (0.18, 0.25), (0.05, top - 0.06), oak)
    box((start + 0.06, start + 0.38), (0.2, 0.25), (0.05, top - 0.06), plain("#1c2428", 0.05))
    box((start + 0.53, start + 0.56), (0.13, 0.16), (0.7, 1.7), steel("#c4c6c8", 0.2))
    furniture.place(
        SCOPIA + "garage-door2",
        2.65,
        -0.02,
        size=(2.7, 0.16, 2.3),
        paint={"wood": timber, "frame": frame, "black": frame},
    )
    furniture.place("KatorLegaz/porch-light", 1.0, -0.09, 1.75, paint={"black": frame})
    step = stone("#a5a39d", "#bdbab3", 0.8, 30.0)
    box((-1.2, 1.2), (-1.3, 0), (-0.02, 0.1), step, 0.01)
    for side in (-1.0, 1.0):
        box((side - 0.22, side + 0.22), (-0.75, -0.31), (0.1, 0.6), plain("#3b4044", 0.6), 0.01)
        furniture.place(SCOPIA + "hedge", side, -0.53, 0.5, side * 50, size=(0.5, 0.5, 0.62))


def _front_garden(furniture: Furniture) -> None:
    slabs = tiles("#b9b6ae", "#7f7c75", (1.2, 0.6), "xy", variation=0.1, roughness=0.85, stagger=0.5, joint=0.012)
    gravel = stone("#8d8a84", "#bdb9b0", 0.95, 120.0)
    box((-0.75, 0.75), (-13, -1.3), (-0.05, 0.03), slabs)
    box((1.1, 4.4), (-16, 0), (-0.05, 0.015), gravel)
    box((-40, 40), (-20, -14.2), (-0.05, 0.02), stone("#4c4c4d", "#5d5c5b", 0.9, 30.0))
    beds = ((-5.2, -1.3, -1.2, -0.05), (4.5, 6.2, -6.5, 2.0))
    holes = [(-0.77, 0.77, -14, 0), (1.08, 4.42, -16, 1), (-50, 50, -20, -14), *beds]
    lawn((-9, 10, -13.5, 0.2), 30000, holes, seed=11)
    lawn((-19, -5.2, -13.5, 9), 17000, holes, 0.08, 12)
    lawn((4.3, 20, -13.5, 9), 16000, holes, 0.08, 13)
    for seed, bed in enumerate(beds):
        flower_bed(bed, 40, 20 + seed, 0.42)
    row(furniture, SCOPIA + "bush", (-4.7, -0.65), (1.15, 0), 3, 0.5, 21)
    row(furniture, SCOPIA + "bush", (5.3, -5.9), (0, 1.6), 5, 0.7, 22)
    row(furniture, SCOPIA + "high-hedge", (-19, 8.5), (1.35, 0), 11, 1.1, 23)
    row(furniture, SCOPIA + "high-hedge", (6.4, 8.5), (1.35, 0), 11, 1.1, 24)
    row(furniture, SCOPIA + "hedgeTextured", (-30, 15), (3, 0), 20, 2.2, 27)
    tree_line(furniture, 14, range(-30, 30, 3), 25)
    tree_line(furniture, 22, range(-34, 30, 5), 26)
    furniture.place(SCOPIA + "acacia", -8.0, 1.5, scale=0.75)
    furniture.place(SCOPIA + "poplar", 7.6, 5.0, scale=1.0)
    box((-18, -6.2), (-13.6, -13.3), (0, 0.7), render_coat("#e9e7e1"))
