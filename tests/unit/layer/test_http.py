"""The frame around every request: what happens when nothing goes as it should, and to what is no request."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from roomlens.errors import ConfigurationError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.http import Answer


@pytest.fixture
def app() -> FastAPI:
    from roomlens.http import create_app

    app = create_app("test")

    @app.get("/crashes")
    async def crashes() -> None:
        raise RuntimeError("the password is hunter2")

    @app.get("/misconfigured")
    async def misconfigured() -> None:
        raise ConfigurationError("VISION_BACKEND names no model called hunter2")

    @app.get("/works")
    async def works() -> str:
        return "yes"

    return app


def answer_of(app: FastAPI, method: str, path: str) -> Answer:
    """What Lambda gets. FastAPI is imported no sooner than it is needed: that takes longer than these tests."""
    from roomlens.http import lambda_handler
    from tests.http import call

    return call(lambda_handler(app), method, path)


@pytest.mark.parametrize("path", ["/crashes", "/misconfigured"])
def test_what_is_our_fault_is_told_to_the_log_and_to_nobody_else(
    app: FastAPI, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answer_of(app, "GET", path)
    assert (answer.status, answer.problem["code"], answer.problem["instance"]) == (500, "internal", path)
    assert answer.headers["x-request-id"] == answer.problem["request_id"] == "request-1"
    assert "hunter2" not in answer.body.decode()
    (failed,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert failed.exc_info is not None
    assert "hunter2" in str(failed.exc_info[1])


def test_another_method_is_refused(app: FastAPI) -> None:
    answer = answer_of(app, "DELETE", "/works")
    assert (answer.status, answer.problem["code"]) == (405, "method-not-allowed")


def test_a_server_that_starts_and_stops_the_app_may_do_so(app: FastAPI) -> None:
    from starlette.testclient import TestClient

    with TestClient(app) as client:
        answer = client.get("/works")
    assert (answer.json(), answer.headers["x-request-id"]) == ("yes", "local")


def test_a_handler_is_made_in_a_thread_that_has_no_event_loop(app: FastAPI) -> None:
    """From Python 3.12 on no thread has one."""
    answers: list[Any] = []

    def fresh() -> None:
        answers.append(answer_of(app, "GET", "/works"))
        asyncio.get_event_loop().close()

    thread = threading.Thread(target=fresh)
    thread.start()
    thread.join(10)
    assert [answer.json() for answer in answers] == ["yes"]
