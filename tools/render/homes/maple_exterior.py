"""Maple Street from the street: a brick bungalow with a gabled porch and a garage wing."""

from __future__ import annotations

from ..furniture import Furniture
from ..garden import flower_bed, ground, lawn, row, tree_line
from ..geometry import box, curtain, mesh, wall, window
from ..light_and_camera import camera, sky
from ..materials import fabric, plain, stone, tiles
from ..outdoor_materials import boards, brick, roof_tiles
from ..shader import Material

HALF_WIDTH, DEPTH, EAVES = 4.6, 7.0, 2.75
WINDOWS = ((-3.7, -1.7, 0.9, 2.15), (1.9, 3.9, 0.9, 2.15))
DOORWAY = (-0.52, 0.52, 0.0, 2.1)
SCOPIA = "Scopia/"


def exterior(furniture: Furniture) -> None:
    """Sunny afternoon, seen across the front lawn."""
    sky(42, 225, sun=0.9, dust=0.5, clouds=9.0)
    ground()
    white, walls = plain("#f6f5f1", 0.35), brick("#9a5a44", "#7d4434")
    siding, roof = boards("#e6e4dc"), roof_tiles("#6a5a52", "#463a35")
    _house(walls, siding, roof, white)
    _porch(furniture, siding, roof, white)
    garage_left, garage_right = HALF_WIDTH, HALF_WIDTH + 3.6
    box((garage_left, garage_right), (1.2, 6.5), (0, 2.5), siding)
    _gable_roof((garage_left, garage_right), (1.2, 6.5), 2.5, 1.6, 0.35, roof, siding)
    furniture.place(SCOPIA + "garage-door", garage_left + 1.8, 1.15, size=(2.7, 0.2, 2.1))
    furniture.place("KatorLegaz/exterior-door-07", 0, 0.1, 0.03, size=(1.04, None, 2.08))
    _front_garden(furniture)
    camera((-3.4, -10.6, 1.6), (0.9, 2.0), 24, 0.08)


def _house(walls: Material, siding: Material, roof: Material, white: Material) -> None:
    grey = plain("#cfc9bd", 0.7)
    wall("x", 0, (-HALF_WIDTH, HALF_WIDTH), EAVES, walls, (*WINDOWS, DOORWAY), 0.25)
    box((-HALF_WIDTH, HALF_WIDTH), (0.25, DEPTH), (0, EAVES), walls)
    _gable_roof((-HALF_WIDTH, HALF_WIDTH), (0, DEPTH), EAVES, 2.5, 0.5, roof, siding)
    box((-HALF_WIDTH - 0.5, HALF_WIDTH + 0.5), (-0.53, -0.49), (2.28, 2.46), white)
    box((2.6, 3.3), (4.2, 4.9), (4.0, 6.3), walls)
    box((2.5, 3.4), (4.1, 5.0), (6.3, 6.42), grey)
    box((-HALF_WIDTH - 0.02, HALF_WIDTH + 0.02), (-0.03, 0), (0, 0.22), plain("#8d877d", 0.85))
    for opening in WINDOWS:
        start, end, bottom, top = opening
        window("x", 0.1, opening, white, 2, 1)
        box((start - 0.08, end + 0.08), (-0.04, 0.06), (bottom - 0.09, bottom), white, 0.005)
        box((start - 0.08, end + 0.08), (-0.03, 0), (top, top + 0.16), grey)
        box((start, end), (0.235, 0.245), (bottom, top), plain("#2a2c2c", 0.9))
        for seed, span in enumerate(((start + 0.05, start + 0.5), (end - 0.5, end - 0.05))):
            curtain("x", 0.2, span, (bottom, top), fabric("#e8e4da"), 4, 0.02, seed)


def _porch(furniture: Furniture, siding: Material, roof: Material, white: Material) -> None:
    concrete = plain("#b7b2a8", 0.8)
    box((-1.3, 1.3), (-1.5, 0), (-0.02, 0.14), concrete, 0.01)
    box((-1.0, 1.0), (-1.85, -1.5), (-0.02, 0.07), concrete, 0.01)
    for x in (-1.1, 1.1):
        furniture.place("KatorLegaz/porch-column-01", x, -1.25, 0.14, size=(0.22, 0.22, 2.3), paint={"*": white})
    box((-1.35, 1.35), (-1.45, 0), (2.42, 2.6), white, 0.01)
    corners = [
        (-1.55, -1.65, 2.6),
        (1.55, -1.65, 2.6),
        (0, -1.65, 3.35),
        (-1.55, 1.2, 2.6),
        (1.55, 1.2, 2.6),
        (0, 1.2, 3.35),
    ]
    mesh(corners, [(0, 2, 5, 3), (1, 4, 5, 2)], roof, "porch roof")
    mesh([(-1.35, -1.44, 2.6), (1.35, -1.44, 2.6), (0, -1.44, 3.25)], [(0, 1, 2)], siding, "porch gable")
    for x, scale in ((-0.95, 0.42), (0.95, 0.38)):
        furniture.place(SCOPIA + "maceta", x, -1.15, 0.14, scale=scale * 1.6)


def _gable_roof(
    x: tuple[float, float],
    y: tuple[float, float],
    eaves: float,
    rise: float,
    overhang: float,
    covering: Material,
    gable: Material,
    thickness: float = 0.14,
) -> None:
    """Two slopes whose ridge runs along x, and the triangles below them."""
    middle = (y[0] + y[1]) / 2
    foot = eaves - overhang * rise / ((y[1] - y[0]) / 2)
    left, right = x[0] - overhang, x[1] + overhang
    for edge in (y[0] - overhang, y[1] + overhang):
        corners = [
            (px, py, pz + lift)
            for lift in (0, thickness)
            for px, py, pz in (
                (left, edge, foot),
                (right, edge, foot),
                (right, middle, eaves + rise),
                (left, middle, eaves + rise),
            )
        ]
        faces = [(0, 1, 2, 3), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)]
        mesh(corners, faces, covering, "roof")
    for px in x:
        mesh(
            [(px, y[0], eaves), (px, y[1], eaves), (px, middle, eaves + rise - 0.01)],
            [(0, 1, 2)],
            gable,
            "gable",
        )
    ridge = eaves + rise + thickness
    box((left, right), (middle - 0.11, middle + 0.11), (ridge - 0.09, ridge + 0.03), covering, 0.03)


def _front_garden(furniture: Furniture) -> None:
    drive_left, drive_right = HALF_WIDTH + 0.3, HALF_WIDTH + 3.3
    kerb = plain("#b7b2a8", 0.8)
    box(
        (-0.7, 0.7),
        (-14, -1.85),
        (-0.05, 0.012),
        tiles("#b9b1a4", "#8d877c", (0.4, 0.4), "xy", variation=0.2, roughness=0.85, stagger=0.5),
    )
    box((drive_left, drive_right), (-14, 1.2), (-0.05, 0.015), stone("#6d6a66", "#86827c", 0.9, 40.0))
    box((-40, 40), (-17, -12.6), (-0.05, 0.02), stone("#4c4c4d", "#5d5c5b", 0.9, 30.0))
    box((-40, 40), (-12.6, -11.4), (-0.05, 0.05), kerb)
    beds = ((-4.7, -1.45, -1.15, -0.05), (1.45, 4.65, -1.15, -0.05))
    holes = [
        (-0.72, 0.72, -14, -1.8),
        (drive_left - 0.02, drive_right + 0.02, -14, 1.2),
        (-1.4, 1.4, -2, 0),
        (-50, 50, -18, -11.3),
        *beds,
    ]
    lawn((-9, 12, -11.3, 0.2), 26000, holes, seed=1)
    lawn((-18, -4.6, -11.3, 9), 16000, holes, 0.08, 2)
    lawn((12, 20, -11.3, 9), 7000, holes, 0.08, 3)
    for seed, bed in enumerate(beds):
        flower_bed(bed, 46, seed)
        row(furniture, SCOPIA + "bush", (bed[0] + 0.5, -0.6), (1.1, 0), 3, 0.55, seed)
    row(furniture, SCOPIA + "high-hedge", (-19, 9), (1.35, 0), 10, 1.05, 1)
    row(furniture, SCOPIA + "high-hedge", (8.9, 9), (1.35, 0), 10, 1.05, 2)
    row(furniture, SCOPIA + "hedgeTextured", (-26, 15), (3, 0), 21, 2.0, 3)
    tree_line(furniture, 14, range(-26, 32, 3), 4)
    tree_line(furniture, 21, range(-28, 34, 5), 5)
    furniture.place(SCOPIA + "sycamoreMaple", -9.5, 5, scale=0.75)
    furniture.place(SCOPIA + "japaneseMaple", -7.2, -1.0, scale=0.42)
    furniture.place(SCOPIA + "pine", 13, 9, scale=1.4)
    furniture.place("BlendSwap-CC-0/mofx_mailbox", 1.1, -9.5, turn=180, scale=1.4)
    furniture.place("BlendSwap-CC-0/flowerBox", -2.7, -0.12, 0.72, scale=1.5)
