"""The network's answers about training photos: the same as an analysis gets, and computed once."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from roomlens.vision.pixels import squashed
from roomlens_models.efficientnet import EfficientNet
from roomlens_models.weights import VISION_FILE, BuiltModel
from tests.unit.models.tiny import METADATA, vision_tensors
from training import features
from training.features import VIEWS, Features, features_of

CONSOLE = Console(file=io.StringIO())


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> EfficientNet:
    tiny = EfficientNet(vision_tensors(), METADATA)
    built = BuiltModel("efficientnet-lite2", "1", {VISION_FILE: "0123456789abcdef"})
    monkeypatch.setattr(features, "_network", lambda: tiny)
    monkeypatch.setattr(features, "manifest", lambda: {"efficientnet-lite2": built})
    return tiny


def photo(folder: Path, name: str = "one.png", seed: int = 0) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(folder / name)
    return folder / name


def test_a_photo_is_seen_as_by_an_analysis(network: EfficientNet, tmp_path: Path) -> None:
    path = photo(tmp_path)
    found = features_of([path], console=CONSOLE, cache_folder=tmp_path / "kept")
    with Image.open(path) as image:
        expected = network(squashed(image, 260))
    np.testing.assert_array_equal(found.features[0], expected.features)
    np.testing.assert_array_equal(found.logits[0], expected.logits)


def test_rows_keep_the_order_of_the_photos(network: EfficientNet, tmp_path: Path) -> None:
    first, second = photo(tmp_path, "b.png", 1), photo(tmp_path, "a.png", 2)
    forth = features_of([first, second], console=CONSOLE, cache_folder=tmp_path / "kept")
    back = features_of([second, first], console=CONSOLE, cache_folder=tmp_path / "kept")
    np.testing.assert_array_equal(forth.features, back.features[::-1])
    assert not np.array_equal(forth.features[0], forth.features[1])


def test_a_photo_is_looked_at_once_until_its_bytes_change(
    network: EfficientNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path)
    first = features_of([path], console=CONSOLE, cache_folder=tmp_path / "kept")
    monkeypatch.setattr(features, "_network", lambda: pytest.fail("looked again"))
    again = features_of([path], console=CONSOLE, cache_folder=tmp_path / "kept")
    np.testing.assert_array_equal(first.logits, again.logits)
    monkeypatch.setattr(features, "_network", lambda: network)
    photo(tmp_path, seed=5)
    changed = features_of([path], console=CONSOLE, cache_folder=tmp_path / "kept")
    assert not np.array_equal(first.logits, changed.logits)


def test_views_are_kept_apart(network: EfficientNet, tmp_path: Path) -> None:
    path = photo(tmp_path)
    seen = {
        view: features_of([path], console=CONSOLE, view=view, cache_folder=tmp_path / "kept").features.tobytes()
        for view in VIEWS
    }
    assert len(set(seen.values())) == len(VIEWS)


def test_a_file_that_is_no_photo_is_named(network: EfficientNet, tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"no photo")
    with pytest.raises(OSError, match=r"broken\.jpg"):
        features_of([path], console=CONSOLE, cache_folder=tmp_path / "kept")


def test_no_photos_have_no_rows(network: EfficientNet, tmp_path: Path) -> None:
    found = features_of([], console=CONSOLE, cache_folder=tmp_path / "kept")
    assert (len(found), found.logits.shape, found.features.shape) == (0, (0, 1000), (0, 1280))


def test_unit_features_have_length_one_and_rows_can_be_chosen() -> None:
    found = Features(np.zeros((3, 1000), np.float32), np.arange(1, 3841, dtype=np.float32).reshape(3, 1280))
    np.testing.assert_allclose(np.linalg.norm(found.unit(), axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(found.rows(np.array([True, False, True])).features, found.features[[0, 2]])
