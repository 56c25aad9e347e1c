"""Photos are looked at here, words are read elsewhere: the two spaces are never mixed."""

import numpy as np
import pytest

from roomlens.text import ModelVersion
from roomlens.text.bedrock import BedrockEmbedder
from roomlens.text.embedded import MODEL_NAME as MINILM
from roomlens.vision.embedded import EmbeddedPhotoAnalyzer, comparable, rules_digest
from roomlens_models.efficientnet import EfficientNet
from tests.fakes import FakeEmbedder, generate_mock_embedding
from tests.fixtures.hosted import Hosted
from tests.unit.models.tiny import METADATA, vision_tensors
from tests.unit.vision.drawings import room

MEANING = generate_mock_embedding(1536, 4)
CLASS_VECTORS = np.eye(1000, 384, dtype=np.float32)


class MiniLMInName(FakeEmbedder):
    model = ModelVersion(MINILM, "1", "0" * 64)


def test_class_names_count_beside_the_embedder_that_placed_them_and_no_other(hosted: Hosted) -> None:
    assert comparable(CLASS_VECTORS, MiniLMInName()) is CLASS_VECTORS
    assert comparable(CLASS_VECTORS, BedrockEmbedder()) is None
    assert comparable(CLASS_VECTORS, FakeEmbedder()) is None


def test_beside_another_embedder_a_photo_lies_where_its_caption_does(hosted: Hosted) -> None:
    projection = np.random.default_rng(0).normal(size=(1280, 768)).astype(np.float32)
    network = EfficientNet(vision_tensors(), METADATA)
    analyzer = EmbeddedPhotoAnalyzer(network, BedrockEmbedder(), None, projection, ModelVersion("tiny", "1", "00"))
    hosted.places_texts(3 * MEANING)
    found = analyzer.analyze(room())
    np.testing.assert_allclose(found.text_vector, MEANING, atol=1e-6)
    assert found.caption in hosted.asked[0]["body"]


def test_the_embedded_analyser_s_version_changes_with_the_hosted_text_model(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from roomlens.settings import forget_settings

    before = rules_digest(BedrockEmbedder().model)
    monkeypatch.setenv("BEDROCK_TEXT_MODEL", "eu.cohere.embed-v4:0")
    forget_settings()
    assert rules_digest(BedrockEmbedder().model) != before
