"""The analyzer as a whole, with small random networks in place of the real ones."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from roomlens.errors import ConfigurationError
from roomlens.settings import forget_settings
from roomlens.text import ModelVersion, text_embedder
from roomlens.text.embedded import MiniLMEmbedder, padded
from roomlens.vectors import TEXT_DIMENSIONS as DIMENSIONS
from roomlens.vision import Candidate, PhotoAnalysis, photo_analyzer, tags
from roomlens.vision.embedded import EmbeddedPhotoAnalyzer, model_of_pictures, rules_digest
from roomlens.vision.room_head import RoomHead, room_teller_in_force
from roomlens.vision.rooms import RoomRules, ToldRoom
from roomlens.vocabulary import QualityFlag, RoomType, Scene
from roomlens_models import weights
from roomlens_models.efficientnet import Classification, EfficientNet
from roomlens_models.minilm import MiniLM
from tests.unit.models.tiny import METADATA, text_tensors, tokenizer, vision_tensors
from tests.unit.vision.drawings import brightened, noise, room

TEXT_MODEL = ModelVersion("tiny-text", "1", "00")


@pytest.fixture(scope="module")
def analyzer() -> EmbeddedPhotoAnalyzer:
    random = np.random.default_rng(0)
    return EmbeddedPhotoAnalyzer(
        EfficientNet(vision_tensors(), METADATA),
        MiniLMEmbedder(MiniLM(text_tensors(), tokenizer()), TEXT_MODEL),
        random.normal(size=(1000, 384)).astype(np.float32),
        random.normal(size=(1280, 768)).astype(np.float32),
        ModelVersion("tiny", "1", "00"),
    )


def same(first: PhotoAnalysis, second: PhotoAnalysis) -> bool:
    vectors = ("image_vector", "text_vector")
    numbers = [name for name in PhotoAnalysis.__dataclass_fields__ if name not in vectors]
    return all(getattr(first, name) == getattr(second, name) for name in numbers) and all(
        np.array_equal(getattr(first, name), getattr(second, name)) for name in vectors
    )


def assert_sound(analysis: PhotoAnalysis) -> None:
    """What holds for every photo, whatever it shows."""
    assert 0 <= analysis.room.confidence <= 1
    assert len(analysis.alternatives) == 2
    assert analysis.room.label not in {candidate.label for candidate in analysis.alternatives}
    assert (analysis.condition_score is None) == (analysis.condition_reason is not None)
    for score in (analysis.condition_score, analysis.natural_light_score):
        assert score is None or 0 <= score <= 1
    assert (analysis.natural_light_score is not None) == analysis.room.label.is_interior
    assert analysis.image_vector.shape == (768,)
    assert analysis.text_vector.shape == (DIMENSIONS,)
    for vector in (analysis.image_vector, analysis.text_vector):
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert not analysis.text_vector[384:].any()
    assert 0 < len(analysis.caption) <= 200


@pytest.mark.parametrize("shape", [(240, 320), (1, 1), (2, 900), (1700, 1200)])
def test_a_photo_of_any_shape_gets_a_whole_analysis(analyzer: EmbeddedPhotoAnalyzer, shape: tuple[int, int]) -> None:
    analysis = analyzer.analyze(noise(1, *shape))
    assert_sound(analysis)
    assert analysis.quality["megapixels"] == pytest.approx(shape[0] * shape[1] / 1e6)


def test_the_smaller_copy_of_a_large_photo_is_not_called_small(analyzer: EmbeddedPhotoAnalyzer) -> None:
    copy = noise(1, 160, 1280)
    assert QualityFlag.LOW_RESOLUTION in analyzer.analyze(copy).quality_flags
    analysis = analyzer.analyze(copy, (4000, 500))
    assert QualityFlag.LOW_RESOLUTION not in analysis.quality_flags
    assert (analysis.quality["megapixels"], analysis.quality["short_side"]) == (2.0, 500)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_picture_gets_a_whole_analysis(analyzer: EmbeddedPhotoAnalyzer, value: int) -> None:
    assert_sound(analyzer.analyze(np.full((100, 80, 3), value, np.uint8)))


def test_the_same_photo_gets_the_same_analysis(analyzer: EmbeddedPhotoAnalyzer) -> None:
    assert same(analyzer.analyze(room()), analyzer.analyze(room()))


def test_a_picture_lies_among_pictures_where_its_analysis_puts_it(analyzer: EmbeddedPhotoAnalyzer) -> None:
    np.testing.assert_array_equal(analyzer.image_vector(room()), analyzer.analyze(room()).image_vector)


def test_beside_another_embedder_the_caption_alone_is_the_text() -> None:
    embedder = MiniLMEmbedder(MiniLM(text_tensors(), tokenizer()), TEXT_MODEL)
    projection = np.zeros((1280, 768), np.float32)
    projection[0, 0] = 1
    network = EfficientNet(vision_tensors(), METADATA)
    seen = EmbeddedPhotoAnalyzer(network, embedder, None, projection, ModelVersion("tiny", "1", "00")).analyze(room())
    np.testing.assert_array_equal(seen.text_vector, embedder.embed([seen.caption])[0])


def test_an_analysis_leaves_the_photo_as_it_was(analyzer: EmbeddedPhotoAnalyzer) -> None:
    rgb = room()
    before = rgb.copy()
    analyzer.analyze(rgb)
    np.testing.assert_array_equal(rgb, before)


def test_threads_get_their_own_photo_s_analysis(analyzer: EmbeddedPhotoAnalyzer) -> None:
    photos = [brightened(room(), 0.5 + 0.1 * step) for step in range(6)]
    expected = [analyzer.analyze(photo) for photo in photos]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(analyzer.analyze, photos))
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))


def test_the_version_changes_with_a_threshold_and_with_the_text_model(monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules_digest(TEXT_MODEL)
    assert rules_digest(TEXT_MODEL) == before
    assert rules_digest(ModelVersion("tiny-text", "2", "00")) != before
    monkeypatch.setattr(tags, "RULES", tags.RULES[1:])
    assert rules_digest(TEXT_MODEL) != before


@pytest.mark.parametrize(("setting", "teller"), [("trained", RoomHead), ("zero_shot", RoomRules)])
def test_the_setting_says_who_names_rooms(
    setting: str, teller: type, monkeypatch: pytest.MonkeyPatch, fresh_doors: object
) -> None:
    monkeypatch.setenv("ROOM_HEAD", setting)
    assert isinstance(room_teller_in_force(), teller)


def test_an_analysis_says_what_the_teller_of_rooms_says() -> None:
    class Unsure:
        def tell(self, seen: Classification) -> ToldRoom:
            rooms = (RoomType.OTHER, RoomType.BEDROOM, RoomType.KITCHEN, RoomType.HALLWAY)
            return ToldRoom(Scene.INTERIOR, tuple(Candidate(room, 0.25) for room in rooms))

    random = np.random.default_rng(0)
    analysis = EmbeddedPhotoAnalyzer(
        EfficientNet(vision_tensors(), METADATA),
        MiniLMEmbedder(MiniLM(text_tensors(), tokenizer()), TEXT_MODEL),
        None,
        random.normal(size=(1280, 768)).astype(np.float32),
        ModelVersion("tiny", "1", "00"),
        room_teller=Unsure(),
    ).analyze(room())
    assert (analysis.scene, analysis.room.label) == (Scene.INTERIOR, RoomType.OTHER)
    assert [candidate.label for candidate in analysis.alternatives] == [RoomType.BEDROOM, RoomType.KITCHEN]


def test_a_caption_that_was_there_before_is_not_read_again() -> None:
    asked: list[str] = []

    class Asked(MiniLMEmbedder):
        def embed(self, texts: Sequence[str], *, question: bool = False) -> NDArray[np.float32]:
            asked.extend(texts)
            return super().embed(texts, question=question)

    random = np.random.default_rng(0)
    analyzer = EmbeddedPhotoAnalyzer(
        EfficientNet(vision_tensors(), METADATA),
        Asked(MiniLM(text_tensors(), tokenizer()), TEXT_MODEL),
        random.normal(size=(1000, 384)).astype(np.float32),
        random.normal(size=(1280, 768)).astype(np.float32),
        ModelVersion("tiny", "1", "00"),
    )
    first, second = analyzer.analyze(room()), analyzer.analyze(room())
    assert same(first, second)
    assert asked == [first.caption]


@pytest.fixture
def fresh_doors() -> object:
    def forget() -> None:
        forget_settings()
        photo_analyzer.cache_clear()
        text_embedder.cache_clear()
        weights.manifest.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.usefixtures("fresh_doors")
@pytest.mark.parametrize(("setting", "door"), [("VISION_BACKEND", photo_analyzer), ("TEXT_BACKEND", text_embedder)])
def test_an_unknown_backend_is_a_configuration_error(
    setting: str, door: Sequence[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, "crystal-ball")
    with pytest.raises(ConfigurationError, match=setting):
        door()  # type: ignore[operator]


@pytest.mark.usefixtures("fresh_doors")
@pytest.mark.parametrize("door", [photo_analyzer, text_embedder, model_of_pictures])
def test_missing_weights_are_a_configuration_error_that_says_what_to_run(
    door: Sequence[object], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    with pytest.raises(ConfigurationError, match=r"python -m tools\.build_models"):
        door()  # type: ignore[operator]


def test_padding_keeps_the_vector_and_its_length() -> None:
    wide = padded(np.array([[0.6, 0.8]], np.float32))
    assert wide.shape == (1, DIMENSIONS)
    assert wide[0, :2].tolist() == pytest.approx([0.6, 0.8])
    assert not wide[0, 2:].any()
