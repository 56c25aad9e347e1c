"""Who calls, as the claims of a checked token say: operators, and whom their `user_id` names."""

import re
from typing import Any

import pytest

from rig.authorizing import as_strings
from roomlens.callers import is_operator, require_operator, subject_of
from roomlens.errors import ForbiddenError, UnauthorizedError
from roomlens.events import claims_of
from roomlens.schemas import ChatRequest, said_by
from roomlens.settings import forget_settings


@pytest.mark.parametrize(
    "claims",
    [
        {"cognito:groups": ["operators"]},
        {"cognito:groups": ["editors", "operators"]},
        {"scope": "openid roomlens/operate"},
        {"scope": ["roomlens/operate", "openid"]},
    ],
)
def test_operators_are_told_by_their_group_or_by_the_scope_of_a_program(claims: dict[str, Any]) -> None:
    assert is_operator(as_strings(claims))
    require_operator(as_strings(claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "operators"},
        {"cognito:groups": []},
        {"cognito:groups": ["operators-of-nothing", "co-operators"]},
        {"cognito:groups": "roomlens/operate"},
        {"groups": ["operators"]},
        {"scope": "roomlens/operates roomlens"},
        {"scope": "operators"},
    ],
)
def test_nobody_else_is_one(claims: dict[str, Any]) -> None:
    assert not is_operator(as_strings(claims))
    with pytest.raises(ForbiddenError):
        require_operator(as_strings(claims))


def test_where_no_token_is_asked_for_everybody_is_one_if_there_is_one_tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    require_operator({})
    monkeypatch.delenv("TENANT")
    forget_settings()
    with pytest.raises(UnauthorizedError):
        require_operator({})


@pytest.mark.parametrize(
    ("claims", "subject"), [({}, None), ({"sub": ""}, None), ({"sub": 7}, None), ({"sub": "auth0|ana"}, "auth0|ana")]
)
def test_the_subject_is_whom_the_token_names(claims: dict[str, Any], subject: str | None) -> None:
    assert subject_of(claims) == subject


@pytest.mark.parametrize("name", ["x" * 201, "a\0", "änne", "\ud800"])
def test_a_name_that_can_not_be_kept_as_it_is_is_kept_as_a_hash(name: str) -> None:
    assert re.fullmatch("[0-9a-f]{64}", subject_of({"sub": name}) or "")


def test_whom_the_token_names_wins_over_the_body() -> None:
    asked = ChatRequest(message="hello", user_id="somebody-else")
    assert said_by("ana", asked).user_id == "ana"
    assert said_by(None, asked) is asked


@pytest.mark.parametrize(
    "context", [{}, {"authorizer": None}, {"authorizer": {"jwt": None}}, {"authorizer": {"iam": {}}}]
)
def test_without_a_token_there_are_no_claims(context: dict[str, Any]) -> None:
    assert claims_of({"requestContext": context}) == {}
    assert claims_of({}) == {}
