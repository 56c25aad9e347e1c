"""`rig lint` of a folder: a system of its own, the real models, and nothing left behind."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples" / "maple-street"
RULES = """
name: mine
version: 2
title: Mine
rules:
  - {rule: required_room, severity: error, rooms: [kitchen]}
  - {rule: required_room, severity: error, rooms: [bathroom]}
  - {rule: not_analyzed, severity: warning}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kitchen, and a file that is no photo."""
    shutil.copy(SAMPLES / "kitchen_before.jpg", tmp_path)
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    (tmp_path / "mine.yaml").write_text(RULES)
    return tmp_path


@pytest.mark.timeout(180)
def test_a_folder_of_photos_is_held_against_a_file_of_rules(folder: Path) -> None:
    command = [sys.executable, "-m", "rig", "lint", str(folder), "--pack", str(folder / "mine.yaml"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["pack"]["version"], answer["photo_count"], answer["passed"]) == (2, 1, False)
    assert [(one["severity"], one["rule"]) for one in answer["findings"]] == [
        ("error", "required_room"), ("warning", "not_analyzed"),
    ]  # fmt: skip
    assert answer["findings"][0]["message"] == "No photo shows a bathroom."
    assert sorted(path.name for path in folder.iterdir()) == ["broken.jpg", "kitchen_before.jpg", "mine.yaml"]
