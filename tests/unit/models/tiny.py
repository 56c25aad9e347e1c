"""Networks of the real shapes' kind, small and with random weights."""

import numpy as np
from numpy.typing import NDArray

from roomlens_models.tensorfile import Tensor
from roomlens_models.wordpiece import WordPiece

# name, channels in, expanded, out, kernel, stride
BLOCKS = (
    ("block00", 8, 0, 6, 3, 1),
    ("block01", 6, 12, 10, 5, 2),
    ("block02", 10, 20, 10, 3, 1),
    ("block03", 10, 15, 12, 3, 2),
)
METADATA = {"strides": "1,2,1,2"}
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "kitchen", "bed", "bright", "a"]


def vision_tensors(seed: int = 0) -> dict[str, Tensor]:
    random = np.random.default_rng(seed)

    def normal(*shape: int) -> NDArray[np.float32]:
        return random.normal(scale=0.4, size=shape).astype(np.float32)

    tensors = {"stem.weight": normal(27, 8), "stem.bias": normal(8)}
    for name, channels_in, expanded, out, kernel, _ in BLOCKS:
        inner = expanded or channels_in
        if expanded:
            tensors |= {f"{name}.expand.weight": normal(channels_in, inner), f"{name}.expand.bias": normal(inner)}
        tensors |= {
            f"{name}.depthwise.weight": normal(kernel, kernel, inner),
            f"{name}.depthwise.bias": normal(inner),
            f"{name}.project.weight": normal(inner, out),
            f"{name}.project.bias": normal(out),
        }
    tensors |= {"head.weight": normal(12, 1280), "head.bias": normal(1280)}
    tensors |= {"classifier.weight": normal(1280, 1000) / 30, "classifier.bias": normal(1000)}
    return tensors


def text_tensors(seed: int = 0) -> dict[str, Tensor]:
    random = np.random.default_rng(seed)

    def normal(*shape: int) -> NDArray[np.float32]:
        return random.normal(scale=0.05, size=shape).astype(np.float32)

    def norm(name: str) -> dict[str, Tensor]:
        return {f"{name}.gain": 1 + normal(384), f"{name}.bias": normal(384)}

    tensors: dict[str, Tensor] = {
        "words": random.integers(-127, 128, (len(WORDS), 384)).astype(np.int8),
        "words.scale": np.abs(normal(len(WORDS), 1)),
        "positions": normal(256, 384),
        **norm("norm"),
    }
    for index in range(6):
        layer = f"layer{index}"
        shapes = {"attention_in": (1152, 384), "attention_out": (384, 384), "widen": (64, 384), "narrow": (384, 64)}
        for name, (out, into) in shapes.items():
            tensors |= {f"{layer}.{name}.weight": normal(out, into), f"{layer}.{name}.bias": normal(out)}
        tensors |= norm(f"{layer}.attention_norm") | norm(f"{layer}.output_norm")
    return tensors


def tokenizer() -> WordPiece:
    return WordPiece({word: index for index, word in enumerate(WORDS)})
