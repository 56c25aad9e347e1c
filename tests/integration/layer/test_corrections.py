"""A person's correction in the search rows: it wins everywhere, for every version, and can be taken back."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from roomlens.errors import ConflictError, NotFoundError, PreconditionFailedError
from roomlens.models import Correction, Image, ImageVector, TextVector
from roomlens.photos import intake
from roomlens.photos.corrections import correct, entity_tag
from roomlens.photos.facts import facts_of, text_of
from roomlens.photos.records import Arrival, list_images
from roomlens.schemas import CorrectionRequest
from roomlens.text import ModelVersion, text_embedder
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer, FakeEmbedder, FloatArray
from tests.fixtures.properties import PATIENCE
from tests.pictures import RED, photo
from tests.unit.photos.test_corrections import requests

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
ROUNDING = 2e-3  # the database keeps half the bits


def say(db: Session, image: Image, **body: Any) -> Image:
    return correct(db, image.id, CorrectionRequest(**body))


def rows(db: Session, image: Image) -> list[Any]:
    """All search rows of a photo, those of the text space first."""
    db.expire_all()
    return [
        row
        for table in (TextVector, ImageVector)
        for row in db.scalars(select(table).where(table.image_id == image.id).order_by(table.analysis_id))
    ]


def text_vector(db: Session, image: Image) -> FloatArray:
    vector: FloatArray = rows(db, image)[0].vector
    return vector


def words_of(image: Image) -> str:
    return text_of(facts_of(image.analyses[-1], image.correction))


def of_text(words: str) -> FloatArray:
    return FakeEmbedder().embed([words])[0]


def close(one: FloatArray, other: FloatArray) -> bool:
    return bool(np.allclose(one, other, atol=ROUNDING))


def found_by_words(db: Session, word: str) -> list[int]:
    document = TextVector.document
    if db.get_bind().dialect.name == "sqlite":
        match: Any = document.icontains(word)
    else:
        match = document.bool_op("@@")(func.plainto_tsquery("english", word))
    return list(db.scalars(select(TextVector.image_id).where(match)))


def test_both_search_rows_say_what_counts(db: Session) -> None:
    image = make_photo(db, RED).image
    say(db, image, room_type="garage", add_tags=["ev_charger"], condition_score=0.1, captured_at="2020-05-01T10:00:00Z")
    for row in rows(db, image):
        assert (row.room_type, row.tags, row.condition_score) == ("garage", ["dishwasher", "ev_charger"], 0.1)
        assert row.captured_at.year == 2020
    assert found_by_words(db, "carport") == [image.id]
    assert found_by_words(db, "kitchen") == []


def test_a_new_text_has_its_own_vector_and_a_picture_stays_what_it_is(db: Session) -> None:
    image = make_photo(db, RED).image
    _, picture = (row.vector for row in rows(db, image))
    say(db, image, room_type="bathroom", remove_tags=["dishwasher"])
    words, same_picture = (row.vector for row in rows(db, image))
    assert words_of(image).startswith("A bathroom.")
    assert close(words, of_text(words_of(image)))
    assert np.array_equal(picture, same_picture)


def test_what_says_nothing_of_the_text_leaves_the_models_own_vector(db: Session) -> None:
    image = make_photo(db, RED).image
    own = text_vector(db, image)
    say(db, image, condition_score=0.1, room_type="kitchen")
    assert np.array_equal(text_vector(db, image), own)


def test_what_is_taken_back_is_as_if_it_had_never_been_said(db: Session) -> None:
    image = make_photo(db, RED).image
    before = [vars(row).copy() for row in rows(db, image)]
    say(db, image, caption="A den.", room_type="office", captured_at="2020-05-01T10:00:00Z")
    say(db, image, caption="A cave.")  # what is kept is the model's vector, not the first correction's
    say(db, image, caption=None, room_type=None, captured_at=None)
    assert db.scalar(select(func.count()).select_from(Correction)) == 0
    for row, was in zip(rows(db, image), before, strict=True):
        for name in ("room_type", "tags", "condition_score", "natural_light_score", "captured_at"):
            assert getattr(row, name) == was[name]
        assert np.array_equal(row.vector, was["vector"])
    assert db.scalars(select(TextVector.own_vector)).all() == [None]
    assert found_by_words(db, "kitchen") == [image.id]


def test_every_version_has_the_persons_word(db: Session, analyzer: FakeAnalyzer) -> None:
    image = make_photo(db, RED).image
    analyzer.model = FakeAnalyzer("2").model
    make_photo(db, RED)
    say(db, image, room_type="office", remove_tags=["dishwasher"])
    assert [row.room_type for row in rows(db, image)] == ["office"] * 4
    assert all(close(row.vector, of_text(words_of(image))) for row in rows(db, image)[:2])
    for version in ("1", "2"):
        analyzer.model = FakeAnalyzer(version).model
        assert list_images(db, limit=10, room_type="kitchen") == []
        assert list_images(db, limit=10, room_type="office") == [image]


def test_a_new_analysis_of_a_corrected_photo_is_found_as_corrected(db: Session, analyzer: FakeAnalyzer) -> None:
    image = make_photo(db, RED).image
    say(db, image, room_type="bathroom", remove_tags=["dishwasher"])
    analyzer.model = FakeAnalyzer("2").model
    make_photo(db, RED)
    newest = rows(db, image)[1]
    assert (newest.embedder, newest.room_type, newest.tags) == ("fake-colours@2", "bathroom", [])
    assert close(newest.vector, of_text(words_of(image)))
    say(db, image, room_type=None, remove_tags=None)
    assert close(rows(db, image)[1].vector, of_text("Kitchen with a dishwasher."))


def test_a_vector_of_another_model_of_texts_is_not_replaced(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    image = make_photo(db, RED).image
    own = text_vector(db, image)
    monkeypatch.setattr(text_embedder(), "model", ModelVersion("other-words", "1", "0" * 64))
    monkeypatch.setattr(FakeEmbedder, "embed", lambda *_: pytest.fail("nobody needs a vector"))
    say(db, image, room_type="bathroom")
    row = rows(db, image)[0]
    assert (row.room_type, row.own_vector) == ("bathroom", None)
    assert np.array_equal(row.vector, own)


def test_other_bytes_under_a_key_have_not_been_corrected(db: Session, s3: Any) -> None:
    from roomlens.events import ObjectCreated
    from tests.fixtures.aws import BUCKET

    key = f"incoming/{make_listing(db).id}/a.jpg"
    for seed in (0, 1):
        s3.put_object(Bucket=BUCKET, Key=key, Body=photo(RED, seed=seed))
        taken = intake.take_in_object(db, ObjectCreated(BUCKET, key))
        assert taken is not None
        if seed == 0:
            say(db, taken.image, room_type="bathroom")
    assert [row.room_type for row in rows(db, taken.image)] == ["kitchen", "kitchen"]


def test_the_same_words_twice_write_nothing(db: Session) -> None:
    image = make_photo(db, RED).image
    said = {"room_type": "bathroom", "add_tags": ["island"], "corrected_by": "Ann"}
    tag = entity_tag(say(db, image, **said))
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0].lower() in ("insert", "update", "delete"):
            written.append(statement)

    event.listen(db.connection(), "before_cursor_execute", note)
    assert entity_tag(say(db, image, **said)) == tag
    assert entity_tag(say(db, image, add_tags=[])) == tag
    event.remove(db.connection(), "before_cursor_execute", note)
    assert written == []


@pytest.mark.parametrize(
    ("then", "named"),
    [
        ({"room_type": "bedroom"}, "Ann"),  # what is left out stays
        ({"room_type": "bedroom", "corrected_by": "Ben"}, "Ben"),
        ({"room_type": "bathroom", "corrected_by": "Ben"}, "Ben"),
        ({"room_type": "bedroom", "corrected_by": None}, None),
        ({"room_type": "bathroom", "corrected_by": None}, None),
    ],
)
def test_whoever_named_themselves_last_is_named(db: Session, then: dict[str, Any], named: str | None) -> None:
    image = make_photo(db, RED).image
    say(db, image, room_type="bathroom", corrected_by="Ann")
    assert db.scalars(select(Correction.corrected_by)).all() == ["Ann"]
    say(db, image, **then)
    assert db.scalars(select(Correction.corrected_by)).all() == [named]


def test_a_photo_that_changed_since_it_was_read_is_not_corrected(db: Session) -> None:
    image = make_photo(db, RED).image
    read = entity_tag(image)
    correct(db, image.id, CorrectionRequest(caption="Mine."), if_match=f'"other", {read}')
    for stale in (read, f"W/{entity_tag(image)}", "", '"x"'):
        with pytest.raises(PreconditionFailedError):
            correct(db, image.id, CorrectionRequest(caption="Yours."), if_match=stale)
    assert correct(db, image.id, CorrectionRequest(caption="Yours."), if_match="*").correction.caption == "Yours."  # type: ignore[union-attr]


def test_what_has_not_been_analysed_can_not_be_corrected(db: Session) -> None:
    queued = intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    with pytest.raises(ConflictError, match="has not been analysed yet"):
        say(db, queued, room_type="bathroom")
    with pytest.raises(NotFoundError):
        correct(db, 99_999, CorrectionRequest(caption="x"))


@settings(max_examples=15, suppress_health_check=[*PATIENCE, HealthCheck.function_scoped_fixture])
@given(said=st.lists(requests(), min_size=1, max_size=5))
def test_search_rows_agree_with_the_facts_whatever_was_said(db: Session, said: list[CorrectionRequest]) -> None:
    with db.begin_nested() as savepoint:
        image = make_photo(db, RED).image
        own = text_vector(db, image)
        for request in said:
            correct(db, image.id, request)
        facts = facts_of(image.analyses[0], image.correction)
        for row in rows(db, image):
            assert (row.room_type, tuple(row.tags)) == (facts.room_type, facts.tags)
            assert row.condition_score == pytest.approx(facts.condition_score)
            assert row.natural_light_score == pytest.approx(facts.natural_light_score)
        assert close(text_vector(db, image), of_text(text_of(facts)) if facts.reworded else own)
        savepoint.rollback()
    db.expire_all()
