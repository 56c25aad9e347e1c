"""``make mutants``, or ``.venv-mutants/bin/python -m tools.mutants``: the share of mutants that the tests kill."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from tools.mutants.bench import BenchError
from tools.mutants.modules import MODULES, TARGET
from tools.mutants.run import Run, cloned, kept, run


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every module reaches the target, 2 when the tests can't be run."""
    asked = _parse(arguments)
    console = Console()
    names = asked.modules or list(MODULES)
    if asked.survivors:
        runs = [found for name in names if (found := kept(name))]
        for each in runs:
            _list_survivors(each, console)
    else:
        try:
            with cloned(asked.workers) as clones:
                runs = [run(name, clones, console, again=asked.again) for name in names]
        except BenchError as error:
            console.print(str(error), style="red", markup=False)
            return 2
    console.print(_table(runs))
    return int(any(each.percent < TARGET for each in runs))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[*MODULES, []], metavar="MODULE", help=", ".join(MODULES))
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="tests in N clones at once (2)")
    parser.add_argument("--again", action="store_true", help="only what the last run of the same code did not kill")
    parser.add_argument("--survivors", action="store_true", help="run nothing; show what survived the last run")
    return parser.parse_args(arguments)


def _list_survivors(done: Run, console: Console) -> None:
    for verdict in done.counted("survived"):
        mutant = verdict.mutant
        console.print(f"[bold]{mutant.file}:{mutant.line}[/]  {mutant.operator.removeprefix('core/')}")
        console.print(Syntax(verdict.diff, "diff", background_color="default"))


def _table(runs: Sequence[Run]) -> Table:
    table = Table("module", "commit")
    for heading in ("mutants", "killed", "survived", "%", f"target {TARGET} %"):
        table.add_column(heading, justify="right")
    for each in runs:
        killed, survived = len(each.counted("killed")), len(each.counted("survived"))
        table.add_row(
            each.name,
            each.commit,
            str(killed + survived),
            str(killed),
            str(survived),
            f"{each.percent:.1f}",
            "reached" if each.percent >= TARGET else "missed",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
