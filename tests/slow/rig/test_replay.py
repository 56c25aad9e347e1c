"""`rig replay` as a person uses it: on the data of a real run, with the real models, as processes of their own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from rig.cloud import Cloud
from rig.pytest_plugin import CloudPool

ROOT = Path(__file__).parents[3]
PHOTO = ROOT / "samples" / "maple-street" / "kitchen_before.jpg"
READY = re.compile(r"ready (http://localhost:\d+) .*\n")
PLUGINS = ("rig.pytest_plugin", "tests.fixtures.aws", "tests.fixtures.cloud", "tests.fixtures.database")
CODE = (".", "functions", "layers/core", "layers/models")


def python(*arguments: str | Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **environment}, input=stdin, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a system with many tenants that keeps its data in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rig", "up", "--no-demo", "--auth", "jwt", "--port", "0", "--data", str(data)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        ready = READY.fullmatch(process.stdout.readline())
        assert ready, process.communicate(timeout=30)
        yield ready.group(1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def analysed(url: str, token: str) -> str:
    """A task of the sample photo that has succeeded."""
    shown = {"authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=url, timeout=60, trust_env=False, headers=shown) as api, PHOTO.open("rb") as photo:
        task_id = str(api.post("/api/upload/", files={"file": photo}, data={"async": "true"}).json()["task_id"])
        deadline = time.monotonic() + 60
        while (task := api.get(f"/api/tasks/{task_id}").json())["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, task
            time.sleep(0.1)
    assert task["status"] == "success", task
    return task_id


@pytest.mark.timeout(600)  # six starts of Python, two of them with a system behind them
def test_a_task_of_a_real_run_is_replayed_while_it_runs_and_afterwards_and_as_a_test(tmp_path: Path) -> None:
    data, written = tmp_path / "data", tmp_path / "test_kitchen.py"
    with running(data) as url:
        token = python("-m", "rig", "token", "--tenant", "acme", "--data", data).stdout.strip()
        task_id = analysed(url, token)
        beside = python("-m", "rig", "replay", task_id, "--data", data)
    assert (beside.returncode, beside.stdout.splitlines()[-1:]) == (0, ["The same as recorded."]), beside
    alone = python("-m", "rig", "replay", task_id, "--data", data, "--as-test", written)
    assert alone.returncode == 0, alone
    assert alone.stdout.splitlines() == [
        "step           recorded          now",
        "PreparePhoto   success           success           same",
        "AnalyzePhoto   success           success           same",
        "RecordSuccess  success           success           same",
        "task           success: kitchen  success: kitchen  same",
        "",
        "The same as recorded.",
        f"Wrote {written}.",
        f"Wrote {written.with_suffix('.jpg')}.",
    ]
    assert '@acting_for("acme")\ndef test_kitchen(' in written.read_text()
    place = "tests/integration/test_kitchen.py"
    lint = python("-m", "ruff", "check", "--no-cache", "--stdin-filename", place, "-", stdin=written.read_text())
    assert lint.returncode == 0, lint.stdout
    plugins = [part for plugin in PLUGINS for part in ("-p", plugin)]
    options = ["-q", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT, *plugins]
    code = os.pathsep.join(str(ROOT / folder) for folder in CODE)
    passed = python("-m", "pytest", *options, written, PYTHONPATH=code)
    assert "1 passed" in passed.stdout, passed.stdout


def test_a_breakpoint_in_a_step_stops_a_replay(tmp_path: Path, clouds: CloudPool) -> None:
    clouds.close()
    sample = tmp_path / "sample"
    shutil.copytree(ROOT / "tests" / "rig_sample", sample, ignore=shutil.ignore_patterns("__pycache__"))
    step = sample / "functions" / "step_two" / "app.py"
    step.write_text(step.read_text().replace("    time.sleep(", "    breakpoint()\n    time.sleep("))
    data = tmp_path / "data"
    with Cloud(ROOT / "tests" / "rig_sample" / "template.yaml", data=data) as cloud:
        machine = cloud.state_machine("WorkStateMachine")
        cloud.client("stepfunctions").start_execution(stateMachineArn=machine, name="stopped", input='{"id": "here"}')
        cloud.wait(20)
    replayed = python(
        "-m", "rig", "replay", "stopped", "--data", data, "--template", sample / "template.yaml",
        stdin="p event['id']\ncontinue\n",
    )  # fmt: skip
    assert "(Pdb) 'here'" in replayed.stderr
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (0, "The same as recorded.")
