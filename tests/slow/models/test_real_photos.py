"""The real analyzer on rendered and real photos. The shared photo sets are optional: they lie beside the project."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from benchmarks import rooms as benchmark
from benchmarks.figures import Figure
from benchmarks.photo_sets import SHARED, Labelled, eval_houses, houses, room_folders, spread
from benchmarks.room_figures import accuracy, restricted
from roomlens.vision import PhotoAnalyzer, photo_analyzer
from roomlens.vocabulary import RoomType
from tests.unit.vision.drawings import brightened, noise

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples"
pytestmark = pytest.mark.timeout(600)  # hundreds of photos, perhaps on a busy machine
needs_photos = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared photo sets are not beside the project")


@pytest.fixture(scope="module")
def analyzer() -> PhotoAnalyzer:
    return photo_analyzer()


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def sample_photos() -> list[tuple[Path, RoomType]]:
    """The samples that are there, and what `listings.json` says of them."""
    listings = json.loads((SAMPLES / "listings.json").read_text(encoding="utf-8"))
    photos = [
        (SAMPLES / home["folder"] / photo["file"], photo["room_type"]) for home in listings for photo in home["photos"]
    ]
    return [(path, RoomType(room)) for path, room in photos if path.exists()]


@pytest.mark.skipif(not sample_photos(), reason="the sample photos are not here yet")
def test_the_samples_are_named_rightly_but_for_two_at_most(analyzer: PhotoAnalyzer) -> None:
    samples = sample_photos()
    wrong = [
        f"{path.parent.name}/{path.name}: {seen}"
        for path, room in samples
        if (seen := analyzer.analyze(pixels(path)).room.label) is not room
    ]
    assert len(samples) >= 13
    assert len(wrong) <= 2, wrong


@pytest.mark.skipif(not sample_photos(), reason="the sample photos are not here yet")
def test_the_same_photo_is_analysed_the_same_twice(analyzer: PhotoAnalyzer) -> None:
    path, _ = sample_photos()[0]
    first, second = analyzer.analyze(pixels(path)), analyzer.analyze(pixels(path))
    assert first.room == second.room
    assert first.features == second.features
    assert first.natural_light_score == second.natural_light_score
    np.testing.assert_array_equal(first.image_vector, second.image_vector)
    np.testing.assert_array_equal(first.text_vector, second.text_vector)


@pytest.mark.parametrize("rgb", [noise(), np.full((300, 400, 3), 90, np.uint8)], ids=["noise", "grey"])
def test_what_shows_nothing_is_no_confident_room(analyzer: PhotoAnalyzer, rgb: np.ndarray) -> None:
    analysis = analyzer.analyze(rgb)
    assert analysis.features == ()
    assert analysis.room.label is RoomType.OTHER or analysis.room.confidence < 0.9


def _figure(figures: Sequence[Figure], name: str) -> Figure:
    return next(figure for figure in figures if figure.name.startswith(name))


def _seen(photos: list[Labelled], limit: int) -> list[benchmark.Seen]:
    return benchmark.look(spread(photos, limit), Console(file=io.StringIO()), "test")


@needs_photos
def test_houses_are_named_and_found_as_well_as_the_documents_say() -> None:
    seen = _seen(eval_houses(SHARED / "houses-train"), 160)
    # The rules have 0.98 of all, the head 0.97; a sample of 160 with that true share falls below 0.91 once in ten
    # thousand times.
    assert restricted(benchmark.answers(seen, "zero_shot")).value >= 0.91
    figures = accuracy(benchmark.answers(seen, "trained"), None, None, None)
    assert _figure(figures, "top-1").value >= 0.91
    assert _figure(figures, "calibration error").value <= 0.08
    assert _figure(benchmark.retrieval(seen), "image to image").value >= 0.95
    assert _figure(benchmark.retrieval(seen), "text to image").value >= 0.95


@needs_photos
def test_six_rooms_are_told_apart_and_training_helped() -> None:
    seen = _seen(room_folders(SHARED / "eval-rooms"), 120)
    trained = accuracy(benchmark.answers(seen, "trained"), None, None, None)
    zero_shot = accuracy(benchmark.answers(seen, "zero_shot"), None, None, None)
    assert _figure(trained, "top-1").value >= 0.75
    assert _figure(trained, "top-3").value >= 0.93
    assert _figure(zero_shot, "top-1").value >= 0.65
    assert _figure(trained, "top-1").value > _figure(zero_shot, "top-1").value


@needs_photos
def test_real_rooms_get_more_daylight_when_they_are_exposed_longer(analyzer: PhotoAnalyzer) -> None:
    inside = [photo for photo in houses(SHARED / "houses-train") if photo.room is RoomType.KITCHEN][:12]
    rising = 0
    for photo in inside:
        rgb = pixels(photo.path)
        scores = [analyzer.analyze(brightened(rgb, factor)).natural_light_score for factor in (0.5, 0.75, 1.0)]
        rising += None not in scores and scores == sorted(scores)  # type: ignore[type-var]
    assert rising >= 11


def test_without_photos_the_benchmark_says_what_it_wants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "SHARED", tmp_path / "photos")
    assert benchmark.main([]) == 1
    assert "--photos DIR" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="kitchen"):
        benchmark.main(["--photos", str(tmp_path)])


def test_the_benchmark_measures_any_folder_of_rooms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for room in ("kitchen", "entrance_hall", "no_room"):
        (tmp_path / room).mkdir()
        Image.fromarray(noise()).save(tmp_path / room / "1.png")
    assert benchmark.main(["--photos", str(tmp_path), "--limit", "5"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "2 photos" in printed
    assert "hallway" in printed
    assert "no_room" not in printed
