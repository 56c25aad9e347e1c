"""How much a hit says, and by whose bars."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomlens.search import calibration
from roomlens.search.calibration import Bars, ImageBars, bars_between, calibrate, calibration_of, keep, kept
from roomlens.search.relevance import Judge, TextJudge, judge_of, similarity, text_judge
from roomlens.search.sentinels import ANCHORS, SENTINELS
from tests.fakes import FakeAnalyzer, FakeEmbedder, FloatArray

BARS = Bars(strong=0.4, weak=0.3, strong_lead=0.2, weak_lead=0.1, lift=0.3)
JUDGE = TextJudge(BARS, topic=0.4, background=0.2)
IMAGES = ImageBars(strong=0.6, weak=0.5)
ORDER = ["noise", "weak", "strong"]


class OtherEmbedder(FakeEmbedder):
    """The same words, all of which lie much nearer to each other, as some models' do."""

    model = replace(FakeEmbedder.model, name="fake-near")

    def embed(self, texts: Sequence[str], *, question: bool = False) -> FloatArray:
        near = super().embed(texts)
        near[:, 0] += 2
        return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(autouse=True)
def nothing_calibrated() -> Iterator[None]:
    calibration._KNOWN.clear()
    yield
    calibration._KNOWN.clear()


@pytest.mark.parametrize(
    ("cosine", "named", "judged"),
    [
        (0.41, 0.0, "strong"),
        (0.39, 0.0, "weak"),  # too little evidence
        (0.21, 0.0, "noise"),  # evidence, and no nearer than any caption
        (0.21, 1.0, "strong"),  # it answers by name
        (0.21, 0.4, "weak"),  # some of it does
        (1.0, 0.0, "strong"),
        (0.0, 0.0, "noise"),
    ],
)
def test_a_hit_has_to_pass_both_bars(cosine: float, named: float, judged: str) -> None:
    assert JUDGE.of(cosine, named) == judged


# Halves and quarters, which a computer adds without an error.
EVEN = Bars(strong=0.5, weak=0.25, strong_lead=0.25, weak_lead=0.125, lift=0.5)


@pytest.mark.parametrize(
    ("topic", "background", "cosine", "named", "judged"),
    [
        (0.5, 0.25, 0.5, 0.0, "strong"),  # evidence and lead are just what they have to be
        (0.49, 0.25, 0.5, 0.0, "weak"),
        (0.5, 0.26, 0.5, 0.0, "weak"),
        (0.0, 0.375, 0.5, 0.0, "weak"),
        (-0.01, 0.375, 0.5, 0.0, "noise"),
        (0.0, 0.376, 0.5, 0.0, "noise"),
        (0.0, 0.25, 0.0, 1.0, "strong"),  # a name lifts both by the same
        (0.0, 0.26, 0.0, 1.0, "weak"),
        (0.0, 0.125, 0.0, 0.5, "weak"),
    ],
)
def test_a_bar_is_passed_by_what_reaches_it(
    topic: float, background: float, cosine: float, named: float, judged: str
) -> None:
    assert TextJudge(EVEN, topic, background).of(cosine, named) == judged


@pytest.mark.parametrize(
    ("covered", "strengths", "judged"),
    [
        (1.0, {"tags": 1.0}, "strong"),
        (1.0, {"rooms": 1.0}, "strong"),
        (1.0, {"tags": 0.25, "rooms": 0.0}, "noise"),
        (0.5, {"tags": 1.0}, "weak"),  # half of the question is about it
        (0.49, {"tags": 1.0}, "noise"),
        (0.0, {"text": 0.5}, "weak"),
        (0.0, {"text": 0.25, "listing": 1.0}, "strong"),
        (0.0, {}, "noise"),
    ],
)
def test_the_best_name_that_a_hit_answers_by_counts(covered: float, strengths: dict[str, float], judged: str) -> None:
    judge = Judge(TextJudge(EVEN, topic=0.25, background=0.125), None, covered)
    assert judge.of({"vector": 0.0, **strengths}) == judged


def test_no_question_is_about_homes_unless_it_is_said_so(analyzer: FakeAnalyzer) -> None:
    judge = Judge(TextJudge(EVEN, topic=0.25, background=0.125), None)
    assert judge.of({"vector": 0.0, "tags": 1.0}) == "noise"
    vector = FakeEmbedder().embed(["bathtub"])[0]
    assert judge_of(text_vector=vector, by_image=False).covered == 0.0
    assert judge_of(text_vector=None, by_image=False).of({}) == "noise"


def test_a_photo_that_is_near_to_every_question_about_homes_is_not_strong_by_that() -> None:
    wrong_room = TextJudge(BARS, topic=0.7, background=0.5)
    assert wrong_room.of(0.55) == "noise"
    assert wrong_room.of(0.75) == "strong"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_relevance_never_falls_when_a_hit_is_nearer_or_better_named(cosine: float, nearer: float, named: float) -> None:
    low, high = sorted((cosine, nearer))
    assert ORDER.index(JUDGE.of(low, named)) <= ORDER.index(JUDGE.of(high, named))
    assert ORDER.index(JUDGE.of(cosine)) <= ORDER.index(JUDGE.of(cosine, named))


@pytest.mark.parametrize(
    ("judge", "strengths", "judged"),
    [
        (Judge(JUDGE, None, covered=1.0), {"vector": 0.21, "tags": 1.0}, "strong"),
        (Judge(JUDGE, None, covered=1.0), {"vector": 0.21, "tags": 0.0, "rooms": 0.0}, "noise"),
        (Judge(JUDGE, None, covered=0.4), {"vector": 0.21, "tags": 1.0}, "noise"),  # it asks for something else
        (Judge(JUDGE, None), {"vector": 0.21, "listing": 1.0}, "strong"),  # a name or an address
        (Judge(JUDGE, None), {"vector": 0.21, "text": 1.0}, "strong"),
        (Judge(None, None), {"text": 0.6}, "strong"),
        (Judge(None, None), {"listing": 0.4}, "weak"),
        (Judge(None, None), {"text": 0.1}, "noise"),
        (Judge(None, None), {}, "noise"),
        (Judge(None, IMAGES), {"image": 0.6}, "strong"),
        (Judge(None, IMAGES), {"image": 0.5}, "weak"),
        (Judge(None, IMAGES), {"image": 0.34}, "noise"),
        (Judge(JUDGE, IMAGES), {"image": 0.6, "vector": 0.9}, "strong"),
        (Judge(JUDGE, IMAGES), {"image": 0.6, "vector": 0.0}, "weak"),
        (Judge(JUDGE, IMAGES), {"image": 0.0, "vector": 0.0}, "noise"),
    ],
)
def test_signals_decide_together(judge: Judge, strengths: dict[str, float], judged: str) -> None:
    assert judge.of(strengths) == judged


def test_bars_lie_between_right_photos_wrong_photos_and_questions_without_an_answer() -> None:
    asked = np.array([[0.8, 0.3], [0.3, 0.8]], np.float32)
    unanswered = np.full((10, 2), 0.2, np.float32)
    near = np.concatenate([np.full((2, 4), 0.4), np.full((10, 4), 0.1)]).astype(np.float32)
    bars = bars_between(asked, [[True, False], [False, True]], unanswered, near)
    assert bars.strong == pytest.approx(0.15 + 0.05 * (0.6 - 0.15))
    assert bars.weak == pytest.approx(0.15)
    assert (bars.strong_lead, bars.weak_lead, bars.lift) == pytest.approx((-0.1, -0.1, 0.4))


def test_another_text_model_gets_bars_of_its_own_and_always_the_same() -> None:
    words, near = calibrate(FakeEmbedder()).bars, calibrate(OtherEmbedder()).bars
    assert words.strong < 0.2 < near.strong
    assert calibrate(FakeEmbedder()).bars == words


@pytest.mark.parametrize("embedder", [FakeEmbedder(), OtherEmbedder()], ids=lambda one: one.model.name)
def test_no_question_without_an_answer_has_a_strong_hit_by_any_model(embedder: FakeEmbedder) -> None:
    captions = embedder.embed([caption for _, caption in ANCHORS])
    for question in (*SENTINELS, "blorptang wizzle", "dinosaur skeleton"):
        vector = embedder.embed([question], question=True)[0]
        judge = text_judge(embedder, vector)
        assert all(judge.of(float(cosine)) != "strong" for cosine in captions @ vector), question


@pytest.mark.parametrize("embedder", [FakeEmbedder(), OtherEmbedder()], ids=lambda one: one.model.name)
def test_a_question_in_the_words_of_a_caption_finds_that_one_strong_by_any_model(embedder: FakeEmbedder) -> None:
    question, caption, other = embedder.embed(["dishwasher", "Kitchen with a dishwasher.", "Bedroom with a large bed."])
    judge = text_judge(embedder, question)
    assert judge.of(float(question @ caption)) == "strong"
    assert judge.of(float(question @ other)) != "strong"


def test_a_model_is_calibrated_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    embedder = FakeEmbedder()
    monkeypatch.setattr(calibration, "calibrate", lambda one: asked.append(one.model.name) or calibrate(one))
    assert calibration_of(embedder) is calibration_of(embedder)
    assert asked == ["fake-words"]


def test_what_is_kept_comes_back_for_the_same_model_weights_and_texts_alone(tmp_path: Path) -> None:
    model, computed = FakeEmbedder.model, calibrate(FakeEmbedder())
    keep(model, computed, "captions", tmp_path)
    found = kept(model, tmp_path)
    assert found is not None
    assert found.bars.strong == pytest.approx(computed.bars.strong, abs=5e-4)
    np.testing.assert_allclose(found.anchors, computed.anchors, atol=1e-3)
    assert kept(replace(model, version="2"), tmp_path) is None
    assert kept(replace(model, weights_sha256="f" * 64), tmp_path) is None
    assert kept(replace(model, name="cohere.embed-v4:0"), tmp_path) is None


def test_bars_measured_with_other_texts_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(FakeEmbedder.model, calibrate(FakeEmbedder()), "captions", tmp_path)
    monkeypatch.setattr(calibration, "digest", lambda: "another list")
    assert kept(FakeEmbedder.model, tmp_path) is None


def test_narrow_vectors_are_kept_without_the_zeros_at_their_end(tmp_path: Path) -> None:
    anchors = np.zeros((len(ANCHORS), 1536), np.float32)
    anchors[:, :3] = 0.5
    path = keep(FakeEmbedder.model, calibration.Calibration(BARS, anchors), "made up", tmp_path)
    assert path.stat().st_size < 1_000
    found = kept(FakeEmbedder.model, tmp_path)
    assert found is not None
    np.testing.assert_array_equal(found.anchors, anchors)


def test_pictures_are_judged_by_the_bars_of_the_vision_model_in_force(mock_inference: FakeAnalyzer) -> None:
    assert judge_of(text_vector=None, by_image=True).by_image == calibration.UNMEASURED
    assert calibration.IMAGE_BARS["efficientnet-lite2"] != calibration.UNMEASURED


@pytest.mark.parametrize("bars", [*calibration.IMAGE_BARS.values(), calibration.UNMEASURED])
def test_a_picture_that_is_the_same_is_strong_and_any_two_are_not(bars: ImageBars) -> None:
    judge = Judge(None, bars)
    assert judge.of({"image": 1.0}) == "strong"
    assert judge.of({"image": 0.34}) == "noise"


@pytest.mark.parametrize(
    ("distance", "similar"), [(-0.25, 1.0), (0.0, 1.0), (0.25, 0.75), (1.0, 0.0), (2.0, 0.0), (float("nan"), 0.0)]
)
def test_a_similarity_is_what_a_distance_leaves_of_one_and_never_less_than_nothing(
    distance: float, similar: float
) -> None:
    assert similarity(distance) == similar
