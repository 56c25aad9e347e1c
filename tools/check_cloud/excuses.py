"""What checkov may find, and why that is right: said in the template, beside what it is about.

Of one resource, in checkov's own words; of all of one type, in the template's own Metadata:

    Metadata: {checkov: {skip: [{id: CKV_AWS_21, comment: why}]}}
    Metadata: {checkov: {skip: [{id: CKV_AWS_117, for: AWS::Lambda::Function, comment: why}]}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.check_cloud.sam import NotProvedError
from tools.check_cloud.variants import owner, source


@dataclass(frozen=True)
class Excuse:
    """One. `where`: a resource of the template, or a type of resources."""

    check: str
    where: str
    why: str

    def covers(self, finding: Finding) -> bool:
        return self.check == finding.check and self.where in {finding.kind, owner(finding.resource)}


@dataclass(frozen=True)
class Finding:
    """What checkov says of one rendered resource. `kind`: its type."""

    check: str
    says: str
    kind: str
    resource: str


def excuses() -> list[Excuse]:
    """Those in the template.

    Raises:
        NotProvedError: one has no reason.
    """
    found = list(_read(source().get("Metadata"), ""))
    for logical_id, resource in source()["Resources"].items():
        found += _read(resource.get("Metadata"), logical_id)
    silent = [f"{excuse.check} of {excuse.where}" for excuse in found if len(excuse.why.split()) < 3]
    if silent:
        raise NotProvedError(f"excused without a reason: {', '.join(silent)}")
    return found


def _read(metadata: Mapping[str, Any] | None, logical_id: str) -> Iterator[Excuse]:
    for one in ((metadata or {}).get("checkov") or {}).get("skip") or []:
        yield Excuse(one["id"], logical_id or one.get("for", ""), str(one.get("comment", "")))


def unexcused(findings: Iterable[Finding], excused: Iterable[Excuse]) -> tuple[list[Finding], list[Excuse]]:
    """The findings that no excuse covers, and the excuses that nothing needs."""
    excused, findings = list(excused), list(findings)
    left = [finding for finding in findings if not any(excuse.covers(finding) for excuse in excused)]
    unused = [excuse for excuse in excused if not any(excuse.covers(finding) for finding in findings)]
    return left, unused
