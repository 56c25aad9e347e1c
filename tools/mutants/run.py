"""One run over a module: clones, workers, progress, and the file that remembers what came of it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

from tools.mutants.bench import Bench
from tools.mutants.modules import MODULES, ROOT, Part
from tools.mutants.mutants import Mutant, Verdict, judge, mutants_of

KEPT: Final = ROOT / ".mutants"


@dataclass(frozen=True)
class Run:
    """What came of a module's mutants. `sources`: a digest of the code that was mutated."""

    name: str
    commit: str
    finished: str
    sources: str
    verdicts: tuple[Verdict, ...]

    def counted(self, outcome: str) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.outcome == outcome]

    @property
    def percent(self) -> float:
        killed, survived = len(self.counted("killed")), len(self.counted("survived"))
        return 100 * killed / max(1, killed + survived)


def kept(name: str) -> Run | None:
    """The last run of a module, when there was one."""
    path = KEPT / f"{name}.json"
    if not path.exists():
        return None
    read = json.loads(path.read_text())
    verdicts = (Verdict(Mutant(**verdict.pop("mutant")), **verdict) for verdict in read.pop("verdicts"))
    return Run(**read, verdicts=tuple(verdicts))


@contextmanager
def cloned(count: int) -> Iterator[list[Path]]:
    """Clones of what is committed, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        clones = [Path(folder) / str(number) for number in range(count)]
        for clone in clones:
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        yield clones


def run(name: str, clones: Sequence[Path], console: Console, *, again: bool = False) -> Run:
    """Tests a module's mutants. `again`: those that the last run did not kill, when the module is still the same."""
    files = [file for part in MODULES[name] for file in part.files]
    sources = hashlib.sha256(b"".join((clones[0] / file).read_bytes() for file in files)).hexdigest()
    last = kept(name) if again else None
    known = last.verdicts if last is not None and last.sources == sources else ()
    verdicts = {verdict.mutant: verdict for verdict in known if verdict.outcome != "survived"}
    done = Run(name, _commit(clones[0]), "", sources, ())
    for part in MODULES[name]:
        mutants = [mutant for mutant in mutants_of(clones[0], part.files) if mutant not in verdicts]
        for verdict in _judged(name, part, mutants, clones, console):
            verdicts[verdict.mutant] = verdict
            now = datetime.now(UTC).isoformat(timespec="minutes")
            done = replace(done, finished=now, verdicts=tuple(sorted(verdicts.values(), key=_place)))
            _keep(done)  # each time: a run that is stopped goes on with --again
    return done


def _place(verdict: Verdict) -> tuple[str, int, str]:
    return verdict.mutant.file, verdict.mutant.line, verdict.mutant.operator


def _keep(done: Run) -> None:
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{done.name}.json").write_text(json.dumps(asdict(done), indent=1))


def _judged(
    name: str, part: Part, mutants: Sequence[Mutant], clones: Sequence[Path], console: Console
) -> Iterator[Verdict]:
    with ExitStack() as stack:
        benches = [stack.enter_context(Bench(clone, part)) for clone in clones]
        pool = ThreadPoolExecutor(len(benches))
        stack.callback(pool.shutdown, cancel_futures=True)
        seconds = max(pool.map(Bench.prepare, benches))
        console.print(f"{name}: {len(mutants)} mutants; its tests take {seconds:.0f} s while nothing is wrong")
        free: SimpleQueue[Bench] = SimpleQueue()
        for bench in benches:
            free.put(bench)

        def judged(mutant: Mutant) -> Verdict:
            bench = free.get()
            try:
                return judge(mutant, bench, timeout=10 + 5 * seconds)
            finally:
                free.put(bench)

        progress = stack.enter_context(Progress(*_columns(), console=console))
        yield from progress.track(pool.map(judged, mutants), total=len(mutants), description=name)


def _columns() -> tuple[ProgressColumn, ...]:
    return TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()


def _commit(clone: Path) -> str:
    asked = ["git", "-C", str(clone), "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
