"""Text as vectors: the door to the embedder of the models in use.

Importing this module costs nothing: numpy and the model are loaded by the first call of `text_embedder()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from roomlens.errors import ConfigurationError
from roomlens.in_use import models_in_use, once_per_models, using_models

if TYPE_CHECKING:
    from roomlens.settings import ModelSettings
    from roomlens.vectors import FloatArray


@dataclass(frozen=True)
class ModelVersion:
    """Which model made a number. Vectors of different models must never be compared."""

    name: str
    version: str
    weights_sha256: str

    @property
    def label(self) -> str:
        """What rows name it by."""
        return f"{self.name}@{self.version}"


class TextEmbedder(Protocol):
    """Puts texts where similar meanings lie close. Safe to share by threads."""

    @property
    def model(self) -> ModelVersion: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str], *, question: bool = False) -> FloatArray:
        """Unit vectors, shape (n, dimensions). Any string is accepted, the empty one too.

        `question`: the texts ask for others and are not stored; some models read the two differently.
        """
        ...


@once_per_models("text_backend")
def text_embedder() -> TextEmbedder:
    """The embedder of the models in use, loaded once.

    Raises:
        ConfigurationError: the settings name no known backend, or the weights were never built.
    """
    return {"embedded": _embedded, "bedrock": _bedrock}[models_in_use().text_backend]()


def embedder_called(label: str) -> TextEmbedder | None:
    """The embedder that rows name so, whether or not it is the one in use; None when this code can't run it."""
    models = models_in_use()
    for backend in sorted(("embedded", "bedrock"), key=lambda backend: backend != models.text_backend):
        embedder = _embedder_of(models.model_copy(update={"text_backend": backend}))
        if embedder is not None and embedder.model.label == label:
            return embedder
    return None


def _embedder_of(models: ModelSettings) -> TextEmbedder | None:
    with using_models(lambda: models), suppress(ConfigurationError):
        return text_embedder()
    return None


def _embedded() -> TextEmbedder:
    from roomlens.text.embedded import MiniLMEmbedder

    return MiniLMEmbedder.load()


def _bedrock() -> TextEmbedder:
    from roomlens.text.bedrock import BedrockEmbedder

    return BedrockEmbedder()
