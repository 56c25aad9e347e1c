"""What a search says beside its hits: how they were found, what listing they stand for, and where they go on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from roomlens.errors import CursorStaleError, NotFoundError, UnsupportedMediaError, ValidationError
from roomlens.models import Image, Listing, TextVector
from roomlens.schemas import PictureQuestion, QueryRequest
from roomlens.search import Found, present, ranking, search, search_picture
from roomlens.vectors import IMAGE_DIMENSIONS
from roomlens.vocabulary import RoomType, Tag
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer, FakeEmbedder, seeded_vector
from tests.pictures import BLUE, GREEN, RED, photo
from tests.rows import add_photo, pointing

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ids(found: Found) -> list[int]:
    return [hit.image.id for hit in found.hits]


def ask(db: Session, **asked: Any) -> Found:
    return search(db, QueryRequest(**asked))


# ------------------------------------------------------------------------------------------------ several signals


def test_words_alone_find_what_meaning_alone_does_not_see(db: Session) -> None:
    home = make_listing(db, address="12 Maple Street").id
    far = add_photo(db, caption="Nothing to see.", listing_id=home)
    others = [add_photo(db, caption="A kitchen.") for _ in range(3)]
    assert ids(ask(db, query="Maple", mode="text")) == [far]
    assert ids(ask(db, query="Maple", mode="hybrid"))[0] == far
    assert set(ids(ask(db, query="Maple", mode="vector"))) == {far, *others}


def test_every_candidate_has_every_signal_however_it_was_found(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words find a photo that is not among the nearest: its cosine is measured all the same."""
    home = make_listing(db, address="12 Maple Street").id
    far = add_photo(db, caption="Kitchen floor.", listing_id=home)
    for _ in range(3):
        add_photo(db, caption="Kitchen.")
    monkeypatch.setattr(ranking, "FIRST", 2)
    found = ask(db, query="Kitchen 12 Maple Street", k=1, explain=True)
    assert ids(found) == [far]
    why = found.hits[0].why
    assert why is not None
    assert set(why.signals) == {"vector", "text", "listing", "rooms"}
    assert all(0 < signal.score < 1 for name, signal in why.signals.items() if name != "rooms")


def test_all_words_of_a_question_are_no_more_than_all(db: Session) -> None:
    """The four shares of these words, added up as they are rounded, are a little more than 1."""
    add_photo(db, caption="A samovar, a zither, a gargoyle and a turret.", room=RoomType.OTHER)
    add_photo(db, caption="A gargoyle.", room=RoomType.OTHER)
    for mode in ("text", "hybrid"):
        best = present(ask(db, query="samovar zither gargoyle turret", mode=mode, explain=True)).top_k[0]
        assert best.why is not None
        assert best.why.signals["text"].score == 1


def test_a_special_kind_of_a_thing_answers_for_it(db: Session) -> None:
    plain = add_photo(db, caption="A bathroom.", room=RoomType.BATHROOM)
    tub = add_photo(db, caption="A bathroom.", room=RoomType.BATHROOM, tags=[Tag.SOAKING_TUB])
    found = ask(db, query="bathtub", explain=True)
    assert ids(found) == [tub, plain]
    why = found.hits[0].why
    assert why is not None
    assert (why.matched_tags, why.signals["tags"].score) == (["soaking_tub"], 1.0)


def test_a_hit_says_why_it_was_found(db: Session) -> None:
    home = make_listing(db, address="12 Maple Street").id
    add_photo(db, caption="Kitchen stove.")
    right = add_photo(db, caption="A stove.", tags=[Tag.STOVE, Tag.SOFA], listing_id=home)
    found = ask(db, query="Kitchen with a stove on Maple Street", explain=True)
    why = found.hits[0].why
    assert why is not None
    assert ids(found)[0] == right
    assert (why.matched_tags, why.matched_rooms) == (["stove"], ["kitchen"])
    assert sorted(why.matched_words) == ["kitchen", "maple", "stove", "street"]
    assert sum(signal.contribution for signal in why.signals.values()) == pytest.approx(found.hits[0].score)
    assert (why.rank_before_fusion, why.rank_after) == (2, 1)
    assert found.hits[1].why is not None
    assert (found.hits[1].why.rank_before_fusion, found.hits[1].why.rank_after) == (1, 2)
    assert all(hit.why is None for hit in ask(db, query="Kitchen").hits)


def test_a_place_is_told_over_all_pages(db: Session) -> None:
    for number in range(4):
        add_photo(db, caption="Kitchen " * (number + 1))
    first = ask(db, query="kitchen", k=3, explain=True)
    second = ask(db, query="kitchen", k=3, explain=True, cursor=first.next_cursor)
    places = [hit.why.rank_after for page in (first, second) for hit in page.hits if hit.why]
    assert places == [1, 2, 3, 4]


def test_vectors_are_sent_only_when_they_are_asked_for(db: Session) -> None:
    shown = add_photo(db, caption="Kitchen.")
    other = add_photo(db, caption="Kitchen.")
    assert all(hit.embedding is None for hit in present(ask(db, query="kitchen")).top_k)
    (hit, _) = present(ask(db, query="kitchen", include=["embedding"])).top_k
    assert {space: len(vector) for space, vector in (hit.embedding or {}).items()} == {"text": 1536}
    (hit,) = present(ask(db, image_id=shown, include=["embedding"])).top_k
    assert {space: len(vector) for space, vector in (hit.embedding or {}).items()} == {"image": 768}
    (hit,) = present(ask(db, image_id=shown, query="kitchen", include=["embedding"])).top_k
    assert hit.id == other
    assert set(hit.embedding or {}) == {"text", "image"}


# ------------------------------------------------------------------------------------------------------- pictures


def test_like_this_but_with_something_else(db: Session) -> None:
    """A look alone finds the photos of the same look; a look and words find the one among them that has it, too."""
    look = seeded_vector("a look", IMAGE_DIMENSIONS)
    this = add_photo(db, caption="Kitchen.", look=look)
    same = [add_photo(db, caption="Kitchen.", look=look) for _ in range(2)]
    wanted = add_photo(db, caption="Kitchen with an island.", tags=[Tag.ISLAND], look=look)
    other = add_photo(db, caption="An island.", tags=[Tag.ISLAND])
    assert set(ids(ask(db, image_id=this, k=3))) == {*same, wanted}
    found = ask(db, image_id=this, query="with an island")
    assert found.space == "both"
    assert ids(found)[0] == wanted
    assert other in ids(found)
    assert this not in ids(found)
    assert present(found).space == "both"


def test_a_picture_that_is_sent_finds_what_looks_like_it_and_is_not_stored(db: Session) -> None:
    red, green = (make_photo(db, colour, seed=1).image.id for colour in (RED, GREEN))
    before = db.query(Image).count()
    found = search_picture(db, photo(RED, seed=2), PictureQuestion())
    assert ids(found) == [red, green]
    assert (found.space, found.hits[0].relevance) == ("image", "strong")
    with_words = search_picture(db, photo(RED, seed=2), PictureQuestion(query="the exterior of the house"))
    assert with_words.space == "both"
    assert db.query(Image).count() == before


@pytest.mark.parametrize(("body", "error"), [(b"", ValidationError), (b"%PDF-1.7", UnsupportedMediaError)])
def test_a_picture_that_is_none_is_refused(db: Session, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        search_picture(db, body, PictureQuestion())


def test_a_photo_of_another_version_can_not_be_the_question(db: Session) -> None:
    old = add_photo(db, caption="Kitchen.", version="0")
    with pytest.raises(NotFoundError):
        ask(db, image_id=old)


# ---------------------------------------------------------------------------------------------- order and relevance


def test_what_is_sorted_is_what_is_relevant(db: Session) -> None:
    """Newest first is of kitchens, not of whatever came last."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    kitchens = [add_photo(db, caption="Kitchen.", captured_at=day + timedelta(days=n)) for n in (1, 3, 2)]
    undated = add_photo(db, caption="Kitchen.")
    add_photo(db, caption="Something else.", room=RoomType.OTHER, captured_at=day + timedelta(days=9))
    newest = [kitchens[1], kitchens[2], kitchens[0], undated]
    assert ids(ask(db, query="kitchen", sort="-captured_at")) == newest
    assert ids(ask(db, query="kitchen", sort="captured_at")) == [*newest[2::-1], undated]


def test_a_price_is_that_of_the_listing_as_it_is_now(db: Session) -> None:
    cheap, dear = make_listing(db, price=100.0), make_listing(db, price=900.0)
    in_cheap, in_dear = (add_photo(db, caption="Kitchen.", listing_id=home.id) for home in (cheap, dear))
    assert ids(ask(db, query="kitchen", sort="price")) == [in_cheap, in_dear]
    cheap.price = 1_000.0
    db.flush()
    assert ids(ask(db, query="kitchen", sort="price")) == [in_dear, in_cheap]


def test_less_relevant_hits_are_cut_on_request(db: Session) -> None:
    kitchen = add_photo(db, caption="Kitchen.")
    other = add_photo(db, caption="Something else.", room=RoomType.OTHER)
    assert set(ids(ask(db, query="kitchen", min_relevance="noise"))) == {kitchen, other}
    assert ids(ask(db, query="kitchen", min_relevance="weak")) == [kitchen]
    assert ids(ask(db, query="kitchen", min_relevance="strong")) == [kitchen]


def test_words_that_find_noise_do_not_end_a_list_of_relevant_hits(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look brings two of the nearest here, and two that have a word of the question and nothing else of it."""
    monkeypatch.setattr(ranking, "FIRST", 2)
    monkeypatch.setattr(ranking, "_TAIL", 1)
    question = "kitchen with an oven, a counter, a sink and some stools"
    near = FakeEmbedder().embed([question])[0]
    homes = [make_listing(db).id for _ in range(5)]
    right = [add_photo(db, caption="?", room=RoomType.OTHER, meaning=near, listing_id=homes[n]) for n in range(4)]
    for home in (homes[4], homes[4]):
        add_photo(db, caption="Some stools.", room=RoomType.OTHER, meaning=-near, listing_id=home)
    noise = [hit for hit in ask(db, query=question).hits if hit.relevance == "noise"]
    assert len(noise) == 2
    assert ids(ask(db, query=question, min_relevance="strong")) == right
    monkeypatch.setattr("roomlens.search.grouping.DEPTH", 2)
    assert ids(ask(db, query=question, min_relevance="strong", group_by="listing")) == right


# ------------------------------------------------------------------------------------------------------- listings


def test_listings_come_by_their_best_photo_and_each_once(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many photos the first one has: one look brings two photos here."""
    monkeypatch.setattr("roomlens.search.grouping.DEPTH", 2)
    rich, poor, off = (
        make_listing(db, title=title, price=price).id for title, price in (("A", 3.0), ("B", 1.0), ("C", None))
    )
    best = add_photo(db, caption="Kitchen with a stove.", tags=[Tag.STOVE], listing_id=rich)
    for _ in range(4):
        add_photo(db, caption="Kitchen with a stove.", tags=[Tag.STOVE], listing_id=rich)
    one = add_photo(db, caption="Kitchen.", listing_id=poor)
    other = add_photo(db, caption="Something else.", room=RoomType.OTHER, listing_id=off)
    add_photo(db, caption="Kitchen with a stove.", tags=[Tag.STOVE])
    found = ask(db, query="kitchen with a stove", group_by="listing")
    assert ids(found) == [best, one, other]
    assert [hit.listing.listing.id for hit in found.hits if hit.listing] == [rich, poor, off]
    assert found.hits[2].listing is not None
    assert found.hits[2].listing.matches == 0
    shown = present(found).top_k[1].listing
    assert shown is not None
    assert (shown.id, shown.title, shown.price, shown.matches) == (poor, "B", 1.0, 1)
    assert ids(ask(db, query="kitchen with a stove", group_by="listing", sort="price")) == [one, best]
    assert all(hit.listing is None for hit in ask(db, query="kitchen").hits)


def test_a_listings_matches_are_counted(db: Session) -> None:
    home = make_listing(db).id
    for caption, room in (("Kitchen.", RoomType.KITCHEN),) * 2 + (("Something else.", RoomType.OTHER),):
        add_photo(db, caption=caption, room=room, listing_id=home)
    (hit,) = ask(db, query="kitchen", group_by="listing").hits
    assert hit.listing is not None
    assert hit.listing.matches == 2


# -------------------------------------------------------------------------------------------------------- cursors


@pytest.fixture
def cursor(db: Session) -> str:
    for _ in range(3):
        add_photo(db, caption="Kitchen.")
    made = ask(db, query="kitchen", k=1).next_cursor
    assert made
    return made


def test_a_cursor_is_stale_once_another_model_is_in_force(db: Session, cursor: str, analyzer: FakeAnalyzer) -> None:
    analyzer.model = FakeAnalyzer("2").model
    with pytest.raises(CursorStaleError) as refused:
        ask(db, query="kitchen", k=1, cursor=cursor)
    assert (refused.value.status, refused.value.code) == (409, "cursor-stale")


@pytest.mark.parametrize(
    "other",
    [
        {"query": "bedroom"},
        {"query": "kitchen", "mode": "vector"},
        {"query": "kitchen", "sort": "price"},
        {"query": "kitchen", "min_relevance": "weak"},
        {"query": "kitchen", "group_by": "listing"},
        {"query": "kitchen", "filters": {"rooms": {"any": ["kitchen"]}}},
        {"image_id": 1},
    ],
)
def test_a_cursor_of_another_question_is_refused(db: Session, cursor: str, other: dict[str, Any]) -> None:
    if "image_id" in other:
        other = {"image_id": db.query(Image).first().id}  # type: ignore[union-attr]
    with pytest.raises(ValidationError, match="another question"):
        ask(db, cursor=cursor, **other)


def test_pages_may_differ_in_size_and_in_what_they_tell(db: Session, cursor: str) -> None:
    rest = ask(db, query="kitchen", k=50, explain=True, include=["embedding"], cursor=cursor)
    assert len(rest.hits) == 2
    assert rest.next_cursor is None


def test_a_photo_that_came_in_between_repeats_no_hit(db: Session, cursor: str) -> None:
    (seen,) = ids(ask(db, query="kitchen", k=1))
    add_photo(db, caption="kitchen kitchen", meaning=pointing((1, 0)))
    add_photo(db, caption="Kitchen.", listing_id=make_listing(db, title="Kitchen").id)
    rest = ids(ask(db, query="kitchen", k=50, cursor=cursor))
    assert seen not in rest
    assert len(rest) >= 2


@pytest.mark.parametrize("gone", [1, 2])
def test_a_photo_that_goes_in_between_leaves_no_gap(db: Session, gone: int) -> None:
    """Whether it was the last that was shown, or the first that was not."""
    made = [add_photo(db, caption="Kitchen " * (number + 1)) for number in range(5)]
    order = ids(ask(db, query="kitchen"))
    assert sorted(order) == made
    first = ask(db, query="kitchen", k=2)
    db.query(TextVector).filter(TextVector.image_id == order[gone]).delete()
    rest = ids(ask(db, query="kitchen", k=50, cursor=first.next_cursor))
    assert rest == [image_id for image_id in order[2:] if image_id != order[gone]]


def test_a_listing_whose_best_photo_is_another_by_now_is_not_shown_again(db: Session) -> None:
    homes = [make_listing(db).id for _ in range(3)]
    for home in homes:
        add_photo(db, caption="Kitchen and hall.", listing_id=home)
    first = ask(db, query="kitchen", group_by="listing", k=1)
    add_photo(db, caption="Kitchen.", listing_id=first.hits[0].image.listing_id)
    rest = ask(db, query="kitchen", group_by="listing", k=50, cursor=first.next_cursor)
    assert [hit.image.listing_id for hit in rest.hits] == homes[1:]


def test_a_picture_that_is_sent_goes_stale_too(
    db: Session, analyzer: FakeAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another model sees another picture in it, so the question is another one as well."""
    for colour in (RED, GREEN):
        make_photo(db, colour)
    made = search_picture(db, photo(RED, seed=7), PictureQuestion(k=1)).next_cursor
    analyzer.model = FakeAnalyzer("2").model
    other = seeded_vector("as the newer one sees it", IMAGE_DIMENSIONS)
    monkeypatch.setattr(FakeAnalyzer, "image_vector", lambda *_: other)
    with pytest.raises(CursorStaleError):
        search_picture(db, photo(RED, seed=7), PictureQuestion(k=1, cursor=made))


def test_one_photo_is_a_cursor_of_one_picture(db: Session) -> None:
    for colour in (RED, GREEN, BLUE):
        make_photo(db, colour)
    made = search_picture(db, photo(RED, seed=7), PictureQuestion(k=1)).next_cursor
    assert len(search_picture(db, photo(RED, seed=7), PictureQuestion(cursor=made)).hits) == 2
    with pytest.raises(ValidationError, match="another question"):
        search_picture(db, photo(RED, seed=8), PictureQuestion(cursor=made))


def test_no_more_hits_than_are_promised(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("FIRST", "LAST", "BAND"):
        monkeypatch.setattr(ranking, bound, 2)
    for _ in range(4):
        add_photo(db, caption="Kitchen.")
    for sort in ("relevance", "price"):
        found = ask(db, query="kitchen", sort=sort)
        assert (len(found.hits), found.next_cursor) == (2, None)


def test_a_corrected_photo_says_who_said_so(db: Session) -> None:
    add_photo(db, caption="Kitchen.", correction={"room_type": "office"})
    (hit,) = present(ask(db, query="office")).top_k
    assert (hit.label_source, hit.room_type) == ("human", "office")
    assert db.query(Listing).count() == 0
