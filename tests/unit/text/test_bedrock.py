"""The hosted embedder: what it sends, and what it takes for an answer."""

import json
import math
from typing import Any

import numpy as np
import pytest

from roomlens.errors import InferenceFailedError
from roomlens.settings import forget_settings
from roomlens.text import text_embedder
from roomlens.text.bedrock import MOST_CHARACTERS, BedrockEmbedder
from roomlens.vectors import TEXT_DIMENSIONS
from tests.fakes import generate_mock_embedding
from tests.fixtures.hosted import Hosted

VECTOR = generate_mock_embedding(TEXT_DIMENSIONS, 1)


def body(asked: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(asked["body"])
    return sent


def test_texts_become_unit_vectors_in_their_order(hosted: Hosted) -> None:
    other = generate_mock_embedding(TEXT_DIMENSIONS, 2)
    hosted.places_texts(5 * VECTOR, other)
    vectors = BedrockEmbedder().embed(["bright kitchen", "bed"])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [VECTOR, other], atol=1e-6)


def test_the_request_asks_for_vectors_as_wide_as_the_column(hosted: Hosted) -> None:
    hosted.places_texts(VECTOR)
    embedder = BedrockEmbedder()
    embedder.embed(["bright kitchen"])
    (asked,) = hosted.asked
    assert asked["modelId"] == embedder.model.name == "cohere.embed-v4:0"
    assert body(asked) == {
        "texts": ["bright kitchen"],
        "input_type": "search_document",
        "embedding_types": ["float"],
        "output_dimension": embedder.dimensions,
        "truncate": "RIGHT",
    }


def test_a_question_is_sent_as_one(hosted: Hosted) -> None:
    hosted.places_texts(VECTOR)
    BedrockEmbedder().embed(["bright kitchen"], question=True)
    assert body(hosted.asked[0])["input_type"] == "search_query"


def test_many_texts_go_in_batches_and_none_need_no_call(hosted: Hosted) -> None:
    hosted.places_texts(*[VECTOR] * 96)
    hosted.places_texts(*[VECTOR] * 4)
    embedder = BedrockEmbedder()
    assert embedder.embed([f"text {number}" for number in range(100)]).shape == (100, TEXT_DIMENSIONS)
    assert [len(body(asked)["texts"]) for asked in hosted.asked] == [96, 4]
    assert embedder.embed([]).shape == (0, TEXT_DIMENSIONS)
    hosted.all_said()


@pytest.mark.parametrize(
    ("text", "sent"),
    [("", "-"), (" \n", "-"), ("\ud800bed", "?bed"), ("bed " * 5000, ("bed " * 5000)[:MOST_CHARACTERS])],
)
def test_any_text_is_sent_in_a_form_that_can_be_read(hosted: Hosted, text: str, sent: str) -> None:
    hosted.places_texts(VECTOR)
    BedrockEmbedder().embed([text])
    assert body(hosted.asked[0])["texts"] == [sent]


def test_a_plain_list_is_taken_as_well(hosted: Hosted) -> None:
    hosted.gives({"embeddings": [VECTOR.tolist()], "response_type": "embeddings_floats"})
    np.testing.assert_allclose(BedrockEmbedder().embed(["bed"])[0], VECTOR, atol=1e-6)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"embeddings": None},
        {"embeddings": {"int8": [[1]]}},
        {"embeddings": {"float": []}},
        {"embeddings": {"float": [[0.1] * 1024]}},
        {"embeddings": {"float": [[0.1] * TEXT_DIMENSIONS] * 2}},
        {"embeddings": {"float": [[math.nan] * TEXT_DIMENSIONS]}},
        {"embeddings": {"float": [[0.0] * TEXT_DIMENSIONS]}},
    ],
    ids=["empty", "null", "other type", "none", "too narrow", "too many", "NaN", "zero"],
)
def test_what_can_t_be_stored_is_a_failed_inference(hosted: Hosted, answer: dict[str, Any]) -> None:
    hosted.gives(answer)
    with pytest.raises(InferenceFailedError):
        BedrockEmbedder().embed(["bed"])


def test_the_settings_name_the_embedder_and_its_version_changes_with_the_model(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXT_BACKEND", "bedrock")
    forget_settings()
    text_embedder.cache_clear()
    before = text_embedder().model
    assert before.name == "cohere.embed-v4:0"
    monkeypatch.setenv("BEDROCK_TEXT_MODEL", "eu.cohere.embed-v4:0")
    forget_settings()
    text_embedder.cache_clear()
    after = text_embedder().model
    assert after.name == "eu.cohere.embed-v4:0"
    assert (after.version, after.weights_sha256) != (before.version, before.weights_sha256)
    assert len(after.weights_sha256) == 64
