"""Furniture built from code, for what the packs lack or offer only with a brand or a photograph on it."""

from __future__ import annotations

import random

from .geometry import box, box_along, cone, disc, rod, turned
from .light_and_camera import bulb
from .materials import glowing, mirror, painting, plain, steel, window_glass, wood
from .shader import Material

Span = tuple[float, float]
BOOK_COLOURS = (
    "#7a2e2a",
    "#22405c",
    "#3d5a45",
    "#c8a45a",
    "#e4ddcd",
    "#4b3a55",
    "#8c5a36",
    "#2b2b2e",
    "#a9b3b0",
    "#b5553a",
)


def picture(
    wall_axis: str,
    along: float,
    at: float,
    height: float,
    size: tuple[float, float],
    motif: Material,
    room_side: int,
    frame: str = "#2b2622",
    mount: float = 0.05,
) -> None:
    """A framed picture on a wall that runs along 'x' or 'y' at `at`; `room_side` is +1 or -1."""
    for inset, thickness, material in (
        (0.0, 0.025, wood(frame, frame)),
        (0.02, 0.027, plain("#f4f1ea", 0.7)),
        (0.02 + mount, 0.029, motif),
    ):
        half_width, half_height = size[0] / 2 - inset, size[1] / 2 - inset
        box_along(
            wall_axis,
            (along - half_width, along + half_width),
            (at, at + room_side * thickness),
            (height - half_height, height + half_height),
            material,
        )


def pictures(wall_axis: str, at: float, room_side: int, *items: tuple[float, float, float, float, int]) -> None:
    """Several abstract pictures: (along, height, width, height of the frame, seed)."""
    for along, height, width, tall, seed in items:
        picture(wall_axis, along, at, height, (width, tall), painting(seed), room_side)


def wall_mirror(x: float, y: Span, z: Span, frame: Material, room_side: int = 1, border: float = 0.03) -> None:
    """A framed mirror on a wall that runs along y at `x`."""
    box((x + room_side * 0.012, x + room_side * 0.03), y, z, mirror())
    edge = (x + room_side * 0.01, x + room_side * 0.035)
    for ys, zs in (
        ((y[0] - border, y[0]), (z[0] - border, z[1] + border)),
        ((y[1], y[1] + border), (z[0] - border, z[1] + border)),
        (y, (z[0] - border, z[0])),
        (y, (z[1], z[1] + border)),
    ):
        box(edge, ys, zs, frame)


def curtain_rail(start: tuple[float, float, float], end: tuple[float, float, float], material: Material) -> None:
    """A rail with a knob on either end."""
    rod(start, end, 0.014, material)
    for x, y, z in (start, end):
        turned([(0.0, -0.025), (0.02, -0.017), (0.025, 0.0), (0.02, 0.017), (0.0, 0.025)], x, y, z, material, 16)


def flat_television(x: float, y: float, z: float, width: float, stand: bool = True) -> None:
    """A plain flat screen facing +x (its back towards -x); `z` is the level it stands on or its lower edge."""
    black, screen = plain("#101112", 0.45), plain("#0b0d10", 0.06)
    tall = width * 0.565
    bottom = z + 0.07 if stand else z
    box((x - 0.025, x + 0.012), (y - width / 2, y + width / 2), (bottom, bottom + tall), black, 0.006)
    inside = (y - width / 2 + 0.012, y + width / 2 - 0.012)
    box((x + 0.012, x + 0.014), inside, (bottom + 0.016, bottom + tall - 0.012), screen)
    if stand:
        box((x - 0.02, x), (y - 0.05, y + 0.05), (z + 0.01, bottom + 0.1), black)
        box((x - 0.11, x + 0.11), (y - 0.22, y + 0.22), (z, z + 0.012), black, 0.005)


def cooker(x: float, back: float, width: float = 0.6, tint: str = "#eceae2") -> None:
    """A plain freestanding electric cooker with its back at y = `back`."""
    enamel, dark, metal = plain(tint, 0.3), plain("#17181a", 0.15), steel("#9b9b98", 0.35)
    front, left, right = back - 0.6, x - width / 2, x + width / 2
    box((left, right), (front, back), (0.06, 0.87), enamel, 0.008)
    box((left + 0.02, right - 0.02), (front + 0.04, back), (0, 0.06), dark)
    box((left, right), (front - 0.01, back), (0.87, 0.895), enamel, 0.006)
    box((left, right), (back - 0.05, back), (0.895, 1.02), enamel, 0.008)
    for dx, dy, radius in (
        (-0.14, -0.17, 0.075),
        (0.14, -0.17, 0.09),
        (-0.14, -0.41, 0.09),
        (0.14, -0.41, 0.075),
    ):
        disc(x + dx, back + dy, (0.895, 0.9), radius + 0.012, metal)
        disc(x + dx, back + dy, (0.9, 0.908), radius, plain("#1d1a18", 0.6))
    box((left + 0.01, right - 0.01), (front - 0.022, front), (0.74, 0.855), plain("#d8d5cb", 0.3), 0.004)
    for i in range(5):
        knob = left + width * (0.14 + 0.18 * i)
        rod((knob, front - 0.022, 0.8), (knob, front - 0.05, 0.8), 0.021, plain("#26221f", 0.4))
    box((left + 0.01, right - 0.01), (front - 0.024, front), (0.24, 0.73), enamel, 0.006)
    box((left + 0.08, right - 0.08), (front - 0.027, front - 0.02), (0.33, 0.6), dark, 0.004)
    rod((left + 0.06, front - 0.06, 0.68), (right - 0.06, front - 0.06, 0.68), 0.011, metal)
    for side in (left + 0.09, right - 0.09):
        rod((side, front - 0.06, 0.68), (side, front - 0.02, 0.68), 0.008, metal)
    box((left + 0.01, right - 0.01), (front - 0.02, front), (0.07, 0.225), enamel, 0.006)


def pendant_lamp(
    x: float, y: float, ceiling: float, drop: float, radius: float, tint: str, power: float = 15.0
) -> None:
    """A shallow metal shade on a cord, with a bulb below it."""
    shade = plain(tint, 0.35)
    bottom = ceiling - drop
    rod((x, y, bottom + 0.2), (x, y, ceiling), 0.004, plain("#222222", 0.6))
    disc(x, y, (ceiling - 0.025, ceiling), 0.05, shade)
    profile = [
        (radius, 0.0),
        (radius * 0.94, 0.06),
        (radius * 0.7, 0.13),
        (radius * 0.28, 0.18),
        (0.03, 0.24),
        (0.0, 0.245),
    ]
    turned(profile, x, y, bottom, shade)
    turned([(r * 0.97, h - 0.004) for r, h in profile[:4]], x, y, bottom, plain("#f3f0e8", 0.6))
    turned(
        [(0.0, 0.0), (0.03, 0.015), (0.038, 0.04), (0.02, 0.08), (0.015, 0.11)],
        x,
        y,
        bottom + 0.04,
        glowing(strength=6.0),
    )
    bulb((x, y, bottom - 0.03), power)


def table(x: Span, y: Span, height: float, material: Material, legs: Material, leg: float = 0.028) -> None:
    """A table with a thin top, an apron and slim tapered legs."""
    box(x, y, (height - 0.03, height), material, 0.006)
    box((x[0] + 0.09, x[1] - 0.09), (y[0] + 0.09, y[1] - 0.09), (height - 0.1, height - 0.03), legs)
    for corner_x, inward_x in ((x[0] + 0.1, 1), (x[1] - 0.1, -1)):
        for corner_y, inward_y in ((y[0] + 0.1, 1), (y[1] - 0.1, -1)):
            foot = (corner_x - inward_x * 0.03, corner_y - inward_y * 0.03, 0)
            cone(foot, (corner_x, corner_y, height - 0.03), leg * 0.55, leg, legs)


def books(
    axis: str, along: Span, back: float, facing: int, level: float, seed: int, tallest: float = 0.27, depth: float = 0.2
) -> None:
    """A row of books along 'x' or 'y': their backs at `back`, their spines towards `facing` (+1 or -1)."""
    chance, cursor = random.Random(seed), along[0]
    while cursor < along[1] - 0.05:
        thickness = chance.uniform(0.018, 0.045)
        tall, deep = tallest * chance.uniform(0.72, 1.0), depth * chance.uniform(0.8, 1.0)
        cover = plain(chance.choice(BOOK_COLOURS), 0.55)
        across = (back, back + facing * deep)
        box_along(axis, (cursor, cursor + thickness - 0.002), across, (level, level + tall), cover, 0.002)
        if chance.random() < 0.6:  # a band on the spine
            band = level + tall * chance.uniform(0.55, 0.8)
            across = (back, back + facing * (deep + 0.0006))
            middle = (cursor + 0.001, cursor + thickness - 0.003)
            box_along(axis, middle, across, (band, band + 0.025), plain("#d9cfae", 0.5))
        cursor += thickness


def bookcase(x: Span, back: float, height: float, shelves: int, material: Material, seed: int = 1) -> None:
    """An open bookcase against the far wall, most of its shelves part filled with books."""
    front, board = back - 0.28, 0.022
    for side in (x[0], x[1] - board):
        box((side, side + board), (front, back), (0, height), material, 0.003)
    box(x, (back - 0.008, back), (0.05, height), material)
    box((x[0], x[1]), (front + 0.02, front + 0.035), (0, 0.06), material)
    chance = random.Random(seed)
    pitch = (height - 0.06 - board) / shelves
    for i in range(shelves + 1):
        level = 0.06 + pitch * i
        box((x[0] + board, x[1] - board), (front + 0.005, back), (level, level + board), material)
        if i < shelves:
            start = x[0] + board + 0.01
            end = x[1] - board - (x[1] - x[0]) * chance.choice((0.05, 0.25, 0.4))
            books("x", (start, end), back - 0.02, -1, level + board, seed * 10 + i, min(0.29, pitch - 0.05))


def display_cabinet(x: Span, back: float, height: float, material: Material, handle: Material) -> None:
    """A china cabinet: doors below, glazed doors above, with stacked plates and cups on its shelves."""
    front, middle, board = back - 0.4, 0.82, 0.022
    box(x, (front, back), (0.06, middle), material, 0.004)
    box((x[0] + 0.03, x[1] - 0.03), (front + 0.04, back), (0, 0.06), plain("#3a3632"))
    centre = (x[0] + x[1]) / 2
    for left, right in ((x[0] + 0.02, centre - 0.004), (centre + 0.004, x[1] - 0.02)):
        box((left, right), (front - 0.018, front), (0.09, middle - 0.03), material, 0.004)
        box((left + 0.06, right - 0.06), (front - 0.022, front - 0.016), (0.16, middle - 0.1), material, 0.004)
    for side in (x[0], x[1] - board):
        box((side, side + board), (back - 0.32, back), (middle, height), material)
    box((x[0] - 0.015, x[1] + 0.015), (back - 0.35, back), (height, height + 0.04), material, 0.006)
    box(x, (back - 0.01, back), (middle, height), material)
    box((x[0] - 0.01, x[1] + 0.01), (front - 0.01, back), (middle, middle + 0.025), material, 0.004)
    shelf_levels = [middle + 0.025 + (height - middle) * i / 3 for i in range(3)]
    for i, level in enumerate(shelf_levels):
        if i:
            box((x[0] + board, x[1] - board), (back - 0.28, back), (level - 0.012, level), material)
        _china((x[0] + 0.05, x[1] - 0.05), back - 0.15, level, i)
    _glazed_doors(x, centre, back - 0.32, (middle + 0.03, height - 0.005), material, handle)
    for side in (-0.035, 0.035):
        rod((centre + side, front - 0.035, 0.5), (centre + side, front - 0.035, 0.62), 0.006, handle)


def _glazed_doors(x: Span, centre: float, front: float, z: Span, material: Material, handle: Material) -> None:
    for left, right in ((x[0] + 0.004, centre - 0.002), (centre + 0.002, x[1] - 0.004)):
        face = (front - 0.02, front)
        for xs, zs in (
            ((left, left + 0.045), z),
            ((right - 0.045, right), z),
            ((left + 0.045, right - 0.045), (z[0], z[0] + 0.05)),
            ((left + 0.045, right - 0.045), (z[1] - 0.05, z[1])),
        ):
            box(xs, face, zs, material, 0.003)
        box(
            (left + 0.04, right - 0.04),
            (front - 0.012, front - 0.008),
            (z[0] + 0.04, z[1] - 0.04),
            window_glass(),
        )
    rod(
        (centre + 0.025, front - 0.035, z[0] + 0.3),
        (centre + 0.025, front - 0.035, z[0] + 0.4),
        0.006,
        handle,
    )


def _china(x: Span, y: float, level: float, seed: int) -> None:
    """Plates on edge against the back, stacked bowls and cups in front."""
    glaze, chance, cursor = plain("#f2f1ec", 0.12), random.Random(seed), x[0] + 0.1
    while cursor < x[1] - 0.08:
        kind = chance.choice(("plate", "bowls", "cup"))
        if kind == "plate":
            rod((cursor, y + 0.1, level + 0.11), (cursor, y + 0.115, level + 0.112), 0.11, glaze)
        elif kind == "bowls":
            for i in range(3):
                turned([(0.03, 0), (0.06, 0.03), (0.075, 0.06)], cursor, y, level + 0.022 * i, glaze, 24)
        else:
            turned([(0.025, 0), (0.036, 0.03), (0.04, 0.08)], cursor, y, level, glaze, 24)
        cursor += chance.uniform(0.15, 0.22)


def bottle(x: float, y: float, z: float, tint: str = "#1d2b1c") -> None:
    """A bottle without a label."""
    profile = [
        (0.0, 0.0),
        (0.036, 0.0),
        (0.038, 0.01),
        (0.038, 0.19),
        (0.03, 0.215),
        (0.014, 0.24),
        (0.014, 0.3),
        (0.0, 0.3),
    ]
    turned(profile, x, y, z, plain(tint, 0.08))


def vase(x: float, y: float, z: float, tint: str, height: float = 0.3, girth: float = 0.09) -> None:
    """A plain round vase."""
    shape = [(0.5, 0.0), (0.85, 0.15), (1.0, 0.4), (0.85, 0.68), (0.45, 0.85), (0.4, 0.93), (0.5, 1.0)]
    turned([(0.0, 0.0)] + [(girth * r, height * h) for r, h in shape], x, y, z, plain(tint, 0.3))


def radiator(x: Span, back: float, z: Span) -> None:
    """A white panel radiator against the far wall."""
    white = plain("#f3f2ee", 0.35)
    box(x, (back - 0.1, back - 0.03), z, white, 0.01)
    count = int((x[1] - x[0]) / 0.05)
    for i in range(1, count):
        rib = x[0] + (x[1] - x[0]) * i / count
        box((rib - 0.012, rib + 0.012), (back - 0.108, back - 0.1), (z[0] + 0.04, z[1] - 0.04), white, 0.004)
