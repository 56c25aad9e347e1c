"""What would be deployed: the template is valid, it builds without a container, and it fits into Lambda."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from rig.stack import Stack
from rig.template import load_stack

# The build downloads what the layers hold; any of these tests may be the one that waits for it.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "python"
# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB unzipped, layers included
LIMIT = 250 * 2**20
# What a built function sees besides its own code and layers: boto3, which comes with the runtime. Not imported here.
LOOK = """
import sys
sys.path[:0] = sys.argv[1:]
import numpy
from roomlens.text import text_embedder
from roomlens.vision import photo_analyzer
rows, columns = numpy.mgrid[0:240, 0:320]
picture = numpy.stack([rows % 256, columns % 256, (rows + columns) % 256], axis=-1).astype("uint8")
seen = photo_analyzer().analyze(picture)
print(seen.image_vector.shape, text_embedder().embed(["a kitchen"]).shape, numpy.__file__)
"""


def sam(*arguments: str) -> str:
    """Runs the SAM CLI; its output. Fails when the command fails, or when `make` has not put it there."""
    assert SAM.exists(), "the SAM CLI is missing: run the tests by `make test`, which installs it into .venv-sam"
    environment: Mapping[str, str] = {
        **os.environ,
        "PATH": f"{SAM.parent}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(
        [str(SAM), "-m", "samcli", *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack of the built template: its paths lead to what would be uploaded."""
    folder = tmp_path_factory.mktemp("sam") / "build"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    sam("build", "--build-dir", str(folder), "--parameter-overrides", f"PythonRuntime={runtime}")
    return load_stack(folder / "template.yaml")


def test_the_template_is_valid() -> None:
    assert "is a valid SAM Template" in sam("validate", "--lint")


def test_every_function_with_its_layers_fits_into_lambda(
    built: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = {
        name: sum(size(folder) for folder in (function.code, *function.layers))
        for name, function in built.functions.items()
    }
    with capsys.disabled():
        for name, total in sorted(sizes.items()):
            print(f"\n  {name:24} {total / 2**20:6.1f} MB unzipped", end="")  # noqa: T201 - for people
    assert sizes
    assert {name: total for name, total in sizes.items() if total >= LIMIT} == {}


def test_a_built_function_analyses_a_photo_with_nothing_but_its_layers(built: Stack) -> None:
    function = built.functions["InferenceFunction"]
    folders = [str(function.code), *(str(layer / "python") for layer in function.layers)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOOK, *folders], env={}, text=True, capture_output=True, cwd="/"
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("(768,) (1, 1536)")
    assert "site-packages" not in done.stdout


def test_the_built_layer_holds_the_weights(built: Stack) -> None:
    layers = {layer for function in built.functions.values() for layer in function.layers}
    weights = [path for layer in layers for path in layer.glob("python/roomlens_models/weights/*")]
    assert sum(path.stat().st_size for path in weights) > 10 * 2**20
