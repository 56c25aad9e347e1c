"""The fakes are themselves tested: what they say is drawn, and what shares words lies close."""

import numpy as np
import pytest

from roomlens.photos.decoding import decode, thumbnail
from roomlens.vision import PhotoAnalysis
from roomlens.vocabulary import TOLD_ROOMS, RoomType
from tests.fakes import FakeAnalyzer, FakeEmbedder, generate_mock_embedding
from tests.pictures import BLUE, GREEN, GREY, RED, encoded, picture
from tests.scenes import COLOURS, scene


def test_generate_mock_embedding() -> None:
    embedding = generate_mock_embedding(768)
    assert embedding.shape == (768,)
    assert embedding.dtype == np.float32
    assert np.isclose(np.linalg.norm(embedding), 1.0, atol=1e-6)


def test_generate_mock_embedding_deterministic() -> None:
    np.testing.assert_array_equal(generate_mock_embedding(768, seed=42), generate_mock_embedding(768, seed=42))
    np.testing.assert_array_equal(generate_mock_embedding(768), generate_mock_embedding(768))


def test_generate_mock_embedding_differs_by_seed() -> None:
    cosine = float(generate_mock_embedding(1536, seed=1) @ generate_mock_embedding(1536, seed=2))
    assert abs(cosine) < 0.1, "two directions of a large space are nearly at a right angle"


def test_generate_mock_embedding_leaves_the_global_generator_alone() -> None:
    before = np.random.get_state(legacy=False)
    generate_mock_embedding(768, seed=42)
    np.testing.assert_equal(np.random.get_state(legacy=False), before)


def cosine(one: str, other: str) -> float:
    first, second = FakeEmbedder().embed([one, other])
    return float(first @ second)


def test_texts_that_share_words_lie_close() -> None:
    question = "Is there a dishwasher in the kitchen?"
    assert cosine(question, "kitchen, dishwasher") == pytest.approx(1.0)
    assert cosine(question, "Kitchen with an island.") == pytest.approx(0.5, abs=0.1)
    assert cosine(question, "Bedroom with a large bed.") == pytest.approx(0.0, abs=0.1)


def test_the_order_and_the_number_of_words_do_not_matter() -> None:
    assert cosine("large white bed", "bed, white, large; a bed") == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", "?!", "the", "\ud800", "Küche"])
def test_any_text_has_a_unit_vector(text: str) -> None:
    (vector,) = FakeEmbedder().embed([text])
    assert (vector.shape, vector.dtype) == ((FakeEmbedder.dimensions,), np.float32)
    assert np.isclose(np.linalg.norm(vector), 1.0, atol=1e-6)


def looked_at(body: bytes) -> PhotoAnalysis:
    return FakeAnalyzer().analyze(decode(body).rgb)


@pytest.mark.parametrize("name", ["fail", "falure", "raises"])
def test_a_misspelt_way_to_make_it_fail_raises(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        setattr(FakeAnalyzer(), name, RuntimeError())


def test_every_room_that_the_model_can_tell_can_be_drawn() -> None:
    assert set(COLOURS) == TOLD_ROOMS


@pytest.mark.parametrize("room", COLOURS)
@pytest.mark.parametrize(("light", "blur"), [(0.0, 0.0), (0.3, 0.25), (1.0, 0.7)])
def test_what_was_drawn_is_found_in_a_photo_and_in_its_thumbnail(room: RoomType, light: float, blur: float) -> None:
    photo = encoded(scene(room, light, blur), "JPEG", quality=80)
    for body in (photo, thumbnail(decode(photo), 320)):
        seen = looked_at(body)
        assert seen.room.label is room
        assert seen.quality["lightness"] == pytest.approx(light, abs=0.02)
        assert seen.quality["sharpness"] == pytest.approx(1 - blur, abs=0.1)


@pytest.mark.parametrize("room", COLOURS)
def test_only_a_room_to_stand_in_has_a_condition_and_daylight(room: RoomType) -> None:
    seen = looked_at(encoded(scene(room)))
    assert (seen.natural_light_score is not None) is room.is_interior
    assert (seen.condition_score is not None) is room.is_interior
    assert seen.condition_reason == (None if room.is_interior else "not_scorable")


def test_photos_of_one_room_look_alike_and_are_not_the_same() -> None:
    one, another, other_room = (
        looked_at(encoded(scene(room, seed=seed))).image_vector
        for room, seed in ((RoomType.KITCHEN, 0), (RoomType.KITCHEN, 1), (RoomType.BEDROOM, 0))
    )
    assert 0.9 < float(one @ another) < 1.0
    assert abs(float(one @ other_room)) < 0.2


@pytest.mark.parametrize(
    ("colour", "room"),
    [(RED, RoomType.KITCHEN), (GREEN, RoomType.EXTERIOR), (BLUE, RoomType.BATHROOM), (GREY, RoomType.BEDROOM)],
)
def test_a_plain_colour_is_a_room_too(colour: tuple[int, int, int], room: RoomType) -> None:
    assert looked_at(encoded(picture(colour))).room.label is room


def test_a_scene_is_drawn_the_same_each_time() -> None:
    assert scene(RoomType.HALLWAY, 0.4, 0.2, seed=3).tobytes() == scene(RoomType.HALLWAY, 0.4, 0.2, seed=3).tobytes()
    assert scene(RoomType.HALLWAY, seed=3).tobytes() != scene(RoomType.HALLWAY, seed=4).tobytes()
