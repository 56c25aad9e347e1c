"""Procedural materials for facades, roofs and gardens."""

from __future__ import annotations

from typing import Any

from .shader import WHITE, Material, Shader, colour, darker, grey, once_per_scene


def _weathering(shader: Shader, position: Any, scale: float, darkest: float) -> Any:
    """Large soft patches between `darkest` and white, to multiply a facade with."""
    return shader.ramp(shader.noise(position, scale=scale, detail=7.0), [(0.3, grey(darkest)), (0.68, WHITE)])


@once_per_scene
def brick(light: str, dark: str, mortar: str = "#b9ada0") -> Material:
    """A brick wall, in the same bond on every side of the house."""
    shader = Shader("brick")
    position = shader.plane_coordinates("around")
    courses = shader.bricks(
        position,
        (0.225, 0.075),
        0.006,
        mortar_smooth=0.3,
        offset=0.5,
        color1=colour(light),
        color2=colour(dark),
        mortar=colour(mortar),
    )
    shader.bump(shader.math("SUBTRACT", 1.0, courses.outputs["Fac"]), 0.5, 0.008)
    weather = _weathering(shader, position, 2.0, 0.75)
    return shader.finish(shader.mix(courses.outputs["Color"], weather, 0.8, "MULTIPLY"), 0.85)


@once_per_scene
def roof_tiles(light: str, dark: str) -> Material:
    """Concrete roof tiles with uneven tones and a little moss."""
    shader = Shader("roof tiles")
    position = shader.plane_coordinates("xz")
    rows = shader.bricks(
        position,
        (0.3, 0.15),
        0.01,
        mortar_smooth=0.6,
        offset=0.5,
        color1=colour(light),
        color2=colour(dark),
        mortar=colour("#241f1c"),
    )
    shader.bump(shader.math("SUBTRACT", 1.0, rows.outputs["Fac"]), 0.8, 0.03)
    tone = shader.mix(rows.outputs["Color"], _weathering(shader, position, 1.1, 0.6), 0.85, "MULTIPLY")
    moss = shader.ramp(
        shader.noise(position, scale=3.5, detail=9.0, roughness=0.7), [(0.56, grey(0)), (0.72, grey(0.4))]
    )
    return shader.finish(shader.mix(tone, colour("#565a3a"), moss), 0.8)


@once_per_scene
def boards(hex_code: str, pitch: float = 0.16, upright: bool = False, grain: float = 0.0) -> Material:
    """Horizontal weatherboard, or upright timber cladding with grain."""
    shader = Shader("boards")
    position = shader.plane_coordinates("around")
    split = shader.node("SeparateXYZ")
    shader.link(position, split.inputs[0])
    across = split.outputs[0 if upright else 1]
    phase = shader.math("FRACT", shader.math("DIVIDE", across, pitch))
    tone = colour(hex_code)
    face = shader.ramp(phase, [(0.0, darker(tone, 0.35)), (0.07, tone)])
    shader.bump(shader.math("SUBTRACT", 1.0, phase), 0.6 if upright else 0.9, 0.012 if upright else 0.02)
    if grain:
        number = shader.math("FLOOR", shader.math("DIVIDE", across, pitch))
        joined = shader.node("CombineXYZ")
        for slot, factor in ((0, 40.0 if upright else 1.5), (1, 1.5 if upright else 40.0)):
            shader.link(shader.math("MULTIPLY", split.outputs[slot], factor), joined.inputs[slot])
        shader.link(shader.math("MULTIPLY", number, 7.3), joined.inputs[2])
        streaks = shader.noise(joined.outputs[0], scale=1.0, detail=6.0, roughness=0.65)
        face = shader.mix(face, shader.ramp(streaks, [(0.3, grey(0.45)), (0.62, WHITE)]), grain, "MULTIPLY")
    return shader.finish(face, 0.65)


@once_per_scene
def render_coat(hex_code: str) -> Material:
    """Smooth rendered masonry with faint weather marks."""
    shader = Shader("render coat")
    position = shader.object_coordinates()
    shader.bump(shader.noise(position, scale=160.0, detail=3.0), 0.12, 0.004)
    streaks = shader.noise(shader.object_coordinates((3.0, 3.0, 0.5)), scale=1.0, detail=7.0)
    tone = colour(hex_code)
    return shader.finish(shader.ramp(streaks, [(0.3, darker(tone, 0.86)), (0.62, tone)]), 0.85)


@once_per_scene
def grass_blade(dark: str, middle: str, light: str) -> Material:
    """Grass whose tone differs from tuft to tuft and, in patches, over the lawn."""
    shader = Shader("grass blade")
    info = shader.node("ObjectInfo")
    patch = shader.noise(info.outputs["Location"], scale=0.35, detail=3.0)
    level = shader.math("MULTIPLY_ADD", info.outputs["Random"], 0.55, shader.math("MULTIPLY", patch, 0.45))
    stops = [(0.1, colour(dark)), (0.45, colour(middle)), (0.85, colour(light))]
    return shader.finish(shader.ramp(level, stops), 0.6, specular=0.2)


@once_per_scene
def soil() -> Material:
    """Bark mulch for flower beds."""
    shader = Shader("soil")
    crumbs = shader.noise(shader.object_coordinates(), scale=28.0, detail=8.0, roughness=0.8)
    shader.bump(crumbs, 1.0, 0.03)
    return shader.finish(shader.ramp(crumbs, [(0.35, colour("#2a1d14")), (0.65, colour("#5b4230"))]), 0.95)
