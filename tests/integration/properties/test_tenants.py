"""Nobody sees, changes or learns of what is another tenant's: asked of every route and of every id that it takes, as
docs/openapi.json has them. A new route, and a new parameter, is asked the day it is documented.

What is another's must be answered as what is nobody's: the same status, and the same words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from rig.issuer import TENANT_CLAIM, Issuer
from rig.template_source import LOCAL_TENANT
from roomlens.db import session_scope
from roomlens.isolation import is_owned
from roomlens.models import Base, Conversation, Image, Listing, Message, Task
from roomlens.tenancy import acting_everywhere, acting_for
from tests.fixtures.aws import BUCKET
from tests.fixtures.properties import make_existing
from tests.integration.properties.test_openapi import OTHER_ANSWERS, good_call
from tests.openapi_calls import DOCUMENT, OPERATIONS, Existing, as_request, operation, sent_by

OTHER: Final = "other"
MARKER: Final = "zqmarker"  # in every text of the other tenant
NOBODYS: Final = 2_000_000_000
NOBODYS_TASK: Final = "tsk_" + "0" * 32
FOR_OPERATORS: Final = "/api/models/{name}/"
NO_TENANTS: Final = (
    None, "", " ", "../local", "local/", "/local", "local%2f", "local ", "local\n", "local\0", "local,other", "löcal",
    "*", "a" * 65, "a" * 5_000, [], [LOCAL_TENANT], [LOCAL_TENANT, OTHER], [[LOCAL_TENANT]], {LOCAL_TENANT: 1}, {},
)  # fmt: skip

Headers = dict[str, str]


class Place(NamedTuple):
    """An id that a call takes: of which operation, in its path, query or body, by which name; and of what thing."""

    label: str
    part: str
    name: str
    thing: str

    def __str__(self) -> str:
        return f"{self.label} {self.part} {self.name}"


_THINGS: Final = ("listing", "image", "conversation", "message", "task")
_AN_ID: Final = re.compile(rf"(?:\w+_)?({'|'.join(_THINGS)})_ids?")
_SETS: Final = {"listings": "listing"}  # fields of a search's filters: `{"any": [ids]}`
_NO_ROWS: Final = {"model", "name", "user_id", "external_ref"}
_ANY_ID: Final = re.compile(r"(?:\w+_)?ids?")


def places() -> Iterator[Place]:
    document = json.loads(DOCUMENT.read_text())
    for label in OPERATIONS:
        method, path = label.split()
        told = document["paths"][path][method.lower()]
        found = [(parameter["in"], parameter["name"]) for parameter in told.get("parameters", ())]
        for media in told.get("requestBody", {}).get("content", {}).values():
            found += [("body", name) for name in named_in(media["schema"], document)]
        for part, name in dict.fromkeys(found):
            if match := _AN_ID.fullmatch(name):
                yield Place(label, part, name, match[1])
            elif part == "body" and name in _SETS:
                yield Place(label, part, name, _SETS[name])
            else:
                assert not _ANY_ID.fullmatch(name) or name in _NO_ROWS, f"{label}: what is {name} an id of?"


def named_in(schema: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    """The names of all fields of a body, however deep."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, field in schema.get("properties", {}).items():
        yield name
        yield from named_in(field, document)
    for some in [schema.get("items"), *schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]:
        if isinstance(some, dict):
            yield from named_in(some, document)


PLACES: Final = tuple(places())


@pytest.fixture
def auth() -> str:
    return "jwt"


@pytest.fixture
def shows(issuer: Issuer) -> Headers:
    return {"authorization": f"Bearer {issuer.token(LOCAL_TENANT)}"}


@pytest.fixture
def strangers(existing: Existing) -> Existing:
    """What the other tenant has: one of each thing, as `existing`, with a word in its texts that nobody else has."""
    with acting_for(OTHER), session_scope() as session:
        made = make_existing(session)
        for listing in session.scalars(select(Listing)):
            listing.title = listing.address = listing.external_ref = f"{MARKER} house"
        for image in session.scalars(select(Image)):
            image.filename = f"{MARKER}.jpg"
        for message in session.scalars(select(Message)):
            message.content = f"{MARKER}?"
    return made


def rows_of(tenant: str) -> dict[str, list[Any]]:
    """All rows of a tenant, by table."""
    with acting_everywhere(), session_scope() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table).where(table.c.tenant_id == tenant))))
            for table in Base.metadata.sorted_tables
            if is_owned(table)
        }


def call_with(place: Place, value: Any, existing: Existing) -> Any:
    """A call that is well but for one id."""
    told = good_call(place.label, existing)
    part = {"path": "path_parameters", "query": "query", "body": "body"}[place.part]
    holder = told.setdefault(part, {})
    if place.label == "POST /api/uploads/batch":
        photo = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 5, place.name: value}
        told["body"] = {"photos": [photo]}
    elif place.label == "POST /api/query/image":
        holder["request"] = json.dumps(in_its_place(place, value))
    else:
        holder |= in_its_place(place, value)
    return operation(place.label).Case(**told)


def in_its_place(place: Place, value: Any) -> dict[str, Any]:
    """A field of the body, or of its filters."""
    if place.name in _SETS:
        return {"filters": {place.name: {"any": [value]}}}
    return {place.name: [value] if place.name.endswith("_ids") else value}


def said(client: TestClient, case: Any, headers: Headers, value: Any) -> tuple[int, str]:
    """The status and the text of an answer, without what differs from call to call."""
    answer = sent_by(client, as_request(case), **headers)
    text = re.sub(rf'"request_id":"[^"]*"|(?<!\w){value}(?!\w)', "", answer.text)
    return answer.status_code, text


@pytest.mark.parametrize("label", [label for label in OPERATIONS if FOR_OPERATORS not in label])
def test_a_route_tells_nothing_of_another_tenant_and_changes_nothing_there(
    label: str, client: TestClient, existing: Existing, strangers: Existing, shows: Headers
) -> None:
    before = rows_of(OTHER)
    for place in (place for place in PLACES if place.label == label):
        theirs = getattr(strangers, f"{place.thing}_id")
        nobodys = NOBODYS_TASK if place.thing == "task" else NOBODYS
        status, text = said(client, call_with(place, theirs, existing), shows, theirs)
        assert (status, text) == said(client, call_with(place, nobodys, existing), shows, nobodys), place
        assert status == 404 or place.part != "path", place
        assert MARKER not in text, place
    answer = sent_by(client, as_request(operation(label).Case(**own_call(label, existing))), **shows)
    assert answer.status_code == OTHER_ANSWERS.get(label, 200), answer.text
    for told in (f"{MARKER} house", f"{MARKER}.jpg", f"/{OTHER}/"):
        assert told not in answer.text
    assert rows_of(OTHER) == before


def own_call(label: str, existing: Existing) -> dict[str, Any]:
    """A call that is certainly answered, and as widely as it can be."""
    return {
        **{f"GET /api/{things}": {} for things in ("listings", "images", "conversations", "tasks")},
        "POST /api/uploads/batch": {"body": {"prefix": f"imports/{LOCAL_TENANT}/"}},
        "POST /api/query/": {"body": {"query": f"{MARKER} kitchen with a dishwasher", "k": 100}},
        "POST /api/chat/": {"body": {"message": f"What do you know of the kitchen in the {MARKER} house?"}},
    }.get(label, good_call(label, existing))


def test_lists_hold_what_is_ones_own_and_nothing_else(
    client: TestClient, existing: Existing, strangers: Existing, issuer: Issuer
) -> None:
    for tenant, own in ((LOCAL_TENANT, existing), (OTHER, strangers)):
        headers = {"authorization": f"Bearer {issuer.token(tenant)}"}
        (listing,) = client.get("/api/listings", headers=headers).json()["listings"]
        assert listing["id"] == own.listing_id
        (conversation,) = client.get("/api/conversations", headers=headers).json()["conversations"]
        assert conversation["id"] == own.conversation_id
        images = client.get("/api/images", headers=headers).json()["images"]
        assert {image["listing_id"] for image in images} == {own.listing_id}
        tasks = client.get("/api/tasks", headers=headers).json()["tasks"]
        assert {task["task_id"] for task in tasks} == {own.task_id, own.canceled_task_id}
        hits = client.post("/api/query/", json={"query": "kitchen"}, headers=headers).json()["top_k"]
        assert {hit["listing_id"] for hit in hits} == {own.listing_id}


def test_two_tenants_may_give_the_same_names_and_keys(client: TestClient, issuer: Issuer, db: Session) -> None:
    """An external reference, and an `Idempotency-Key` of people who have the same name."""
    made = []
    for tenant in (LOCAL_TENANT, OTHER, LOCAL_TENANT):
        headers = {"authorization": f"Bearer {issuer.token(tenant, 'ana')}", "idempotency-key": "one"}
        answer = client.post("/api/listings", json={"external_ref": "MLS-1"}, headers=headers)
        assert answer.status_code == 201
        made.append((answer.json()["id"], answer.headers.get("idempotency-replayed")))
    (first, new), (second, also_new), (again, replayed) = made
    assert (first != second, again, new, also_new, replayed) == (True, first, None, None, "true")


@pytest.mark.parametrize("field", ["tenant_id", "tenant"])
def test_a_tenant_in_a_body_or_a_query_does_nothing(
    field: str, client: TestClient, existing: Existing, strangers: Existing, shows: Headers
) -> None:
    made = client.post("/api/listings", json={"title": "Mine", field: OTHER}, headers=shows)
    assert made.status_code in (201, 422)
    listed = client.get(f"/api/listings?{field}={OTHER}", headers=shows)
    assert MARKER not in listed.text
    assert not any("Mine" in row for row in rows_of(OTHER)["listings"])


def test_a_token_without_a_tenant_opens_nothing(client: TestClient, existing: Existing, issuer: Issuer) -> None:
    for told in ({}, *({TENANT_CLAIM: tenant} for tenant in NO_TENANTS)):
        answer = client.get("/api/listings", headers={"authorization": f"Bearer {issuer.token(**told)}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), told


@pytest.mark.parametrize(
    "key", [f"imports/{OTHER}/a.jpg", "imports/a.jpg", f"imports/{LOCAL_TENANT}.jpg", "photos/a.jpg"]
)
def test_a_batch_names_objects_of_its_own_tenant_and_no_others(
    key: str, client: TestClient, existing: Existing, shows: Headers, s3: Any
) -> None:
    """Whether they are there or not."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"theirs")
    before = rows_of(LOCAL_TENANT)
    for place, body in (("/prefix", {"prefix": key[:-4]}), ("/photos/0/key", {"photos": [{"key": key}]})):
        answer = client.post("/api/uploads/batch", json=body, headers=shows)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/body{place}"
    counted = {"rate_limits"}
    assert [rows for table, rows in rows_of(LOCAL_TENANT).items() if table not in counted] == [
        rows for table, rows in before.items() if table not in counted
    ]


def test_no_photo_of_a_batch_is_for_a_listing_of_another(
    client: TestClient, existing: Existing, strangers: Existing, shows: Headers
) -> None:
    theirs = {"listing_id": strangers.listing_id}
    announced = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 5}
    own = {"key": f"imports/{LOCAL_TENANT}/a.jpg"}
    for body in (
        {"photos": [announced, announced | theirs]},
        {"photos": [own, own | theirs]},
        {"photos": [announced], **theirs},
        {"prefix": f"imports/{LOCAL_TENANT}/", **theirs},
    ):
        assert client.post("/api/uploads/batch", json=body, headers=shows).status_code == 404, body


def test_things_of_every_kind_are_asked_for() -> None:
    """Or else the tests above would say nothing."""
    assert {place.thing for place in PLACES} == set(_THINGS)
    assert {place.part for place in PLACES} == {"path", "query", "body"}
    assert {Conversation.__tablename__, Task.__tablename__} < {
        table.name for table in Base.metadata.sorted_tables if is_owned(table)
    }
