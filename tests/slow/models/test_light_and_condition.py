"""Daylight, condition, flags of quality and of compliance, by the real network on rendered and on real photos."""

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageFont

from roomlens.vision import light, photo_analyzer
from roomlens.vision.embedded import EmbeddedPhotoAnalyzer
from roomlens.vision.pixels import light_of, reduced, squashed
from roomlens.vocabulary import ComplianceFlag, QualityFlag
from roomlens_models.efficientnet import INPUT_SIZE, EfficientNet
from roomlens_models.imagenet import class_indices
from roomlens_models.weights import VISION_FILE, WEIGHTS
from tests.unit.vision.drawings import UInt8Array, gained
from tests.unit.vision.test_flags import turned
from training import overlays
from training.ratings import RATINGS, ratings, spearman

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "samples").rglob("*.jpg"))
INSIDE = [path for path in SAMPLES if path.stem != "exterior"]
HOUSES = ROOT.parent / "shared" / "photos" / "houses-train"
pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(not SAMPLES, reason="the sample photos are not here yet")]
needs_houses = pytest.mark.skipif(not HOUSES.is_dir(), reason="the shared photo sets are not beside the project")


@pytest.fixture(scope="module")
def network() -> EfficientNet:
    return EfficientNet.load(WEIGHTS / VISION_FILE)


@pytest.fixture(scope="module")
def analyzer() -> EmbeddedPhotoAnalyzer:
    analyzer = photo_analyzer()
    assert isinstance(analyzer, EmbeddedPhotoAnalyzer)
    return analyzer


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def daylight(network: EfficientNet, rgb: UInt8Array) -> float:
    """Whatever room it is taken for: in the dark that can't be told."""
    image = reduced(rgb)
    seen = network(squashed(image, INPUT_SIZE))
    return light.daylight(light_of(image), float(seen.logits[class_indices(light.WINDOW_CLASSES)].mean()))[0]


# Where the sky is the only light, a room under a sky of another strength sends that much more light from every point:
# light adds up. So a rendering at a fixed exposure is the same picture times the strength, cut off at white. (The
# samples were given a tone curve first; the strength comes after it.)
SKY = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_brighter_sky_means_more_daylight_in_every_rendered_room(network: EfficientNet, path: Path) -> None:
    rgb = np.asarray(opened(path))
    scores = [daylight(network, gained(rgb, strength)) for strength in SKY]
    assert all(brighter > darker for darker, brighter in pairwise(scores)), scores


@pytest.mark.parametrize("path", INSIDE[:4], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_analysis_explains_its_scores(analyzer: EmbeddedPhotoAnalyzer, path: Path) -> None:
    seen = analyzer.analyze(np.asarray(opened(path)))
    assert seen.natural_light_why[0].startswith("The picture is")
    assert seen.condition_why[0].startswith("An estimate from one photo")
    assert {"finish", "tidy", "technical"} <= seen.condition_components.keys()
    assert seen.quality_flags == ()


def test_spoilt_copies_of_the_samples_are_flagged_for_what_was_done_to_them(analyzer: EmbeddedPhotoAnalyzer) -> None:
    found = dict.fromkeys((QualityFlag.BLURRY, QualityFlag.DARK, QualityFlag.TILTED), 0)
    for path in INSIDE:
        photo = opened(path)
        spoilt = {
            QualityFlag.BLURRY: photo.filter(ImageFilter.GaussianBlur(3)),
            QualityFlag.DARK: Image.fromarray(gained(np.asarray(photo), 0.08)),
            QualityFlag.TILTED: turned(photo, 6),
        }
        for flag, image in spoilt.items():
            found[flag] += flag in analyzer.analyze(np.asarray(image)).quality_flags
    assert all(count >= len(INSIDE) - 1 for count in found.values()), found


def test_screenshots_are_flagged_and_photos_are_not(analyzer: EmbeddedPhotoAnalyzer) -> None:
    try:
        ImageFont.truetype(overlays.OTHER_FACES[0], 20)
    except OSError:
        pytest.skip("the type faces for drawing screens are not on this machine")
    shown = clean = 0
    for number, path in enumerate(SAMPLES):
        photo = opened(path)
        screen = overlays.screenshot(photo, random.Random(number), overlays.OTHER_FACES)
        flags = [flag.flag for flag in analyzer.analyze(np.asarray(screen)).compliance]
        shown += ComplianceFlag.SCREENSHOT in flags
        clean += analyzer.analyze(np.asarray(photo)).compliance == ()
    assert shown >= len(SAMPLES) - 2
    assert clean >= len(SAMPLES) - 1


@needs_houses
def test_scores_go_with_what_a_person_gave_rooms_of_houses_kept_apart(analyzer: EmbeddedPhotoAnalyzer) -> None:
    rated = [one for one in ratings(RATINGS) if one.kept_apart]
    seen = [(one, analyzer.analyze(np.asarray(opened(HOUSES / one.file)))) for one in rated]
    told = [(one, found) for one, found in seen if found.condition_score is not None]
    assert len(told) >= 0.95 * len(rated)
    by_eye = np.array([[one.daylight, one.condition] for one, _ in told])
    scores = np.array([[found.natural_light_score, found.condition_score] for _, found in told], np.float64)
    # docs/models.md has 0.68 and 0.58; the sets are fixed, the margin is for other rooms being told.
    assert spearman(scores[:, 0], by_eye[:, 0]) >= 0.6
    assert spearman(scores[:, 1], by_eye[:, 1]) >= 0.5
