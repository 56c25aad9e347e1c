"""What a failed workflow says to a person."""

import json

import pytest

from roomlens.tasks import plain_cause


def test_one_of_our_errors_keeps_its_words() -> None:
    cause = json.dumps({"errorType": "ValidationError", "errorMessage": "The photo is damaged or cut off."})
    error = plain_cause({"Error": "ValidationError", "Cause": cause})
    assert (error.status, error.code, error.detail) == (422, "validation", "The photo is damaged or cut off.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"Error": "KeyError", "Cause": '{"errorMessage": "secret"}'}, "inference-failed"),
        ({"Error": "States.Timeout"}, "unavailable"),
        ({"Error": "annotations", "Cause": "secret"}, "inference-failed"),
        ({"Error": "NotFoundError", "Cause": "secret, and not JSON"}, "not-found"),
        ({"Error": "NotFoundError", "Cause": '["secret"]'}, "not-found"),
        ({"Error": "ConfigurationError", "Cause": '{"errorMessage": "arn:aws:secret"}'}, "inference-failed"),
        ({"Error": "InferenceTimeoutError", "Cause": "secret"}, "inference-timeout"),
        ({}, "inference-failed"),
    ],
)
def test_the_inside_of_a_crash_stays_inside(error: dict[str, str], code: str) -> None:
    cause = plain_cause(error)
    assert cause.code == code
    assert "secret" not in cause.detail
