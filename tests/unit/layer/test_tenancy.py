"""Whose data a call is about, as its token and the settings say."""

import pytest

from roomlens.errors import ForbiddenError, UnauthorizedError
from roomlens.settings import forget_settings
from roomlens.tenancy import acting_for, current_tenant, tenant_of


@pytest.fixture(autouse=True)
def of_many_tenants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENANT", raising=False)
    monkeypatch.setenv("TENANT_CLAIM", "org")
    forget_settings()


def test_nobody_acts_for_anyone_unless_it_is_said() -> None:
    with pytest.raises(UnauthorizedError):
        current_tenant()


def test_the_block_acts_for_its_tenant_and_gives_back_the_one_before() -> None:
    with acting_for("a"):
        with acting_for("b"):
            assert current_tenant() == "b"
        assert current_tenant() == "a"
    with pytest.raises(UnauthorizedError):
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
