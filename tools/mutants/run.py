"""One run over a module: clones, workers, progress, and the file that remembers what came of it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tools.mutants.modules import MODULES, ROOT, Module
from tools.mutants.mutants import Mutant, Verdict, baseline, command, enter, judge, mutants_of

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
    """Tests a module's mutants. `again`: those that survived the last run, when the module is still the same."""
    module = MODULES[name]
    files = module.files(clones[0])
    sources = hashlib.sha256(b"".join((clones[0] / file).read_bytes() for file in files)).hexdigest()
    last = kept(name) if again else None
    if last is not None and last.sources == sources:
        known = [verdict for verdict in last.verdicts if verdict.outcome != "survived"]
        mutants = [verdict.mutant for verdict in last.counted("survived")]
    else:
        known, mutants = [], list(mutants_of(clones[0], files))
    verdicts = known + _judged(name, module, mutants, clones, console)
    verdicts.sort(key=lambda verdict: (verdict.mutant.file, verdict.mutant.line, verdict.mutant.operator))
    done = Run(name, _commit(clones[0]), datetime.now(UTC).isoformat(timespec="minutes"), sources, tuple(verdicts))
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{name}.json").write_text(json.dumps(asdict(done), indent=1))
    return done


def _judged(
    name: str, module: Module, mutants: Sequence[Mutant], clones: Sequence[Path], console: Console
) -> list[Verdict]:
    seconds = baseline(module, clones[0])
    timeout = 10 + 5 * seconds
    console.print(f"{name}: {len(mutants)} mutants; its tests take {seconds:.0f} s while nothing is wrong")
    spawn = multiprocessing.get_context("spawn")
    folders = spawn.SimpleQueue()
    for clone in clones:
        folders.put(str(clone))
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    verdicts: list[Verdict] = []
    with ExitStack() as stack:
        pool = ProcessPoolExecutor(len(clones), mp_context=spawn, initializer=enter, initargs=(folders,))
        stack.callback(pool.shutdown, cancel_futures=True)
        progress = stack.enter_context(Progress(*columns, console=console))
        task = progress.add_task(name, total=len(mutants))
        tests = command(module)
        for future in as_completed([pool.submit(judge, each, tests, module.database, timeout) for each in mutants]):
            verdicts.append(future.result())
            progress.advance(task)
    return verdicts


def _commit(clone: Path) -> str:
    asked = ["git", "-C", str(clone), "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
