"""Meshes built from code: boxes, walls, windows, curtains, cushions. Metres, z up."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence

import bmesh  # type: ignore[import-not-found]  # comes with bpy
import bpy
from mathutils import Matrix, Vector

from .materials import window_glass
from .shader import Material

Opening = tuple[float, float, float, float]
"""A hole in a wall: start and end along the wall, bottom and top."""


def add_object(mesh: bpy.types.Mesh, name: str) -> bpy.types.Object:
    """Put a mesh into the current scene."""
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def mesh(
    vertices: Sequence[Sequence[float]],
    faces: Sequence[Sequence[int]],
    material: Material,
    name: str = "mesh",
) -> bpy.types.Object:
    """A mesh from vertices and faces."""
    data = bpy.data.meshes.new(name)
    data.from_pydata(vertices, [], faces)
    data.materials.append(material)
    return add_object(data, name)


def bevel(thing: bpy.types.Object, width: float, segments: int = 3) -> bpy.types.Object:
    """Round the edges of an object."""
    modifier = thing.modifiers.new("bevel", "BEVEL")
    modifier.width, modifier.segments, modifier.limit_method = width, segments, "ANGLE"
    return thing


def box(
    x: tuple[float, float],
    y: tuple[float, float],
    z: tuple[float, float],
    material: Material,
    rounded: float = 0.0,
) -> bpy.types.Object:
    """An upright box between three pairs of limits (in either order)."""
    corners = [(a, b, c) for a in sorted(x) for b in sorted(y) for c in sorted(z)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    thing = mesh(corners, faces, material, "box")
    return bevel(thing, rounded) if rounded else thing


def box_along(
    axis: str,
    along: tuple[float, float],
    across: tuple[float, float],
    z: tuple[float, float],
    material: Material,
    rounded: float = 0.0,
) -> bpy.types.Object:
    """A box given along and across a wall that runs along 'x' or 'y'."""
    if axis == "x":
        return box(along, across, z, material, rounded)
    return box(across, along, z, material, rounded)


def wall(
    axis: str,
    at: float,
    span: tuple[float, float],
    height: float,
    material: Material,
    openings: Iterable[Opening] = (),
    thickness: float = 0.2,
    outward: int = 1,
    base: float = 0.0,
) -> None:
    """A wall with holes. Its inner face is at `at`; its thickness goes to the `outward` side (+1 or -1)."""
    across = (at, at + outward * thickness)

    def piece(start: float, end: float, bottom: float, top: float) -> None:
        if end - start > 1e-4 and top - bottom > 1e-4:
            box_along(axis, (start, end), across, (bottom, top), material)

    cursor = span[0]
    for start, end, bottom, top in sorted(openings):
        piece(cursor, start, base, height)
        piece(start, end, base, bottom)
        piece(start, end, top, height)
        cursor = end
    piece(cursor, span[1], base, height)


def window(
    axis: str,
    at: float,
    opening: Opening,
    frame: Material,
    panes: int = 2,
    bars: int = 0,
    width: float = 0.06,
    depth: float = 0.07,
    sill: Material | None = None,
    room_side: int = -1,
) -> None:
    """Frame, mullions (`panes` - 1), horizontal glazing bars and glass; `at` is the middle of the frame."""
    start, end, bottom, top = opening

    def bar(along: tuple[float, float], z: tuple[float, float], thickness: float, material: Material) -> None:
        box_along(axis, along, (at - thickness / 2, at + thickness / 2), z, material, 0.004)

    bar((start, end), (bottom, bottom + width), depth, frame)
    bar((start, end), (top - width, top), depth, frame)
    bar((start, start + width), (bottom + width, top - width), depth, frame)
    bar((end - width, end), (bottom + width, top - width), depth, frame)
    for i in range(1, panes):
        middle = start + (end - start) * i / panes
        bar((middle - width * 0.6, middle + width * 0.6), (bottom + width, top - width), depth * 0.9, frame)
    for i in range(1, bars + 1):
        middle = bottom + (top - bottom) * i / (bars + 1)
        bar((start + width, end - width), (middle - 0.012, middle + 0.012), depth * 0.5, frame)
    box_along(
        axis,
        (start + 0.01, end - 0.01),
        (at - 0.003, at + 0.003),
        (bottom + 0.01, top - 0.01),
        window_glass(),
    )
    if sill:
        across = (at, at + room_side * 0.24)
        box_along(axis, (start - 0.06, end + 0.06), across, (bottom - 0.03, bottom), sill, 0.006)


def curtain(
    axis: str,
    at: float,
    span: tuple[float, float],
    z: tuple[float, float],
    material: Material,
    folds: int = 7,
    depth: float = 0.045,
    seed: int = 0,
) -> None:
    """A hanging cloth with uneven folds, fuller at the bottom."""
    chance = random.Random(seed)
    widths = [chance.uniform(0.7, 1.3) for _ in range(folds + 1)]
    levels = ((z[0], 1.15), ((z[0] + z[1]) / 2, 1.0), (z[1], 0.6))
    steps = folds * 10
    vertices: list[tuple[float, float, float]] = []
    for i in range(steps + 1):
        along = span[0] + (span[1] - span[0]) * i / steps
        wave = depth * widths[i // 10] * math.sin(2 * math.pi * i / 10)
        for height, fullness in levels:
            across = at + wave * fullness
            vertices.append((along, across, height) if axis == "x" else (across, along, height))
    faces = [(i * 3 + j, i * 3 + 3 + j, i * 3 + 4 + j, i * 3 + 1 + j) for i in range(steps) for j in (0, 1)]
    thing = mesh(vertices, faces, material, "curtain")
    smooth(thing)
    thing.modifiers.new("smooth", "SUBSURF").render_levels = 2


def smooth(thing: bpy.types.Object, only_quads: bool = False) -> None:
    """Smooth shading, by choice only on the sides of a cylinder."""
    for polygon in thing.data.polygons:
        polygon.use_smooth = not only_quads or len(polygon.vertices) == 4


def rod(start: Sequence[float], end: Sequence[float], radius: float, material: Material) -> bpy.types.Object:
    """A round bar between two points."""
    return cone(start, end, radius, radius, material)


def cone(
    start: Sequence[float],
    end: Sequence[float],
    radius: float,
    end_radius: float,
    material: Material,
    segments: int = 32,
    capped: bool = True,
) -> bpy.types.Object:
    """A round bar whose radius changes from start to end."""
    a, b = Vector(start), Vector(end)
    data = bpy.data.meshes.new("rod")
    builder = bmesh.new()
    bmesh.ops.create_cone(
        builder, cap_ends=capped, segments=segments, radius1=radius, radius2=end_radius, depth=(b - a).length
    )
    turn = (b - a).to_track_quat("Z", "Y").to_matrix().to_4x4()
    bmesh.ops.transform(builder, matrix=Matrix.Translation((a + b) / 2) @ turn, verts=builder.verts)
    builder.to_mesh(data)
    builder.free()
    data.materials.append(material)
    thing = add_object(data, "rod")
    smooth(thing, only_quads=True)
    return thing


def disc(x: float, y: float, z: tuple[float, float], radius: float, material: Material) -> bpy.types.Object:
    """An upright cylinder."""
    return rod((x, y, z[0]), (x, y, z[1]), radius, material)


def turned(
    profile: Sequence[tuple[float, float]],
    x: float,
    y: float,
    z: float,
    material: Material,
    segments: int = 40,
) -> bpy.types.Object:
    """A solid of revolution about the vertical axis from (radius, height) pairs: vases, shades, bottles."""
    vertices, faces = [], []
    for radius, height in profile:
        for i in range(segments):
            angle = 2 * math.pi * i / segments
            vertices.append((x + radius * math.cos(angle), y + radius * math.sin(angle), z + height))
    for ring in range(len(profile) - 1):
        for i in range(segments):
            a, b = ring * segments + i, ring * segments + (i + 1) % segments
            faces.append((a, b, b + segments, a + segments))
    thing = mesh(vertices, faces, material, "turned")
    smooth(thing)
    return thing


def cushion(
    centre: Sequence[float],
    size: tuple[float, float, float],
    material: Material,
    tilt: tuple[float, float, float] = (0, 0, 0),
) -> bpy.types.Object:
    """A plump cushion standing on edge: size is width, height and thickness; tilt in degrees."""
    data = bpy.data.meshes.new("cushion")
    builder = bmesh.new()
    bmesh.ops.create_cube(builder, size=1)
    bmesh.ops.subdivide_edges(builder, edges=builder.edges[:], cuts=10, use_grid_fill=True)
    for vertex in builder.verts:
        a, b = abs(vertex.co.x) * 2, abs(vertex.co.z) * 2
        plump = max((1 - a**3) * (1 - b**3), 0)
        vertex.co.y *= 0.18 + 0.82 * plump**0.5
        vertex.co.x *= 1 - 0.06 * (1 - b**2) * (a > 0.99)
        vertex.co.z *= 1 - 0.06 * (1 - a**2) * (b > 0.99)
    builder.to_mesh(data)
    builder.free()
    data.materials.append(material)
    thing = add_object(data, "cushion")
    thing.location, thing.scale = centre, (size[0], size[2], size[1])
    thing.rotation_euler = [math.radians(angle) for angle in tilt]
    smooth(thing)
    thing.modifiers.new("smooth", "SUBSURF").render_levels = 1
    return thing
