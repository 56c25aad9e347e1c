"""`make setup` on machines that lack something says in one line what it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE_VENV = ROOT / "tools" / "setup" / "make-venv"
INSTALL = ROOT / "tools" / "setup" / "install"

OLD_PYTHON = """#!/bin/sh
case "$1" in --version) echo "Python 3.8.10" ;; *) exit 1 ;; esac
"""
# Debian's python3 without the package python3-venv: new enough, but `import ensurepip` fails
PYTHON_WITHOUT_VENV = """#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
"""
PYTHON_WHOSE_PIP_FAILS = """#!/bin/sh
echo "Collecting something"
echo "ERROR: No matching distribution found for something==1.0"
exit 1
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def run(*command: str | Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Runs a script with nothing but `path` to find programs in."""
    return subprocess.run(
        ["/bin/sh", *map(str, command)], env={"PATH": str(path)}, text=True, capture_output=True, cwd=path
    )


def test_without_any_python_the_line_names_the_version_that_is_needed(tmp_path: Path) -> None:
    done = run(MAKE_VENV, tmp_path / "venv", path=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "setup: Roomlens needs Python 3.11 or newer on PATH; found none.\n"


def test_an_old_python_is_named(tmp_path: Path) -> None:
    program(tmp_path / "python3", OLD_PYTHON)
    done = run(MAKE_VENV, tmp_path / "venv", path=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "setup: Roomlens needs Python 3.11 or newer on PATH; found Python 3.8.10.\n"


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    program(tmp_path / "python3", PYTHON_WITHOUT_VENV)
    done = run(MAKE_VENV, tmp_path / "venv", path=tmp_path)
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1


def test_packages_that_cannot_be_installed_show_pips_reason_only(tmp_path: Path) -> None:
    program(tmp_path / "venv" / "bin" / "python", PYTHON_WHOSE_PIP_FAILS)
    (tmp_path / "grep").symlink_to("/bin/grep")
    done = run(INSTALL, tmp_path / "venv", "requirements.txt", path=tmp_path)
    assert done.returncode == 1
    reason, pointer = done.stderr.splitlines()
    assert reason == "ERROR: No matching distribution found for something==1.0"
    assert pointer.endswith("venv/install.log")


@pytest.mark.parametrize("target", ["setup", "run", "test", "lint", "types", "template", "tests", "clean-data"])
def test_make_lists_what_it_can_do(target: str) -> None:
    done = subprocess.run(["make"], cwd=ROOT, text=True, capture_output=True, check=True)
    assert f"  make {target} " in done.stdout
