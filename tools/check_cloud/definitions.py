"""The state machines' definitions: by statelint, by cfn-lint's schema, and against the functions that there are.

statelint wants BackoffRate to be written with a decimal point; the language's specification and Step Functions take any
number, so that alone is left out (--ignore FLOAT).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.check_cloud.proofs import ROOT
from tools.check_cloud.sam import SAM, NotProvedError, ending, run_beside_sam
from tools.check_cloud.variants import TEMPLATE

STATELINT: Final = ROOT / ".venv-cloud" / "bin" / "statelint"


def machines() -> Mapping[str, Any]:
    """The definitions by the logical ids of their state machines, with what the template puts into them."""
    from rig.template import load_stack

    return {name: json.loads(machine.definition) for name, machine in load_stack(TEMPLATE).state_machines.items()}


def calls_to_nothing(definitions: Mapping[str, Any]) -> Iterator[str]:
    """The states that call a function which the template doesn't have, and what they wait for without an end."""
    from rig.definitions import called_functions
    from rig.template import load_stack

    known = {function.arn for function in load_stack(TEMPLATE).functions.values()}
    for name, definition in definitions.items():
        if "TimeoutSeconds" not in definition:
            yield f"{name} may run for a year: it has no TimeoutSeconds"
        for state, arn in called_functions(json.dumps(definition)):
            if arn not in known:
                yield f"{name}.{state} calls {arn}, which the template doesn't have"


def by_statelint(definitions: Mapping[str, Any], folder: Path) -> None:
    """Raises:
    NotProvedError: what it found.
    """
    if not STATELINT.exists():
        raise NotProvedError("statelint is missing: `make check-cloud` installs it into .venv-cloud")
    for name, definition in definitions.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(definition))
        done = subprocess.run([STATELINT, "--ignore", "FLOAT", path], text=True, capture_output=True, check=False)
        if done.returncode:
            raise NotProvedError(f"{name}: {done.stdout}{done.stderr}")


def by_cfn_lint(definitions: Mapping[str, Any], folder: Path) -> None:
    """Raises:
    NotProvedError: what it found.
    """
    role = "arn:aws:iam::123456789012:role/any"
    resources = {
        name: {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": role, "Definition": definition}}
        for name, definition in definitions.items()
    }
    path = folder / "template.json"
    path.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}))
    code, output = run_beside_sam(str(SAM.with_name("cfn-lint")), str(path))
    if code:
        raise NotProvedError(output)


def states(definition: Any) -> int:
    """How many there are, those of branches and maps too."""
    if isinstance(definition, list):
        return sum(map(states, definition))
    if not isinstance(definition, dict):
        return 0
    own = definition.get("States")
    return (len(own) if isinstance(own, dict) else 0) + sum(map(states, definition.values()))


def figure() -> str:
    """How many state machines and states.

    Raises:
        NotProvedError: one is wrong.
    """
    definitions = machines()
    wrong = list(calls_to_nothing(definitions))
    if wrong:
        raise NotProvedError("\n".join(wrong))
    with tempfile.TemporaryDirectory() as folder:
        by_statelint(definitions, Path(folder))
        by_cfn_lint(definitions, Path(folder))
    return f"{len(definitions)} state machines with {states(list(definitions.values()))} states"


if __name__ == "__main__":
    sys.exit(ending(figure))
