"""EfficientNet-Lite2: from the checkpoint's names to the tensors that the numpy network wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Weights = Mapping[str, NDArray[Any]]

# Batch normalisation's epsilon in the published network.
_EPSILON = np.float32(1e-3)
# The stride of each stage's first block, from the EfficientNet-B0 table (Tan and Le, 2019).
_STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)


def convert(state: Weights) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Fold batch normalisation, lay matrices out as (in, out), and halve the precision of weights.

    Half precision moves a photo's features by a cosine of less than 1e-4; biases stay single.
    """
    folded: dict[str, FloatArray] = {}
    weight, bias = _fold(state, "_conv_stem", "_bn0")
    # (out, in, row, column) to the order of gathered patches: row, column, in.
    folded["stem.weight"] = weight.transpose(2, 3, 1, 0).reshape(27, -1)
    folded["stem.bias"] = bias
    strides: list[int] = []
    channels: int | None = None
    stage = -1
    while f"_blocks.{len(strides)}._project_conv.weight" in state:
        source, target = f"_blocks.{len(strides)}.", f"block{len(strides):02}."
        channels_out = state[source + "_project_conv.weight"].shape[0]
        starts_stage = channels_out != channels
        stage, channels = stage + starts_stage, channels_out
        strides.append(_STAGE_STRIDES[stage] if starts_stage else 1)
        _convert_block(state, source, target, folded)
    weight, bias = _fold(state, "_conv_head", "_bn1")
    folded["head.weight"], folded["head.bias"] = weight[:, :, 0, 0].T, bias
    folded["classifier.weight"], folded["classifier.bias"] = state["_fc.weight"].T, state["_fc.bias"]
    tensors = {name: _stored(name, tensor) for name, tensor in folded.items()}
    return tensors, {"strides": ",".join(map(str, strides))}


def _convert_block(state: Weights, source: str, target: str, folded: dict[str, FloatArray]) -> None:
    if f"{source}_expand_conv.weight" in state:
        weight, bias = _fold(state, f"{source}_expand_conv", f"{source}_bn0")
        folded[f"{target}expand.weight"], folded[f"{target}expand.bias"] = weight[:, :, 0, 0].T, bias
    weight, bias = _fold(state, f"{source}_depthwise_conv", f"{source}_bn1")
    folded[f"{target}depthwise.weight"] = weight[:, 0].transpose(1, 2, 0)
    folded[f"{target}depthwise.bias"] = bias
    weight, bias = _fold(state, f"{source}_project_conv", f"{source}_bn2")
    folded[f"{target}project.weight"], folded[f"{target}project.bias"] = weight[:, :, 0, 0].T, bias


def _fold(state: Weights, convolution: str, normalisation: str) -> tuple[FloatArray, FloatArray]:
    """The convolution that does both: scale = gamma / sqrt(variance + eps)."""
    scale = state[f"{normalisation}.weight"] / np.sqrt(state[f"{normalisation}.running_var"] + _EPSILON)
    weight = state[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = state[f"{normalisation}.bias"] - scale * state[f"{normalisation}.running_mean"]
    return weight.astype(np.float32), bias.astype(np.float32)


def _stored(name: str, tensor: FloatArray) -> NDArray[Any]:
    return tensor.astype(np.float16 if name.endswith(".weight") else np.float32)
