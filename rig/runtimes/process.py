"""Runs functions in Lambda runtimes of their own: true cold starts, own environment, timeouts kept, code reloaded."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rig.runtimes import InvokeResult, error_document
from rig.runtimes.environment import ExecutionEnvironment, When
from rig.runtimes.logs import FunctionLog
from rig.runtimes.watch import Fingerprint, fingerprint, forget_bytecode
from rig.stack import Function

CONCURRENCY = max(2, min(4, os.cpu_count() or 2))
"""The most environments of one function, when the template reserves no fewer."""
MAX_IDLE = 16
"""The most environments that wait for work; the one that was used longest ago goes first."""


class ProcessRunner:
    """Keeps environments for the next invocation, and starts more when several come at once.

    `logs` is the folder for the functions' logs, `<logical id>.log` each; None keeps none.
    """

    def __init__(self, aws_environment: Mapping[str, str], logs: Path | None = None) -> None:
        self._aws_environment = aws_environment
        self._log_folder = logs
        self._lock = threading.RLock()
        self._queues: dict[str, deque[threading.Condition]] = {}
        self._idle: dict[str, list[ExecutionEnvironment]] = {}
        self._busy: dict[str, set[ExecutionEnvironment]] = {}
        self._starting: dict[str, int] = {}
        self._code: dict[str, Fingerprint] = {}
        self._logs: dict[str, FunctionLog] = {}
        self._closed = False

    def invoke(self, function: Function, event: Any) -> InvokeResult:
        """Waits for an environment that is free, behind those who waited before, then for its answer."""
        environment = self._take(function)
        if environment is None:
            return InvokeResult(error_document("ServiceException", "The rig is stopping.", ""), error=True)
        try:
            return environment.invoke(event)
        finally:
            self._give_back(environment)

    def kill(self, function: Function, when: When | None = None) -> int:
        """Kills the environments of a function that are in the middle of an invocation, or of such as `when` is true
        of; says how many there were."""
        with self._lock:
            return sum(environment.kill(when) for environment in self._busy.get(function.name, ()))

    def close(self) -> None:
        """Ends all environments, those in the middle of an invocation too."""
        with self._lock:
            self._closed = True
            environments = [e for several in (*self._idle.values(), *self._busy.values()) for e in several]
            self._idle.clear()
            for turn in [turn for queue in self._queues.values() for turn in queue]:
                turn.notify()
        closing = [threading.Thread(target=environment.close) for environment in environments]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()
        for log in self._logs.values():
            log.close()

    def _take(self, function: Function) -> ExecutionEnvironment | None:
        code = self._current_code(function)
        with self._lock:
            # Whoever came first is first: without an order some wait for half a minute while most wait for a second.
            queue = self._queues.setdefault(function.name, deque())
            queue.append(turn := threading.Condition(self._lock))
            try:
                while not self._closed:
                    if queue[0] is turn:
                        if (environment := self._pop_fresh(function, code)) is not None:
                            self._busy.setdefault(function.name, set()).add(environment)
                            return environment
                        if self._may_start(function):
                            self._starting[function.name] = self._starting.get(function.name, 0) + 1
                            break
                    turn.wait()
                else:
                    return None
            finally:
                queue.remove(turn)
                self._wake_next(function)
        return self._start(function, code)

    def _may_start(self, function: Function) -> bool:
        limit = min(function.reserved_concurrency or CONCURRENCY, CONCURRENCY)
        return len(self._busy.get(function.name, ())) + self._starting.get(function.name, 0) < limit

    def _wake_next(self, function: Function) -> None:
        """Has the first who waits look again; called with the lock."""
        if queue := self._queues.get(function.name):
            queue[0].notify()

    def _start(self, function: Function, code: Fingerprint) -> ExecutionEnvironment | None:
        environment = None
        try:
            environment = ExecutionEnvironment(function, self._aws_environment, code, self._log(function))
        finally:
            with self._lock:
                self._starting[function.name] -= 1
                if environment is not None and not self._closed:
                    self._busy.setdefault(function.name, set()).add(environment)
                self._wake_next(function)
        if self._closed:
            environment.close()
            return None
        return environment

    def _pop_fresh(self, function: Function, code: Fingerprint) -> ExecutionEnvironment | None:
        """An idle environment that runs the code as it is now; those that run older code are ended."""
        idle = self._idle.get(function.name, [])
        while idle:
            environment = idle.pop()
            if environment.alive and environment.code == code:
                return environment
            environment.close()
        return None

    def _give_back(self, environment: ExecutionEnvironment) -> None:
        surplus: ExecutionEnvironment | None = None
        with self._lock:
            self._busy[environment.function.name].discard(environment)
            if environment.alive and not self._closed:
                self._idle.setdefault(environment.function.name, []).append(environment)
                surplus = self._longest_unused()
            self._wake_next(environment.function)
        if surplus is not None:
            surplus.close()
        elif not environment.alive:
            environment.close()

    def _longest_unused(self) -> ExecutionEnvironment | None:
        idle = [environment for several in self._idle.values() for environment in several]
        if len(idle) <= MAX_IDLE:
            return None
        oldest = min(idle, key=lambda environment: environment.last_used)
        self._idle[oldest.function.name].remove(oldest)
        return oldest

    def _current_code(self, function: Function) -> Fingerprint:
        code = fingerprint(function)
        with self._lock:
            before = self._code.get(function.name)
            self._code[function.name] = code
        if before is not None and before != code:
            forget_bytecode(before, code)
        return code

    def _log(self, function: Function) -> FunctionLog:
        with self._lock:
            if function.logical_id not in self._logs:
                path = None if self._log_folder is None else self._log_folder / f"{function.logical_id}.log"
                self._logs[function.logical_id] = FunctionLog(path)
            return self._logs[function.logical_id]
