"""GET /api/health and the documentation"""

import re

import pytest

from health.app import handler
from roomlens import __version__, db
from roomlens.search.fusion import WEIGHTS
from tests.http import call


def test_health_does_not_touch_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "engine", lambda: pytest.fail("the database was asked for"))
    answer = call(handler, "GET", "/api/health")
    assert (answer.status, answer.json()) == (200, {"status": "healthy", "version": __version__})


def test_an_unknown_path_is_a_problem_document() -> None:
    assert call(handler, "GET", "/api/nothing").problem["code"] == "not-found"
    assert call(handler, "DELETE", "/api/health").problem["status"] == 405


def test_the_documentation_needs_no_network() -> None:
    page = call(handler, "GET", "/api/docs")
    assert page.status == 200
    text = page.body.decode()
    assert "https://" not in text
    assert "/api/openapi.json" in text
    for asset, kind in (
        ("swagger-ui-bundle.js", "javascript"),
        ("swagger-ui.css", "css"),
        ("favicon-32x32.png", "png"),
    ):
        assert f"/api/docs/{asset}" in text
        answer = call(handler, "GET", f"/api/docs/{asset}")
        assert (answer.status, kind in answer.headers["content-type"]) == (200, True)
        assert len(answer.body) < 4.5e6, "Lambda's answers end at 6 MB"


def test_one_document_describes_every_function() -> None:
    document = call(handler, "GET", "/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/upload/", "/api/images/{image_id}", "/api/query/", "/api/chat/", "/api/tasks/{task_id}"} <= set(
        document["paths"]
    )
    assert document["paths"]["/api/query/"]["post"]["tags"] == ["query"]
    assert document["components"]["schemas"]["Problem"]["properties"]["detail"]["type"] == "string"


def test_the_document_names_its_schemas_for_people_who_write_clients() -> None:
    schemas = call(handler, "GET", "/api/openapi.json").json()["components"]["schemas"]
    forms = {name for name in schemas if name.startswith("Body_")}  # FastAPI's names of multipart forms
    assert [name for name in sorted(set(schemas) - forms) if not re.fullmatch("[A-Z][A-Za-z]+", name)] == []
    assert {"RoomFilter", "ListingFilter", "ScoreRange", "TimeRange", "AmountRange"} <= set(schemas)


def test_the_document_quotes_no_constant_of_the_code() -> None:
    assert re.findall(r"`[A-Z]+_[A-Z_]+`", call(handler, "GET", "/api/openapi.json").body.decode()) == []


def test_the_document_says_what_a_client_can_not_guess() -> None:
    document = call(handler, "GET", "/api/openapi.json").json()
    fields = {name: schema.get("properties", {}) for name, schema in document["components"]["schemas"].items()}
    for schema, field in (
        ("HitOut", "relevance"), ("QueryAnswer", "space"), ("Why", "rank_after"), ("CorrectionRequest", "add_tags"),
        ("CorrectionRequest", "remove_tags"),
    ):  # fmt: skip
        assert fields[schema][field].get("description"), f"{schema}.{field}"
    assert set(WEIGHTS) == set(re.findall("`([a-z]+)`", fields["Why"]["signals"]["description"]))
    parameters = document["paths"]["/api/images"]["get"]["parameters"]
    assert ["special kinds" in one["description"] for one in parameters if one["name"] == "room_type"] == [True]


def test_the_document_says_that_refusals_are_problem_documents() -> None:
    document = call(handler, "GET", "/api/openapi.json").json()
    for operations in document["paths"].values():
        for operation in operations.values():
            assert list(operation["responses"]["4XX"]["content"]) == ["application/problem+json"]
            assert list(operation["responses"]["5XX"]["content"]) == ["application/problem+json"]
