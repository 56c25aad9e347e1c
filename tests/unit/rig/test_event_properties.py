"""Whatever a client sends, a handler sees what was sent: request, HTTP API's event, Mangum, FastAPI."""

from __future__ import annotations

import json
import string
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, unquote, urlencode

from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model
from hypothesis import given
from hypothesis import strategies as st

from rig import http_events
from rig.routes import Match, RouteTable

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with all that it is told, by the request that FastAPI would make of it; a route would take some paths
    only."""
    from starlette.requests import Request
    from starlette.responses import JSONResponse

    request = Request(scope, receive)
    told = {
        "path": scope["path"],
        "query": request.query_params.multi_items(),
        "headers": request.headers.items(),
        "cookies": request.cookies,
        "body": (await request.body()).hex(),
    }
    await JSONResponse(told)(scope, receive, send)


@cache
def handler() -> Any:
    from roomlens.http import lambda_handler

    return lambda_handler(cast(Any, echo))


PLAIN = "".join(sorted(set(string.printable) - set(string.whitespace)))
TOKENS = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.text(PLAIN + " ", max_size=20).map(str.strip)
OF_THE_WAY = {"cookie", "host", "x-amzn-trace-id", "content-type", *http_events._HOP_BY_HOP}
HEADERS = st.dictionaries(
    TOKENS.map(str.lower).filter(lambda name: name not in OF_THE_WAY and not name.startswith("x-forwarded")),
    VALUES,
    max_size=5,
)
TEXT_TYPES = st.sampled_from(["application/json", "text/plain; charset=utf-8", "Application/XML"])
OTHER_TYPES = st.sampled_from(["", "image/jpeg", "multipart/form-data; boundary=x", "application/octet-stream"])


def seen(**fields: Any) -> dict[str, Any]:
    request = http_events.Request(**{"method": "POST", "path": "/", **fields})
    event = http_events.http_event(request, Match("POST /{path+}", "F", {}), "id-1")
    APIGatewayProxyEventV2Model.model_validate(event)
    answer = http_events.http_response(handler()(json.loads(json.dumps(event)), None))
    assert answer.status == 200, answer
    told: dict[str, Any] = json.loads(answer.body)
    return told


@given(TEXT)
def test_a_path_arrives_decoded_once_more_than_it_was_sent(path: str) -> None:
    """The event's path is decoded, as AWS's is, and Mangum decodes it again: a `%` in a name does not survive."""
    told = seen(path=f"/{path}")["path"]
    assert told == unquote(f"/{path}")
    if "%" not in path:
        assert told == f"/{path}"


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_every_pair_of_a_query_arrives_in_its_place(pairs: list[tuple[str, str]]) -> None:
    assert [tuple(pair) for pair in seen(query=urlencode(pairs))["query"]] == pairs


@given(st.text(PLAIN, max_size=40))
def test_a_query_that_nobody_encoded_is_read_as_any_server_reads_it(query: str) -> None:
    assert [tuple(pair) for pair in seen(query=query)["query"]] == parse_qsl(query, keep_blank_values=True)


@given(HEADERS)
def test_headers_arrive_by_their_names_in_any_case(headers: dict[str, str]) -> None:
    told = dict(seen(headers=tuple((name.upper(), value) for name, value in headers.items()))["headers"])
    assert headers.items() <= told.items()


@given(TOKENS, st.lists(st.text(PLAIN.replace(",", ""), min_size=1, max_size=8), min_size=1, max_size=4))
def test_values_of_one_header_arrive_joined_in_their_order(name: str, values: list[str]) -> None:
    sent = tuple((f"x-my-{name}", value) for value in values)
    assert dict(seen(headers=sent)["headers"])[f"x-my-{name.lower()}"] == ",".join(values)


@given(st.dictionaries(TOKENS, TOKENS, min_size=1, max_size=4))
def test_cookies_arrive_one_by_one(cookies: dict[str, str]) -> None:
    line = "; ".join(f"{name}={value}" for name, value in cookies.items())
    assert seen(headers=(("Cookie", line),))["cookies"] == cookies


@given(st.binary(max_size=60), OTHER_TYPES)
def test_bytes_arrive_as_they_are(body: bytes, kind: str) -> None:
    headers = (("content-type", kind),) if kind else ()
    assert bytes.fromhex(seen(body=body, headers=headers)["body"]) == body


@given(TEXT, TEXT_TYPES)
def test_text_arrives_as_it_is(text: str, kind: str) -> None:
    assert bytes.fromhex(seen(body=text.encode(), headers=(("content-type", kind),))["body"]).decode() == text


@given(st.binary(max_size=60), TEXT_TYPES)
def test_what_only_claims_to_be_text_still_arrives(body: bytes, kind: str) -> None:
    told = bytes.fromhex(seen(body=body, headers=(("content-type", kind),))["body"])
    assert told.decode() == body.decode("utf-8", "replace")


ROUTES = RouteTable({"GET /a/{id}": "One", "GET /a/{id}/b": "Two", "GET /a/fixed": "Three"})


@given(TEXT)
def test_a_variable_of_a_path_takes_one_part_of_it_whatever_it_is(part: str) -> None:
    match = ROUTES.match("GET", f"/a/{part}/b")
    if part and "/" not in part:
        assert match == Match("GET /a/{id}/b", "Two", {"id": part})
    else:
        assert match is None or match.function == "One"


@given(st.text("/abfixed", max_size=12))
def test_a_slash_at_the_end_changes_nothing(path: str) -> None:
    path = f"/a/{path.strip('/')}"
    with_slash, without = ROUTES.match("GET", path + "/"), ROUTES.match("GET", path)
    assert with_slash == without or path == "/a/"
