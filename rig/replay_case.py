"""A recorded execution as a pytest case that stands by itself: `rig replay NAME --as-test FILE`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rig.errors import RigError
from rig.execution_history import Step
from rig.stack import Function

_WIDTH: Final = 100  # leaves room for what stands before and after a value on its line
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # where a word of a logical id begins
_ABOUT_IMPORTS: Final = (
    "# To import the handlers, the functions' CodeUri, and their layers' ContentUri, must be on pytest's `pythonpath`.",
)
_ABOUT_FAILURES: Final = (
    "# The failure is pinned. Once the fault is mended, change the next line to what is right, and",
    "# the lines after it: the later steps and asserts are those of the failure.",
)
_OF_PYTHON: Final = ("from datetime import datetime", "from pathlib import Path", "from typing import Any")


class CaseError(RigError):
    """The test can't be written there."""


@dataclass(frozen=True)
class Attachment:
    """A file that lies beside the test, by its name but for the suffix; the test's lines know its path as `name`."""

    name: str
    suffix: str
    content: bytes


@dataclass(frozen=True)
class CaseParts:
    """What a product adds to a case.

    The test's decorators, as they stand behind their `@`, and its fixtures as `name: Type`; lines that import from
    libraries, and from the project itself; values that the lines know by a name; lines before and after the steps; and
    a file.
    """

    decorators: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    attachment: Attachment | None = None


@dataclass(frozen=True)
class Case:
    """An execution's steps with their functions, and the product's parts."""

    name: str
    steps: tuple[tuple[Step, Function], ...]
    parts: CaseParts


def check_new(path: Path) -> None:
    """Raises:
    CaseError: the file is no test file by its name, or is there already.
    """
    if path.suffix != ".py" or not path.stem.startswith("test_") or not path.stem.isidentifier():
        raise CaseError(f"{path} is no name for a test file: give one like tests/integration/test_dark_kitchen.py")
    if path.exists():
        raise CaseError(f"{path} is there already: it was left as it is")


def write(path: Path, case: Case) -> list[Path]:
    """Writes the test, and the file beside it when the case has one; returns what was written.

    Raises:
        CaseError: one of them is there already.
    """
    check_new(path)
    files = {path: source(path, case).encode()}
    if case.parts.attachment is not None:
        files[path.with_suffix(case.parts.attachment.suffix)] = case.parts.attachment.content
    if taken := next((file for file in files if file.exists()), None):
        raise CaseError(f"{taken} is there already: it was left as it is")
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        with file.open("xb") as new:
            new.write(content)
    return list(files)


def source(path: Path, case: Case) -> str:
    """The test's text."""
    parts = case.parts
    inputs = [slim(step.input) for step, _ in case.steps]
    common = max(inputs, key=inputs.count, default=None)
    constants = {**parts.constants, **({"EVENT": common} if inputs.count(common) > 1 else {})}
    lines = [f"{name} = {literal(value, before=len(name) + 3)}" for name, value in constants.items()]
    if parts.attachment is not None:
        lines.append(f"{parts.attachment.name} = Path(__file__).with_suffix({literal(parts.attachment.suffix)})")
    body = [*parts.before, *(line for call in _calls(case, constants) for line in call), *parts.after]
    head = [*(f"@{name}" for name in parts.decorators), f"def {path.stem}({', '.join(parts.fixtures)}) -> None:"]
    text = "\n".join([*([*lines, ""] if lines else []), "", *head, *(f"    {line}" for line in body), ""])
    title = f'"""{case.name}, as `python -m rig replay` recorded it."""'
    hint = [*_ABOUT_IMPORTS, ""] if _names(case) else []
    return "\n".join([title, "", *hint, *_imports(case, text), "", text])


def _calls(case: Case, constants: Mapping[str, Any]) -> Iterator[list[str]]:
    """For each step the lines that give its handler the recorded input, and hold it to the recorded outcome."""
    names = _names(case)
    for step, function in case.steps:
        event = slim(step.input)
        shared = "EVENT" in constants and event == constants["EVENT"]
        argument = "EVENT" if shared else literal(event, 8)
        call = f"{names.get(function.logical_id)}({argument}, None)".split("\n")
        if step.outcome.of_the_platform:
            yield [f"# {step.state} did not end by itself, but with {step.outcome.error}: it is not run"]
        elif step.outcome.error is not None:
            expected = f"with failing_with({literal(step.outcome.error)}):"
            yield [*_ABOUT_FAILURES, expected, *(f"    {line}" for line in call)]
        elif step.outcome.output is None:
            yield call
        else:
            expected = f"assert differences({literal(step.outcome.output, 4, 19)}, answer) == []"
            yield ["answer = " + call[0], *call[1:], *expected.split("\n")]


def _names(case: Case) -> dict[str, str]:
    """What the handlers are called in the test, by logical id: OrdersFunction is `orders_function`, and so is Orders,
    which keeps it apart from the test's own names and Python's. Only of steps that are run."""
    names: dict[str, str] = {}
    for step, function in case.steps:
        if function.logical_id in names or step.outcome.of_the_platform:
            continue
        words = _WORDS.sub("_", function.logical_id).lower()
        name = f"{words.removesuffix('function').rstrip('_')}_function".lstrip("_")
        others = sum(re.fullmatch(rf"{name}(_\d+)?", taken) is not None for taken in names.values())
        names[function.logical_id] = f"{name}_{others + 1}" if others else name
    return names


def _imports(case: Case, text: str) -> list[str]:
    """The lines that the text needs, in the order of this project's linter: Python's own, libraries, ours."""
    names = _names(case)
    handlers = [
        f"from {module} import {name} as {names[function.logical_id]}"
        for step, function in case.steps
        if not step.outcome.of_the_platform
        for module, _, name in [function.handler.rpartition(".")]
    ]
    helpers = [name for name in ("differences", "failing_with") if f"{name}(" in text]
    ours = {*handlers, *case.parts.imports, *([f"from rig.comparing import {', '.join(helpers)}"] if helpers else [])}
    own = [line for line in _OF_PYTHON if re.search(rf"\b{line.rpartition(' ')[2]}\b", text)]
    groups = [own, sorted(case.parts.libraries), sorted(ours)]
    return "\n\n".join("\n".join(group) for group in groups if group).split("\n")


def slim(value: Any) -> Any:
    """The value without what is of one run on one machine: the request and stack trace of a function's error."""
    if isinstance(value, dict):
        return {key: _slim_cause(item) if key == "Cause" else slim(item) for key, item in value.items()}
    return [slim(item) for item in value] if isinstance(value, list) else value


def _slim_cause(cause: Any) -> Any:
    try:
        document = json.loads(cause)
        return json.dumps({key: document[key] for key in ("errorMessage", "errorType")})
    except (KeyError, TypeError, ValueError):
        return cause


def literal(value: Any, indent: int = 0, before: int = 0) -> str:
    """The value as Python on lines that are short enough, when its own are indented so much, and so many characters
    stand before it on the first."""
    if isinstance(value, str):
        return _text(value, indent + before)
    if isinstance(value, datetime):
        return f'datetime.fromisoformat("{value.isoformat()}")'
    if not isinstance(value, dict | list):
        return repr(value)
    if isinstance(value, dict):
        keys = [f"{literal(key)}: " for key in value]
        items = [key + literal(item, indent + 4, len(key)) for key, item in zip(keys, value.values(), strict=True)]
    else:
        items = [literal(item, indent + 4) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    line = f"{opening}{', '.join(items)}{closing}"
    if "\n" not in line and indent + before + len(line) <= _WIDTH:
        return line
    inner = "".join("    " + item.replace("\n", "\n    ") + ",\n" for item in items)
    return f"{opening}\n{inner}{closing}"


def _text(value: str, taken: int) -> str:
    """A string in double quotes; a long one in pieces that Python joins."""
    pieces = [""]
    for sign in value:
        written = json.dumps(sign, ensure_ascii=False)[1:-1]
        if len(pieces[-1]) + len(written) > max(40, _WIDTH - taken):
            pieces.append("")
        pieces[-1] += written
    if len(pieces) == 1:
        return f'"{pieces[0]}"'
    return "(\n" + "".join(f'    "{piece}"\n' for piece in pieces) + ")"
