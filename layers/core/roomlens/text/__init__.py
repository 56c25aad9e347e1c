"""Text as vectors: the door to whichever embedder the settings name.

Importing this module costs nothing: numpy and the model are loaded by the first call of `text_embedder()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from roomlens.settings import model_settings

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray


@dataclass(frozen=True)
class ModelVersion:
    """Which model made a number. Vectors of different models must never be compared."""

    name: str
    version: str
    weights_sha256: str


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


@cache
def text_embedder() -> TextEmbedder:
    """The embedder that the settings name, loaded once.

    Raises:
        ConfigurationError: the settings name no known backend, or the weights were never built.
    """
    return {"embedded": _embedded, "bedrock": _bedrock}[model_settings().text_backend]()


def _embedded() -> TextEmbedder:
    from roomlens.text.embedded import MiniLMEmbedder

    return MiniLMEmbedder.load()


def _bedrock() -> TextEmbedder:
    from roomlens.text.bedrock import BedrockEmbedder

    return BedrockEmbedder()
