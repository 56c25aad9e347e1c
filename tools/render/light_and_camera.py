"""Daylight, lamps and the camera."""

from __future__ import annotations

import math

import bpy
from mathutils import Vector

from .geometry import disc
from .materials import glowing

Position = tuple[float, float, float]
WARM = (1.0, 0.86, 0.68)


def sky(
    elevation: float,
    azimuth: float,
    *,
    strength: float = 0.35,
    sun: float = 1.0,
    dust: float = 1.0,
    clouds: float = 0.0,
) -> None:
    """A physical sky, the sun at `elevation` and `azimuth` degrees; `clouds` is how bright the clouds are."""
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    texture = tree.nodes.new("ShaderNodeTexSky")
    texture.sky_type = "NISHITA"
    texture.sun_elevation, texture.sun_rotation = math.radians(elevation), math.radians(azimuth)
    texture.sun_intensity, texture.sun_size = sun, math.radians(1.2)
    texture.dust_density, texture.air_density = dust, 1.0
    background = tree.nodes["Background"]
    background.inputs[1].default_value = strength
    tree.links.new(texture.outputs[0], background.inputs[0])
    if clouds:
        level, up = math.cos(texture.sun_elevation), math.sin(texture.sun_elevation)
        sun_direction = (math.sin(texture.sun_rotation) * level, math.cos(texture.sun_rotation) * level, up)
        _add_clouds(tree, texture.outputs[0], background.inputs[0], clouds, sun_direction)


def _add_clouds(
    tree: bpy.types.NodeTree, sky_colour: object, target: object, brightness: float, sun_direction: Position
) -> None:
    """Mix noise into the sky, on a flat layer so that clouds crowd at the horizon, but not before the sun."""

    def node(kind: str, operation: str | None = None) -> bpy.types.ShaderNode:
        made = tree.nodes.new("ShaderNode" + kind)
        if operation:
            made.operation = operation
        return made

    split, lifted, flat = node("SeparateXYZ"), node("Math", "ADD"), node("CombineXYZ")
    tree.links.new(node("TexCoord").outputs["Generated"], split.inputs[0])
    tree.links.new(split.outputs[2], lifted.inputs[0])
    lifted.inputs[1].default_value = 0.12
    for axis in (0, 1):
        ratio = node("Math", "DIVIDE")
        tree.links.new(split.outputs[axis], ratio.inputs[0])
        tree.links.new(lifted.outputs[0], ratio.inputs[1])
        tree.links.new(ratio.outputs[0], flat.inputs[axis])
    angle, clear, amount = node("VectorMath", "DOT_PRODUCT"), node("MapRange"), node("Math", "MULTIPLY")
    angle.inputs[1].default_value = sun_direction
    tree.links.new(split.inputs[0].links[0].from_socket, angle.inputs[0])
    tree.links.new(angle.outputs["Value"], clear.inputs["Value"])
    for name, value in (("From Min", 0.96), ("From Max", 0.99), ("To Min", 1.0), ("To Max", 0.0)):
        clear.inputs[name].default_value = value
    noise, ramp, mixed = node("TexNoise"), node("ValToRGB"), node("Mix")
    for name, value in (("Scale", 0.8), ("Detail", 9.0), ("Roughness", 0.58)):
        noise.inputs[name].default_value = value
    tree.links.new(flat.outputs[0], noise.inputs["Vector"])
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.47, 0.68
    tree.links.new(noise.outputs["Fac"], ramp.inputs[0])
    mixed.data_type = "RGBA"
    mixed.inputs[7].default_value = (brightness, brightness, brightness * 1.03, 1)
    tree.links.new(ramp.outputs[0], amount.inputs[0])
    tree.links.new(clear.outputs[0], amount.inputs[1])
    tree.links.new(amount.outputs[0], mixed.inputs[0])
    tree.links.new(sky_colour, mixed.inputs[6])
    tree.links.new(mixed.outputs[2], target)


def _add_light(light: bpy.types.Light, position: Position) -> bpy.types.Object:
    thing = bpy.data.objects.new(light.name, light)
    bpy.context.scene.collection.objects.link(thing)
    thing.location = position
    return thing


def panel_light(
    position: Position,
    size: tuple[float, float],
    power: float,
    tint: Position = (1.0, 0.97, 0.93),
    spread: float = 180.0,
) -> None:
    """A soft, unseen rectangle of light shining down: the fill a photographer bounces off the ceiling."""
    light = bpy.data.lights.new("panel", "AREA")
    light.shape, light.size, light.size_y = "RECTANGLE", size[0], size[1]
    light.energy, light.color, light.spread = power, tint, math.radians(spread)
    thing = _add_light(light, position)
    thing.visible_camera = thing.visible_glossy = False


def bulb(position: Position, power: float, radius: float = 0.05) -> None:
    """A warm lamp bulb."""
    light = bpy.data.lights.new("bulb", "POINT")
    light.energy, light.shadow_soft_size, light.color = power, radius, WARM
    _add_light(light, position)


def downlights(xs: tuple[float, ...], ys: tuple[float, ...], ceiling: float, power: float = 9.0) -> None:
    """Recessed ceiling spots on a grid."""
    for x in xs:
        for y in ys:
            disc(x, y, (ceiling - 0.006, ceiling - 0.001), 0.05, glowing("#fff0d8", 4.0))
            panel_light((x, y, ceiling - 0.02), (0.1, 0.1), power, (1.0, 0.9, 0.76), 140)


def camera(position: Position, towards: tuple[float, float], lens: float = 20.0, lens_shift: float = -0.06) -> None:
    """A level camera (verticals stay vertical); `lens_shift` looks up or down without tilting."""
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width, data.shift_y, data.clip_start = lens, 36, lens_shift, 0.05
    thing = bpy.data.objects.new("camera", data)
    bpy.context.scene.collection.objects.link(thing)
    thing.location = position
    direction = Vector(towards) - Vector(position[:2])
    thing.rotation_euler = (math.pi / 2, 0, math.atan2(direction.y, direction.x) - math.pi / 2)
    bpy.context.scene.camera = thing
