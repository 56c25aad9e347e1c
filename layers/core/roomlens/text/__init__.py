"""Text as vectors: the door to whichever embedder the settings name.

Importing this module costs nothing: numpy and the model are loaded by the first call of `text_embedder()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from roomlens.settings import model_settings
from roomlens.vision import ModelVersion

if TYPE_CHECKING:
    from roomlens.vision import FloatArray

# Width of the column; narrower models are padded with zeros, which leaves every cosine as it was.
DIMENSIONS = 1536


@dataclass(frozen=True)
class Relevance:
    """Cosines of a question with a photo from which a hit counts."""

    strong: float
    weak: float


RELEVANCE = Relevance(strong=0.36, weak=0.26)


class TextEmbedder(Protocol):
    """Puts texts where similar meanings lie close. Safe to share by threads."""

    @property
    def model(self) -> ModelVersion: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, shape (n, dimensions). Any string is accepted, the empty one too."""
        ...


@cache
def text_embedder() -> TextEmbedder:
    """The embedder that the settings name, loaded once.

    Raises:
        ConfigurationError: the settings name no known backend, or the weights were never built.
    """
    return {"embedded": _embedded}[model_settings().text_backend]()


def _embedded() -> TextEmbedder:
    from roomlens.text.embedded import MiniLMEmbedder

    return MiniLMEmbedder.load()
