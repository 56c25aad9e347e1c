"""all-MiniLM-L6-v2, the sentence encoder, forward only, in numpy.

Six BERT layers of width 384 with 12 heads, the mean over the tokens, and unit length (Reimers and
Gurevych, 2019; Wang et al., 2020). Sequences of one length are run together, so nothing is padded and
no attention mask is needed.

The word table stays as it is stored, int8 with a scale a row in the mapped file: only the rows that a
text uses are ever expanded. The layers' matrices are stored in half precision and used in single.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roomlens_models.tensorfile import Tensor, read_tensors
from roomlens_models.wordpiece import WordPiece

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

DIMENSIONS = 384
_LAYERS = 6
_HEADS = 12
_EPSILON = np.float32(1e-12)
# Sequences run together at most; bounds the memory of a call with many texts.
_BATCH = 32


@dataclass(frozen=True)
class _Linear:
    weight: FloatArray  # (out, in)
    bias: FloatArray

    def __call__(self, x: FloatArray) -> FloatArray:
        return np.asarray(x @ self.weight.T + self.bias, np.float32)


@dataclass(frozen=True)
class _Norm:
    gain: FloatArray
    bias: FloatArray

    def __call__(self, x: FloatArray) -> FloatArray:
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred * centred).mean(-1, keepdims=True)
        return np.asarray(centred / np.sqrt(variance + _EPSILON) * self.gain + self.bias, np.float32)


@dataclass(frozen=True)
class _Layer:
    attention_in: _Linear  # query, key and value stacked: (3 * 384, 384)
    attention_out: _Linear
    attention_norm: _Norm
    widen: _Linear
    narrow: _Linear
    output_norm: _Norm

    def __call__(self, x: FloatArray) -> FloatArray:
        x = self.attention_norm(self.attention_out(self._attend(x)) + x)
        return self.output_norm(self.narrow(_gelu(self.widen(x))) + x)

    def _attend(self, x: FloatArray) -> FloatArray:
        count, length, width = x.shape
        stacked = self.attention_in(x).reshape(count, length, 3, _HEADS, width // _HEADS)
        query, key, value = stacked.transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(width // _HEADS))
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        return np.asarray((shares @ value).transpose(0, 2, 1, 3).reshape(count, length, width), np.float32)


class MiniLM:
    """The encoder with its tokenizer. Holds no state between calls: safe to share by threads."""

    def __init__(self, tensors: Mapping[str, Tensor], tokenizer: WordPiece) -> None:
        self._tokenizer = tokenizer
        self._words = tensors["words"]
        self._word_scales = tensors["words.scale"]
        self._positions = _single(tensors["positions"])
        self._norm = _norm(tensors, "norm")
        self._layers = [_layer(tensors, f"layer{i}") for i in range(_LAYERS)]

    @classmethod
    def load(cls, weights: Path, vocabulary: Path) -> MiniLM:
        """Read the two files that ``tools.build_models`` wrote."""
        return cls(read_tensors(weights).tensors, WordPiece.load(vocabulary))

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of any texts, shape (n, 384); what is past 256 tokens is not read."""
        sequences = [self._tokenizer.ids(text) for text in texts]
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        by_length: dict[int, list[int]] = {}
        for index, sequence in enumerate(sequences):
            by_length.setdefault(len(sequence), []).append(index)
        for same_length in by_length.values():
            for start in range(0, len(same_length), _BATCH):
                chosen = same_length[start : start + _BATCH]
                vectors[chosen] = self._run(np.array([sequences[i] for i in chosen]))
        return vectors

    def _run(self, ids: IntArray) -> FloatArray:
        words = self._words[ids] * self._word_scales[ids]
        x = self._norm(words + self._positions[: ids.shape[1]])
        for layer in self._layers:
            x = layer(x)
        mean = x.mean(1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


def _single(tensor: Tensor) -> FloatArray:
    return np.asarray(tensor, np.float32)


def _gelu(x: FloatArray) -> FloatArray:
    return np.asarray(x * np.float32(0.5) * (1 + _erf(x * np.float32(0.5**0.5))), np.float32)


def _erf(x: FloatArray) -> FloatArray:
    """The error function by Abramowitz and Stegun 7.1.26, |error| < 1.5e-7."""
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * t + np.float32(coefficient)
    return np.asarray(np.sign(x) * (1 - series * t * np.exp(-size * size)), np.float32)


def _linear(tensors: Mapping[str, Tensor], name: str) -> _Linear:
    return _Linear(_single(tensors[f"{name}.weight"]), _single(tensors[f"{name}.bias"]))


def _norm(tensors: Mapping[str, Tensor], name: str) -> _Norm:
    return _Norm(_single(tensors[f"{name}.gain"]), _single(tensors[f"{name}.bias"]))


def _layer(tensors: Mapping[str, Tensor], name: str) -> _Layer:
    return _Layer(
        attention_in=_linear(tensors, f"{name}.attention_in"),
        attention_out=_linear(tensors, f"{name}.attention_out"),
        attention_norm=_norm(tensors, f"{name}.attention_norm"),
        widen=_linear(tensors, f"{name}.widen"),
        narrow=_linear(tensors, f"{name}.narrow"),
        output_norm=_norm(tensors, f"{name}.output_norm"),
    )
