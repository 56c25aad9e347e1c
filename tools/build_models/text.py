"""all-MiniLM-L6-v2: from the published file's names to the tensors that the numpy encoder wants."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roomlens_models.tensorfile import read_tensors

_LAYERS = 6
# name here -> name in the published file, within one layer
_LINEAR = {
    "attention_out": "attention.output.dense",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
}
_NORMS = {"attention_norm": "attention.output.LayerNorm", "output_norm": "output.LayerNorm"}


def unpack(archive: bytes) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """The published tensors by name, and the vocabulary in the order of its ids."""
    with zipfile.ZipFile(io.BytesIO(archive)) as model, tempfile.TemporaryDirectory() as folder:
        path = Path(model.extract("model.safetensors", folder))
        tensors = {name: tensor.copy() for name, tensor in read_tensors(path).tensors.items()}
        ids: dict[str, int] = json.loads(model.read("tokenizer.json"))["model"]["vocab"]
    pieces = sorted(ids, key=ids.__getitem__)
    if [ids[piece] for piece in pieces] != list(range(len(pieces))):
        raise ValueError("the vocabulary's ids have gaps")
    return tensors, pieces


def convert(published: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Stack query, key and value, add the token type to the positions, and store what is large in fewer bits.

    The word table, half of all weights, becomes int8 with a scale a row; the layers' matrices become
    half precision. Against single precision the cosine stays above 0.9999; int8 everywhere would save
    10 MB more and cost up to 0.004.
    """
    tensors: dict[str, NDArray[Any]] = {}
    words, scales = _int8_rows(published["embeddings.word_embeddings.weight"])
    tensors["words"], tensors["words.scale"] = words, scales
    positions = published["embeddings.position_embeddings.weight"]
    # One text at a time means token type 0 everywhere, so it can ride on the positions.
    tensors["positions"] = positions + published["embeddings.token_type_embeddings.weight"][0]
    _put_norm(tensors, "norm", published, "embeddings.LayerNorm")
    for index in range(_LAYERS):
        source, target = f"encoder.layer.{index}.", f"layer{index}."
        parts = [f"{source}attention.self.{part}" for part in ("query", "key", "value")]
        stacked = np.concatenate([published[f"{part}.weight"] for part in parts])
        tensors[f"{target}attention_in.weight"] = stacked.astype(np.float16)
        tensors[f"{target}attention_in.bias"] = np.concatenate([published[f"{p}.bias"] for p in parts])
        for name, there in _LINEAR.items():
            tensors[f"{target}{name}.weight"] = published[f"{source}{there}.weight"].astype(np.float16)
            tensors[f"{target}{name}.bias"] = published[f"{source}{there}.bias"]
        for name, there in _NORMS.items():
            _put_norm(tensors, f"{target}{name}", published, source + there)
    return tensors


def _put_norm(tensors: dict[str, NDArray[Any]], name: str, published: Mapping[str, NDArray[Any]], there: str) -> None:
    tensors[f"{name}.gain"] = published[f"{there}.weight"]
    tensors[f"{name}.bias"] = published[f"{there}.bias"]


def _int8_rows(matrix: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round each row to 255 steps between its largest magnitudes; the scales have shape (rows, 1)."""
    largest = np.abs(matrix).max(1, keepdims=True)
    scales = (np.maximum(largest, np.float32(1e-9)) / np.float32(127)).astype(np.float32)
    return np.round(matrix / scales).astype(np.int8), scales
