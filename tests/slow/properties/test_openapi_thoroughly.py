"""As tests/integration/properties/test_openapi.py, with more calls, and others each time; `python -m tools.fuzz` makes
thousands of each, with the tokens of tenants.

What fails is printed with the call, as a command for curl, and with what brings hypothesis back to it.
"""

import pytest
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient

from tests.openapi_calls import OPERATIONS, WITHOUT_INPUT, Existing, explore

# Of malformed calls schemathesis throws away those that happen to be well-formed; how many is chance.
_CHANCE = [*settings.get_profile("thorough").suppress_health_check, HealthCheck.filter_too_much]
SOME = settings(settings.get_profile("thorough"), max_examples=20, suppress_health_check=_CHANCE)


@pytest.mark.parametrize("label", sorted(set(OPERATIONS) - WITHOUT_INPUT))
@pytest.mark.parametrize("valid", [True, False], ids=["valid", "malformed"])
def test_many_calls_get_answers_of_the_document(
    label: str, valid: bool, client: TestClient, existing: Existing
) -> None:
    explore(label, client, existing, SOME, valid=valid)
