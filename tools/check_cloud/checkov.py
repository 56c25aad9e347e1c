"""checkov on what the template stands for.

Of SAM's own types checkov knows little: of the template as it is written it sees no role, no policy and no stage of the
API. So it reads what SAM's transform makes of the template, with every reference resolved, once for each of `VARIANTS`;
and, for secrets that were left lying about, the files that are deployed. It fetches nothing and asks no service.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tools.check_cloud.excuses import Finding, excuses, unexcused
from tools.check_cloud.proofs import ROOT
from tools.check_cloud.sam import NotProvedError, ending
from tools.check_cloud.variants import rendered

CHECKOV: Final = ROOT / ".venv-cloud" / "bin" / "checkov"
DEPLOYED: Final = ("functions", "layers", "migrations", "statemachines", "events", "template.yaml", "samconfig.toml")


def scan(*arguments: str) -> list[dict[str, Any]]:
    """checkov's reports, one for each kind of file that it found.

    Raises:
        NotProvedError: it is not installed, or could not read what it was given.
    """
    if not CHECKOV.exists():
        raise NotProvedError("checkov is missing: `make check-cloud` installs it into .venv-cloud")
    command = [str(CHECKOV.with_name("python")), str(CHECKOV), *arguments, "--output", "json", "--skip-download"]
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "BC_API_KEY"}}
    done = subprocess.run(
        command, cwd=ROOT, env={**environment, "LOG_LEVEL": "ERROR"}, text=True, capture_output=True, check=False
    )
    try:
        said = json.loads(done.stdout)
    except ValueError:
        raise NotProvedError(f"checkov: {done.stderr[-2000:] or done.stdout[-2000:]}") from None
    reports = said if isinstance(said, list) else [said]
    errors = [error for report in reports for error in report.get("results", {}).get("parsing_errors", [])]
    if errors:
        raise NotProvedError(f"checkov could not read {', '.join(map(str, errors))}")
    return reports


def written(folder: Path) -> list[Path]:
    """A file for each variant, as CloudFormation reads it."""
    paths = []
    for number, resources in enumerate(rendered().values()):
        plain = {
            name: {"Type": resource["Type"], "Properties": resource["Properties"]}
            for name, resource in resources.items()
        }
        paths.append(folder / f"{number}.json")
        paths[-1].write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": plain}, indent=1))
    return paths


def deployed() -> list[str]:
    """The files of this repository that are deployed, and the template."""
    listed = subprocess.run(["git", "ls-files", *DEPLOYED], cwd=ROOT, text=True, capture_output=True, check=False)
    return listed.stdout.split()


def findings(reports: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """The checks that failed."""
    for report in reports:
        for failed in report.get("results", {}).get("failed_checks", []):
            kind, _, resource = str(failed["resource"]).rpartition(".")
            yield Finding(failed["check_id"], failed["check_name"], kind, resource)


def figure() -> str:
    """How much was checked.

    Raises:
        NotProvedError: something was found that is not excused, or an excuse is not needed.
    """
    with tempfile.TemporaryDirectory() as folder:
        reports = scan("--framework", "cloudformation", "--file", *map(str, written(Path(folder))))
    leaks = list(findings(scan("--framework", "secrets", "--file", *deployed())))
    excused = excuses()
    found = list(findings(reports))
    left, unused = unexcused(found, excused)
    wrong = [f"{one.check} {one.resource}: {one.says}" for one in [*left, *leaks]]
    wrong += [f"{one.check} {one.where}: excused, and not found" for one in unused]
    if wrong:
        raise NotProvedError("\n".join(sorted(set(wrong))))
    checks = sum(report.get("summary", {}).get("passed", 0) for report in reports) + len(found)
    kinds = len(rendered())
    return f"{checks} checks of {kinds} variants, {len(excused)} excuses, each with its reason; no secret in the files"


if __name__ == "__main__":
    sys.exit(ending(figure))
