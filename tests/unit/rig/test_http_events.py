"""Requests become events as an HTTP API sends them; answers of functions become HTTP answers."""

import base64
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model

from rig.http_events import MalformedResponseError, Request, http_event, http_response, is_text
from rig.routes import Match

MATCH = Match("GET /hello/{name}", "HelloFunction", {"name": "bob"})


def event_of(**fields: Any) -> dict[str, Any]:
    request = Request(**{"method": "GET", "path": "/hello/bob", "headers": (("Host", "localhost:3000"),), **fields})
    event = http_event(request, MATCH, "id-1")
    APIGatewayProxyEventV2Model.model_validate(event)
    return event


def test_header_names_are_lower_case_and_repeated_ones_joined() -> None:
    event = event_of(headers=(("Accept", "a"), ("ACCEPT", "b"), ("X-One", "1")))
    assert event["headers"]["accept"] == "a,b"
    assert event["headers"]["x-one"] == "1"


def test_headers_of_the_connection_are_left_out() -> None:
    event = event_of(headers=(("Connection", "keep-alive"), ("Transfer-Encoding", "chunked"), ("Expect", "100")))
    assert not {"connection", "transfer-encoding", "expect"} & event["headers"].keys()


def test_cookies_are_a_list_and_no_header() -> None:
    event = event_of(headers=(("Cookie", "a=1; b=2"), ("cookie", "c=3")))
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


def test_the_path_is_decoded_and_the_query_is_not() -> None:
    event = event_of(path="/hello/b ö", query="x=1&x=2&y=%C3%A4&empty=")
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/hello/b ö"
    assert event["rawQueryString"] == "x=1&x=2&y=%C3%A4&empty="
    assert event["queryStringParameters"] == {"x": "1,2", "y": "ä", "empty": ""}


def test_what_is_absent_has_no_key() -> None:
    request = Request("GET", "/health")
    event = http_event(request, Match("GET /health", "F", {}), "id-1")
    absent = {"body", "cookies", "pathParameters", "queryStringParameters", "stageVariables"}
    assert not absent & event.keys()
    assert event["isBase64Encoded"] is False


def test_forwarding_headers_tell_client_port_and_scheme() -> None:
    headers = event_of(client="10.1.1.1")["headers"]
    assert headers["x-forwarded-for"] == "10.1.1.1"
    assert (headers["x-forwarded-port"], headers["x-forwarded-proto"]) == ("3000", "http")
    assert headers["x-amzn-trace-id"].startswith("Root=1-")


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/plain", True),
        ("text/csv; charset=utf-8", True),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/xml", True),
        ("application/javascript", True),
        ("application/problem+json", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("image/jpeg", False),
        ("", False),
    ],
)
def test_only_a_few_types_travel_as_text(content_type: str, expected: bool) -> None:
    assert is_text(content_type) is expected


def test_a_binary_body_travels_in_base64() -> None:
    event = event_of(method="POST", headers=(("content-type", "image/jpeg"),), body=b"\xff\xd8\x00")
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\xff\xd8\x00"


def test_a_json_body_travels_as_it_is() -> None:
    event = event_of(method="POST", headers=(("content-type", "application/json"),), body='{"a": "ü"}'.encode())
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": "ü"}', False)


def test_an_answer_without_a_status_is_the_body() -> None:
    response = http_response({"a": 1})
    assert (response.status, response.body) == (200, b'{"a": 1}')
    assert response.headers == [("content-type", "application/json")]
    assert http_response("text").body == b"text"


def test_an_answer_has_its_status_headers_cookies_and_bytes() -> None:
    response = http_response(
        {
            "statusCode": "201",
            "headers": {"Content-Type": "image/png", "X-Flag": True, "Content-Length": "99"},
            "cookies": ["a=1; Path=/", "b=2"],
            "body": base64.b64encode(b"\x89PNG").decode(),
            "isBase64Encoded": True,
        }
    )
    assert (response.status, response.body) == (201, b"\x89PNG")
    assert response.headers == [
        ("content-type", "image/png"),
        ("x-flag", "true"),
        ("set-cookie", "a=1; Path=/"),
        ("set-cookie", "b=2"),
    ]


def test_an_answer_without_a_type_is_plain_text() -> None:
    assert http_response({"statusCode": 204}).headers == [("content-type", "text/plain;charset=UTF-8")]


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "soon"},
        {"statusCode": 99},
        {"statusCode": None},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "body": "???", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_is_none_is_refused(answer: Any) -> None:
    with pytest.raises(MalformedResponseError):
        http_response(answer)
