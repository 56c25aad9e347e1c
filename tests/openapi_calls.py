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
WITHOUT_INPUT: Final = {"GET /api/health", "GET /api/health/ready", "GET /api/models", "GET /api/taxonomy"}
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


def operation(label: str) -> APIOperation[Any, Any, Any, Any]:
    """An operation of the document by its label, such as `GET /api/images`."""
    method, path = label.split()
    found: APIOperation[Any, Any, Any, Any] = _document()[path][method]
    return found


@cache
def _document() -> Any:
    """Without the tokens that it asks for: schemathesis would make some up, and whoever makes these calls has good ones
    or shows none."""
    import schemathesis

    document = json.loads(DOCUMENT.read_text())
    return schemathesis.openapi.from_dict({name: part for name, part in document.items() if name != "security"})


def cases(label: str, *, valid: bool) -> st.SearchStrategy[Case[Any]]:
    """Calls of an operation as the document wants them, or calls with something wrong in them."""
    from schemathesis import GenerationMode

    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
    return operation(label).as_strategy(generation_mode=mode)


def calls(label: str, existing: Existing, *, valid: bool) -> st.SearchStrategy[Case[Any]]:
    """The same, every other time of what exists."""
    return st.builds(_naming, cases(label, valid=valid), st.booleans(), st.just(existing))


def _naming(case: Case[Any], named: bool, existing: Existing) -> Case[Any]:
    if named:
        name(case, existing)
    return case


def name(case: Case[Any], existing: Existing) -> bool:
    """Puts ids of what exists in place of those that were generated; says whether there was a place for one."""
    found = False
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            values = {name: value for name, value in vars(existing).items() if part.get(name) is not None}
            part.update(values)
            found = found or bool(values)
    return found


def explore(label: str, client: TestClient, existing: Existing, how_far: settings, *, valid: bool) -> None:
    """Tries calls of an operation until one of the answers is none of the document. What one call makes is there for
    the next: it is one transaction, and an API must bear its own past."""

    @how_far
    @given(calls(label, existing, valid=valid))
    def holds(case: Case[Any]) -> None:
        answer(client, case)

    holds()


def answer(client: TestClient, case: Case[Any]) -> Response:
    """Sends the call, and holds the answer against the document and against what all our refusals have in common."""
    sent = as_request(case)
    response = as_response(sent_by(client, sent), sent)
    case.validate_response(response, checks=_checks())
    return response


def as_request(case: Case[Any]) -> requests.PreparedRequest:
    """The call as it is sent."""
    return requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()


def sent_by(client: TestClient, sent: requests.PreparedRequest, **headers: str) -> Any:
    """The client's answer; `headers` take the place of those that were generated, however these are written."""
    body: Any = sent.body
    told: Any = sent.headers.copy()
    told.update(headers)
    return client.request(sent.method or "", sent.url or "", content=body, headers=dict(told))


def as_response(got: Any, sent: requests.PreparedRequest) -> Response:
    """An answer of `client`, as schemathesis wants it."""
    from schemathesis import Response

    headers = {name: got.headers.get_list(name) for name in got.headers}
    return Response(got.status_code, headers, got.content, sent, elapsed=0, verify=False)


def broken_promises(case: Case[Any], response: Response) -> list[str]:
    """What is wrong with an answer, in a few words each; nothing, when all is well."""
    from schemathesis.core.failures import Failure, FailureGroup

    try:
        case.validate_response(response, checks=_checks())
    except FailureGroup as group:
        return [_in_words(failure) for failure in group.exceptions]
    except (Failure, AssertionError) as failure:
        return [_in_words(failure)]
    return []


def _in_words(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {getattr(failure, 'title', '')}".partition("\n")[0]


LEFT_OUT: Final = {
    "negative_data_rejection": 'pydantic takes "7" for 7, and so do we',
    "positive_data_acceptance": "a photo of random bytes is as the document wants it, and refused",
    "ignored_auth": "it sends calls of its own, over the network; tools.fuzz sends each call without a good token",
}
"""Of the checks that schemathesis has. All others are made; some of them wait for what only its own runs know."""


@cache
def _checks() -> list[Callable[..., Any]]:
    from schemathesis import checks

    checks.load_all_checks()
    known = checks.CHECKS.get_all()
    return [*(check for check in known if check.__name__ not in LEFT_OUT), refusals_are_problem_documents]


def refusals_are_problem_documents(_: object, response: Response, case: Case[Any]) -> None:
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
