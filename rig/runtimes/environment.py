"""One execution environment: a process of Lambda's own Python runtime, which runs one invocation at a time."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rig import lifeline
from rig.runtimes import InvokeResult, exited, timed_out
from rig.runtimes.logs import FunctionLog, LogReader
from rig.runtimes.runtime_api import Answered, Exited, InitFailed, Invocation, Ready, RuntimeApi
from rig.runtimes.watch import Fingerprint
from rig.stack import Function

When = Callable[[Any, float], bool]
"""Tells of an invocation, by its event and the seconds since the function has it, whether it is meant."""

INIT_TIMEOUT = 60.0
"""Seconds for the import of a function. Lambda gives ten, on a machine that does nothing else."""

FROM_THIS_PROCESS = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


class ExecutionEnvironment:
    """Starts the process at once and waits for it at the first invocation: a true cold start.

    `alive` tells whether it can take another invocation.
    """

    def __init__(
        self, function: Function, aws_environment: Mapping[str, str], code: Fingerprint, log: FunctionLog
    ) -> None:
        self.function = function
        self.code = code
        self.alive = True
        self.last_used = time.monotonic()
        self._work: tuple[Any, float] | None = None
        self._init_seconds: float | None = None
        self._started = time.perf_counter()
        self._api = RuntimeApi(function.arn)
        self._process = lifeline.spawn(
            # -P keeps the current folder off sys.path, -u lets prints out at once
            [sys.executable, "-P", "-u", "-m", "awslambdaric", function.handler],
            signal_number=signal.SIGKILL,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=function.code,
            env=_variables(function, self._api.address, aws_environment),
            start_new_session=True,  # Ctrl-C is for the rig, which stops its functions in order
        )
        assert self._process.stdout is not None
        self._log = LogReader(self._process.stdout, log, self._note_exit)

    def invoke(self, event: Any) -> InvokeResult:
        """Runs one invocation to its end; afterwards look at `alive`."""
        request_id = str(uuid.uuid4())
        cold = self._init_seconds is None
        failure = self._wait_for_init(request_id) if cold else None
        if failure is not None:
            return failure
        self._log.note(f"START RequestId: {request_id} Version: $LATEST")
        started = time.perf_counter()
        self._api.send(Invocation(request_id, json.dumps(event).encode(), time.time() + self.function.timeout))
        self._work = event, time.monotonic()
        result = self._wait_for_answer(request_id)
        self._work = None
        log = self._log.take()
        if not self.alive and result.error:
            self._log.note(str(result.payload["errorMessage"]))
        self._log.note(f"END RequestId: {request_id}")
        self._log.note(self._report(request_id, time.perf_counter() - started, cold))
        self.last_used = time.monotonic()
        return InvokeResult(result.payload, result.error, log)

    def close(self) -> None:
        """Ends the process at once, also in the middle of an invocation."""
        self.alive = False
        self._process.kill()
        self._process.wait()
        self._api.close()

    def kill(self, when: When | None = None) -> bool:
        """Ends the process as the kernel does when memory runs out, in the middle of whatever it does; with `when`,
        only in the middle of such an invocation. Says whether it did."""
        work = self._work
        if when is not None and (work is None or not when(work[0], time.monotonic() - work[1])):
            return False
        self.alive = False
        self._process.kill()
        return True

    def _wait_for_init(self, request_id: str) -> InvokeResult | None:
        """None when the function is ready; otherwise what its first invocation gives."""
        outcome = self._next_outcome(INIT_TIMEOUT)
        match outcome:
            case Ready():
                self._init_seconds = time.perf_counter() - self._started
                return None
            case InitFailed(document):
                self.alive = False
                return InvokeResult({**document, "requestId": request_id}, error=True, log=self._log.take())
            case Exited(status):
                return self._exited(request_id, status)
            case _:
                self.alive = False
                return timed_out(request_id, INIT_TIMEOUT)

    def _wait_for_answer(self, request_id: str) -> InvokeResult:
        deadline = time.monotonic() + self.function.timeout
        while True:
            match self._next_outcome(deadline - time.monotonic()):
                case Answered(answered, payload, error) if answered == request_id:
                    return InvokeResult(payload, error)
                case Exited(status):
                    return self._exited(request_id, status)
                case None:
                    self.alive = False
                    self._process.kill()
                    return timed_out(request_id, self.function.timeout)

    def _next_outcome(self, seconds: float) -> Ready | InitFailed | Answered | Exited | None:
        try:
            return self._api.outcomes.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def _exited(self, request_id: str, status: int) -> InvokeResult:
        self.alive = False
        how = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        return exited(request_id, how, self._log.take())

    def _note_exit(self) -> None:
        """Called by the thread that reads the process's output, when there is no more."""
        self.alive = False
        self._api.outcomes.put(Exited(self._process.wait()))

    def _report(self, request_id: str, seconds: float, cold: bool) -> str:
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {seconds * 1000:.2f} ms",
            f"Memory Size: {self.function.memory} MB",
        ]
        if (used := _peak_memory(self._process.pid)) is not None:
            fields.append(f"Max Memory Used: {used} MB")
        if cold and self._init_seconds is not None:
            fields.append(f"Init Duration: {self._init_seconds * 1000:.2f} ms")
        return "\t".join(fields)


def _variables(function: Function, runtime_api: str, aws_environment: Mapping[str, str]) -> dict[str, str]:
    """What Lambda sets, what the template sets, and next to nothing of this process's own environment.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    inherited = {name: os.environ[name] for name in FROM_THIS_PROCESS if name in os.environ}
    folders = [function.code, *function.layers]
    return {
        **inherited,
        "TZ": ":UTC",
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": uuid.uuid4().hex,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_RUNTIME_DIR": str(Path(sys.prefix)),
        "LAMBDA_TASK_ROOT": str(function.code),
        "_HANDLER": function.handler,
        **function.environment,
        **aws_environment,
    }


def _peak_memory(pid: int) -> int | None:
    """The most memory that the process had, in MB; None where the system doesn't tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return None if peak is None else int(peak[1]) // 1024
