"""Renders the current scene to an EXR file and develops it to a JPEG as a camera would."""

from __future__ import annotations

import math
import time
from pathlib import Path

import bpy
import numpy as np

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
LOOK = "AgX - Medium High Contrast"
COMMENT, START_OF_SCAN = 0xFE, 0xDA  # JPEG segment markers


def render(target: Path, width: int, height: int, samples: int) -> float:
    """Path-trace the scene into an EXR file; returns the seconds taken."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device, cycles.samples = "CPU", samples
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.03
    cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 8, 5, 4
    cycles.transmission_bounces, cycles.transparent_max_bounces = 8, 16
    cycles.sample_clamp_indirect, cycles.blur_glossy = 6, 0.5
    cycles.caustics_reflective = cycles.caustics_refractive = False
    settings = scene.render
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = width, height, 100
    settings.image_settings.file_format, settings.image_settings.color_depth = "OPEN_EXR", "16"
    settings.filepath = str(target)
    started = time.monotonic()
    bpy.ops.render.render(write_still=True)
    return time.monotonic() - started


def develop(source: Path, target: Path, brightness: float, white_balance: float, quality: int = 90) -> None:
    """Balance, expose and tone an EXR file.

    `brightness` sets the level the log-average luminance is exposed to; `white_balance` says how far
    (0..1) the picture's average colour is pulled to grey.
    """
    image = bpy.data.images.load(str(source), check_existing=False)
    pixels = np.array(image.pixels[:], np.float32).reshape(-1, 4)
    average = np.exp(np.log(np.maximum(pixels[:, :3], 1e-4)).mean(0))
    pixels[:, :3] *= (average.mean() / average) ** white_balance
    image.pixels = pixels.ravel().tolist()
    luminance = np.maximum(pixels[:, :3] @ LUMINANCE, 1e-5)
    scene = bpy.context.scene
    view = scene.view_settings
    view.view_transform, view.look = "AgX", LOOK
    view.exposure = math.log2(0.524 * brightness / math.exp(float(np.log(luminance).mean())))
    scene.render.image_settings.file_format = "JPEG"
    scene.render.image_settings.quality = quality
    image.save_render(str(target), scene=scene)
    bpy.data.images.remove(image)
    strip_comments(target)


def strip_comments(picture: Path) -> None:
    """Remove the comment segments Blender writes into a JPEG (dates, timings, file names)."""
    data = picture.read_bytes()
    kept, position = bytearray(data[:2]), 2
    while data[position + 1] != START_OF_SCAN:
        length = 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if data[position + 1] != COMMENT:
            kept += data[position : position + length]
        position += length
    picture.write_bytes(bytes(kept) + data[position:])
