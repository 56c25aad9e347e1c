"""A thin, readable layer over Blender's shader nodes, and a cache that lives as long as one scene."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import bpy

Colour = tuple[float, float, float, float]
Material: TypeAlias = bpy.types.Material
F = TypeVar("F", bound=Callable[..., Any])

WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
AXES = {"xy": (0, 1), "xz": (0, 2), "yz": (1, 2)}

_scene_caches: list[dict[Any, Any]] = []


def once_per_scene(function: F) -> F:
    """Remember a result until `forget_scene` is called: materials die with the scene they belong to."""
    cache: dict[Any, Any] = {}
    _scene_caches.append(cache)

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        key = (args, tuple(sorted(kwargs.items())))
        if key not in cache:
            cache[key] = function(*args, **kwargs)
        return cache[key]

    return wrapper  # type: ignore[return-value]


def forget_scene() -> None:
    """Empty every per-scene cache; call it together with Blender's factory reset."""
    for cache in _scene_caches:
        cache.clear()


def srgb_to_linear(value: float) -> float:
    """Undo the sRGB transfer curve for one channel in 0..1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def colour(hex_code: str) -> Colour:
    """'#rrggbb' (sRGB) as a linear RGBA colour."""
    digits = hex_code.lstrip("#")
    red, green, blue = (srgb_to_linear(int(digits[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return red, green, blue, 1.0


def grey(value: float) -> Colour:
    """A linear grey."""
    return value, value, value, 1.0


def darker(base: Colour, factor: float) -> Colour:
    """The same colour with its light multiplied by `factor`."""
    return base[0] * factor, base[1] * factor, base[2] * factor, 1.0


class Shader:
    """Builds one material around a Principled BSDF."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.surface = self.tree.nodes["Principled BSDF"]
        self.output = self.tree.nodes["Material Output"]

    def node(self, kind: str, **settings: Any) -> Any:
        """Add `ShaderNode<kind>`; each setting is an input of that name, else an attribute."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        for name, value in settings.items():
            label = name.replace("_", " ").title()
            if label in node.inputs:
                node.inputs[label].default_value = value
            else:
                setattr(node, name, value)
        return node

    def link(self, source: Any, target: Any) -> None:
        """Connect a socket to a socket, or give the target a constant."""
        if hasattr(source, "links"):
            self.tree.links.new(source, target)
        else:
            target.default_value = source

    def object_coordinates(
        self, scale: Sequence[float] = (1, 1, 1), turn_degrees: float = 0.0, source: Any = None
    ) -> Any:
        """Coordinates in metres, optionally stretched and turned about z."""
        mapping = self.node("Mapping")
        mapping.inputs["Scale"].default_value = scale
        mapping.inputs["Rotation"].default_value = (0, 0, math.radians(turn_degrees))
        self.link(source or self.node("TexCoord").outputs["Object"], mapping.inputs["Vector"])
        return mapping.outputs["Vector"]

    def plane_coordinates(self, plane: str) -> Any:
        """Metres across a wall or floor: plane is 'xy', 'xz', 'yz', or 'around' (x + y against z)."""
        split = self.node("SeparateXYZ")
        joined = self.node("CombineXYZ")
        self.link(self.node("TexCoord").outputs["Object"], split.inputs[0])
        if plane == "around":
            self.link(self.math("ADD", split.outputs[0], split.outputs[1]), joined.inputs[0])
            self.link(split.outputs[2], joined.inputs[1])
        else:
            for slot, axis in enumerate(AXES[plane]):
                self.link(split.outputs[axis], joined.inputs[slot])
        return joined.outputs[0]

    def noise(self, vector: Any, **settings: Any) -> Any:
        """Value of a noise texture at `vector`."""
        node = self.node("TexNoise", **settings)
        self.link(vector, node.inputs["Vector"])
        return node.outputs["Fac"]

    def bricks(self, vector: Any, size: tuple[float, float], joint: float, **settings: Any) -> Any:
        """A brick texture node (outputs Color and Fac, where Fac is 1 in the joints)."""
        node = self.node("TexBrick", scale=1.0, brick_width=size[0], row_height=size[1], mortar_size=joint, **settings)
        self.link(vector, node.inputs["Vector"])
        return node

    def math(self, operation: str, *operands: Any) -> Any:
        """One scalar operation."""
        node = self.node("Math", operation=operation)
        for slot, operand in enumerate(operands):
            self.link(operand, node.inputs[slot])
        return node.outputs[0]

    def ramp(self, factor: Any, stops: Sequence[tuple[float, Colour]]) -> Any:
        """Colour ramp through (position, colour) stops."""
        node = self.node("ValToRGB")
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, value) in zip(elements, stops, strict=False):
            element.position, element.color = position, value
        self.link(factor, node.inputs["Fac"])
        return node.outputs["Color"]

    def mix(self, first: Any, second: Any, factor: Any, blend: str = "MIX") -> Any:
        """Mix two colours."""
        node = self.node("Mix", data_type="RGBA", blend_type=blend)
        for slot, value in ((0, factor), (6, first), (7, second)):
            self.link(value, node.inputs[slot])
        return node.outputs[2]

    def bump(self, height: Any, strength: float, distance: float) -> None:
        """Give the surface relief."""
        node = self.node("Bump", strength=strength, distance=distance)
        self.link(height, node.inputs["Height"])
        self.link(node.outputs["Normal"], self.surface.inputs["Normal"])

    def finish(
        self,
        base: Any = None,
        roughness: Any = None,
        metallic: float | None = None,
        specular: float | None = None,
    ) -> Material:
        """Set the surface's main inputs and hand out the material."""
        inputs = {
            "Base Color": base,
            "Roughness": roughness,
            "Metallic": metallic,
            "Specular IOR Level": specular,
        }
        for name, value in inputs.items():
            if value is not None:
                self.link(value, self.surface.inputs[name])
        return self.material
