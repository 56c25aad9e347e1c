"""The sentence encoder with random weights."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from roomlens_models.minilm import MiniLM
from tests.unit.models.tiny import text_tensors, tokenizer

TEXTS = ["kitchen", "a bright kitchen", "", "a bed", "bright bright bed", "unheard of", "bed " * 400]


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    return MiniLM(text_tensors(), tokenizer())


def test_every_text_gets_a_unit_vector(encoder: MiniLM) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_texts_in_company_get_the_vectors_they_get_alone(encoder: MiniLM) -> None:
    many = ["kitchen"] * 40  # of one length, and more than go through the network at once
    together = encoder.encode([*many, *TEXTS])
    each = {text: encoder.encode([text])[0] for text in TEXTS}
    alone = np.array([each[text] for text in [*many, *TEXTS]])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_order_of_words_matters(encoder: MiniLM) -> None:
    first, second = encoder.encode(["bright bed", "bed bright"])
    assert first @ second < 0.9999


def test_no_texts_give_no_vectors(encoder: MiniLM) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_what_is_past_256_tokens_is_not_read(encoder: MiniLM) -> None:
    first, second = encoder.encode(["bed " * 254 + "kitchen", "bed " * 300])
    np.testing.assert_array_equal(first, second)


def test_threads_do_not_disturb_one_another(encoder: MiniLM) -> None:
    expected = [encoder.encode([text])[0] for text in TEXTS]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], TEXTS))
    np.testing.assert_array_equal(found, expected)
