"""The built weights: the very bytes, and the very answers, of the published models."""

import json
from pathlib import Path

import numpy as np
import pytest

from roomlens.text import TextEmbedder, text_embedder
from roomlens.vectors import TEXT_DIMENSIONS as DIMENSIONS
from roomlens_models.efficientnet import EfficientNet
from roomlens_models.heads import HEADS
from roomlens_models.imagenet import class_indices
from roomlens_models.tensorfile import read_tensors
from roomlens_models.weights import SPACES_FILE, TEXT_FILE, VISION_FILE, VOCABULARY_FILE, WEIGHTS, manifest
from roomlens_models.wordpiece import WordPiece

REFERENCE = Path(__file__).parent / "minilm_reference.npy"
# The sentences of that file, in single precision by another implementation.
SENTENCES = ["a bright kitchen with an island", "somewhere to take a bath", "Crème brûlée, à l’hôtel"]


@pytest.fixture(scope="module")
def network() -> EfficientNet:
    return EfficientNet.load(WEIGHTS / VISION_FILE)


@pytest.fixture(scope="module")
def embedder() -> TextEmbedder:
    return text_embedder()


@pytest.mark.parametrize(
    ("model", "file", "sha256"),
    [
        ("efficientnet-lite2", VISION_FILE, "0b9ae3cd9cedae708820e2488fa15b3ffd64422eeebe2983b3cb482d0e0688cb"),
        ("all-minilm-l6-v2", TEXT_FILE, "5038358b2334bea3e7c89eb1aea1983f4130195215c16514bedb178960f239d0"),
        ("all-minilm-l6-v2", VOCABULARY_FILE, "0f052197aac305fe42f378b5c61554b7bacb34b8be4af83fec2cfdcdffbc9973"),
    ],
)
def test_a_build_gives_the_same_bytes_everywhere(model: str, file: str, sha256: str) -> None:
    assert manifest()[model].sha256[file] == sha256


@pytest.mark.parametrize("head", ["rooms", "tags"])
def test_a_head_was_trained_on_the_network_that_it_reads(head: str) -> None:
    card = json.loads((HEADS / f"{head}.json").read_text(encoding="utf-8"))
    assert card["network_sha256"] == manifest()["efficientnet-lite2"].sha256[VISION_FILE]


def test_the_network_says_what_the_published_one_says(network: EfficientNet) -> None:
    row, column, channel = np.mgrid[:260, :260, :3]
    pattern = ((3 * column + 2 * row + 40 * channel) % 256).astype(np.uint8)
    seen = network(pattern)
    # Computed in single precision from the unfolded checkpoint; ours is stored in half precision.
    best = [418, 699, 644, 818, 473, 542]
    assert np.argsort(-seen.logits)[:6].tolist() == best
    np.testing.assert_allclose(seen.logits[best], [5.7568, 5.4091, 4.6880, 4.4596, 4.4417, 4.2877], atol=0.1)
    assert np.linalg.norm(seen.features) == pytest.approx(14.844273, rel=2e-2)


def test_grey_means_nothing_in_particular(network: EfficientNet) -> None:
    seen = network(np.full((260, 260, 3), 127, np.uint8))
    assert seen.probabilities().max() < 0.1
    np.testing.assert_allclose(seen.logits[[473, 499, 623, 902]], [3.4942, 3.3742, 3.3433, 3.0225], atol=0.03)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("a bright kitchen with an island", [1037, 4408, 3829, 2007, 2019, 2479]),
        ("Crème brûlée, à l’hôtel!", [13675, 21382, 7987, 9307, 2063, 1010, 1037, 1048, 1521, 3309, 999]),
        ("東京の台所 kitchen", [1879, 1755, 1671, 100, 100, 3829]),
        (
            "bookshelves & four-poster bed (unlivable?)",
            [2808, 16001, 6961, 1004, 2176, 1011, 13082, 2793, 1006, 4895, 3669, 12423, 1029, 1007],
        ),
        ("don't-stop_me.now €100", [2123, 1005, 1056, 1011, 2644, 1035, 2033, 1012, 2085, 1574, 18613]),
        ("straße İstanbul", [2358, 27807, 9960]),
    ],
)
def test_text_becomes_the_ids_that_the_tokenizers_package_gives(text: str, ids: list[int]) -> None:
    # The ids were taken from `tokenizers` 0.23 with the model's own tokenizer.json.
    tokenizer = WordPiece.load(WEIGHTS / VOCABULARY_FILE)
    assert tokenizer.ids(text) == [101, *ids, 102]


def test_sentences_lie_where_the_full_precision_model_puts_them(embedder: TextEmbedder) -> None:
    vectors = embedder.embed(SENTENCES)
    assert vectors.shape == (3, DIMENSIONS)
    cosines = (vectors[:, :384] * np.load(REFERENCE)).sum(1)
    assert cosines.min() > 0.9995


def test_meaning_decides_which_texts_are_near(embedder: TextEmbedder) -> None:
    bath, tub, car = embedder.embed(["somewhere to take a bath", "bathroom with a bathtub", "parking for two cars"])
    assert bath @ tub > 0.5 > bath @ car


def test_the_projection_is_orthonormal_and_the_classes_have_unit_vectors() -> None:
    spaces = read_tensors(WEIGHTS / SPACES_FILE).tensors
    projection = spaces["image_projection"].astype(np.float32)
    np.testing.assert_allclose(projection.T @ projection, np.eye(768), atol=5e-3)
    vectors = spaces["class_vectors"].astype(np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=2e-3)
    stove, microwave, tench = vectors[class_indices(["stove", "microwave", "tench"])]
    assert stove @ microwave > stove @ tench
