"""Loads furniture models into the scene: repairs their materials, scales them to catalogue size, places them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

from .catalogue import Model
from .geometry import add_object, bevel
from .materials import plain
from .shader import Material, srgb_to_linear

Paint = Mapping[str, "Material | str"]
"""New materials by part of the old material's name ('*' for all); a string is a plain '#rrggbb'."""

METAL_WORDS = ("metal", "chrome", "steel", "alu", "inox", "tap", "faucet")
OBJ_TO_BLENDER = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))
# Where a model's texture image is missing, Blender would show magenta.
UNTEXTURED = {"beige": (0.72, 0.66, 0.55, 1), "wood": (0.35, 0.24, 0.15, 1)}


class Furniture:
    """Places catalogue models and remembers which were used. Unturned models face -y (towards the viewer)."""

    def __init__(self, catalogue: Mapping[str, Model]) -> None:
        self.catalogue = catalogue
        self.used: set[str] = set()
        self._meshes: dict[str, bpy.types.Mesh] = {}

    def place(
        self,
        key: str,
        x: float,
        y: float,
        z: float = 0.0,
        turn: float = 0.0,
        *,
        scale: float = 1.0,
        size: tuple[float | None, float | None, float | None] | None = None,
        paint: Paint | None = None,
        rounded: float = 0.0,
    ) -> bpy.types.Object:
        """Stand a model on (x, y, z), turned by `turn` degrees; `size` overrides catalogue sizes in metres."""
        model = self.catalogue[key]
        data = self._mesh(model)
        self.used.add(key)
        if paint:
            data = _repainted(data, paint)
        thing = add_object(data, key)
        thing.location = (x, y, z)
        thing.rotation_euler = (0, 0, math.radians(turn))
        wanted = size or (None, None, None)
        thing.scale = [scale if new is None else new / old for new, old in zip(wanted, model.size, strict=True)]
        return bevel(thing, rounded, 2) if rounded else thing

    def material_names(self, key: str) -> list[str]:
        """Names a `paint` may refer to."""
        return [material.name for material in self._mesh(self.catalogue[key]).materials if material]

    def _mesh(self, model: Model) -> bpy.types.Mesh:
        if model.key not in self._meshes:
            self._meshes[model.key] = _import(model)
        return self._meshes[model.key]


def _repainted(data: bpy.types.Mesh, paint: Paint) -> bpy.types.Mesh:
    copy = data.copy()
    for slot, material in enumerate(copy.materials):
        for part, new in paint.items():
            if material and (part == "*" or part.lower() in material.name.lower()):
                copy.materials[slot] = plain(new) if isinstance(new, str) else new
                break
    return copy


def _import(model: Model) -> bpy.types.Mesh:
    """Import an OBJ file as one mesh: upright, at catalogue size, its base centred on the origin."""
    before = set(bpy.data.objects)
    bpy.ops.wm.obj_import(
        filepath=str(model.path),
        forward_axis="NEGATIVE_Z",
        up_axis="Y",
        use_split_objects=False,
        use_split_groups=False,
        validate_meshes=True,
    )
    imported = [thing for thing in bpy.data.objects if thing not in before and thing.type == "MESH"]
    data, placement = imported[0].data, imported[0].matrix_world.copy()
    if model.rotation:
        rows = [model.rotation[i : i + 3] for i in (0, 3, 6)]
        placement = OBJ_TO_BLENDER @ Matrix(rows).to_4x4() @ OBJ_TO_BLENDER.inverted() @ placement
    data.transform(placement)
    for thing in imported:
        bpy.data.objects.remove(thing)
    low = Vector([min(vertex.co[axis] for vertex in data.vertices) for axis in range(3)])
    high = Vector([max(vertex.co[axis] for vertex in data.vertices) for axis in range(3)])
    extent = high - low
    factors = [wanted / length if length > 1e-9 else 1 for wanted, length in zip(model.size, extent, strict=True)]
    centre = Vector(((low.x + high.x) / 2, (low.y + high.y) / 2, low.z))
    data.transform(Matrix.Diagonal([*factors, 1]) @ Matrix.Translation(-centre))
    for material in data.materials:
        if material and material.use_nodes:
            _repair(material)
    return data


def _repair(material: Material) -> None:
    """Turn what the OBJ importer made into a plausible physical material."""
    surface = material.node_tree.nodes.get("Principled BSDF")
    if surface is None or material.get("repaired"):
        return
    material["repaired"] = True
    inputs, name = surface.inputs, material.name.lower()
    base, alpha = inputs["Base Color"], inputs["Alpha"]
    _drop_missing_image(material, surface)
    if not base.is_linked:  # colours in MTL files are sRGB, and pure white is brighter than any paint
        base.default_value = (*(min(srgb_to_linear(value), 0.82) for value in base.default_value[:3]), 1)
    inputs["Roughness"].default_value = min(max(inputs["Roughness"].default_value, 0.22), 0.65)
    inputs["Specular IOR Level"].default_value = 0.45
    inputs["Metallic"].default_value = 0
    inputs["Emission Strength"].default_value = 0
    if not alpha.is_linked and alpha.default_value < 0.75 and not base.is_linked:  # glass
        inputs["Roughness"].default_value = 0.03
        alpha.default_value = max(0.12, min(alpha.default_value, 0.35))
    if "white" not in name and any(word in name for word in METAL_WORDS) and not base.is_linked:
        inputs["Metallic"].default_value = 1
        inputs["Roughness"].default_value = 0.22
        base.default_value = (0.62, 0.62, 0.62, 1)


def _drop_missing_image(material: Material, surface: bpy.types.ShaderNode) -> None:
    base = surface.inputs["Base Color"]
    if not base.is_linked:
        return
    image = getattr(base.links[0].from_node, "image", None)
    if image is not None and Path(bpy.path.abspath(image.filepath)).exists():
        return
    for name in ("Base Color", "Alpha", "Normal"):
        for link in list(surface.inputs[name].links):
            material.node_tree.links.remove(link)
    words = (value for word, value in UNTEXTURED.items() if word in material.name.lower())
    base.default_value = next(words, (0.6, 0.6, 0.6, 1))
