"""The command. It starts S3 and PostgreSQL as the rig does, the function's handler in a process on a core of its own,
and a naive loop in another process on the same core; both take in the same photos in turn.

S3 and PostgreSQL run on the other cores, as they are elsewhere on AWS; with two workers and two cores they share them.
Times are those of this machine as it is now; ratios are taken within one run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "layers" / "core")]

from rich.console import Console  # noqa: E402 - after the path
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: E402

from benchmarks.figures import machine, show_figures  # noqa: E402
from benchmarks.ingest import report  # noqa: E402
from benchmarks.ingest.crew import Worker, cores, in_turn, together  # noqa: E402
from benchmarks.ingest.photos import NoPhotosError, Photo, folder_of, variants  # noqa: E402
from benchmarks.ingest.place import Place, place  # noqa: E402
from rig.errors import RigError  # noqa: E402

ROUND = 8  # photos that one worker takes in, and then two
WARM = 3  # photos that do not count: models are loaded, connections opened
Watched = Callable[[str, int], Callable[[], None]]


class MissingRowsError(Exception):
    """What was measured did not happen."""


def beside_the_loop(photos: Sequence[Photo], watched: Watched) -> list[report.Pair]:
    """Every photo by one worker and by the naive loop, on the same core."""
    core, *others = cores()
    with place(others or [core]) as here:
        with Worker("product", core, here.variables) as product, Worker("naive", core, here.variables) as naive:
            in_turn(product, naive, here.put(photos[:WARM]), watched("warming up", WARM))
            pairs = in_turn(product, naive, here.put(photos), watched("in turn", len(photos)))
        _check(here, WARM + len(photos), WARM + len(photos))
    return pairs


def by_two(photos: Sequence[Photo], rounds: int, watched: Watched) -> tuple[list[float], list[float]]:
    """Seconds of each round of one worker, and of two; servers may use all cores, or those that the workers leave."""
    available = cores()
    first, second, *others = [*available, *available[:1]] if len(available) == 1 else available
    alone: list[float] = []
    two: list[float] = []
    with (
        place(others or available) as here,
        Worker("product", first, here.variables) as one,
        Worker("product", second, here.variables) as other,
    ):
        for worker in (one, other):
            together([worker], here.put(photos[:WARM]), watched("warming up", WARM))
        on_photo = watched("one worker, two workers", 2 * rounds * len(photos))
        for _ in range(rounds):  # short and in turn: what else the machine does hurts both alike
            alone.append(together([one], here.put(photos), on_photo))
            two.append(together([one, other], here.put(photos), on_photo))
        _check(here, 2 * WARM + 2 * rounds * len(photos), 0)
    return alone, two


def _check(here: Place, rows: int, naive_rows: int) -> None:
    found = here.searchable()
    if found != (rows, naive_rows):
        raise MissingRowsError(f"{rows} and {naive_rows} rows were to be there, not {found[0]} and {found[1]}")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--photos", type=Path, metavar="DIR", help="photos of your own, instead of enlarged renders")
    parser.add_argument("--count", type=int, default=48, help="how many photos (48)")
    parser.add_argument("--rounds", type=int, default=6, help=f"how often one worker and two take in {ROUND} (6)")
    parser.add_argument("--one", action="store_true", help="leave out the measurement with two workers")
    options = parser.parse_args(arguments)
    if options.count < WARM or options.rounds < 1:
        parser.error(f"--count has to be {WARM} or more, --rounds 1 or more")
    return options


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when the target was missed, or nothing could be measured."""
    asked = parsed(arguments)
    console = Console()
    try:
        return shown_and_judged(asked, console)
    except (RigError, NoPhotosError, MissingRowsError) as error:
        console.print(f"[red]{error}[/]")
        return 1


def shown_and_judged(asked: argparse.Namespace, console: Console) -> int:
    """The work of the command."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def watched(what: str, total: int) -> Callable[[], None]:
            task = progress.add_task(what, total=total)
            return lambda: progress.advance(task)

        source = folder_of(asked.photos, asked.count) if asked.photos else variants(asked.count)
        photos = _made(source, watched("photos", asked.count))
        before = machine()
        pairs = beside_the_loop(photos, watched)
        few = photos[:ROUND]
        rounds = ([], []) if asked.one else by_two(few, asked.rounds, watched)
    report.show_shares(console, pairs)
    figures = report.figures([photo.kind for photo in photos], pairs)
    if not asked.one:
        figures += report.scaling(len(few), *rounds)
    megabytes = sum(len(photo.body) for photo in photos) / len(photos) / 2**20
    title = f"{len(photos)} photos, {megabytes:.1f} MB on average"
    show_figures(console, title, [*figures, before])
    return int(any(figure.met is False for figure in figures))


def _made(source: object, on_photo: Callable[[], None]) -> list[Photo]:
    photos: list[Photo] = []
    for photo in source:  # type: ignore[attr-defined]
        photos.append(photo)
        on_photo()
    return photos


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
