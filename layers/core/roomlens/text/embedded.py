"""The embedder that runs inside the function: all-MiniLM-L6-v2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from roomlens.errors import ConfigurationError
from roomlens.text import ModelVersion
from roomlens.vectors import TEXT_DIMENSIONS
from roomlens_models.minilm import MiniLM
from roomlens_models.weights import TEXT_FILE, VOCABULARY_FILE, WEIGHTS, MissingWeightsError, manifest

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

MODEL_NAME = "all-minilm-l6-v2"


class MiniLMEmbedder:
    """384 dimensions of MiniLM, padded with zeros to the column's width."""

    # the column's width; narrower models are padded with zeros, which leaves every cosine as it was
    dimensions = TEXT_DIMENSIONS

    def __init__(self, encoder: MiniLM, model: ModelVersion) -> None:
        self._encoder = encoder
        self.model = model

    @classmethod
    def load(cls) -> Self:
        """Map the built weights.

        Raises:
            ConfigurationError: they were never built.
        """
        try:
            built = manifest()[MODEL_NAME]
        except MissingWeightsError as error:
            raise ConfigurationError(str(error)) from error
        encoder = MiniLM.load(WEIGHTS / TEXT_FILE, WEIGHTS / VOCABULARY_FILE)
        return cls(encoder, ModelVersion(MODEL_NAME, built.version, built.sha256[TEXT_FILE]))

    def embed(self, texts: Sequence[str], *, question: bool = False) -> FloatArray:  # noqa: ARG002
        """Unit vectors, shape (n, 1536), float32; questions are read as any other text."""
        return padded(self._encoder.encode(texts))


def padded(vectors: FloatArray) -> FloatArray:
    """The vectors (n, d) with zeros up to the column's width."""
    wide = np.zeros((len(vectors), TEXT_DIMENSIONS), np.float32)
    wide[:, : vectors.shape[1]] = vectors
    return wide
