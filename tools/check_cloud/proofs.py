"""The proofs: what each shows, and the command that shows it.

A command exits with 0 when it is so; the last line that it prints is the figure that matters.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PYTHON: Final = sys.executable


@dataclass(frozen=True)
class Proof:
    """One proof. `says` is a sentence for people; `long`: it takes minutes, or reads what such a one makes."""

    name: str
    says: str
    command: tuple[str, ...]
    long: bool = False


def ours(module: str, *arguments: str) -> tuple[str, ...]:
    """A module of this package as a command."""
    return (PYTHON, "-m", f"tools.check_cloud.{module}", *arguments)


def tests(*arguments: str) -> tuple[str, ...]:
    """Tests as a command, one after the other."""
    return (PYTHON, "-m", "pytest", "-n", "0", "-q", "--no-header", "-p", "no:randomly", *arguments)


PROOFS: Final = (
    Proof("template", "sam validate --lint takes the template", ours("validation")),
    Proof("cfn-lint", "cfn-lint finds nothing in the templates, in none of the regions", ours("cfn_lint")),
    Proof("checkov", "checkov finds nothing in what the template stands for that is not excused with a reason",
          ours("checkov")),
    Proof("definitions", "the state machines are right by statelint and cfn-lint, and call what there is",
          ours("definitions")),
    Proof("wildcards", "no role may do a thing to everything without a reason beside it", ours("wildcards")),
    Proof("roles", "each role allows what the calls in the tests need, and nothing else",
          tests("tests/slow/system/test_roles_in_use.py")),
    Proof("build", "sam build makes every function, and each fits into Lambda with its layers",
          ours("building"), long=True),
    Proof("packages", "the build holds the files of the locked packages and no others; its SBOM is complete",
          ours("packages"), long=True),
    Proof("local-invoke", "sam local invoke takes the documented commands as far as a container is needed",
          ours("local_invoke"), long=True),
    Proof("rig", "the same template, unchanged, runs in the rig", ours("in_the_rig")),
    Proof("fuzz", "20,000 generated calls: no server error, and nothing of another tenant is shown or changed",
          (PYTHON, "-m", "tools.fuzz"), long=True),
    Proof("restore", "a dump is restored into an embedded PostgreSQL: its rows are there, searches find the same",
          tests("tests/slow/system/test_restore.py")),
)  # fmt: skip
"""In the order in which they run. `packages` and `local-invoke` read what `build` made."""
