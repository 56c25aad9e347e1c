"""From one backend to the other and back: a setting and a new look, and no vector is ever compared with another's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.errors import ModelBusyError
from roomlens.models import Analysis, TextVector
from roomlens.photos import intake
from roomlens.photos.corrections import correct
from roomlens.photos.records import Arrival
from roomlens.schemas import CorrectionRequest, QueryRequest
from roomlens.search import embedder_in_force
from roomlens.search import search as run_search
from roomlens.versions import model_in_force
from tests.fakes import FakeAnalyzer, FakeEmbedder, generate_mock_embedding
from tests.fixtures.hosted import KITCHEN, Hosted, forget_models
from tests.pictures import BLUE, RED, photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
LOOK = generate_mock_embedding(384, 1)
Switch = Callable[..., None]


@pytest.fixture
def switch(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> Switch:
    def to(vision: str, text: str = "embedded", **settings: str) -> None:
        for name, value in {"VISION_BACKEND": vision, "TEXT_BACKEND": text, **settings}.items():
            monkeypatch.setenv(name, value)
        forget_models()

    return to


def look(db: Session, colour: tuple[int, int, int] = RED) -> intake.Taken:
    return intake.upload(db, photo(colour), Arrival("", "a.jpg"))


def hosted_look(db: Session, hosted: Hosted, answer: Any = KITCHEN) -> intake.Taken:
    hosted.sees(answer)
    hosted.places_picture(LOOK)
    return look(db)


def found(db: Session, words: str) -> list[int]:
    return [hit.image.id for hit in run_search(db, QueryRequest(query=words)).hits]


def test_both_analyses_stay_and_going_back_asks_nobody_again(
    db: Session, analyzer: FakeAnalyzer, hosted: Hosted, switch: Switch
) -> None:
    first = look(db)
    switch("bedrock")
    second = hosted_look(db, hosted)
    assert second.image.id == first.image.id
    assert not second.deduplicated
    switch("embedded")
    third = look(db)
    assert (third.deduplicated, third.analysis.id) == (True, first.analysis.id)
    assert analyzer.asked == 1
    switch("bedrock")
    assert look(db).analysis.id == second.analysis.id
    assert db.scalars(select(Analysis.model).order_by(Analysis.id)).all() == ["fake-colours", "amazon.nova-lite-v1:0"]
    hosted.all_said()


def test_each_analysis_keeps_its_own_words(db: Session, hosted: Hosted, switch: Switch) -> None:
    first = look(db).analysis.caption
    switch("bedrock")
    answer = KITCHEN | {"rooms": [{"room": "garage", "confidence": 0.8}], "features": []}
    second = hosted_look(db, hosted, answer).analysis.caption
    assert first != second
    assert db.scalars(select(Analysis.caption).order_by(Analysis.id)).all() == [first, second]


def test_a_search_sees_only_what_the_models_in_force_have_looked_at(
    db: Session, hosted: Hosted, switch: Switch
) -> None:
    both, old = look(db, RED).image.id, look(db, BLUE).image.id
    assert {both, old} == set(found(db, "kitchen with a dishwasher"))
    switch("bedrock")
    assert found(db, "kitchen with a dishwasher") == []
    hosted_look(db, hosted)
    assert found(db, "kitchen with a dishwasher") == [both]
    switch("embedded")
    assert {both, old} == set(found(db, "kitchen with a dishwasher"))


@pytest.mark.parametrize(
    ("vision", "text", "settings"),
    [
        ("bedrock", "embedded", {}),
        ("bedrock", "bedrock", {}),
        ("bedrock", "embedded", {"BEDROCK_VISION_MODEL": "us.amazon.nova-pro-v1:0"}),
        ("bedrock", "embedded", {"BEDROCK_IMAGE_MODEL": "another.model-v1"}),
        ("bedrock", "bedrock", {"BEDROCK_TEXT_MODEL": "eu.cohere.embed-v4:0"}),
    ],
)
def test_every_combination_of_models_has_vectors_of_its_own(
    db: Session, hosted: Hosted, switch: Switch, vision: str, text: str, settings: dict[str, str]
) -> None:
    switch("bedrock", "embedded", BEDROCK_VISION_MODEL="another.model-v2")
    before = embedder_in_force()
    switch(vision, text, **{"BEDROCK_VISION_MODEL": "amazon.nova-lite-v1:0"} | settings)
    here = embedder_in_force()
    assert here != before
    if text == "bedrock":
        hosted.sees()
        hosted.places_picture(LOOK)
        hosted.places_texts(generate_mock_embedding(1536, 5))
        look(db)
    else:
        hosted_look(db, hosted)
    assert db.scalars(select(TextVector.embedder)).all() == [here]


def test_the_embedder_that_is_in_force_reads_the_hosted_model_s_caption(
    db: Session, hosted: Hosted, switch: Switch
) -> None:
    switch("bedrock", "embedded")
    caption = hosted_look(db, hosted).analysis.caption
    stored = np.asarray(db.scalars(select(TextVector.vector)).one(), np.float32)
    np.testing.assert_allclose(stored, FakeEmbedder().embed([caption])[0], atol=1e-3)
    assert " text=fake-words " in model_in_force().version


def test_a_persons_word_is_read_by_each_version_s_own_model_of_texts(
    db: Session, hosted: Hosted, switch: Switch
) -> None:
    image = look(db).image
    switch("bedrock", "bedrock")
    hosted.reads_words()
    hosted_look(db, hosted)
    switch("embedded")
    asked = len(hosted.asked)
    correct(db, image.id, CorrectionRequest(caption="Where the boat sleeps."))
    assert len(hosted.asked) == asked + 1
    assert db.scalars(select(TextVector.own_vector.is_not(None))).all() == [True, True]


def test_a_model_of_texts_that_does_not_count_now_can_not_spoil_a_correction(
    db: Session, hosted: Hosted, switch: Switch
) -> None:
    image = look(db).image
    switch("bedrock", "bedrock")
    hosted.sees()
    hosted.places_picture(LOOK)
    hosted.places_texts(generate_mock_embedding(1536, 5))
    look(db)
    switch("embedded")
    hosted.refuses("invoke_model", "ThrottlingException", 429)
    correct(db, image.id, CorrectionRequest(caption="Where the boat sleeps."))
    of_each = select(TextVector.own_vector.is_not(None)).order_by(TextVector.analysis_id)
    assert db.scalars(of_each).all() == [True, False]
    switch("bedrock", "bedrock")
    hosted.refuses("invoke_model", "ThrottlingException", 429)
    with pytest.raises(ModelBusyError):
        correct(db, image.id, CorrectionRequest(caption="Where the boat wakes."))
