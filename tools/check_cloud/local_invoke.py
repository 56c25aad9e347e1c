"""The documented commands for machines with Docker (docs/deploying.md), by SAM's own checks.

Without a container runtime `sam local invoke` ends before it looks for the function. So what it would look at then is
asked of SAM's own reader of the built template: the function, its code, its layers. And one is really called: it must
end at the missing container runtime and nowhere before; where there is one, the function must answer.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.check_cloud.proofs import ROOT
from tools.check_cloud.sam import BUILT, NotProvedError, ending, run_beside_sam, run_sam

PAGE: Final = ROOT / "docs" / "deploying.md"
NO_CONTAINERS: Final = "requires a container runtime"
READ: Final = """
import json, sys
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
stacks, _ = SamLocalStackProvider.get_stacks(sys.argv[1])
print(json.dumps({
    one.function_id: {
        "handler": one.handler, "code": one.codeuri, "layers": [layer.codeuri for layer in one.layers]
    }
    for one in SamFunctionProvider(stacks).get_all()
}))
"""


def documented(page: str) -> list[tuple[str, str]]:
    """The functions and events of the commands on a page."""
    return re.findall(r"^sam local invoke (\S+) -e (\S+)$", page, re.MULTILINE)


def known_to_sam(template: Path) -> Mapping[str, Any]:
    """The functions of a built template as `sam local invoke` sees them, by their logical ids.

    Raises:
        NotProvedError: SAM can't read it.
    """
    code, output = run_beside_sam("-c", READ, str(template))
    if code:
        raise NotProvedError(output[-3000:])
    known: Mapping[str, Any] = json.loads(output.strip().splitlines()[-1])
    return known


def wrong(commands: list[tuple[str, str]], known: Mapping[str, Any], built: Path) -> Iterator[str]:
    """What would go wrong once there is a container."""
    for name in sorted(set(known) - {name for name, _ in commands}):
        yield f"{name} has no command in {PAGE.name}"
    for name, event in commands:
        if name not in known:
            yield f"{name} is not in the template"
            continue
        function = known[name]
        module = Path(*function["handler"].split(".")[:-1]).with_suffix(".py")
        for path in (built / function["code"] / module, *(built / layer / "python" for layer in function["layers"])):
            if not path.exists():
                yield f"{name}: {path.relative_to(built)} is not in the build"
        try:
            json.loads((ROOT / event).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            yield f"{name}: {event}: {error}"


def called(name: str, event: str) -> str:
    """What one call came to.

    Raises:
        NotProvedError: it ended elsewhere than at the missing container runtime.
    """
    code, output = run_sam("local", "invoke", name, "-e", event)
    if code == 0:
        return "one was called and answered"
    if NO_CONTAINERS not in output:
        raise NotProvedError(output[-3000:])
    return "a call ends where a container is needed"


def figure() -> str:
    """How many commands, and how far a call came.

    Raises:
        NotProvedError: one is not exact.
    """
    template = BUILT / "template.yaml"
    if not template.exists():
        raise NotProvedError("nothing is built yet: run the proof `build` before")
    commands = documented(PAGE.read_text(encoding="utf-8"))
    found = list(wrong(commands, known_to_sam(template), BUILT))
    if found:
        raise NotProvedError("\n".join(found))
    return f"{len(commands)} commands; {called('HealthFunction', 'events/health.json')}"


if __name__ == "__main__":
    sys.exit(ending(figure))
