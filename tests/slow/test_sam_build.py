"""What would be deployed: the template is valid, it builds without a container, and it fits into Lambda."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rig.stack import Stack
from rig.template import load_stack
from tools.check_cloud.building import LIMIT, sizes, table
from tools.check_cloud.sam import build, sam
from tools.sbom.__main__ import checked, invalid, write
from tools.sbom.found import Found, found

# The build downloads what the layers hold; any of these tests may be the one that waits for it.
pytestmark = pytest.mark.timeout(600)

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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack of the built template: its paths lead to what would be uploaded."""
    return load_stack(build(tmp_path_factory.mktemp("sam") / "build"))


@pytest.fixture(scope="module")
def packages(built: Stack) -> list[Found]:
    return found(built.path.parent)


def test_the_template_is_valid() -> None:
    assert "is a valid SAM Template" in sam("validate", "--lint")


def test_every_function_with_its_layers_fits_into_lambda(
    built: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = sizes(built)
    with capsys.disabled():
        print(f"\n{table(measured)}", end="")  # noqa: T201 - for people
    assert measured
    assert {name: total for name, total in measured.items() if total >= LIMIT} == {}


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


def test_every_file_of_a_package_in_the_build_is_the_locked_one_and_the_bill_lists_every_package(
    built: Stack, packages: list[Found], tmp_path: Path
) -> None:
    folder = built.path.parent
    digests = checked(packages)
    bill = write(packages, digests, tmp_path / "sbom.cdx.json")
    listed = {one["purl"]: one for one in bill["components"]}
    installed = {path.parent.relative_to(folder).parts[0] for path in folder.glob("**/*.dist-info")}
    assert installed == {item.part for item in packages}
    assert len(list(folder.glob("**/*.dist-info"))) == len(packages)
    assert {item.purl for item in packages} <= set(listed)
    assert all(listed[item.purl]["licenses"] and listed[item.purl]["hashes"] for item in packages)
    assert {item.name for item in packages} >= {"numpy", "pillow", "fastapi", "sqlalchemy", "alembic"}


def test_the_bill_is_valid_by_the_schema_of_cyclonedx(packages: list[Found], tmp_path: Path) -> None:
    path = tmp_path / "sbom.cdx.json"
    bill = write(packages, {}, path)
    assert invalid(path) == ""
    path.write_text(json.dumps(bill | {"components": [{"name": "without a type"}]}))
    assert "type" in invalid(path)

