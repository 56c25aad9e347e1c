"""The embedder over a small random encoder."""

import numpy as np
import pytest

from roomlens.text import ModelVersion
from roomlens.text.embedded import MiniLMEmbedder
from roomlens.vectors import TEXT_DIMENSIONS as DIMENSIONS
from roomlens_models.minilm import MiniLM
from tests.unit.models.tiny import text_tensors, tokenizer


@pytest.fixture(scope="module")
def embedder() -> MiniLMEmbedder:
    return MiniLMEmbedder(MiniLM(text_tensors(), tokenizer()), ModelVersion("tiny", "1", "00"))


def test_vectors_are_as_wide_as_the_column_and_of_unit_length(embedder: MiniLMEmbedder) -> None:
    vectors = embedder.embed(["bright kitchen", "bed"])
    assert vectors.shape == (2, DIMENSIONS) == (2, embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_padding_leaves_the_cosine_as_it_was(embedder: MiniLMEmbedder) -> None:
    wide = embedder.embed(["bright kitchen", "bed"])
    assert wide[0] @ wide[1] == pytest.approx(wide[0, :384] @ wide[1, :384], abs=1e-6)
    assert not wide[:, 384:].any()


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "bed " * 25_000])
def test_any_text_gives_a_unit_vector_and_always_the_same(embedder: MiniLMEmbedder, text: str) -> None:
    first, second = embedder.embed([text]), embedder.embed([text])
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(first, second)


def test_no_texts_give_no_vectors(embedder: MiniLMEmbedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)
