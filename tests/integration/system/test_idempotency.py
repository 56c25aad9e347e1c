"""Two calls by one key at the same moment, each with a connection and a transaction of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rig.cloud import Cloud
from tests.fakes import FakeAnalyzer
from tests.pictures import photo


@pytest.mark.postgres  # SQLite has one writer: there the second call waits for the first
def test_of_two_calls_at_once_one_is_done_and_the_other_told_to_come_again(
    system: Cloud, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, look_on, analyze = threading.Event(), threading.Event(), FakeAnalyzer.analyze

    def slowly(self: FakeAnalyzer, *photo_and_size: Any) -> Any:
        looking.set()
        assert look_on.wait(20)
        return analyze(self, *photo_and_size)

    def send() -> Any:
        return api.post("/api/upload/", files={"file": ("a.jpg", photo())}, headers={"Idempotency-Key": "once"})

    monkeypatch.setattr(FakeAnalyzer, "analyze", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send)
        assert looking.wait(20)
        second = send()
        look_on.set()
    assert (second.status_code, second.json()["code"]) == (409, "in-progress")
    assert second.headers["retry-after"] == "1"
    third = send()
    assert (first.result().status_code, third.status_code) == (200, 200)
    assert (third.json(), third.headers["idempotency-replayed"]) == (first.result().json(), "true")
    assert len(api.get("/api/images").json()["images"]) == 1
