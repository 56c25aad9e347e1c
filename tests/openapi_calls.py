"""Calls that schemathesis makes of the OpenAPI document, and what must hold of every answer.

schemathesis is imported when the first test asks for it: a run that collects these tests pays nothing for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import requests
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from schemathesis import Case, Response
    from schemathesis.schemas import APIOperation
    from starlette.testclient import TestClient

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "openapi.json"
OPERATIONS: Final = [
    f"{method.upper()} {path}"
    for path, operations in json.loads(DOCUMENT.read_text())["paths"].items()
    for method in operations
]
WITHOUT_INPUT: Final = {"GET /api/health", "GET /api/models", "GET /api/taxonomy"}
"""Nothing of these can be wrong."""
BASE_URL: Final = "http://testserver"


@dataclass(frozen=True)
class Existing:
    """What is there to be found: one of each kind, by its id."""

    listing_id: int
    image_id: int
    conversation_id: int
    message_id: int
    task_id: str
    canceled_task_id: str


def operation(label: str) -> APIOperation:
    """An operation of the document by its label, such as `GET /api/images`."""
    method, path = label.split()
    return _document()[path][method]


@cache
def _document() -> Any:
    import schemathesis

    return schemathesis.openapi.from_path(DOCUMENT)


def calls(described: APIOperation, existing: Existing, *, valid: bool) -> st.SearchStrategy[Case]:
    """Calls as the document wants them, or calls with something wrong in them; of what exists every other time."""
    from schemathesis import GenerationMode

    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
    return st.builds(_naming, described.as_strategy(generation_mode=mode), st.booleans(), st.just(existing))


def _naming(case: Case, named: bool, existing: Existing) -> Case:
    for part in (case.path_parameters, case.query, case.body):
        if named and isinstance(part, dict):
            part.update({name: value for name, value in vars(existing).items() if part.get(name) is not None})
    return case


def explore(label: str, client: TestClient, existing: Existing, how_far: settings, *, valid: bool) -> None:
    """Tries calls of an operation until one of the answers is none of the document. What one call makes is there for
    the next: it is one transaction, and an API must bear its own past."""

    @how_far
    @given(calls(operation(label), existing, valid=valid))
    def holds(case: Case) -> None:
        answer(client, case)

    holds()


def answer(client: TestClient, case: Case) -> Response:
    """Sends the call, and holds the answer against the document and against what all our refusals have in common."""
    from schemathesis import Response

    sent = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
    got = client.request(sent.method or "", sent.url or "", content=sent.body, headers=dict(sent.headers))
    headers = {name: got.headers.get_list(name) for name in got.headers}
    response = Response(got.status_code, headers, got.content, sent, elapsed=0, verify=False)
    case.validate_response(response, checks=_checks())
    return response


def _checks() -> list[Callable[..., Any]]:
    """Not among them: that each invalid call is refused. pydantic takes `"7"` for 7, and so do we."""
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as of_openapi

    checks.load_all_checks()
    return [
        checks.not_a_server_error,
        of_openapi.status_code_conformance,
        of_openapi.content_type_conformance,
        of_openapi.response_headers_conformance,
        of_openapi.response_schema_conformance,
        refusals_are_problem_documents,
    ]


def refusals_are_problem_documents(_: object, response: Response, case: Case) -> None:
    """A check as schemathesis runs them: its failure comes with the call, as a command for curl."""
    if response.status_code < 400:
        return
    document, headers = response.json(), response.headers
    if "x-request-id" not in headers:  # no handler was asked
        assert (response.status_code, document) == (404, {"message": "Not Found"}), document
        return
    path = urlsplit(response.request.url or "").path
    told = {"content-type": ["application/problem+json"], "x-request-id": [document["request_id"]]}
    assert headers | told == headers, headers
    assert (document["status"], unquote(document["instance"])) == (response.status_code, unquote(path)), document
    assert document["type"].endswith(f"/{document['code']}"), document
