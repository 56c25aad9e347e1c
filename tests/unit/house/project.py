"""The project as its rules see it: files, what they import, and the template."""

import ast
from functools import cache
from pathlib import Path

from rig.stack import Stack

ROOT = Path(__file__).parents[3]
LAYER = ROOT / "layers" / "core" / "roomlens"
HANDLERS = sorted((ROOT / "functions").glob("*/app.py"))
FOLDERS = {path.parent.name for path in HANDLERS} | {"migrate"}
"""What functions are called in `functions/`, in `events/` and for `rig invoke`; `migrations/` holds one more."""

DATABASE_URL = "postgresql+psycopg2://user:password@host:5432/name"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"

CALLBACK_SECRET = "whsec_" + 8 * "AAAA"

ASKED_FOR = {
    "AlarmEmail": "me@example.com", "AnalysisConcurrency": "5", "CertificateArn": "arn:of:a:certificate",
    "DatabaseStandby": "yes", "DomainName": "api.example.com", "HostedZoneId": "Z1", "InferenceConcurrency": "10",
    "Tracing": "Active", "WebConsole": "yes",
}  # fmt: skip


@cache
def stack() -> Stack:
    """The template with every parameter that puts something into it. Asked for in tests, not while they are collected:
    SAM's transform takes as long as all the rest of that."""
    from rig.template import load_stack

    given = {"DatabaseUrl": DATABASE_URL, "DatabaseSecretArn": SECRET, "CallbackSecret": CALLBACK_SECRET, "Tenant": "a"}
    return load_stack(ROOT / "template.yaml", given)


@cache
def stack_with_its_own_database() -> Stack:
    """The template as `sam deploy` takes it when it is told of no database, with all that may be asked for besides."""
    from rig.template import load_stack

    return load_stack(ROOT / "template.yaml", {"CallbackSecret": CALLBACK_SECRET, **ASKED_FOR})


def logical_id(folder: str) -> str:
    """The name in the template of the function whose handler lies in a folder."""
    return "".join(part.capitalize() for part in folder.split("_")) + "Function"


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The full names of all that a file imports from elsewhere, wherever in it; of `from a import b` also `a.b`,
    which may be a module."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def packages(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    return {name.partition(".")[0] for name in imported(path)}
