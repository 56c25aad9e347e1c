"""Procedural materials for interiors. Lengths are metres, colours '#rrggbb' in sRGB."""

from __future__ import annotations

from .shader import BLACK, WHITE, Material, Shader, colour, darker, grey, once_per_scene


@once_per_scene
def plain(hex_code: str, roughness: float = 0.4, metallic: float = 0.0) -> Material:
    """One even colour."""
    return Shader("plain").finish(colour(hex_code), roughness, metallic, 0.5)


@once_per_scene
def steel(hex_code: str = "#b9b9b9", roughness: float = 0.25) -> Material:
    """Metal."""
    return plain(hex_code, roughness, 1.0)


@once_per_scene
def wall_paint(hex_code: str, roughness: float = 0.55) -> Material:
    """Rolled wall paint: a faint texture and a faint unevenness of tone."""
    shader = Shader("wall paint")
    position = shader.object_coordinates()
    shader.bump(shader.noise(position, scale=90.0, detail=4.0), 0.06, 0.004)
    tone = colour(hex_code)
    cloud = shader.noise(position, scale=1.3, detail=3.0)
    return shader.finish(shader.ramp(cloud, [(0.35, darker(tone, 0.93)), (0.65, tone)]), roughness)


@once_per_scene
def stained_paint(hex_code: str, stain: str) -> Material:
    """Old paint: yellowed patches and grime that grows towards the ceiling and the floor."""
    shader = Shader("stained paint")
    position = shader.object_coordinates()
    shader.bump(shader.noise(position, scale=45.0, detail=6.0), 0.12, 0.006)
    patches = shader.noise(position, scale=2.1, detail=9.0, roughness=0.68)
    streaks = shader.noise(shader.object_coordinates((9.0, 9.0, 0.7)), scale=1.0, detail=5.0)
    base = shader.ramp(patches, [(0.38, colour(stain)), (0.6, colour(hex_code))])
    dirt = shader.ramp(streaks, [(0.32, grey(0.72)), (0.55, WHITE)])
    return shader.finish(shader.mix(base, dirt, 0.55, "MULTIPLY"), 0.7)


@once_per_scene
def wood_floor(
    light: str,
    dark: str,
    plank: tuple[float, float] = (1.4, 0.13),
    roughness: float = 0.35,
    turn: float = 0.0,
) -> Material:
    """Staggered planks between two tones, with grain along the plank and fine gaps."""
    shader = Shader("wood floor")
    position = shader.object_coordinates(turn_degrees=turn)
    planks = shader.bricks(
        position,
        plank,
        0.0016,
        mortar_smooth=0.2,
        offset=0.37,
        offset_frequency=2,
        color1=BLACK,
        color2=WHITE,
        mortar=grey(0.5),
    )
    base = shader.ramp(planks.outputs["Color"], [(0, colour(light)), (1, colour(dark))])
    shifted = shader.node("VectorMath", operation="MULTIPLY_ADD")
    shader.link(planks.outputs["Color"], shifted.inputs[0])
    shifted.inputs[1].default_value = (37, 11, 5)
    shader.link(shader.object_coordinates((2.2, 38, 1), source=position), shifted.inputs[2])
    grain = shader.noise(shifted.outputs["Vector"], scale=1.0, detail=8.0, roughness=0.65, distortion=0.6)
    shade = shader.ramp(grain, [(0.3, (0.52, 0.46, 0.42, 1)), (0.55, WHITE)])
    tone = shader.mix(base, shade, 0.75, "MULTIPLY")
    tone = shader.mix(tone, (0.03, 0.02, 0.012, 1), planks.outputs["Fac"])
    shader.bump(shader.math("SUBTRACT", grain, planks.outputs["Fac"]), 0.12, 0.004)
    gloss = shader.ramp(grain, [(0.3, grey(roughness + 0.15)), (0.7, grey(roughness))])
    return shader.finish(tone, gloss)


@once_per_scene
def wood(light: str = "#a9764a", dark: str = "#7c4f2b", grain_axis: str = "x", roughness: float = 0.42) -> Material:
    """Solid wood with its grain along one axis."""
    stretch = {"x": (1.5, 26, 26), "y": (26, 1.5, 26), "z": (26, 26, 1.5)}[grain_axis]
    shader = Shader("wood")
    grain = shader.noise(shader.object_coordinates(stretch), scale=1.0, detail=7.0, roughness=0.62, distortion=0.9)
    shader.bump(grain, 0.05, 0.002)
    return shader.finish(shader.ramp(grain, [(0.32, colour(dark)), (0.62, colour(light))]), roughness)


@once_per_scene
def tiles(
    face: str,
    grout: str,
    size: tuple[float, float] = (0.3, 0.3),
    plane: str = "xy",
    second: str | None = None,
    variation: float = 0.06,
    roughness: float = 0.18,
    stagger: float = 0.0,
    joint: float = 0.003,
    grime: float = 0.9,
) -> Material:
    """Ceramic tiles; `stagger` 0.5 makes a running bond, a lower `grime` makes an older floor."""
    shader = Shader("tiles")
    position = shader.plane_coordinates(plane)
    other = colour(second) if second else darker(colour(face), 1 - variation)
    bricks = shader.bricks(
        position,
        size,
        joint,
        mortar_smooth=0.1,
        offset=stagger,
        color1=colour(face),
        color2=other,
        mortar=colour(grout),
    )
    cloud = shader.ramp(shader.noise(position, scale=5.0, detail=5.0), [(0.3, grey(grime)), (0.7, WHITE)])
    shader.bump(shader.math("SUBTRACT", 1.0, bricks.outputs["Fac"]), 0.5, 0.002)
    gloss = shader.ramp(bricks.outputs["Fac"], [(0, grey(roughness)), (1, grey(0.8))])
    return shader.finish(shader.mix(bricks.outputs["Color"], cloud, 0.6, "MULTIPLY"), gloss)


@once_per_scene
def stone(dark: str, light: str, roughness: float = 0.18, scale: float = 60.0) -> Material:
    """Speckled stone, asphalt or concrete, by scale and roughness."""
    shader = Shader("stone")
    speckle = shader.noise(shader.object_coordinates(), scale=scale, detail=10.0, roughness=0.75)
    return shader.finish(shader.ramp(speckle, [(0.38, colour(dark)), (0.62, colour(light))]), roughness)


@once_per_scene
def fabric(hex_code: str, scale: float = 260.0, relief: float = 0.35, roughness: float = 0.9) -> Material:
    """Woven cloth; a smaller `scale` with more `relief` reads as a rug or a towel."""
    shader = Shader("fabric")
    position = shader.object_coordinates()
    weave = shader.noise(position, scale=scale, detail=2.0)
    cloud = shader.noise(position, scale=7.0, detail=4.0)
    tone = colour(hex_code)
    shader.bump(weave, relief, 0.003)
    base = shader.ramp(cloud, [(0.35, darker(tone, 0.85)), (0.65, tone)])
    threads = shader.ramp(weave, [(0.3, grey(0.8)), (0.7, WHITE)])
    shader.surface.inputs["Sheen Weight"].default_value = 0.25
    return shader.finish(shader.mix(base, threads, 0.6, "MULTIPLY"), roughness, specular=0.2)


@once_per_scene
def striped_fabric(base: str, stripe: str, width: float = 0.12, axis: int = 0) -> Material:
    """Cloth with broad, soft-edged stripes across one axis (0 = x, 1 = y)."""
    shader = Shader("striped fabric")
    split = shader.node("SeparateXYZ")
    shader.link(shader.node("TexCoord").outputs["Object"], split.inputs[0])
    phase = shader.math("FRACT", shader.math("DIVIDE", split.outputs[axis], width * 2))
    stripes = shader.ramp(
        phase, [(0.3, colour(base)), (0.33, colour(stripe)), (0.72, colour(stripe)), (0.75, colour(base))]
    )
    shader.bump(shader.noise(shader.object_coordinates(), scale=220.0, detail=2.0), 0.3, 0.003)
    return shader.finish(stripes, 0.9, specular=0.2)


@once_per_scene
def patchwork(first: str, second: str, seam: str, patch: float = 0.22) -> Material:
    """A quilt: square patches between two tones, each puffed up between stitched seams."""
    shader = Shader("patchwork")
    position = shader.plane_coordinates("xy")
    patches = shader.bricks(
        position,
        (patch, patch),
        0.012,
        mortar_smooth=1.0,
        offset=0.0,
        color1=colour(first),
        color2=colour(second),
        mortar=colour(seam),
    )
    weave = shader.noise(shader.object_coordinates(), scale=240.0, detail=2.0)
    height = shader.math("MULTIPLY_ADD", weave, 0.08, shader.math("SUBTRACT", 1.0, patches.outputs["Fac"]))
    shader.bump(height, 0.8, 0.012)
    return shader.finish(patches.outputs["Color"], 0.9, specular=0.2)


@once_per_scene
def sheer(hex_code: str = "#f6f4ef", opacity: float = 0.55) -> Material:
    """Net curtain or frosted film: part translucent, part see-through."""
    shader = Shader("sheer")
    shader.finish(colour(hex_code), 0.9, specular=0.1)
    translucent = shader.node("BsdfTranslucent")
    translucent.inputs["Color"].default_value = colour(hex_code)
    cloth, whole = shader.node("MixShader"), shader.node("MixShader")
    cloth.inputs[0].default_value, whole.inputs[0].default_value = 0.5, opacity
    shader.link(shader.surface.outputs[0], cloth.inputs[1])
    shader.link(translucent.outputs[0], cloth.inputs[2])
    shader.link(shader.node("BsdfTransparent").outputs[0], whole.inputs[1])
    shader.link(cloth.outputs[0], whole.inputs[2])
    shader.link(whole.outputs[0], shader.output.inputs["Surface"])
    return shader.material


@once_per_scene
def window_glass() -> Material:
    """Clear glass with a mild reflection. (A true Fresnel glass turns black at grazing angles.)"""
    shader = Shader("window glass")
    shader.tree.nodes.remove(shader.surface)
    clear, gloss, mixed = shader.node("BsdfTransparent"), shader.node("BsdfGlossy"), shader.node("MixShader")
    clear.inputs["Color"].default_value = (0.97, 0.985, 0.98, 1)
    gloss.inputs["Roughness"].default_value = 0.0
    facing = shader.node("LayerWeight").outputs["Facing"]
    amount = shader.math("MULTIPLY_ADD", shader.math("POWER", facing, 5.0), 0.5, 0.02)
    for slot, source in enumerate((amount, clear.outputs[0], gloss.outputs[0])):
        shader.link(source, mixed.inputs[slot])
    shader.link(mixed.outputs[0], shader.output.inputs["Surface"])
    return shader.material


@once_per_scene
def glowing(hex_code: str = "#fff1d8", strength: float = 8.0) -> Material:
    """A light bulb or a lamp's face."""
    shader = Shader("glowing")
    shader.surface.inputs["Emission Color"].default_value = colour(hex_code)
    shader.surface.inputs["Emission Strength"].default_value = strength
    return shader.material


@once_per_scene
def mirror() -> Material:
    """A silvered mirror."""
    return Shader("mirror").finish((0.9, 0.92, 0.92, 1), 0.01, 1.0)


@once_per_scene
def painting(seed: int, palette: tuple[str, ...] = ("#20435c", "#d9a05b", "#e9e2d0", "#7a3b2e")) -> Material:
    """An abstract picture: swirls of a few colours."""
    shader = Shader("painting")
    node = shader.node("TexNoise", scale=1.6, detail=2.0, distortion=2.5, noise_dimensions="4D")
    node.inputs["W"].default_value = seed * 3.7
    shader.link(shader.object_coordinates((1.5, 1.5, 1.5)), node.inputs["Vector"])
    stops = [(0.3 + 0.12 * i, colour(code)) for i, code in enumerate(palette)]
    return shader.finish(shader.ramp(node.outputs["Fac"], stops), 0.6)
