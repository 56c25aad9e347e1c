"""No rendered policy allows a thing to everything, or everything to a thing, without a reason beside it.

A reason is a comment on the line with the asterisk, or on the line above it. Policies that AWS manages are named, and
only those that are expected.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.check_cloud.sam import NotProvedError, ending
from tools.check_cloud.variants import TEMPLATE, owner, rendered

MANAGED: Final = {
    "AWSLambdaBasicExecutionRole": "a function writes its log",
    "AWSLambdaVPCAccessExecutionRole": "Lambda makes a function's network interfaces in the function's name",
    "AWSXrayWriteOnlyAccess": "SAM gives it to a function that is traced, which X-Ray knows no resources of",
}
"""Policies of AWS that a role may have, and why."""

IDENTITY: Final = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_WHOLE: Final = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:\*")
_EVERY_ACTION: Final = re.compile(r"\*|[\w-]+:\*")
_ASTERISK: Final = re.compile(r"""(Action|Resource):.*(["']\*["']|[\w-]+:\*)|- ["']\*["']""")


def statements(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a role or a policy says."""
    properties = resource["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    for document in [*documents, *filter(None, [properties.get("PolicyDocument")])]:
        found = document["Statement"]
        yield from found if isinstance(found, list) else [found]


def too_wide(statement: Mapping[str, Any]) -> bool:
    """Whether it allows every action of a service, or an action on every resource of one."""
    if statement["Effect"] != "Allow":
        return False
    if "NotAction" in statement or "NotResource" in statement:
        return True
    resources, actions = _listed(statement.get("Resource")), _listed(statement.get("Action"))
    whole = any(_WHOLE.fullmatch(str(one)) for one in resources)
    return whole or any(_EVERY_ACTION.fullmatch(str(one)) for one in actions)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def block(text: str, logical_id: str) -> list[str]:
    """The lines of a resource in the template; none when it isn't there."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(rf"  {re.escape(logical_id)}:", line)]
    if not starts:
        return []
    ends = (n for n, line in enumerate(lines[starts[0] + 1 :], starts[0] + 1) if re.match(r"(  )?\S", line))
    return lines[starts[0] : next(ends, len(lines))]


def explained(lines: list[str]) -> int:
    """How many asterisks have a reason, in lines of the template."""
    wide = [number for number, line in enumerate(lines) if _ASTERISK.search(line)]
    return sum("# " in lines[n] or lines[n - 1].lstrip().startswith("# ") for n in wide)


def unexplained(resources: Mapping[str, dict[str, Any]], text: str) -> Iterator[str]:
    """What is too wide without a reason, and policies of AWS that are not expected."""
    for logical_id, resource in resources.items():
        if resource["Type"] not in IDENTITY:
            continue
        for managed in resource["Properties"].get("ManagedPolicyArns", []):
            if ":aws:policy/" in str(managed) and str(managed).rpartition("/")[2] not in MANAGED:
                yield f"{logical_id} has {managed}"
        wide = [statement for statement in statements(resource) if too_wide(statement)]
        if len(wide) > explained(block(text, owner(logical_id))):
            yield from (f"{logical_id}: {statement['Action']} on {statement['Resource']}" for statement in wide)


def figure() -> str:
    """How many statements there are, and how many of them are wide.

    Raises:
        NotProvedError: one has no reason.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    wrong = {line for resources in rendered().values() for line in unexplained(resources, text)}
    if wrong:
        raise NotProvedError("\n".join(sorted(wrong)))
    roles = {name: one for every in rendered().values() for name, one in every.items() if one["Type"] in IDENTITY}
    said = [statement for role in roles.values() for statement in statements(role)]
    wide = sum(map(too_wide, said))
    return f"{len(said)} statements of {len(roles)} roles and policies, {wide} of them wide, each with its reason"


if __name__ == "__main__":
    sys.exit(ending(figure))
