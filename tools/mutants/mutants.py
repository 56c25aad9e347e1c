"""Mutants: found by cosmic-ray's operators, and put into a clone of the repository, because the file itself changes."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tools.mutants.bench import Bench
from tools.mutants.operators import is_used

Outcome: TypeAlias = Literal["killed", "survived", "left out"]


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


def judge(mutant: Mutant, bench: Bench, timeout: float) -> Verdict:
    """Runs the tests on a mutant. Tests that take too long have noticed it too."""
    path = bench.clone / mutant.file
    source = path.read_text(encoding="utf-8")
    mutated = _mutated(source, mutant)
    if mutated is None:
        return Verdict(mutant, "left out")
    path.write_text(mutated, encoding="utf-8")
    try:
        noticed = not bench.run(timeout).passed
    finally:
        path.write_text(source, encoding="utf-8")
    changed = difflib.unified_diff(source.splitlines(), mutated.splitlines(), lineterm="", n=0)
    lines = (line for line in changed if not line.startswith(("---", "+++", "@@")))
    return Verdict(mutant, "killed" if noticed else "survived", "\n".join(lines))


def _mutated(source: str, mutant: Mutant) -> str | None:
    """None when what comes out is no Python, or nothing that is calculated has changed."""
    try:
        code: str = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    except AttributeError:  # cosmic-ray's own: it can't replace an exception that has a dot in its name
        return None
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    if "BinaryOperator_Mul" in mutant.operator and _products(tree) == _products(ast.parse(source)):
        return None  # the bare `*` of a signature, which is no product
    return code


def _products(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.Mult) for node in ast.walk(tree))
