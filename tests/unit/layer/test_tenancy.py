"""Whose data a call is about, as its token and the settings say."""

from contextvars import Context

import pytest

from roomlens.errors import ForbiddenError, UnauthorizedError, ValidationError
from roomlens.settings import forget_settings
from roomlens.tenancy import (
    acting_everywhere,
    acting_for,
    current_tenant,
    is_everywhere,
    own_prefix,
    tenant_of,
    tenant_of_key,
)


@pytest.fixture(autouse=True)
def of_many_tenants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENANT", raising=False)
    monkeypatch.setenv("TENANT_CLAIM", "org")
    forget_settings()


def test_nobody_acts_for_anyone_unless_it_is_said() -> None:
    with pytest.raises(UnauthorizedError):
        Context().run(current_tenant)


def test_the_block_acts_for_its_tenant_and_gives_back_the_one_before() -> None:
    with acting_for("a"):
        with acting_for("b"):
            assert current_tenant() == "b"
        assert current_tenant() == "a"
    assert current_tenant() == "local"


def test_who_sees_everything_makes_rows_of_a_named_tenant_only() -> None:
    with acting_everywhere("a"):
        assert (is_everywhere(), current_tenant()) == (True, "a")
        with acting_for("b"):
            assert (is_everywhere(), current_tenant()) == (False, "b")
    with acting_everywhere(), pytest.raises(UnauthorizedError):
        current_tenant()


def test_the_claim_of_the_token_names_the_tenant() -> None:
    assert tenant_of({"org": "acme-2.eu", "sub": "ana"}) == "acme-2.eu"


@pytest.mark.parametrize(
    "claims", [{}, {"org": ""}, {"org": 7}, {"org": "a/b"}, {"org": "../b"}, {"org": "x" * 65}, {"org": "a\n"}]
)
def test_a_token_without_a_tenant_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(ForbiddenError):
        tenant_of(claims)


def test_a_stack_of_one_tenant_needs_no_claim_and_believes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANT", "home")
    forget_settings()
    assert tenant_of({"org": "other"}) == "home"
    assert own_prefix("incoming/") == "incoming/"
    assert tenant_of_key("incoming/7/a.jpg") == "home"


def test_a_key_of_the_bucket_names_its_tenant() -> None:
    assert tenant_of_key("incoming/acme/7/a.jpg") == "acme"
    with acting_for("acme"):
        assert own_prefix("incoming/") == "incoming/acme/"


@pytest.mark.parametrize("key", ["incoming/a.jpg", "incoming//7/a.jpg", "incoming/../7/a.jpg", "incoming/*/7/a.jpg"])
def test_an_object_of_nobody_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        tenant_of_key(key)
