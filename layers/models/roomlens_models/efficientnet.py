"""EfficientNet-Lite2, forward only, in numpy.

Pictures are laid out height, width, channels. In that layout a 1x1 convolution is one matrix product
over the pixels, and a depthwise convolution is a sum of k*k shifted products. Batch normalisation was
folded into the weights at build time; the activation is ReLU6 and the padding is TensorFlow's "SAME",
as in the network's definition (Liu, "Higher accuracy on vision models with EfficientNet-Lite", 2020).

Two things make it quick on one core. The depthwise sum, its activation and the projection after it
go over a strip of rows at a time, which stays in the core's cache. And a tap's weights are repeated
for a whole row of pixels, so that numpy's inner loop is as long as the row.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from roomlens_models.tensorfile import Tensor, read_tensors

FloatArray = NDArray[np.float32]
UInt8Array = NDArray[np.uint8]

INPUT_SIZE = 260
# Pixel values are brought to about -1..1 with these, as in the training of the published weights.
PIXEL_MEAN = 127.0
PIXEL_SCALE = 128.0
# Bytes of one strip of rows: small enough for the cache, large enough that numpy's cost per call does
# not show. Of 64 kB to 4 MB, 1 MB and more were the fastest.
_STRIP_BYTES = 1 << 20


@dataclass(frozen=True)
class Classification:
    """What the network says of one picture."""

    features: FloatArray  # (1280,), the averaged last layer
    logits: FloatArray  # (1000,), one per ImageNet class

    def probabilities(self) -> FloatArray:
        """The logits as shares that sum to one, shape (1000,)."""
        shares = np.exp(self.logits - self.logits.max())
        return np.asarray(shares / shares.sum(), np.float32)


class _Matrix(NamedTuple):
    """A 1x1 convolution, or the last layer."""

    weight: FloatArray  # (in, out)
    bias: FloatArray  # (out,)


@dataclass(frozen=True)
class _Block:
    """One inverted residual block: expand (absent in the first), depthwise, project."""

    expand: _Matrix | None
    kernel: FloatArray  # (k, k, channels)
    kernel_bias: FloatArray  # (channels,)
    project: _Matrix
    stride: int

    @property
    def keeps_shape(self) -> bool:
        channels_in = self.kernel.shape[2] if self.expand is None else self.expand.weight.shape[0]
        return self.stride == 1 and channels_in == self.project.weight.shape[1]


class _Scratch(threading.local):
    """Buffers that one thread uses again and again, so that no page is fetched twice."""

    def __init__(self) -> None:
        self.buffers: dict[str, FloatArray] = {}

    def take(self, name: str, *shape: int) -> FloatArray:
        """An uninitialised array; it is overwritten by the next call with the same name."""
        size = int(np.prod(shape))
        buffer = self.buffers.get(name)
        if buffer is None or buffer.size < size:
            buffer = self.buffers[name] = np.empty(size, np.float32)
        return buffer[:size].reshape(shape)


class EfficientNet:
    """The network with its weights. Safe to call from several threads at once."""

    def __init__(self, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
        weights = {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}
        self._stem = _matrix(weights, "stem")
        self._head = _matrix(weights, "head")
        self._classifier = _matrix(weights, "classifier")
        strides = [int(stride) for stride in metadata["strides"].split(",")]
        self._blocks = [_block(weights, f"block{i:02}", stride) for i, stride in enumerate(strides)]
        self._scratch = _Scratch()

    @classmethod
    def load(cls, path: Path) -> EfficientNet:
        """Read the weights file that ``tools.build_models`` wrote."""
        file = read_tensors(path)
        return cls(file.tensors, file.metadata)

    def __call__(self, picture: UInt8Array) -> Classification:
        """Classify one picture.

        Args:
            picture: (height, width, 3) uint8 sRGB; the published network sees 260 x 260.

        Raises:
            ValueError: another shape or type.
        """
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise ValueError(f"expected (height, width, 3) uint8, got {picture.shape} {picture.dtype}")
        x = self._run_stem((picture.astype(np.float32) - PIXEL_MEAN) / PIXEL_SCALE)
        for block in self._blocks:
            y = self._run_block(x, block)
            x = x + y if block.keeps_shape else y
        pixels = x.reshape(-1, x.shape[2])
        features = _relu6(pixels @ self._head.weight + self._head.bias).mean(0)
        logits = features @ self._classifier.weight + self._classifier.bias
        return Classification(features, logits)

    def _run_stem(self, x: FloatArray) -> FloatArray:
        """The one full convolution, 3x3 with stride 2: gather the patches, then one product."""
        height, width = _halved(x.shape[0]), _halved(x.shape[1])
        padded = np.pad(x, (_same_padding(x.shape[0], 3, 2), _same_padding(x.shape[1], 3, 2), (0, 0)))
        patches = np.empty((height, width, 27), np.float32)
        for i in range(3):
            for j in range(3):
                start = 3 * (3 * i + j)
                patches[..., start : start + 3] = padded[i::2, j::2][:height, :width]
        pixels = _relu6(patches.reshape(-1, 27) @ self._stem.weight + self._stem.bias)
        return pixels.reshape(height, width, -1)

    def _run_block(self, x: FloatArray, block: _Block) -> FloatArray:
        height, width, stride = x.shape[0], x.shape[1], block.stride
        size = block.kernel.shape[0]
        top, bottom = _same_padding(height, size, stride)
        left, right = _same_padding(width, size, stride)
        channels = block.kernel.shape[2]
        padded = self._scratch.take("padded", height + top + bottom, width + left + right, channels)
        padded[:top], padded[top + height :], padded[:, :left], padded[:, left + width :] = 0, 0, 0, 0
        inside = padded[top : top + height, left : left + width]
        if block.expand is None:
            inside[:] = x
        else:
            weight, bias = block.expand
            expanded = self._scratch.take("expanded", height * width, channels)
            np.matmul(x.reshape(-1, x.shape[2]), weight, out=expanded)
            np.add(expanded, bias, out=expanded)
            np.clip(expanded.reshape(height, width, channels), 0, 6, out=inside)
        return self._depthwise_and_project(padded, block, (-(-height // stride), -(-width // stride)))

    def _depthwise_and_project(self, padded: FloatArray, block: _Block, out_shape: tuple[int, int]) -> FloatArray:
        """Strip by strip: k*k shifted products, activate, project.

        Args:
            padded: (rows, columns, channels), activated and framed with zeros.
            out_shape: rows and columns of the result.
        """
        height, width = out_shape
        channels, stride, size = padded.shape[2], block.stride, block.kernel.shape[0]
        out = np.empty((height, width, block.project.weight.shape[1]), np.float32)
        rows = min(height, max(1, _STRIP_BYTES // (4 * width * channels)))
        # One tap's weights for a whole row of pixels: numpy then runs over the row in one go, where a
        # (channels,) operand would make it start anew at every pixel.
        taps = self._scratch.take("taps", size, size, width, channels)
        taps[:] = block.kernel[:, :, None, :]
        total = self._scratch.take("total", rows, width * channels)
        product = self._scratch.take("product", rows, width * channels)
        biases = np.tile(block.kernel_bias, width)
        for first in range(0, height, rows):
            count = min(rows, height - first)
            window = padded[first * stride : (first + count - 1) * stride + size]
            strip, part = total[:count], product[:count]
            strip[:] = biases
            for i, j, shifted in self._shifted(window, size, stride, (count, width)):
                np.multiply(shifted, taps[i, j].reshape(-1), out=part)
                np.add(strip, part, out=strip)
            target = out[first : first + count].reshape(count * width, -1)
            np.matmul(_relu6(strip).reshape(-1, channels), block.project.weight, out=target)
            np.add(target, block.project.bias, out=target)
        return out

    def _shifted(
        self, window: FloatArray, size: int, stride: int, out_shape: tuple[int, int]
    ) -> Iterator[tuple[int, int, FloatArray]]:
        """The window as each tap of the kernel sees it, shape (rows, columns * channels).

        With a stride, the columns of one phase are gathered first, so that what a tap sees is
        contiguous along a row there too.
        """
        rows, columns = out_shape
        channels = window.shape[2]
        for phase in range(stride):
            view = window
            if stride > 1:
                gathered = window[:, phase::stride]
                view = self._scratch.take("phase", *gathered.shape)
                view[:] = gathered
            flat = view.reshape(view.shape[0], -1)
            for i in range(size):
                lines = flat[i : i + (rows - 1) * stride + 1 : stride]
                for j in range(phase, size, stride):
                    start = j // stride * channels
                    yield i, j, lines[:, start : start + columns * channels]


def _relu6(x: FloatArray) -> FloatArray:
    """Clip to 0..6 in place."""
    return np.clip(x, 0, 6, out=x)


def _halved(length: int) -> int:
    return -(-length // 2)


def _same_padding(length: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "SAME": the output has ceil(length / stride) entries, the odd zero goes last."""
    total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2


def _matrix(weights: Mapping[str, FloatArray], name: str) -> _Matrix:
    return _Matrix(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _block(weights: Mapping[str, FloatArray], name: str, stride: int) -> _Block:
    return _Block(
        expand=_matrix(weights, f"{name}.expand") if f"{name}.expand.weight" in weights else None,
        kernel=weights[f"{name}.depthwise.weight"],
        kernel_bias=weights[f"{name}.depthwise.bias"],
        project=_matrix(weights, f"{name}.project"),
        stride=stride,
    )
