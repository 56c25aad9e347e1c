"""The embedder hosted by Amazon Bedrock: Cohere Embed v4, whose vectors are as wide as the column.

Titan's text models take one text a call; Titan v2 and Embed v3 are narrower than the column. A model under another id
does as well if it takes Embed v4's request: an inference profile (`us.cohere.embed-v4:0`), or the ARN of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from roomlens.bedrock import fingerprint, invoke, unit_vectors
from roomlens.errors import InferenceFailedError
from roomlens.settings import bedrock_settings
from roomlens.text import ModelVersion
from roomlens.vectors import TEXT_DIMENSIONS

if TYPE_CHECKING:
    from roomlens.vectors import FloatArray

MOST_TEXTS: Final = 96  # in one call
MOST_CHARACTERS: Final = 8_000  # about 2000 tokens: more than any caption, document or question of ours
# Whether an empty text has a vector is not promised: this is sent in its place.
_NOTHING: Final = "-"
_ASKED: Final[dict[str, Any]] = {
    "embedding_types": ["float"],
    "output_dimension": TEXT_DIMENSIONS,
    "truncate": "RIGHT",
}


class BedrockEmbedder:
    """Asks the hosted model; keeps nothing between calls."""

    dimensions = TEXT_DIMENSIONS

    def __init__(self) -> None:
        name = bedrock_settings().bedrock_text_model
        stamp = fingerprint(name, _ASKED, MOST_CHARACTERS, _NOTHING)
        self.model = ModelVersion(name, stamp[:8], stamp)

    def embed(self, texts: Sequence[str], *, question: bool = False) -> FloatArray:
        """Unit vectors, shape (n, 1536), float32; a call for every 96 texts, each cut at 8000 characters.

        Raises:
            InferenceFailedError, InferenceTimeoutError, ModelBusyError, ConfigurationError: as `roomlens.bedrock`.
        """
        kind = "search_query" if question else "search_document"
        parts = [self._some(texts[start : start + MOST_TEXTS], kind) for start in range(0, len(texts), MOST_TEXTS)]
        return np.concatenate(parts) if parts else np.zeros((0, TEXT_DIMENSIONS), np.float32)

    def _some(self, texts: Sequence[str], kind: str) -> FloatArray:
        sent = {"texts": [_sendable(text) for text in texts], "input_type": kind, **_ASKED}
        answer = invoke(self.model.name, sent)
        found = answer.get("embeddings")
        if isinstance(found, dict):  # by type, as was asked for; a list where only one type was
            found = found.get("float")
        if not isinstance(found, list):
            raise InferenceFailedError("The model gave no vectors.")
        return unit_vectors(found, len(texts), TEXT_DIMENSIONS)


def _sendable(text: str) -> str:
    """What JSON in UTF-8 can carry: half a surrogate pair becomes a question mark."""
    cut = text[:MOST_CHARACTERS].encode("utf-8", "replace").decode()
    return cut if cut.strip() else _NOTHING
