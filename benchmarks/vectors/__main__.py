"""The command. It makes crowds of photos in Roomlens' own tables on a server of its own, searches them through the
layer, and shows what was found and how long it took beside the targets.

Times are those of this machine as it is now; ratios are taken within one run, the two sides in turn. Where a machine is
busy, processor time says more than time on the wall, and both are shown.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the exact answers are made beside a server that wants the rest
sys.path[:0] = [str(ROOT / "layers" / "core")]

from rich.console import Console  # noqa: E402 - after the path
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn  # noqa: E402
from sqlalchemy import Engine  # noqa: E402

from benchmarks.figures import Figure, show_figures  # noqa: E402
from benchmarks.vectors import langchain, report  # noqa: E402
from benchmarks.vectors.bands import ALL, BANDS, Truth, remembered_truths  # noqa: E402
from benchmarks.vectors.clock import Clock, in_turn  # noqa: E402
from benchmarks.vectors.crowd import Crowd, Questions  # noqa: E402
from benchmarks.vectors.report import Measured  # noqa: E402
from benchmarks.vectors.store import filled, server, sizes  # noqa: E402
from rig.postgres import PostgresError  # noqa: E402


class Shown:
    """One progress bar for each piece of work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)

    @contextmanager
    def searches(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        task = self._progress.add_task(what, total=total)
        yield lambda: self._progress.advance(task)


def measure(
    url: str, rows: int, asked: argparse.Namespace, shown: Shown, console: Console, *, old: bool = False
) -> Measured:
    """One size: every band through the layer, and both comparisons where they are wanted.

    Args:
        old: every photo also has a row of an older version, and nothing is compared: what is found must not suffer.
    """
    name = f"{rows:,} and as many of an older version" if old else f"{rows:,}"
    crowd = Crowd(rows)
    questions = crowd.questions(asked.questions)
    engine = filled(url, crowd, lambda what, done, total: shown(f"{name}: {what}", done, total), old=old)
    truth = remembered_truths(asked.keep, crowd, questions, lambda *done: shown(f"{name}: {done[0]}", *done[1:]))
    clock = Clock(engine)
    found = Measured(rows, sizes(engine))
    with shown.searches(f"{name}: searches", len(BANDS) * asked.questions * (1 + asked.rounds)) as on_search:
        for band in BANDS:
            found.bands[band.name] = clock.band(questions, band, truth[band.name], asked.rounds, on_search)
    if not old:
        compare(engine, clock, questions, truth[ALL.name], asked, shown, console, found)
    engine.dispose()
    return found


def compare(
    engine: Engine,
    clock: Clock,
    questions: Questions,
    truth: Truth,
    asked: argparse.Namespace,
    shown: Shown,
    console: Console,
    found: Measured,
) -> None:
    """The layer beside psycopg2 alone and, where it is wanted, beside LangChain's store."""
    with shown.searches(f"{found.rows:,}: against psycopg2", 2 * asked.questions * (1 + asked.rounds)) as on_search:
        for band in (ALL, BANDS[-1]):
            found.compared[band.name] = clock.against_psycopg2(questions, band, 1 + asked.rounds, on_search)
    if found.rows > asked.langchain_rows:
        return
    with shown.searches(f"{found.rows:,}: against PGVectorStore", asked.questions * (1 + asked.rounds)) as on_search:
        try:
            found.peers = langchain.compare(engine, questions, truth, asked.rounds, on_search)
        except langchain.MissingLangChainError as error:
            console.print(f"[yellow]{error}[/]")


def measure_growth(url: str, sizes: Sequence[int], asked: argparse.Namespace, shown: Shown) -> list[Figure]:
    """The smallest crowd and the largest, asked in turn."""
    small, large = sizes[0], sizes[-1]
    if small == large:
        return []
    crowds = Crowd(small), Crowd(large)
    engines = [filled(url, crowd, shown) for crowd in crowds]
    questions = [crowd.questions(asked.questions) for crowd in crowds]
    with shown.searches(f"{small:,} and {large:,} in turn", asked.questions * (1 + asked.rounds)) as on_search:
        clocks = [Clock(engine) for engine in engines]
        times = in_turn(clocks[0], questions[0], clocks[1], questions[1], asked.rounds, on_search)
    for engine in engines:
        engine.dispose()
    return report.growth(small, large, times)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vectors", description=__doc__)
    parser.add_argument(
        "--rows",
        type=lambda text: sorted(int(part.replace("_", "")) for part in text.split(",")),
        default=[10_000, 100_000],
        help="sizes, with commas between them (10000,100000); 1000000 takes 10 GB of disk and half an hour to build",
    )
    parser.add_argument("--database", metavar="URL", help="any database of a server to use instead of one of its own")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what was built here, for the next run")
    parser.add_argument("--questions", type=int, default=100, help="how many (100)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is asked (3)")
    parser.add_argument("--langchain-rows", type=int, default=100_000, help="PGVectorStore up to this size (100000)")
    parser.add_argument("--old-version", type=int, default=0, metavar="ROWS", help="and a table whose half is outdated")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when a target was missed, or when there is no server."""
    asked = parsed(arguments)
    console = Console()
    try:
        return shown_and_judged(asked, console)
    except PostgresError as error:
        console.print(f"[red]{error}[/]")
        return 1


def shown_and_judged(asked: argparse.Namespace, console: Console) -> int:
    """The work of the command."""
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    own = asked.keep / "server" if asked.keep else None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    database = nullcontext(asked.database) if asked.database else server(own)
    with database as url, Progress(*columns, console=Console(stderr=True)) as progress:
        shown = Shown(progress)
        found = [measure(url, rows, asked, shown, console) for rows in asked.rows]
        old = measure(url, asked.old_version, asked, shown, console, old=True) if asked.old_version else None
        grown = measure_growth(url, asked.rows, asked, shown)
    figures: list[Figure] = []
    for one in found:
        report.show_bands(console, f"{one.rows:,} photos", one)
        figures += report.figures_of(one)
    if old is not None:
        report.show_bands(console, f"{old.rows:,} photos, and as many rows of an older version", old)
        figures += report.recalls(old, "half outdated, ")
    figures += grown
    show_figures(console, "Targets", figures)
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
