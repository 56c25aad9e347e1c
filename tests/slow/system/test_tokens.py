"""The whole running system with tokens: who is let in, and what goes on behind their calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from rig.cloud import Cloud
from rig.issuer import Issuer
from tests.pictures import RED, photo

Headers = dict[str, str]


@pytest.fixture
def auth() -> str:
    return "jwt"


@pytest.fixture
def shows(issuer: Issuer) -> Callable[..., Headers]:
    """Headers with a token, as `issuer.token` makes it."""
    return lambda *told, **options: {"authorization": f"Bearer {issuer.token(*told, **options)}"}


def test_the_system_lets_in_whoever_shows_a_token_and_shows_its_health_to_all(
    system: Cloud, api: TestClient, shows: Callable[..., Headers]
) -> None:
    assert api.get("/api/health").status_code == 200
    assert api.get("/api/listings").status_code == 401
    assert api.get("/api/listings", headers=shows("acme", "ana")).json()["listings"] == []


def test_what_a_call_with_a_token_begins_is_done_behind_it(
    system: Cloud, api: TestClient, shows: Callable[..., Headers]
) -> None:
    file = {"file": ("a.jpg", photo(RED))}
    begun = api.post("/api/upload/", files=file, data={"async": "true"}, headers=shows("acme", "ana"))
    assert begun.status_code == 202
    system.wait(20)
    task = api.get(begun.headers["location"], headers=shows("acme", "ben")).json()
    assert (task["status"], api.get(begun.headers["location"]).status_code) == ("success", 401)


@pytest.mark.parametrize(("operator", "status"), [(False, 403), (True, 202)])
def test_a_model_is_backfilled_for_operators(
    system: Cloud, api: TestClient, shows: Callable[..., Headers], operator: bool, status: int
) -> None:
    asked = api.post("/api/models/embedded/backfill", headers=shows("acme", "ana", operator=operator))
    assert asked.status_code == status
