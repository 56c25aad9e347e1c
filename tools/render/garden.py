"""Lawns, flower beds and rows of plants for the outdoor pictures."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

import bpy

from .furniture import Furniture
from .geometry import add_object, box, mesh
from .materials import fabric, plain
from .outdoor_materials import grass_blade, soil
from .shader import Material

Area = tuple[float, float, float, float]
"""x from, x to, y from, y to."""
GREENS = ("#3c5a22", "#50702c", "#7a8a45")
FLOWERS = ("#b9527a", "#e7e3ea", "#7d63a8", "#d9b23c")


def ground(tint: str = "#4a6626") -> None:
    """Earth out to the horizon."""
    mesh(
        [(-90, -90, -0.01), (90, -90, -0.01), (90, 90, -0.01), (-90, 90, -0.01)],
        [(0, 1, 2, 3)],
        fabric(tint, scale=2.0, relief=0.0),
        "ground",
    )


def lawn(area: Area, tufts: int, holes: Iterable[Area] = (), height: float = 0.07, seed: int = 0) -> None:
    """Scatter tufts of grass over an area except where `holes` (paths, beds) lie."""
    chance, blade = random.Random(seed), grass_blade(*GREENS)
    tuft = _tuft(chance, height, blade)
    gaps = list(holes)
    vertices: list[tuple[float, float, float]] = []
    faces: list[tuple[int, int, int]] = []
    while len(faces) < tufts:
        x, y = chance.uniform(area[0], area[1]), chance.uniform(area[2], area[3])
        if any(left <= x <= right and near <= y <= far for left, right, near, far in gaps):
            continue
        turn, first = chance.uniform(0, 2 * math.pi), len(vertices)
        vertices += [(x + 0.01 * math.cos(turn + a), y + 0.01 * math.sin(turn + a), 0) for a in (0, 2.1, 4.2)]
        faces.append((first, first + 1, first + 2))
    field = mesh(vertices, faces, blade, "lawn")
    field.instance_type, field.show_instancer_for_render = "FACES", False
    tuft.parent = field


def _tuft(chance: random.Random, height: float, material: Material) -> bpy.types.Object:
    """Two dozen blades of uneven length."""
    vertices: list[tuple[float, float, float]] = []
    faces: list[tuple[int, int, int]] = []
    for _ in range(24):
        angle, distance = chance.uniform(0, 2 * math.pi), chance.uniform(0, 0.09)
        x, y = distance * math.cos(angle), distance * math.sin(angle)
        across, along = math.cos(angle) * 0.006, math.sin(angle) * 0.006
        tall, first = height * chance.uniform(0.5, 1.2), len(vertices)
        lean_x, lean_y = chance.gauss(0, 0.025), chance.gauss(0, 0.025)
        vertices += [(x - across, y - along, 0), (x + across, y + along, 0), (x + lean_x, y + lean_y, tall)]
        faces.append((first, first + 1, first + 2))
    return mesh(vertices, faces, material, "tuft")


def flower_bed(area: Area, plants: int, seed: int = 0, tallest: float = 0.4) -> None:
    """A strip of mulch with low leafy plants, some of them in flower."""
    box((area[0], area[1]), (area[2], area[3]), (-0.02, 0.05), soil(), 0.02)
    chance = random.Random(seed)
    kinds = [_plant(chance, None)] + [_plant(chance, tint) for tint in FLOWERS]
    for _ in range(plants):
        source = chance.choice(kinds)
        copy = add_object(source.data, "plant")
        copy.location = (
            chance.uniform(area[0] + 0.1, area[1] - 0.1),
            chance.uniform(area[2] + 0.1, area[3] - 0.1),
            0.04,
        )
        copy.rotation_euler[2] = chance.uniform(0, 2 * math.pi)
        size = tallest * chance.uniform(0.55, 1.0)
        copy.scale = (size * chance.uniform(0.9, 1.3), size * chance.uniform(0.9, 1.3), size)
    for source in kinds:
        source.location = (0, 0, -5)


def _plant(chance: random.Random, flower: str | None) -> bpy.types.Object:
    """A unit-sized dome of leaves, with petals on top if it has a flower colour."""
    leaf = grass_blade("#24401a", "#3d6128", "#668a3e")
    vertices: list[tuple[float, float, float]] = []
    faces: list[tuple[int, ...]] = []
    blossoms = 0
    for _ in range(420):
        angle, lift = chance.uniform(0, 2 * math.pi), math.acos(chance.uniform(0.0, 1.0))
        radius = chance.uniform(0.35, 0.5)
        centre = (
            radius * math.sin(lift) * math.cos(angle),
            radius * math.sin(lift) * math.sin(angle),
            0.95 * math.cos(lift) * radius * 2,
        )
        bloom = flower is not None and centre[2] > 0.55 and chance.random() < 0.35
        _leaf(vertices, faces, centre, chance, 0.075 if bloom else 0.06)
        if bloom:  # blossoms come first among the faces, to be told apart from leaves below
            faces.insert(blossoms, faces.pop())
            blossoms += 1
    thing = mesh(vertices, faces, leaf, "plant")
    if flower:
        thing.data.materials.append(plain(flower, 0.7))
        for polygon in thing.data.polygons[:blossoms]:
            polygon.material_index = 1
    return thing


def _leaf(
    vertices: list[tuple[float, float, float]],
    faces: list[tuple[int, ...]],
    centre: Sequence[float],
    chance: random.Random,
    size: float,
) -> None:
    """A small four-sided leaf with a random lie."""
    u = [chance.gauss(0, 1) for _ in range(3)]
    v = [chance.gauss(0, 1) for _ in range(3)]
    lengths = [math.sqrt(sum(c * c for c in vector)) or 1.0 for vector in (u, v)]
    first = len(vertices)
    for a, b in ((-1.0, 0.0), (0.0, -0.5), (1.0, 0.0), (0.0, 0.5)):
        vertices.append(
            tuple(  # type: ignore[arg-type]
                centre[k] + size * (a * u[k] / lengths[0] + b * v[k] / lengths[1]) for k in range(3)
            )
        )
    faces.append((first, first + 1, first + 2, first + 3))


def row(
    furniture: Furniture,
    key: str,
    start: tuple[float, float],
    step: tuple[float, float],
    count: int,
    scale: float = 1.0,
    seed: int = 0,
) -> None:
    """A row of the same plant, each turned and sized a little differently."""
    chance = random.Random(seed)
    for i in range(count):
        furniture.place(
            key,
            start[0] + step[0] * i + chance.uniform(-0.1, 0.1),
            start[1] + step[1] * i + chance.uniform(-0.1, 0.1),
            turn=chance.uniform(0, 360),
            scale=scale * chance.uniform(0.88, 1.12),
        )


def tree_line(furniture: Furniture, y: float, xs: Sequence[float], seed: int = 0) -> None:
    """Mixed trees along the back of the plot."""
    kinds = (
        ("Scopia/copperBeech", 0.9),
        ("Scopia/poplar", 1.15),
        ("Scopia/sycamoreMaple", 0.75),
        ("Scopia/pine", 1.4),
    )
    chance = random.Random(seed)
    for x in xs:
        key, scale = chance.choice(kinds)
        furniture.place(
            key,
            x + chance.uniform(-0.8, 0.8),
            y + chance.uniform(-1.5, 3.5),
            turn=chance.uniform(0, 360),
            scale=scale * chance.uniform(0.85, 1.15),
        )
