"""What a cold start pays for: each function in a process of its own, with nothing of the environment set."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.house.project import logical_id, stack

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
NEVER_AT_IMPORT = {"numpy", "PIL", "pillow_heif", "boto3", "botocore.session", "roomlens_models", "rig", "sqlite3"}

PROGRAM = """
import socket, sys
socket.socket.connect = lambda *_: sys.exit("a connection at import")
import {function}.app
print(*sys.modules)
"""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_with_no_more_than_it_needs(function: str) -> None:
    path = ":".join(str(ROOT / folder) for folder in ("functions", "layers/core", "layers/models"))
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(function=function)],
        env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert loaded & NEVER_AT_IMPORT == set()
    assert ("fastapi" in loaded) == (logical_id(function) in stack().routes.values())
