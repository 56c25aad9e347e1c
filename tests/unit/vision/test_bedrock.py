"""The hosted analyzer: what is sent, what is measured here, and what its version says."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from roomlens.errors import AppError, InferenceFailedError, ModelBusyError
from roomlens.settings import forget_settings
from roomlens.vision import LOW_CONFIDENCE, NOT_SCORABLE, bedrock, light
from roomlens.vision.bedrock import LONGEST_SIDE, MOST_BYTES, BedrockPhotoAnalyzer, model_version
from roomlens.vocabulary import ComplianceFlag, QualityFlag, RoomType, Scene, Tag
from tests.fakes import FakeEmbedder, generate_mock_embedding
from tests.fixtures.hosted import KITCHEN, Hosted
from tests.unit.vision.drawings import brightened, noise, room

LOOK = generate_mock_embedding(384, 3)


@pytest.fixture
def analyzer(hosted: Hosted, mock_embeddings: FakeEmbedder) -> BedrockPhotoAnalyzer:
    return BedrockPhotoAnalyzer()


def sent_picture(asked: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(asked["messages"][0]["content"][0]["image"]["source"]["bytes"]))


def test_a_photo_gets_a_whole_analysis(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees()
    hosted.places_picture(LOOK)
    found = analyzer.analyze(room())
    assert (found.scene, found.room.label, found.room.confidence) == (Scene.INTERIOR, RoomType.KITCHEN, 0.92)
    assert [other.label for other in found.alternatives] == [RoomType.DINING_ROOM]
    assert [feature.tag for feature in found.features] == [Tag.DISHWASHER, Tag.GRANITE_COUNTERS]
    assert found.condition_score is not None
    assert found.condition_reason is None
    assert found.condition_why == (
        "The model's estimate from one photo; no inspection and no valuation.",
        "The model saw new appliances.",
    )
    assert "kitchen" in found.caption
    assert "dishwasher" in found.caption
    assert found.quality["megapixels"] > 0
    np.testing.assert_array_equal(found.text_vector, FakeEmbedder().embed([found.caption])[0])
    hosted.all_said()


def test_the_picture_is_placed_by_its_embedding_padded_to_the_column_s_width(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer
) -> None:
    hosted.places_picture(7 * LOOK)
    vector = analyzer.image_vector(room())
    assert (vector.shape, vector.dtype) == ((768,), np.float32)
    np.testing.assert_allclose(vector[:384], LOOK, atol=1e-6)
    assert not vector[384:].any()
    (asked,) = hosted.asked
    assert asked["modelId"] == "amazon.titan-embed-image-v1"
    assert json.loads(asked["body"])["embeddingConfig"] == {"outputEmbeddingLength": 384}


def test_an_analysis_and_the_vector_alone_place_a_picture_alike(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees()
    hosted.places_picture(LOOK)
    hosted.places_picture(LOOK)
    np.testing.assert_array_equal(analyzer.analyze(room()).image_vector, analyzer.image_vector(room()))
    whole, alone = (json.loads(asked["body"])["inputImage"] for asked in hosted.asked if "body" in asked)
    assert whole == alone


def test_the_question_holds_the_photo_and_nothing_of_its_sender(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees()
    hosted.places_picture(LOOK)
    analyzer.analyze(room())
    look, place = hosted.asked
    assert look["modelId"] == "amazon.nova-lite-v1:0"
    assert look["inferenceConfig"]["temperature"] == 0
    assert [next(iter(part)) for part in look["messages"][0]["content"]] == ["image", "text"]
    picture = sent_picture(look)
    assert picture.format == "JPEG"
    assert not picture.getexif()
    body = base64.b64decode(json.loads(place["body"])["inputImage"])
    assert body == look["messages"][0]["content"][0]["image"]["source"]["bytes"]


@pytest.mark.parametrize("shape", [(240, 320), (32, 32), (32, 900), (1280, 960), (4000, 3000)])
def test_a_photo_of_any_shape_is_sent_small_and_upright(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer, shape: tuple[int, int]
) -> None:
    hosted.sees()
    hosted.places_picture(LOOK)
    found = analyzer.analyze(noise(1, *shape))
    body = hosted.asked[0]["messages"][0]["content"][0]["image"]["source"]["bytes"]
    width, height = sent_picture(hosted.asked[0]).size
    assert len(body) <= MOST_BYTES
    assert max(width, height) <= LONGEST_SIDE
    assert width / height == pytest.approx(shape[1] / shape[0], rel=0.05)
    assert found.quality["megapixels"] == pytest.approx(shape[0] * shape[1] / 1e6)


def test_a_picture_that_is_large_as_a_file_is_sent_at_a_lower_quality(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Image.fromarray(noise(1, 600, 800))
    usual = len(bedrock.sendable(picture))
    monkeypatch.setattr(bedrock, "MOST_BYTES", usual - 1)
    assert len(bedrock.sendable(picture)) < usual


def test_daylight_is_measured_here_and_rises_with_the_light(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    scores = []
    for gain in (0.3, 0.6, 1.0):
        hosted.sees()
        hosted.places_picture(LOOK)
        found = analyzer.analyze(brightened(room(), gain))
        scores.append(found.natural_light_score)
        assert not [name for name in found.natural_light_components if "window" in name]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


@pytest.mark.parametrize(
    ("shown", "scene", "reason"),
    [
        ("exterior", "exterior", NOT_SCORABLE),
        ("floor_plan", "floor_plan", NOT_SCORABLE),
        ("aerial_view", "aerial", NOT_SCORABLE),
        ("other", "aerial", NOT_SCORABLE),
        ("other", "interior", LOW_CONFIDENCE),
        ("other", "other", LOW_CONFIDENCE),
    ],
)
def test_what_is_no_room_has_no_daylight_and_no_condition(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer, shown: str, scene: str, reason: str
) -> None:
    hosted.sees(KITCHEN | {"scene": scene, "rooms": [{"room": shown, "confidence": 0.9}]})
    hosted.places_picture(LOOK)
    found = analyzer.analyze(room())
    assert (found.natural_light_score, found.natural_light_components, found.natural_light_why) == (None, {}, ())
    assert (found.condition_score, found.condition_components, found.condition_why) == (None, {}, ())
    assert found.condition_reason == reason


def test_a_room_whose_condition_is_not_told_has_a_reason(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees({name: value for name, value in KITCHEN.items() if name != "condition"})
    hosted.places_picture(LOOK)
    found = analyzer.analyze(room())
    assert (found.condition_score, found.condition_reason, found.condition_why) == (None, LOW_CONFIDENCE, ())


@pytest.mark.parametrize(("said", "scene"), [("interior", Scene.INTERIOR), ("aerial", Scene.AERIAL)])
def test_the_scene_is_the_room_s_and_the_model_s_only_where_there_is_no_room(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer, said: str, scene: Scene
) -> None:
    hosted.sees(KITCHEN | {"scene": said, "rooms": [{"room": "other", "confidence": 0.9}]})
    hosted.places_picture(LOOK)
    unnamed = analyzer.analyze(room())
    assert unnamed.scene is scene
    assert unnamed.caption.startswith({Scene.INTERIOR: "An interior", Scene.AERIAL: "A view from the air"}[scene])
    hosted.sees(KITCHEN | {"scene": said})
    hosted.places_picture(LOOK)
    assert analyzer.analyze(room()).scene is Scene.INTERIOR


def test_a_dark_photo_is_flagged_from_its_pixels(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees()
    hosted.places_picture(LOOK)
    assert QualityFlag.DARK in analyzer.analyze(np.full((480, 640, 3), 8, np.uint8)).quality_flags


def test_the_smaller_copy_of_a_large_photo_is_not_called_small(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees()
    hosted.places_picture(LOOK)
    found = analyzer.analyze(noise(1, 160, 1280), (4000, 500))
    assert QualityFlag.LOW_RESOLUTION not in found.quality_flags
    assert found.quality["short_side"] == 500


def test_flags_of_compliance_are_the_model_s(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees(KITCHEN | {"compliance": [{"flag": "watermark", "confidence": 0.8}, {"flag": "ufo", "confidence": 1}]})
    hosted.places_picture(LOOK)
    assert [found.flag for found in analyzer.analyze(room()).compliance] == [ComplianceFlag.WATERMARK]


@pytest.mark.parametrize(
    "answer",
    [
        {"embedding": None, "message": "Image could not be decoded."},
        {"embedding": LOOK.tolist(), "message": "Partly."},
        {"embedding": [0.1] * 1024},
        {"embedding": [float("nan")] * 384},
        {"embedding": [0.0] * 384},
        {},
    ],
    ids=["message", "vector and message", "too wide", "NaN", "zero", "empty"],
)
def test_a_place_that_can_t_be_stored_is_a_failed_inference(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer, answer: dict[str, Any]
) -> None:
    hosted.gives(answer)
    with pytest.raises(InferenceFailedError):
        analyzer.image_vector(room())


@pytest.mark.parametrize("stopped", ["max_tokens", "content_filtered", "guardrail_intervened"])
def test_a_photo_that_the_model_refuses_is_placed_nowhere(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer, stopped: str
) -> None:
    hosted.sees(stopped=stopped)
    with pytest.raises(InferenceFailedError):
        analyzer.analyze(room())
    assert len(hosted.asked) == 1


def test_a_throttled_second_call_leaves_no_half_analysis(hosted: Hosted, analyzer: BedrockPhotoAnalyzer) -> None:
    hosted.sees()
    hosted.refuses("invoke_model", "ThrottlingException", 429)
    with pytest.raises(ModelBusyError):
        analyzer.analyze(room())


@pytest.mark.parametrize("answer", [None, "kitchen", {}])
def test_an_answer_that_can_t_be_used_is_one_of_our_errors(
    hosted: Hosted, analyzer: BedrockPhotoAnalyzer, answer: Any
) -> None:
    hosted.sees(answer)
    with pytest.raises(AppError) as refused:
        analyzer.analyze(room())
    assert (refused.value.status, refused.value.code) == (502, "inference-failed")


# ------------------------------------------------------------------------------------------------------ the version


def test_the_version_names_the_three_models_and_fits_its_column(mock_embeddings: FakeEmbedder) -> None:
    model = model_version()
    assert model.name == "amazon.nova-lite-v1:0"
    assert model.version.endswith(" text=fake-words image=amazon.titan-embed-image-v1")
    assert len(model.weights_sha256) == 64
    assert model.version.startswith(model.weights_sha256[:8])


@pytest.mark.parametrize("setting", ["BEDROCK_VISION_MODEL", "BEDROCK_IMAGE_MODEL"])
def test_the_version_changes_with_each_model_however_long_its_name(
    setting: str, mock_embeddings: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model_version()
    profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/"
    seen = {before}
    for name in (profile + "a" * 12, profile + "b" * 12):
        monkeypatch.setenv(setting, name)
        forget_settings()
        seen.add(model_version())
    assert len({model.version for model in seen}) == 3
    assert all(len(model.version) <= 99 for model in seen)


def test_the_version_changes_with_the_question_a_threshold_and_the_text_model(
    mock_embeddings: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [model_version()]
    assert model_version() == seen[0]
    for change in (
        lambda: monkeypatch.setattr(bedrock, "QUESTION", "Look again."),
        lambda: monkeypatch.setattr(light, "WINDOWS", (1.0, 2.0)),
        lambda: monkeypatch.setattr(FakeEmbedder, "model", type(seen[0])("fake-words", "2", "0" * 64)),
    ):
        change()
        seen.append(model_version())
    assert len({model.version for model in seen}) == 4
