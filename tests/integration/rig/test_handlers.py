"""Handlers without a cloud: what they see of this process, and what is left of them afterwards."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model
from starlette.testclient import TestClient

from rig.handlers import Handlers
from rig.stack import Stack, UnknownNameError
from rig.template import load_stack


@pytest.fixture(scope="module")
def stack(template_path: Path) -> Stack:
    return load_stack(template_path)


@pytest.fixture
def handlers(stack: Stack) -> Iterator[Handlers]:
    """As the plugin makes it, in place of this project's own, which has a database."""
    with Handlers(stack) as handlers:
        yield handlers


def test_a_call_becomes_an_event_that_validates_and_runs_its_handler(client: TestClient) -> None:
    answer = client.get("/hello/bob%20b?x=1", headers={"Cookie": "a=1"})
    event = APIGatewayProxyEventV2Model.model_validate(answer.json()["event"])
    assert (event.routeKey, event.pathParameters, event.cookies) == ("GET /hello/{name}", {"name": "bob b"}, ["a=1"])
    assert answer.json()["function"] == "local-HelloFunction"


def test_what_is_no_route_is_not_found(client: TestClient) -> None:
    answer = client.get("/hello")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_a_failure_is_500_outside_and_a_traceback_in_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/hello", json={"do": "fail"})
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    assert 'raise HopelessError("told to fail")' in caplog.text


def test_a_function_is_run_by_its_name_without_http(handlers: Handlers) -> None:
    result = handlers.invoke("Hello", {"body": '{"do": "answer", "answer": {"done": true}}'})
    assert (result.error, result.payload) == (False, {"done": True})
    with pytest.raises(UnknownNameError, match="HelloFunction"):
        handlers.invoke("Goodbye", {})


def test_a_function_that_takes_too_long_is_given_up(handlers: Handlers) -> None:
    result = handlers.invoke("StepTwo", {"sleep": 1.2})
    assert (result.error, result.payload["errorType"]) == (True, "Sandbox.Timedout")


def test_the_templates_variables_take_the_place_of_a_persons_and_a_test_may_set_others_inside(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREETING", "a person's own")
    with Handlers(stack) as handlers:
        assert os.environ["GREETING"] == "hello"
        monkeypatch.setenv("GREETING", "the test's own")
        answer = handlers.invoke("Hello", {})
        assert json.loads(answer.payload["body"])["environment"]["GREETING"] == "the test's own"


def test_credentials_are_nobodys_whatever_a_person_has(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a person's own")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://aws.example.org")
    with Handlers(stack):
        assert os.environ["AWS_ACCESS_KEY_ID"] == "local"
        assert os.environ["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
        assert "AWS_PROFILE" not in os.environ
        assert "AWS_ENDPOINT_URL" not in os.environ
    assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_PROFILE"]) == ("a person's own", "production")
    assert os.environ["AWS_ENDPOINT_URL"] == "https://aws.example.org"


def test_nothing_is_left_of_them(stack: Stack) -> None:
    before = (dict(os.environ), list(sys.path))
    with Handlers(stack):
        assert str(stack.function("Hello").code) in sys.path
    assert (dict(os.environ), sys.path) == before
