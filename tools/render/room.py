"""The shell of a room (floor, walls with openings, ceiling, skirting) and what lies outside its windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .furniture import Furniture
from .geometry import Opening, box, box_along, mesh, wall
from .materials import fabric, plain, wall_paint
from .shader import Material

HEDGES = ((-3, 11), (0, 11.3), (3, 11), (6, 11), (11, 1), (11, -3), (-11, 1), (-11, -2))
TREES = (
    (4, 15, "Scopia/sycamoreMaple", 0.7),
    (-5, 16, "Scopia/copperBeech", 1.0),
    (15, 3, "Scopia/sycamoreMaple", 0.7),
    (-15, 2, "Scopia/copperBeech", 1.1),
)


@dataclass(frozen=True)
class Room:
    """A rectangular room. Walls are named by compass: 'n' is at the far end (+y), 'e' on the right (+x)."""

    x: tuple[float, float]
    y: tuple[float, float]
    height: float
    floor: Material
    walls: Material
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict)
    special_walls: Mapping[str, Material] = field(default_factory=dict)
    skirting: str | None = "#f2f0ea"

    def build(self) -> None:
        """Make the meshes."""
        margin_x = (self.x[0] - 0.2, self.x[1] + 0.2)
        box(self.x, self.y, (-0.1, 0), self.floor)
        box(
            margin_x,
            (self.y[0] - 0.2, self.y[1] + 0.2),
            (self.height, self.height + 0.15),
            wall_paint("#f4f2ee"),
        )
        for side, axis, at, span, outward in self._sides():
            length = margin_x if axis == "x" else span
            material = self.special_walls.get(side, self.walls)
            openings = self.openings.get(side, ())
            wall(axis, at, length, self.height, material, openings, outward=outward)
            if self.skirting:
                for piece in _unbroken(span, openings):
                    across = (at, at - outward * 0.016)
                    box_along(axis, piece, across, (0, 0.11), plain(self.skirting, 0.35), 0.004)

    def _sides(self) -> Iterator[tuple[str, str, float, tuple[float, float], int]]:
        yield "n", "x", self.y[1], self.x, 1
        yield "s", "x", self.y[0], self.x, -1
        yield "e", "y", self.x[1], self.y, 1
        yield "w", "y", self.x[0], self.y, -1


def _unbroken(span: tuple[float, float], openings: tuple[Opening, ...]) -> Iterator[tuple[float, float]]:
    """The parts of a wall's length that no door-like opening interrupts."""
    cursor = span[0]
    for start, end, bottom, _ in sorted(openings):
        if bottom < 0.1:
            yield cursor, start
            cursor = end
    yield cursor, span[1]


def garden_view(furniture: Furniture, level: float = -0.3) -> None:
    """Lawn, hedges and trees to be seen through the windows."""
    lawn = fabric("#5d7a3c", scale=3.0, relief=0.0)
    mesh([(-60, -60, level), (60, -60, level), (60, 60, level), (-60, 60, level)], [(0, 1, 2, 3)], lawn, "lawn")
    for x, y in HEDGES:
        furniture.place("Scopia/hedgeTextured", x, y, level, 90 if abs(x) > 10 else 0, scale=2.0)
    for x, y, key, scale in TREES:
        furniture.place(key, x, y, level, x * 17, scale=scale)
