"""Command line: `python -m tools.render --models DIR --out DIR [SCENE ...]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import bpy

from . import credits
from .catalogue import Model, read_catalogue, unpack
from .development import develop, render
from .furniture import Furniture
from .homes import SCENES
from .shader import forget_scene

PREVIEW_WIDTH, PREVIEW_SAMPLES = 384, 24
FINAL_WIDTH, FINAL_SAMPLES = 768, 32


def main() -> None:
    """Render the named scenes (all by default) and, if all models are known, write the credits."""
    args = _arguments()
    if args.archives:
        unpack(args.archives, args.models)
    catalogue = read_catalogue(args.models)
    records = args.work / "models_used"
    records.mkdir(parents=True, exist_ok=True)
    for name in args.scenes or SCENES:
        exr = (args.work / f"{name.replace('/', '_')}.exr").resolve()
        if not args.develop_only:
            used = _render(name, catalogue, exr, args.width, args.samples)
            record = records / f"{name.replace('/', '__')}.json"
            record.write_text(json.dumps(sorted(used)), encoding="utf-8")
        target = (args.out / f"{name}.jpg").resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        develop(exr, target, SCENES[name].brightness, SCENES[name].white_balance)
    if args.credits:
        credits.write(catalogue, records, args.out / "CREDITS.md")


def _render(name: str, catalogue: Mapping[str, Model], exr: Path, width: int, samples: int) -> set[str]:
    """Build a scene from nothing and render it in the shape 3:2; returns the keys of the models in it."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    forget_scene()
    furniture = Furniture(catalogue)
    SCENES[name].build(furniture)
    seconds = render(exr, width, width * 2 // 3, samples)
    print(f"{name}: {seconds:.0f} s", flush=True)
    return furniture.used


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.render", description=__doc__)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="one or more of: " + ", ".join(SCENES))
    parser.add_argument("--models", type=Path, required=True, help="folder with the unpacked furniture packs")
    parser.add_argument("--archives", type=Path, help="folder with the .sh3f archives, to be unpacked into --models")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--work", type=Path, default=Path("data/render/work"), help="folder for intermediate files")
    parser.add_argument("--width", type=int, default=FINAL_WIDTH, help="width of final pictures in pixels")
    parser.add_argument("--samples", type=int, default=FINAL_SAMPLES, help="samples for each pixel")
    parser.add_argument("--preview", action="store_true", help="small and grainy, a few seconds each")
    parser.add_argument("--develop-only", action="store_true", help="develop the EXR files again, without rendering")
    parser.add_argument("--credits", action="store_true", help="write CREDITS.md from the models used so far")
    args = parser.parse_args()
    if args.preview:
        args.width, args.samples = PREVIEW_WIDTH, PREVIEW_SAMPLES
    unknown = [name for name in args.scenes if name not in SCENES]
    if unknown:
        parser.error("unknown scene: " + ", ".join(unknown))
    return args


if __name__ == "__main__":
    main()
