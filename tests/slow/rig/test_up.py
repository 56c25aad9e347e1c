"""`rig up` as a process of its own: what it prints, whom it starts, and that nothing of it stays."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rig import aws

ROOT = Path(__file__).parents[3]
READY = re.compile(r"ready (http://localhost:\d+) s3=(http://localhost:\d+) bucket=(\S+)\n")
LEFT_OUT = "rig: left out: Table (AWS::DynamoDB::Table)\n"


class Up:
    """A running `rig up --no-demo`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.data = folder / "data"
        self.template = folder / "sample" / "template.yaml"
        command = ["up", "--no-demo", "--port", "0", *options, *self.shared]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rig", *command],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        ready = READY.fullmatch(self.process.stdout.readline())
        assert ready, self.process.communicate(timeout=30)
        self.api_url, self.s3_url, self.bucket = ready.groups()

    @property
    def shared(self) -> list[str]:
        return ["--data", str(self.data), "--template", str(self.template)]

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rig", *arguments, *self.shared],
            cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def get(self, path: str, token: str = "") -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        with urllib.request.urlopen(urllib.request.Request(self.api_url + path, headers=headers), timeout=30) as answer:
            return json.load(answer)

    def end(self, number: int) -> tuple[int, str, str]:
        """Ends it with a signal; gives its status and what else it wrote."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    sample = ROOT / "tests" / "rig_sample"
    shutil.copytree(sample, tmp_path / "sample", ignore=shutil.ignore_patterns("__pycache__"))
    started: list[Up] = []

    def up(*options: str) -> Up:
        started.append(Up(tmp_path, *options))
        return started[-1]

    yield up
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def descendants(pid: int) -> set[int]:
    """All processes that this one started, and those that they started."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    return {*children, *(deeper for child in children for deeper in descendants(child))}


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def are_gone(pids: set[int]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not any(_runs(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_it_serves_until_sigterm_and_stops_all_that_it_started(up: Callable[[], Up]) -> None:
    rig = up()
    assert rig.get("/hello/bob")["function"] == "local-HelloFunction"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        rig.get("/nothing")
    started = descendants(rig.process.pid)
    assert started
    assert rig.end(signal.SIGTERM) == (0, "", LEFT_OUT)
    assert are_gone(started)
    assert not (rig.data / "rig.json").exists()


def test_ctrl_c_is_a_quiet_end(up: Callable[[], Up]) -> None:
    rig = up()
    rig.get("/hello/bob")
    assert rig.end(signal.SIGINT) == (0, "", LEFT_OUT)


def test_after_sigkill_no_child_survives_and_the_objects_are_found_again(up: Callable[[], Up]) -> None:
    rig = up()
    rig.get("/hello/bob")
    s3 = aws.new_client("s3", rig.s3_url)
    s3.put_object(Bucket=rig.bucket, Key="kept/a.jpg", Body=b"bytes", ContentType="image/jpeg")
    started = descendants(rig.process.pid)
    assert started
    rig.process.send_signal(signal.SIGKILL)
    rig.process.communicate()
    assert are_gone(started)

    again = up()
    found = aws.new_client("s3", again.s3_url).get_object(Bucket=again.bucket, Key="kept/a.jpg")
    assert (found["Body"].read(), found["ContentType"]) == (b"bytes", "image/jpeg")


def test_the_other_commands_find_the_running_rig(up: Callable[[], Up]) -> None:
    rig = up()
    pid = rig.get("/hello/bob")["pid"]
    attached = rig.run("invoke", "hello", "-e", "-", stdin=json.dumps({"body": '{"do": "log"}'}))
    assert (attached.returncode, attached.stderr) == (0, "a line of the log\n")
    assert json.loads(json.loads(attached.stdout)["body"])["pid"] == pid
    failed = rig.run("invoke", "hello", "-e", "-", stdin=json.dumps({"body": '{"do": "fail"}'}))
    assert (failed.returncode, json.loads(failed.stdout)["errorType"]) == (1, "HopelessError")
    assert "a line of the log" in rig.run("logs", "hello").stdout
    assert "another rig" in rig.run("up", "--no-demo", "--port", "0").stderr
    status, _, err = rig.end(signal.SIGTERM)
    failure = "rig: HelloFunction failed with HopelessError: told to fail (rig logs HelloFunction)\n"
    assert (status, err) == (0, LEFT_OUT + failure)


def listening(pid: int) -> set[str]:
    """Where a process listens, as the kernel tells it: addresses, in hexadecimal."""
    sockets = {str(found.readlink()) for found in Path(f"/proc/{pid}/fd").iterdir() if found.is_symlink()}
    rows = [row.split() for kind in ("tcp", "tcp6") for row in Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


def test_nobody_but_this_machine_can_reach_it(up: Callable[..., Up]) -> None:
    rig = up()
    assert listening(rig.process.pid) == {"0100007F"}, "127.0.0.1"


def test_with_auth_it_asks_for_tokens_and_makes_them_and_knows_them_after_a_restart(up: Callable[..., Up]) -> None:
    rig = up("--auth", "jwt")
    assert rig.get("/hello/special")["function"] == "local-HelloFunction"
    for path in ("/hello/bob", "/any/thing"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            rig.get(path)
    made = rig.run("token", "--tenant", "acme", "--subject", "ana")
    assert (made.returncode, made.stderr) == (0, "")
    told = rig.get("/hello/bob", made.stdout.strip())["event"]["requestContext"]["authorizer"]["jwt"]["claims"]
    assert (told["sub"], told["custom:tenant_id"]) == ("ana", "acme")
    published = rig.get("/_issuer/.well-known/jwks.json")
    told_how = rig.end(signal.SIGTERM)[2].removeprefix(LEFT_OUT)
    command = f"python -m rig token --tenant local --subject me --data {os.path.relpath(rig.data, ROOT)}"
    assert told_how == f"rig: calls need a token: {command}\n"
    again = up("--auth", "jwt")
    assert again.get("/_issuer/.well-known/jwks.json") == published
    assert again.get("/hello/bob", made.stdout.strip())["function"] == "local-HelloFunction"


def test_chaos_is_told_as_it_happens(up: Callable[..., Up]) -> None:
    rig = up("--chaos", "duplicate,late")
    aws.new_client("s3", rig.s3_url).put_object(Bucket=rig.bucket, Key="incoming/a.jpg", Body=b"x")
    status, _, err = rig.end(signal.SIGTERM)
    event = "an event for PhotoFunction (incoming/a.jpg)"
    late = f"rig: chaos late: {event} comes 0.3 s late\n"
    assert (status, err) == (0, f"{LEFT_OUT}rig: chaos duplicate: {event} comes twice\n{late}{late}")
