"""The words of a question: names, addresses and rare things find their photos, and no text is ever an error."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from roomlens.isolation import SEARCHABLE
from roomlens.schemas import QueryRequest
from roomlens.search import Found, search
from roomlens.search.lexical import MOST_WORDS, Word, nearest_words, weigh, words_of, words_statement
from roomlens.search.words import understand
from roomlens.vocabulary import RoomType, Tag
from tests.databases import as_owner
from tests.factories import make_listing
from tests.rows import MODEL, add_photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ids(found: Found) -> list[int]:
    return [hit.image.id for hit in found.hits]


def by_words(db: Session, query: str, **more: Any) -> list[int]:
    return ids(search(db, QueryRequest(query=query, mode="text", **more)))


@pytest.fixture
def street(db: Session) -> dict[str, int]:
    """Two rooms of a house on Maple Street, and two of one on Oak Street."""
    maple = make_listing(db, title="Sunny home", address="12 Maple Street", external_ref="MLS-4711").id
    oak = make_listing(db, title="Quiet home", address="7 Oak Street", external_ref="MLS-4712").id
    return {
        "oak kitchen": add_photo(db, caption="Kitchen with a stove.", tags=[Tag.STOVE], listing_id=oak),
        "oak bedroom": add_photo(db, caption="Bedroom.", room=RoomType.BEDROOM, listing_id=oak),
        "maple bedroom": add_photo(db, caption="Bedroom.", room=RoomType.BEDROOM, listing_id=maple),
        "maple kitchen": add_photo(db, caption="Kitchen.", listing_id=maple),
    }


def test_a_room_and_a_street_find_the_rooms_of_the_listing_on_it(db: Session, street: dict[str, int]) -> None:
    found = by_words(db, "Maple Street kitchen")
    assert found[0] == street["maple kitchen"]
    assert set(found) == set(street.values()), "the others share a word or two"
    assert ids(search(db, QueryRequest(query="the kitchen on Maple Street")))[0] == street["maple kitchen"]


def test_a_rare_word_counts_more_than_a_common_one(db: Session, street: dict[str, int]) -> None:
    for _ in range(3):
        add_photo(db, caption="Kitchen.")
    found = by_words(db, "Maple kitchen")
    assert found.index(street["maple bedroom"]) < found.index(street["oak kitchen"])


@pytest.mark.parametrize("query", ["MLS-4711", "4711", "mls 4711", "reference MLS-4711?"])
def test_a_reference_is_found_however_it_is_written(db: Session, street: dict[str, int], query: str) -> None:
    assert set(by_words(db, query)[:2]) == {street["maple kitchen"], street["maple bedroom"]}


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("Unit 5/27 Maple/Elm", ["maple", "elm", "27", "unit 5", "5/27 maple"]),
        ("St.Paul's Row No.7", ["paul", "st. paul", "row 7", "No.7", "st.paul's"]),
        ("maple.com 2024-77", ["maple", "77", "2024", "2024-77"]),
        ("Rua_da_Praia 12,5 #B-3", ["praia", "12", "b3 b 3", "rua da praia"]),
        ("Große crème", ["große", "CRÈME"]),
    ],
)
def test_signs_only_part_the_words_of_a_listing(db: Session, address: str, queries: list[str]) -> None:
    here = add_photo(db, caption="A room.", room=RoomType.OTHER, listing_id=make_listing(db, address=address).id)
    there = add_photo(db, caption=f"Seen from {address}.", room=RoomType.OTHER)
    for query in queries:
        assert set(by_words(db, query)) == {here, there}, query


@pytest.mark.parametrize("query", ["kitchens", "Kitchen", "a kitchen with stoves", "cookers", "cooker"])
def test_other_forms_and_other_names_of_a_thing_find_it(db: Session, street: dict[str, int], query: str) -> None:
    assert street["oak kitchen"] in by_words(db, query)


@pytest.mark.parametrize("query", ["submarine", "the of and", "!!& |", '"', "-", "???"])
def test_words_that_no_document_has_find_nothing(db: Session, street: dict[str, int], query: str) -> None:
    assert by_words(db, query) == []


@pytest.mark.parametrize(
    "query",
    [
        "kitchen & ", "kitchen | | oak", "!kitchen", "kitchen:*", "kitchen <-> oak", "'kitchen'", '"kitchen',
        "(kitchen", "kitchen \\", "kitchen --", "kitchen; drop table listings", "kitchen %s %(x)s :x ?", "-kitchen",
        "kitchen’s",
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["text", "hybrid", "vector"])
def test_operators_and_quotes_are_only_signs_between_words(
    db: Session, street: dict[str, int], query: str, mode: Any
) -> None:
    assert street["maple kitchen"] in ids(search(db, QueryRequest(query=query, mode=mode)))


@pytest.mark.parametrize(
    "query",
    [
        "x" * 2_000,
        "\u00e9" * 2_000,
        "\U0001f3e0" * 2_000,
        "a " * 1_000,
        "\ufffd\u200b\u0301",
        "ﬁreplace ＫＩＴＣＨＥＮ",
        "İstanbul",
        "1" * 1_999,
    ],
)
def test_any_text_may_be_asked(db: Session, street: dict[str, int], query: str) -> None:
    for mode in ("text", "hybrid"):
        search(db, QueryRequest(query=query, mode=mode))


def test_a_long_question_is_read_as_far_as_a_sentence_goes(db: Session, street: dict[str, int]) -> None:
    asked = words_of(understand(" ".join(f"word{number}" for number in range(200))))
    assert len(asked) == MOST_WORDS
    assert by_words(db, " ".join(f"word{number}" for number in range(200)) + " kitchen") == []


def test_a_word_weighs_the_less_the_more_documents_have_it(db: Session, street: dict[str, int]) -> None:
    words = weigh(db, [("kitchen",), ("stove",), ("maple",), ("xyzzy",), ("the",)], embedder=MODEL)
    assert [(word.forms[0], word.photos, word.listings) for word in words] == [
        ("kitchen", 2, 0),
        ("stove", 1, 0),
        ("maple", 0, 1),
        ("xyzzy", 0, 0),
    ]
    weights = [word.weight for word in words]
    assert weights[0] < weights[1] == weights[2] < weights[3]
    assert Word(("a",), 500, 500).weight > 0


def test_a_photo_of_another_version_is_not_found_by_its_words(db: Session) -> None:
    add_photo(db, caption="Kitchen with a submarine.", version="0")
    assert by_words(db, "submarine") == []
    assert weigh(db, [("submarine",)], embedder=MODEL)[0].photos == 0


def test_a_filter_holds_for_words_too_and_leaves_what_there_is(
    db: Session, street: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where more match than are looked into: the filter comes first."""
    for bound in ("COMMON", "NEWEST", "LISTINGS", "MOST_ROWS"):
        monkeypatch.setattr(f"roomlens.search.lexical.{bound}", 1)
    bedrooms = {"rooms": {"any": ["bedroom"]}}
    assert street["maple bedroom"] in by_words(db, "maple", filters=bedrooms)
    assert by_words(db, "kitchen", filters=bedrooms) == []
    assert by_words(db, "street", filters={"listings": {"any": [db_listing(db, street["oak bedroom"])]}})


def db_listing(db: Session, image_id: int) -> int:
    from roomlens.models import Image

    listing_id = db.get_one(Image, image_id).listing_id
    assert listing_id is not None
    return listing_id


def test_common_words_are_looked_up_in_the_newest_alone_and_rare_ones_everywhere(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = add_photo(db, caption="Kitchen with a samovar.")
    for _ in range(6):
        add_photo(db, caption="Kitchen.")
    for bound in ("COMMON", "NEWEST"):
        monkeypatch.setattr(f"roomlens.search.lexical.{bound}", 3)
    words = weigh(db, [("kitchen",), ("samovar",)], embedder=MODEL)
    assert [word.photos for word in words] == [3, 1]
    found = nearest_words(db, words, embedder=MODEL, limit=100)
    assert found[0] == old
    assert len(found) == 4, "three of the newest, and the one with a rare word"


def test_a_correction_is_what_words_find(db: Session) -> None:
    corrected = {"room_type": "office", "tags_added": ["fireplace"], "tags_removed": ["stove"], "caption": "A den."}
    photo = add_photo(db, caption="Kitchen with a stove.", tags=[Tag.STOVE], correction=corrected)
    assert by_words(db, "office with a fireplace") == [photo]
    assert by_words(db, "stove") == []
    (hit,) = search(db, QueryRequest(query="fireplace")).hits
    assert (hit.facts.room_type, hit.facts.tags, hit.facts.caption) == ("office", ("fireplace",), "A den.")


@pytest.mark.postgres
def test_each_half_is_served_by_its_own_index(db: Session, street: dict[str, int]) -> None:
    """So few rows would be cheaper to read, all or those of a version: what is asked is whether the statement fits the
    indexes of words at all."""
    with as_owner(db):
        for column in ("listing_id", "room_type", "condition_score", "natural_light_score", "captured_at"):
            db.execute(text(f"drop index ix_text_vectors_tenant_id_embedder_{column}"))
        db.execute(text("drop index ix_listings_tenant_id_id"))
        db.execute(text("alter table listings drop constraint uq_listings_tenant_id_external_ref"))
    db.execute(
        text("select set_config(name, 'off', true) from unnest(array['enable_seqscan', 'enable_indexscan']) name")
    )
    words = weigh(db, [("stove",), ("maple",)], embedder=MODEL)
    statement = words_statement(words, embedder=MODEL, limit=10)
    sent = str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    sent = re.sub(r"\b(?=(?:text_vectors|listings)\b)", f"{SEARCHABLE}.", sent)  # as execution options do it
    plan = "\n".join(db.scalars(text("explain " + sent.replace(":", "\\:"))))
    assert "Bitmap Index Scan on ix_text_vectors_document" in plan, plan
    assert "Bitmap Index Scan on ix_listings_document" in plan, plan


def test_what_a_listing_says_of_a_room_says_nothing_of_its_other_photos(db: Session) -> None:
    home = make_listing(db, title="Three bedroom house with a renovated kitchen and a sauna", address="2 Bath Road").id
    bedroom = add_photo(db, caption="Bedroom.", room=RoomType.BEDROOM, listing_id=home)
    kitchen = add_photo(db, caption="Kitchen.", listing_id=home)
    other = add_photo(db, caption="Kitchen.")
    assert set(by_words(db, "kitchen")) == set(by_words(db, "Bright Kitchen")) == {kitchen, other}
    assert set(by_words(db, "sauna")) == {bedroom, kitchen}, "no model tells it, so the title is what there is"
    assert set(by_words(db, "2 Bath Road")) == {bedroom, kitchen}, "a street may be called like a room"
    hits = search(db, QueryRequest(query="kitchen", explain=True)).hits
    assert [hit.why.matched_words for hit in hits if hit.image.id == bedroom and hit.why] in ([], [[]])
