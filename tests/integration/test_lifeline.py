"""Programs of `rig.lifeline` end with their owner, by the kernel's word (Linux) and by the watcher's (elsewhere)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rig import lifeline

ROOT = Path(__file__).parents[2]
OWNER = """
import signal, sys, threading, time
from rig import lifeline
def start():
    program = lifeline.spawn(["/bin/sleep", "60"], signal_number=signal.SIGTERM, watch_by_pipe=sys.argv[1] == "pipe")
    print(program.pid, flush=True)
thread = threading.Thread(target=start)  # which ends at once: the program must not
thread.start()
thread.join()
time.sleep(60)
"""

watches = pytest.mark.parametrize(
    "watch",
    [
        pytest.param(
            "kernel", marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
        ),
        "pipe",
    ],
)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int, within: float = 10.0) -> bool:
    deadline = time.monotonic() + within
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


@watches
def test_a_program_ends_with_its_killed_owner_but_not_with_the_thread_that_started_it(watch: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, watch], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    program = int(owner.stdout.readline())
    time.sleep(0.1)  # a program that hung on the thread would be gone by now
    assert is_running(program)
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    assert ends(program)


@watches
def test_the_program_is_the_very_process_that_was_started(watch: str) -> None:
    program = lifeline.spawn(
        ["/bin/sh", "-c", "echo $$; exit 7"],
        signal_number=signal.SIGTERM,
        watch_by_pipe=watch == "pipe",
        stdout=subprocess.PIPE,
    )
    assert program.stdout
    assert int(program.stdout.read()) == program.pid
    program.stdout.close()
    assert program.wait() == 7


def test_a_program_that_is_not_there_ends_with_an_error() -> None:
    program = lifeline.spawn(
        ["/no/such/program"], signal_number=signal.SIGTERM, stderr=subprocess.DEVNULL
    )
    assert program.wait() == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights away")
@watches
def test_a_program_of_another_user_has_that_users_rights_only(watch: str) -> None:
    program = lifeline.spawn(
        ["/usr/bin/id"],
        signal_number=signal.SIGTERM,
        user=(65534, 65534),
        watch_by_pipe=watch == "pipe",
        stdout=subprocess.PIPE,
        text=True,
    )
    said = program.communicate()[0]
    assert said.startswith("uid=65534")
    assert "root" not in said
