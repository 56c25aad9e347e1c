"""What `pytest -m unit` pays for before its first result: nothing that only other tests need, or few of these."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_YET = {"alembic", "boto3", "fastapi", "moto", "rig.cloud", "samtranslator", "schemathesis", "starlette", "werkzeug"}

PROGRAM = """
import pytest, sys
status = pytest.main(["-m", "unit", "--collect-only", "-q"])
print("modules", int(status), *sys.modules)
"""


def test_collecting_the_unit_tests_imports_nothing_that_only_others_or_few_need() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    *collected, last = run.stdout.splitlines()
    _, status, *modules = last.split()
    assert status == "0", run.stdout
    assert {line.split("/")[1] for line in collected if "::" in line} == {"unit"}
    assert set(modules) & NOT_YET == set()
