"""The network in numpy against the same sums written out one by one."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from roomlens_models import efficientnet
from roomlens_models.efficientnet import EfficientNet
from roomlens_models.tensorfile import Tensor
from tests.unit.models.tiny import BLOCKS, METADATA, vision_tensors

Array = NDArray[np.float64]


@pytest.fixture
def network() -> EfficientNet:
    return EfficientNet(vision_tensors(), METADATA)


def picture(seed: int, height: int = 37, width: int = 30) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def convolved(x: Array, kernel: Array, stride: int) -> Array:
    """Pixel by pixel; `kernel` maps the (k, k, channels) patch at a pixel to the output channels."""
    size, height, width = kernel.shape[0], -(-x.shape[0] // stride), -(-x.shape[1] // stride)
    frames = [max((n - 1) * stride + size - old, 0) for n, old in zip((height, width), x.shape, strict=False)]
    padded = np.pad(x, [(frame // 2, frame - frame // 2) for frame in frames] + [(0, 0)])
    depthwise = kernel.ndim == 3
    out = np.empty((height, width, kernel.shape[-1]))
    for row in range(height):
        for column in range(width):
            patch = padded[row * stride : row * stride + size, column * stride : column * stride + size]
            product = patch * kernel if depthwise else patch[..., None] * kernel
            out[row, column] = product.sum((0, 1) if depthwise else (0, 1, 2))
    return out


def written_out(tensors: dict[str, Tensor], image: NDArray[np.uint8]) -> tuple[Array, Array]:
    """Features and logits by the definition."""
    weights = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}

    def relu6(x: Array) -> Array:
        return np.clip(x, 0, 6)

    x = (image.astype(np.float64) - 127) / 128
    x = relu6(convolved(x, weights["stem.weight"].reshape(3, 3, 3, -1), 2) + weights["stem.bias"])
    for name, channels_in, expanded, out, _, stride in BLOCKS:
        y = relu6(x @ weights[f"{name}.expand.weight"] + weights[f"{name}.expand.bias"]) if expanded else x
        y = relu6(convolved(y, weights[f"{name}.depthwise.weight"], stride) + weights[f"{name}.depthwise.bias"])
        y = y @ weights[f"{name}.project.weight"] + weights[f"{name}.project.bias"]
        x = x + y if stride == 1 and channels_in == out else y
    features = relu6(x @ weights["head.weight"] + weights["head.bias"]).mean((0, 1))
    return features, features @ weights["classifier.weight"] + weights["classifier.bias"]


@pytest.mark.parametrize("strip_bytes", [1, 3000, 1 << 20])
@pytest.mark.parametrize("shape", [(37, 30), (16, 16), (9, 50)])
def test_it_computes_what_the_definition_says(
    strip_bytes: int, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(efficientnet, "_STRIP_BYTES", strip_bytes)
    image = picture(1, *shape)
    features, logits = written_out(vision_tensors(), image)
    seen = EfficientNet(vision_tensors(), METADATA)(image)
    np.testing.assert_allclose(seen.features, features, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(seen.logits, logits, rtol=1e-4, atol=1e-4)


def test_a_result_is_not_touched_by_the_next_picture(network: EfficientNet) -> None:
    first = network(picture(1))
    kept = first.features.copy(), first.logits.copy()
    network(picture(2))
    np.testing.assert_array_equal(first.features, kept[0])
    np.testing.assert_array_equal(first.logits, kept[1])


def test_threads_do_not_disturb_one_another(network: EfficientNet) -> None:
    pictures = [picture(seed, 20 + seed % 5, 40 - seed % 7) for seed in range(40)]
    expected = [network(image).logits for image in pictures]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda image: network(image).logits, pictures))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_probabilities_sum_to_one_and_keep_the_order(network: EfficientNet) -> None:
    seen = network(picture(3))
    shares = seen.probabilities()
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert shares.argmax() == seen.logits.argmax()


@pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4), (1, 10, 10, 3)])
def test_another_shape_is_refused(network: EfficientNet, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="uint8"):
        network(np.zeros(shape, np.uint8))


def test_another_type_is_refused(network: EfficientNet) -> None:
    with pytest.raises(ValueError, match="uint8"):
        network(np.zeros((10, 10, 3), np.float32))  # type: ignore[arg-type]
