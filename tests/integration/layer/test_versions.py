"""Another model beside the one in force: nobody sees it before it is promoted, and then everybody does."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roomlens import listings, tasks, versions, vision
from roomlens.chat.turns import take_turn
from roomlens.duplicates import find_duplicates
from roomlens.errors import ConflictError, CursorStaleError, NotFoundError, UnavailableError
from roomlens.models import Analysis, ModelInForce, ModelVersionRow, TextVector
from roomlens.photos import intake
from roomlens.photos.corrections import correct, entity_tag
from roomlens.photos.presenting import present_image
from roomlens.photos.records import Arrival, get_image, list_images
from roomlens.schemas import ChatRequest, CorrectionRequest, PictureQuestion, QueryRequest
from roomlens.search import embedder_in_force, search, search_picture
from roomlens.text import ModelVersion, text_embedder
from roomlens.versions.presenting import present_models
from roomlens.vocabulary import RoomType
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer, FakeEmbedder
from tests.pictures import BLUE, GREEN, RED, photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
OLD, NEW = "embedded", "embedded-rules"  # behind the second one is the fixture `candidate`


@pytest.fixture
def listing(db: Session, s3: Any, analyzer: FakeAnalyzer) -> int:
    """A kitchen, a bathroom and a third one, as the model in force sees them."""
    listing_id = make_listing(db).id
    for colour in (RED, BLUE, GREEN):
        make_photo(db, colour, listing_id)
    return listing_id


def backfill(db: Session, name: str = NEW) -> None:
    with versions.using(name):
        for image_id in db.scalars(versions.what_is_missing(vision.model_that_looks())).all():
            intake.analyze(db, get_image(db, image_id))
    db.expire_all()


def promote(db: Session, name: str = NEW, allow_missing: int = 0) -> ModelInForce:
    here = versions.promote(db, name, allow_missing=allow_missing)
    db.expire_all()
    return here


def copies_of(db: Session, image_id: int) -> Any:
    """Without the links, which change with each second."""
    found = find_duplicates(db, image_id)
    return found.model, [copy.model_dump(exclude={"thumbnail_url"}) for copy in found.duplicates]


def what_is_seen(db: Session, listing_id: int) -> dict[str, Any]:
    """All that depends on the model in force, as one request sees it."""
    with versions.one_version(db):
        found = [
            search(db, QueryRequest(query=query, mode=mode, listing_id=listing_id, explain=True))
            for query in ("kitchen with a dishwasher", "bathroom", "white tiles")
            for mode in ("hybrid", "vector", "text")
        ]
        images = list_images(db, limit=3)
        replies = [
            take_turn(db, ChatRequest(message=message, listing_id=listing_id))
            for message in ("Is there a dishwasher?", "What rooms are there?")
        ]
        return {
            "hits": [
                [(hit.image.id, hit.score, hit.relevance, hit.facts, hit.why) for hit in one.hits] for one in found
            ],
            "models": {one.model for one in found} | {reply.model.partition("+")[2] for reply in replies},
            "kitchens": [image.id for image in list_images(db, limit=10, room_type=RoomType.KITCHEN)],
            "shown": [present_image(image).predictions for image in images],
            "tags": [entity_tag(image) for image in images],
            "replies": [(reply.reply, reply.citations) for reply in replies],
            "copies": [copies_of(db, image.id) for image in images],
        }


def test_nothing_is_seen_of_a_model_that_looks_beside_the_one_in_force(
    db: Session, listing: int, candidate: FakeAnalyzer
) -> None:
    before = what_is_seen(db, listing)
    backfill(db)
    assert candidate.asked == 3
    after = what_is_seen(db, listing)
    assert before.pop("tags") != after.pop("tags"), "a photo is shown with all of its analyses"
    assert after == before


def test_a_promotion_changes_everything_at_once_and_a_rollback_brings_it_back(
    db: Session, listing: int, candidate: FakeAnalyzer
) -> None:
    backfill(db)
    before = what_is_seen(db, listing)
    promote(db)
    after = what_is_seen(db, listing)
    assert {name for name in before if before[name] == after[name]} == set()
    assert after["models"] == {candidate.model.label}
    kitchen, bathroom, _ = (image.id for image in list_images(db, limit=3))
    assert (before["kitchens"], after["kitchens"]) == ([kitchen], [bathroom])
    assert (before["hits"][0][0][0], after["hits"][0][0][0]) == (kitchen, bathroom)
    versions.rollback(db, NEW)
    db.expire_all()
    assert what_is_seen(db, listing) == before
    assert db.scalar(select(func.count(Analysis.id))) == 6


@pytest.mark.usefixtures("executions")
def test_a_listings_cover_changes_with_a_promotion_and_not_before(
    db: Session, listing: int, candidate: FakeAnalyzer
) -> None:
    candidate.mistakes = {RoomType.KITCHEN: RoomType.EXTERIOR, RoomType.EXTERIOR: RoomType.KITCHEN}
    kitchen, _, outside = (image.sha256 for image in list_images(db, limit=3))

    def cover() -> str:
        shown = listings.present(db, [listings.get_listing(db, listing)])[0].cover or ""
        return next(sha256 for sha256 in (kitchen, outside) if sha256 and sha256 in shown)

    tasks.start_backfill(db, NEW)
    backfill(db)
    before = cover()
    promote(db)
    after = cover()
    versions.rollback(db, NEW)
    assert (before, after, cover()) == (outside, kitchen, outside)


@pytest.mark.usefixtures("listing", "executions")
def test_a_model_that_is_being_compared_with_another_stays_in_force_whatever_is_deployed_meanwhile(
    db: Session, analyzer: FakeAnalyzer
) -> None:
    here = analyzer.model.label
    tasks.start_backfill(db, NEW)
    analyzer.model = FakeAnalyzer("2").model
    with versions.one_version(db):
        assert embedder_in_force() == here


@pytest.mark.usefixtures("listing")
def test_a_promotion_is_refused_while_photos_would_be_lost(db: Session, candidate: FakeAnalyzer) -> None:
    with pytest.raises(ConflictError, match="has yet to look at 3 photos"):
        promote(db)
    backfill(db)
    late = make_photo(db, RED).image
    with pytest.raises(ConflictError, match="has yet to look at 1 photos"):
        promote(db)
    assert db.scalars(versions.what_is_missing(candidate.model)).all() == [late.id]
    backfill(db)
    assert promote(db).version.embedder == candidate.model.label


@pytest.mark.usefixtures("listing")
def test_what_the_other_model_can_not_look_at_need_not_hold_it_back(db: Session, candidate: FakeAnalyzer) -> None:
    candidate.failure = RuntimeError("not this one")
    with pytest.raises(Exception, match="could not make anything"):
        backfill(db)
    assert promote(db, allow_missing=3).version.name == NEW
    assert versions.count_missing(db, candidate.model) == 3


def test_photos_that_wait_or_could_not_be_looked_at_hold_nothing_back(db: Session, candidate: FakeAnalyzer) -> None:
    intake.queue_upload(db, photo(RED), Arrival("", "a.jpg"))
    assert versions.count_missing(db, candidate.model) == 0
    assert promote(db).version.name == NEW


@pytest.mark.usefixtures("listing")
def test_the_same_promotion_twice_is_one(db: Session, analyzer: FakeAnalyzer) -> None:
    backfill(db)
    first, again = (promote(db) for _ in range(2))
    assert again.previous is not None
    assert (again.id, again.previous.embedder) == (first.id, analyzer.model.label)
    assert db.scalar(select(func.count(ModelVersionRow.id))) == 2


@pytest.mark.usefixtures("listing")
def test_a_rollback_is_done_once_and_of_what_is_in_force(db: Session) -> None:
    with pytest.raises(ConflictError, match="No other version was in force"):
        versions.rollback(db, OLD)
    backfill(db)
    promote(db)
    with pytest.raises(ConflictError, match="embedded is not in force; embedded-rules is"):
        versions.rollback(db, OLD)
    assert versions.rollback(db, NEW).version.name == OLD
    with pytest.raises(ConflictError, match="embedded-rules is not in force"):
        versions.rollback(db, NEW)


@pytest.mark.parametrize("act", [versions.promote, versions.rollback])
def test_a_name_that_nobody_knows_is_not_found(db: Session, act: Any) -> None:
    with pytest.raises(NotFoundError, match="there are embedded, embedded-rules, bedrock,"):
        act(db, "crystal-ball")


def test_a_list_that_was_begun_by_another_model_can_not_go_on(db: Session, listing: int) -> None:
    asked = QueryRequest(query="kitchen", k=1, listing_id=listing)
    backfill(db)
    with versions.one_version(db):
        cursor = search(db, asked).next_cursor
    promote(db)
    with versions.one_version(db), pytest.raises(CursorStaleError):
        search(db, asked.model_copy(update={"cursor": cursor}))


@pytest.mark.usefixtures("listing")
def test_a_request_keeps_the_version_that_it_began_with(
    db: Session, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    backfill(db)
    with versions.one_version(db):
        assert embedder_in_force() == analyzer.model.label
        promote(db)
        with versions.one_version(db):
            assert embedder_in_force() == analyzer.model.label
    with versions.one_version(db):
        assert embedder_in_force() == candidate.model.label


def test_a_photo_that_comes_after_a_promotion_is_looked_at_by_the_new_model_alone(
    db: Session, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    promote(db)
    with versions.one_version(db):
        taken = make_photo(db, RED)
        assert [hit.image.id for hit in search(db, QueryRequest(query="bathroom")).hits] == [taken.image.id]
    assert (taken.analysis.version, analyzer.asked, candidate.asked) == ("rules", 0, 1)


def test_a_model_that_is_in_force_no_more_when_it_has_looked_is_followed_by_the_one_that_is(
    db: Session, candidate: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze = FakeAnalyzer.analyze

    def overtaken(self: FakeAnalyzer, *photo_and_size: Any) -> Any:
        if self is not candidate:
            promote(db)
        return analyze(self, *photo_and_size)

    monkeypatch.setattr(FakeAnalyzer, "analyze", overtaken)
    with versions.one_version(db):
        taken = make_photo(db, RED)
    assert (taken.analysis.version, taken.analysis.room_type, candidate.asked) == ("rules", "bathroom", 1)
    assert versions.count_missing(db, candidate.model) == 0


def test_what_was_promoted_stays_in_force_in_a_newer_release(db: Session, listing: int, analyzer: FakeAnalyzer) -> None:
    promote(db, OLD)
    before = what_is_seen(db, listing)
    analyzer.model = FakeAnalyzer("2").model
    late = make_photo(db, (90, 90, 90), listing).image.id
    after = what_is_seen(db, listing)
    assert (after["models"], after["hits"]) == (before["models"], before["hits"])
    assert db.scalars(versions.what_is_missing(analyzer.model)).all() == [
        image.id for image in list_images(db, limit=3)
    ]
    backfill(db, OLD)
    promote(db, OLD)
    with versions.one_version(db):
        assert embedder_in_force() == "fake-colours@2"
        assert late in [hit.image.id for hit in search(db, QueryRequest(query="bedroom", listing_id=listing)).hits]


@pytest.mark.usefixtures("listing")
def test_words_and_pictures_are_compared_with_nobody_else_s_vectors(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(db, OLD)
    monkeypatch.setattr(text_embedder(), "model", ModelVersion("other-words", "1", "0" * 64))
    monkeypatch.setattr(vision, "_embedded_pictures", lambda: ModelVersion("other-looks", "1", "0" * 64))
    with versions.one_version(db):
        with pytest.raises(UnavailableError, match="nobody here can run fake-words@1"):
            search(db, QueryRequest(query="kitchen"))
        with pytest.raises(UnavailableError, match="nobody here can run fake-looks@1"):
            search_picture(db, photo(RED), PictureQuestion())
        assert search(db, QueryRequest(query="kitchen", mode="text")).hits, "words as such need no model"
    with pytest.raises(ConflictError, match="embedded-rules is not in force"):
        versions.rollback(db, NEW)


@pytest.mark.usefixtures("listing")
def test_nobody_goes_back_to_what_can_not_be_searched_any_more(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    backfill(db)
    promote(db)
    monkeypatch.setattr(FakeEmbedder, "model", ModelVersion("other-words", "1", "0" * 64))
    with pytest.raises(ConflictError, match="Nobody here can run fake-words@1"):
        versions.rollback(db, NEW)


def test_a_persons_word_counts_whichever_version_is_in_force(db: Session, listing: int) -> None:
    backfill(db)
    kitchen = list_images(db, limit=1)[0].id
    correct(db, kitchen, CorrectionRequest(room_type="garage", caption="Where the boat sleeps."))
    for switch in (lambda: None, lambda: promote(db), lambda: versions.rollback(db, NEW)):
        switch()
        db.expire_all()
        with versions.one_version(db):
            best = search(db, QueryRequest(query="boat garage", listing_id=listing)).hits[0]
            assert (best.image.id, best.facts.room_type) == (kitchen, "garage")
    made_by = db.scalars(select(TextVector.own_vector.is_not(None)).where(TextVector.image_id == kitchen))
    assert made_by.all() == [True, True]


def test_the_models_are_told_with_what_each_has_looked_at(
    db: Session, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    make_photo(db, RED)
    analyzer.model = FakeAnalyzer("2").model
    make_photo(db, BLUE)
    backfill(db)
    promote(db)
    shown = present_models(db)
    told = {
        one.embedder: (one.name, one.in_force, one.previous, one.runnable, one.photos, one.missing)
        for one in shown.versions
    }
    assert (
        told.items()
        >= {
            candidate.model.label: (NEW, True, False, True, 2, 0),
            "fake-colours@2": (OLD, False, True, True, 1, 1),
            "fake-colours@1": (None, False, False, False, 1, 1),
        }.items()
    )
    assert [one.embedder for one in shown.versions][:2] == [candidate.model.label, "fake-colours@2"]
    assert [one.name for one in shown.models][:3] == [OLD, NEW, "bedrock"]
