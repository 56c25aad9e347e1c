"""POST /api/query/ and POST /api/query/image"""

import json
from typing import Any

import pytest
from sqlalchemy.orm import Session

from query.app import handler
from tests.factories import make_listing, make_photo
from tests.http import call
from tests.pictures import BLUE, GREEN, GREY, RED, photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ask(**body: Any) -> Any:
    return call(handler, "POST", "/api/query/", json=body)


def test_the_photo_whose_words_are_asked_for_comes_first(db: Session) -> None:
    made = {colour: make_photo(db, colour).image.id for colour in (RED, GREEN, BLUE, GREY)}
    answer = ask(query="a kitchen with a dishwasher", k=3)
    assert answer.status == 200
    hits = answer.json()["top_k"]
    assert hits[0]["id"] == made[RED]
    assert answer.json()["next_cursor"], "a fourth photo is there"
    assert [hit["id"] for hit in ask(query="large bed", k=1).json()["top_k"]] == [made[GREY]]
    assert len(hits) == 3
    assert hits[0]["score"] > hits[1]["score"] >= hits[2]["score"]
    assert (hits[0]["room_type"], hits[0]["relevance"], hits[0]["feature_tags"]) == (
        "kitchen",
        "strong",
        ["dishwasher"],
    )
    assert (answer.json()["space"], answer.json()["model"]) == ("text", "fake-colours@1")


def test_the_slash_at_the_end_may_be_left_out(db: Session) -> None:
    assert call(handler, "POST", "/api/query", json={"query": "kitchen"}).json()["top_k"] == []


def test_a_listing_gives_only_its_own_photos_and_all_of_them(db: Session) -> None:
    ours, theirs = make_listing(db), make_listing(db)
    make_photo(db, RED, theirs.id)
    mine = [make_photo(db, colour, ours.id).image.id for colour in (GREEN, BLUE, GREY)]
    hits = ask(query="kitchen with a dishwasher", k=10, listing_id=ours.id).json()["top_k"]
    assert {hit["listing_id"] for hit in hits} == {ours.id}
    assert sorted(hit["id"] for hit in hits) == sorted(mine)


def test_a_photo_finds_those_that_look_like_it_and_not_itself(db: Session) -> None:
    red, red_too, green = (make_photo(db, colour, seed=seed).image.id for seed, colour in enumerate((RED, RED, GREEN)))
    answer = ask(image_id=red, k=5).json()
    assert [hit["id"] for hit in answer["top_k"]] == [red_too, green]
    assert answer["space"] == "image"
    assert answer["top_k"][0]["relevance"] == "strong"


def test_a_photo_and_words_ask_together(db: Session) -> None:
    red, red_too, green = (make_photo(db, colour, seed=seed).image.id for seed, colour in enumerate((RED, RED, GREEN)))
    answer = ask(image_id=red, query="the exterior of the house").json()
    assert answer["space"] == "both"
    assert {hit["id"] for hit in answer["top_k"]} == {red_too, green}


def send(body: bytes, **form: str) -> Any:
    return call(handler, "POST", "/api/query/image", files={"file": ("a.jpg", body)}, data=form)


def test_a_picture_that_is_sent_finds_those_that_look_like_it(db: Session) -> None:
    red, green = (make_photo(db, colour).image.id for colour in (RED, GREEN))
    answer = send(photo(RED, seed=5))
    assert answer.status == 200, answer.body
    assert [hit["id"] for hit in answer.json()["top_k"]] == [red, green]
    assert (answer.json()["space"], answer.json()["top_k"][0]["relevance"]) == ("image", "strong")
    asked = {"query": "exterior of the house", "k": 1, "filters": {"rooms": {"any": ["exterior"]}}}
    answer = send(photo(RED, seed=5), request=json.dumps(asked)).json()
    assert (answer["space"], [hit["id"] for hit in answer["top_k"]]) == ("both", [green])


@pytest.mark.parametrize(
    ("request_", "pointer"),
    [
        ("{", "/body/request"),
        ("[]", "/body/request"),
        ('{"k": 0}', "/body/request/k"),
        ('{"image_id": 1}', "/body/request/image_id"),
        ('{"mode": "text", "query": "a"}', "/body/request"),
        ('{"query": " "}', "/body/request/query"),
    ],
)
def test_a_picture_with_a_malformed_question_is_refused_with_its_place(
    db: Session, request_: str, pointer: str
) -> None:
    answer = send(photo(RED), request=request_)
    assert answer.status == 422
    assert answer.problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("request_", ["[]", "null", "3", '"sofa"'])
def test_a_question_beside_a_picture_that_is_no_object_is_told_what_it_takes(db: Session, request_: str) -> None:
    (error,) = send(photo(RED), request=request_).problem["errors"]
    assert error["pointer"] == "/body/request"
    assert error["detail"].startswith("An object is expected here: {query, k, listing_id, ")


def test_words_where_a_file_belongs_and_a_file_where_words_belong_are_told_apart(db: Session) -> None:
    picture = ("a.jpg", photo(RED))
    words = call(handler, "POST", "/api/query/image", data={"file": "small"})
    assert words.problem["detail"] == "/body/file: Send a file, as with curl -F file=@photo.jpg"
    file = call(handler, "POST", "/api/query/image", files={"file": picture, "request": ("a.json", b"{}")})
    assert file.problem["detail"] == "/body/request: Send JSON as text, not as a file"


@pytest.mark.parametrize(("body", "status"), [(b"", 422), (b"%PDF-1.7", 415), (photo(RED)[:-200], 422)])
def test_what_is_no_picture_is_refused(db: Session, body: bytes, status: int) -> None:
    assert send(body).status == status


def test_an_unknown_photo_or_listing_is_not_found(db: Session) -> None:
    assert ask(image_id=99999).problem["detail"] == "There is no analysed photo 99999."
    assert ask(query="kitchen", listing_id=99999).problem["detail"] == "There is no listing 99999."


def test_photos_of_another_version_are_not_compared(db: Session, analyzer: Any) -> None:
    make_photo(db, RED)
    analyzer.model = type(analyzer)("2").model
    assert ask(query="kitchen").json()["top_k"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"query": "kitchen", "k": 0}, "/body/k"),
        ({"query": "kitchen", "k": 1000}, "/body/k"),
        ({"query": "kitchen", "k": "many"}, "/body/k"),
        ({"query": "x" * 100_000}, "/body/query"),
        ({"query": "a\0b"}, "/body/query"),
        ({"query": 7}, "/body/query"),
        ({"query": "kitchen", "listing_id": -1}, "/body/listing_id"),
        ({"query": "kitchen", "tenant": "other"}, "/body/tenant"),
        ({"query": "   "}, "/body/query"),
        ({"query": ""}, "/body/query"),
        ({}, "/body"),
        ({"image_id": 1, "mode": "text"}, "/body"),
        ({"query": "a", "mode": "semantic"}, "/body/mode"),
        ({"query": "a", "sort": "newest"}, "/body/sort"),
        ({"query": "a", "min_relevance": "some"}, "/body/min_relevance"),
        ({"query": "a", "group_by": "room"}, "/body/group_by"),
        ({"query": "a", "include": ["vectors"]}, "/body/include/0"),
        ({"query": "a", "cursor": "x"}, "/body/cursor"),
        ({"query": "a", "cursor": "x" * 501}, "/body/cursor"),
        ({"query": "a", "filters": {"colour": "red"}}, "/body/filters/colour"),
        ({"query": "a", "filters": {"rooms": {"any": ["ballroom"]}}}, "/body/filters/rooms/any/0"),
        ({"query": "a", "filters": {"rooms": {"any": []}}}, "/body/filters/rooms/any"),
        ({"query": "a", "filters": {"rooms": {"all": ["kitchen"]}}}, "/body/filters/rooms"),
        ({"query": "a", "filters": {"rooms": {}}}, "/body/filters/rooms"),
        ({"query": "a", "filters": {"tags": {"none": ["gold"]}}}, "/body/filters/tags/none/0"),
        ({"query": "a", "filters": {"tags": {}}}, "/body/filters/tags"),
        ({"query": "a", "filters": {"listings": {"all": [1]}}}, "/body/filters/listings"),
        ({"query": "a", "filters": {"listings": {"any": [0]}}}, "/body/filters/listings/any/0"),
        ({"query": "a", "filters": {"listings": {"any": [2**31]}}}, "/body/filters/listings/any/0"),
        ({"query": "a", "filters": {"listing_status": []}}, "/body/filters/listing_status"),
        ({"query": "a", "filters": {"listing_status": ["gone"]}}, "/body/filters/listing_status/0"),
        ({"query": "a", "filters": {"condition": {}}}, "/body/filters/condition"),
        ({"query": "a", "filters": {"condition": {"min": 2}}}, "/body/filters/condition/min"),
        ({"query": "a", "filters": {"price": {"min": 2, "max": 1}}}, "/body/filters/price"),
        ({"query": "a", "filters": {"price": {"max": -1}}}, "/body/filters/price/max"),
        ({"query": "a", "filters": {"captured_at": {"min": "soon"}}}, "/body/filters/captured_at/min"),
        ({"query": "a", "filters": {"captured_at": {"min": "0001-01-01T00:00:00Z"}}}, "/body/filters/captured_at/min"),
    ],
)
def test_a_malformed_question_is_refused_with_its_place(db: Session, body: dict[str, Any], pointer: str) -> None:
    answer = ask(**body)
    assert (answer.status, answer.problem["code"]) == (422, "validation")
    assert answer.problem["errors"][0]["pointer"] == pointer
    assert len(answer.body) < 1000, "the value is not sent back"


@pytest.mark.parametrize(
    ("filters", "pointer", "takes"),
    [
        ([], "", "{rooms, tags, listings, listing_status, "),
        ("kitchen", "", "{rooms, tags, listings, listing_status, "),
        ({"price": 450_000}, "/price", "{min, max}"),
        ({"captured_at": "2024-03-01"}, "/captured_at", "{min, max}"),
        ({"natural_light": True}, "/natural_light", "{min, max}"),
        ({"rooms": ["kitchen"]}, "/rooms", "{any, none}"),
        ({"listings": 0.5}, "/listings", "{any, none}"),
        ({"tags": ["sofa"]}, "/tags", "{any, all, none}"),
    ],
)
def test_a_filter_that_is_no_object_is_told_what_it_takes(db: Session, filters: Any, pointer: str, takes: str) -> None:
    (error,) = ask(query="a", filters=filters).problem["errors"]
    assert error["pointer"] == f"/body/filters{pointer}"
    assert error["detail"].startswith(f"An object is expected here: {takes}")


@pytest.mark.parametrize("content", [b"[]", b'"kitchen"', b"7"])
@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_a_body_that_is_no_object_is_told_how_to_send_one(db: Session, content: bytes, media_type: str) -> None:
    answer = call(handler, "POST", "/api/query/", content=content, headers={"content-type": media_type})
    assert answer.problem["detail"] == "/body: Send a JSON object, with content-type: application/json"


@pytest.mark.parametrize(
    "content",
    [
        b'{"query": "\\ud800"}',
        b"{",
        b"[]",
        b'"kitchen"',
        b"\xff\xfe",
        b"",
        b"null",
        b"[" * 5000,
        b'{"query": "a", "k": 1e999}',
        b'{"query": "a", "filters": {"price": {"max": NaN}}}',
        b'{"query": "a", "filters": {"natural_light": {"min": NaN}}}',
        b'{"query": "a", "filters": {"price": {"max": 1e999}}}',
        b'{"query": "a", "cursor": "\\u0000"}',
        b'{"query": "a", "filters": {"price": {"max": 1%s}}}' % (b"0" * 400),
        b'{"query": "a", "k": %s}' % (b"1" * 5_000),
        b'{"image_id": 9223372036854775808}',
    ],
)
def test_a_body_that_is_no_question_is_refused(db: Session, content: bytes) -> None:
    answer = call(handler, "POST", "/api/query/", content=content, headers={"content-type": "application/json"})
    assert (answer.status, answer.problem["code"]) == (422, "validation")
