"""Mutants: made, and tested in a clone of the repository, because cosmic-ray changes the file itself."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec, TestOutcome

from tools.mutants.modules import ROOT, Module
from tools.mutants.operators import is_used

Outcome: TypeAlias = Literal["killed", "survived", "left out"]

# The interpreter that has the tests' packages; this process runs in an environment that has not.
_PYTHON: Final = ROOT / ".venv" / "bin" / "python"
_PYTEST: Final = "-m pytest -x -q -p no:randomly -p no:schemathesis -p no:cacheprovider --no-header"


@dataclass(frozen=True)
class Mutant:
    """The code with one fault: the `occurrence`-th place of a file where an operator of cosmic-ray applies."""

    file: str
    operator: str
    occurrence: int
    line: int


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    outcome: Outcome
    diff: str = ""


def mutants_of(root: Path, files: Sequence[str]) -> Iterator[Mutant]:
    """All that the operators in use make of these files."""
    used = [name for name in sorted(operator_names()) if is_used(name)]
    for file in files:
        nodes = list(ast_nodes(get_ast((root / file).read_text(encoding="utf-8"))))
        for name in used:
            operator = get_operator(name)()
            places = (place for node in nodes for place in operator.mutation_positions(node))
            for occurrence, ((line, _), _) in enumerate(places):
                yield Mutant(file, name, occurrence, line)


def command(module: Module) -> str:
    """The tests of a module, as cosmic-ray wants it."""
    return f"{shlex.quote(str(_PYTHON))} {_PYTEST} {' '.join(module.tests)}"


def baseline(module: Module, clone: Path) -> float:
    """The seconds that the tests take while nothing is wrong. Raises RuntimeError when they fail even so."""
    started = time.monotonic()
    environment = os.environ | {"TEST_DATABASE_URL": module.database, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        shlex.split(command(module)), cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"The tests fail without any mutant:\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
    return time.monotonic() - started


def enter(clones: SimpleQueue[str]) -> None:
    """For each worker at its start: it works in a clone of its own."""
    os.chdir(clones.get())


def judge(mutant: Mutant, tests: str, database: str, timeout: float) -> Verdict:
    """Runs the tests on a mutant, in this worker's clone. Tests that take too long have noticed it too."""
    if not _is_python(mutant):
        return Verdict(mutant, "left out")
    os.environ["TEST_DATABASE_URL"] = database
    place = (mutant.line, 0), (mutant.line, 1)
    result = mutate_and_test([MutationSpec(mutant.file, mutant.operator, mutant.occurrence, *place)], tests, timeout)
    if result.test_outcome == TestOutcome.INCOMPETENT:
        raise RuntimeError(f"{mutant} could not be tested:\n{result.output}")
    return Verdict(mutant, "survived" if result.test_outcome == TestOutcome.SURVIVED else "killed", result.diff or "")


def _is_python(mutant: Mutant) -> bool:
    source = Path(mutant.file).read_text(encoding="utf-8")
    try:
        compile(mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence), mutant.file, "exec")
    except SyntaxError:
        return False
    except AttributeError:  # cosmic-ray's own: it can't replace an exception that has a dot in its name
        return False
    return True
