"""Starts programs that end when their owner does, even when the owner is killed with SIGKILL.

The file is also a script, which turns itself into the program and so keeps its process id:

    python -I -S lifeline.py '{"owner": 123, "signal": 3, "user": null, "pipe": null}' PROGRAM ARGUMENT...

It stands in for a `preexec_fn`, which runs Python between fork and exec: unsafe in an owner that has threads.
On Linux the kernel sends the signal (PR_SET_PDEATHSIG), and does so when the *thread* that started the
program ends; elsewhere a watcher reads a pipe of which only the owner holds the other end.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys

if __name__ != "__main__":  # the script starts in half the time without these
    import ctypes
    import subprocess
    import threading
    from collections.abc import Sequence
    from typing import Any

_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def spawn(
    program: Sequence[str],
    *,
    signal_number: int,
    user: tuple[int, int] | None = None,
    pass_fds: Sequence[int] = (),
    watch_by_pipe: bool = sys.platform != "linux",
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Starts `program`, an absolute path and arguments, which gets `signal_number` when this process is gone.

    With `user`, a uid and a gid (root only), it runs as that user, without further groups. `options` are
    `subprocess.Popen`'s. May be called from any thread. Raises what Popen raises.
    """
    reading, writing = os.pipe() if watch_by_pipe else (None, None)
    plan = {"owner": os.getpid(), "signal": signal_number, "user": user, "pipe": reading}
    line = [sys.executable, "-I", "-S", __file__, json.dumps(plan), *program]
    passed = [*pass_fds] if reading is None else [*pass_fds, reading]
    outcome: list[subprocess.Popen[bytes] | OSError] = []
    has_started = threading.Event()

    def keep() -> None:
        """Lives as long as the program, whose life hangs on this thread's, and then lets go of the pipe."""
        try:
            outcome.append(process := subprocess.Popen(line, pass_fds=passed, **options))
            has_started.set()
            process.wait()
        except OSError as error:
            outcome.append(error)
            has_started.set()
        if writing is not None:
            os.close(writing)

    threading.Thread(target=keep, name=f"lifeline of {program[0]}", daemon=True).start()
    has_started.wait()
    if reading is not None:
        os.close(reading)
    if isinstance(outcome[0], OSError):
        raise outcome[0]
    return outcome[0]


def _become(plan: dict[str, Any], program: list[str]) -> None:
    # first of all, because the new user may not be able to read Python's files
    c = None if plan["pipe"] is not None else _c_library()
    if plan["user"]:
        uid, gid = plan["user"]
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if c is None:
        _leave_watcher(plan["pipe"], plan["signal"])
    else:
        c.prctl(_PR_SET_PDEATHSIG, plan["signal"])  # after setuid, which clears it
        if os.getppid() != plan["owner"]:
            os._exit(1)  # the owner went before the kernel knew whom to tell
    os.execv(program[0], program)  # noqa: S606 - becoming another program is the point


def _c_library() -> ctypes.CDLL:
    import ctypes

    return ctypes.CDLL(None)


def _leave_watcher(pipe: int, signal_number: int) -> None:
    """Forks twice, so that the watcher is nobody's child: a server would wonder at one that it never made."""
    watched = os.getpid()
    if middle := os.fork():
        os.waitpid(middle, 0)
        os.close(pipe)
        return
    if os.fork():
        os._exit(0)
    os.setsid()
    os.closerange(0, pipe)
    os.closerange(pipe + 1, 256)
    while not select.select([pipe], [], [], 1.0)[0]:
        _send(watched, 0)
    _send(watched, signal_number)
    os._exit(0)


def _send(process: int, signal_number: int) -> None:
    """Signals `process`; the watcher ends with it."""
    try:
        os.kill(process, signal_number)
    except ProcessLookupError:
        os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _become(json.loads(sys.argv[1]), sys.argv[2:])
