"""Who waits for an environment of a function, in which order; environments are stood in for."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rig.runtimes import InvokeResult, process
from rig.runtimes.process import ProcessRunner

FUNCTION: Any = SimpleNamespace(name="f", logical_id="F", code=Path("nowhere"), layers=(), reserved_concurrency=1)


class Environment:
    """Works on an event until it may end."""

    may_end = threading.Semaphore(0)
    begun: list[int]

    def __init__(self, function: Any, *_: object) -> None:
        self.function, self.code, self.alive, self.last_used = function, {}, True, 0.0

    def invoke(self, event: int) -> InvokeResult:
        self.begun.append(event)
        assert self.may_end.acquire(timeout=10)
        return InvokeResult(event)

    def close(self) -> None:
        self.alive = False


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ProcessRunner:
    monkeypatch.setattr(process, "ExecutionEnvironment", Environment)
    Environment.begun, Environment.may_end = [], threading.Semaphore(0)
    return ProcessRunner({})


def test_whoever_waited_longest_is_next(runner: ProcessRunner) -> None:
    answers: list[Any] = []
    threads = []
    for event in range(8):
        before = len(runner._queues.get("f", ()))
        thread = threading.Thread(target=lambda it=event: answers.append(runner.invoke(FUNCTION, it)), daemon=True)
        thread.start()
        while (len(runner._queues.get("f", ())) == before) if event else not Environment.begun:
            thread.join(0.001)
        threads.append(thread)
    for _ in threads:
        Environment.may_end.release()
    for thread in threads:
        thread.join(10)
    assert Environment.begun == list(range(8))
    assert sorted(answer.payload for answer in answers) == list(range(8))


def test_a_runner_that_closes_sends_away_who_waits(runner: ProcessRunner) -> None:
    answers: list[Any] = []
    working = threading.Thread(target=lambda: runner.invoke(FUNCTION, 0), daemon=True)
    working.start()
    while not Environment.begun:
        working.join(0.001)
    waiting = [
        threading.Thread(target=lambda: answers.append(runner.invoke(FUNCTION, 1)), daemon=True) for _ in range(3)
    ]
    for thread in waiting:
        thread.start()
    while len(runner._queues["f"]) < 3:
        working.join(0.001)
    runner.close()
    for thread in waiting:
        thread.join(10)
    Environment.may_end.release()
    working.join(10)
    assert [answer.payload["errorType"] for answer in answers] == ["ServiceException"] * 3
    assert Environment.begun == [0]
