"""Runs tests/rig_guest, another project, where the rig can be imported and nothing else of this repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
GUEST = ROOT / "tests" / "rig_guest"
OURS = ("rig", "roomlens", "roomlens_models", "migrations", "tools", "benchmarks")


class Guest:
    """A copy of the project in `folder`; `site` is the folder that `rig` is imported from."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.project = folder / "guest"
        self._site = site
        shutil.copytree(GUEST, self.project, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Python with an environment that names the rig's folder, and none of this repository's settings."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project,
            env={**kept, "PYTHONPATH": str(self._site), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


    def visible(self) -> list[str]:
        """Which of this repository's packages can be imported from the project."""
        return self.python("-c", f"import importlib.util as u; print(*filter(u.find_spec, {OURS}))").stdout.split()

    def test(self, *arguments: str) -> dict[str, str]:
        """Runs the project's tests: each one's outcome (passed or skipped) by its name.

        Raises:
            AssertionError: one failed, or pytest did; with what it wrote.
        """
        report = self.project.parent / "report.xml"
        run = self.python("-m", "pytest", f"--junitxml={report}", *arguments)
        assert run.returncode == 0, run.stdout + run.stderr
        cases = ElementTree.parse(report).iter("testcase")
        return {case.get("name", ""): "passed" if case.find("skipped") is None else "skipped" for case in cases}
