"""The command. So many clients at once search, ask and upload, against the whole template with real Lambda runtimes,
real models and a PostgreSQL; then every photo whose upload was answered is looked up.

Measured is the whole of one machine, clients among it. A function of the rig has two environments on two processors
(rig/runtimes/process.py) and calls wait for one that is free, where Lambda would start more of them: the times are
mostly those of the queue, and say how the system behaves when it is given far more than it can do at once. Shares of
the calls: 60 % searches, 25 % messages, 10 % uploads that wait for the look, 5 % that follow a task.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from benchmarks.figures import machine
from benchmarks.ingest.photos import SAMPLES
from benchmarks.load.clients import MIX, WARM, Api, BadAnswerError, Client, Home, asked_alone, run, warm_up
from benchmarks.load.ledger import Ledger, by_kind
from benchmarks.load.photos import Photos
from benchmarks.load.place import NotStartedError, own_rig
from benchmarks.load.proof import Verdict, all_photos, judge, wait_for
from benchmarks.load.report import show_lines, show_verdict

LISTINGS: Final = 10
"""Listings that photos are uploaded to: several clients share one, and its rows are locked now and then."""
AHEAD: Final = 4
"""Photos made in advance for each second of the run."""
Watched = Callable[[str, float], Callable[[float], None]]


def hold(url: str, token: str | None, asked: argparse.Namespace, watched: Watched, console: Console) -> bool:
    """Everything from the first listing to the verdict; whether all is well."""
    api, photos, ledger = Api(url, token), Photos(asked.seed), Ledger()
    made = watched("photos", asked.seconds * AHEAD)
    photos.make(int(asked.seconds * AHEAD), lambda: made(1))
    homes, listings = _homes(api, watched), [_listing(api, f"Load {number}") for number in range(LISTINGS)]
    clients = [
        Client(Api(url, token), homes, listings[number % LISTINGS], photos, ledger, random.Random(asked.seed + number))
        for number in range(asked.clients)
    ]
    begun = watched("warming up", len(MIX) * min(WARM, asked.clients))
    warm_up(clients, lambda: begun(1))
    wait_for(api, ledger.taken, lambda _: None)
    speed = machine()
    seconds = run(clients, asked.seconds, _by_growth(watched(f"{asked.clients} clients", asked.seconds)))
    verdict = _proof(api, ledger, listings, watched)
    title = f"{asked.clients} clients, {seconds:.0f} s, on {os.cpu_count()} processors that clients and system share"
    show_lines(console, title, by_kind(ledger.calls, list(MIX), seconds))
    console.print(f"{speed.name}: {speed.shown}; {photos.late} photos were made while the clock ran", highlight=False)
    if waits := sum(client.api.waits for client in clients):
        console.print(f"{waits} calls were told to wait, as a tenant may do only so much in a minute (429)")
    show_verdict(console, ledger, verdict)
    return bool(ledger.taken) and not verdict.faults and not ledger.errors()


def _homes(api: Api, watched: Watched) -> list[Home]:
    """The two sample homes, and what is answered of them when nobody else asks."""
    folders = sorted({path.parent for path in SAMPLES.glob("*/*.jpg")})
    advance = watched("the homes that are asked about", sum(1 for _ in SAMPLES.glob("*/*.jpg")))
    homes: list[tuple[int, frozenset[int]]] = []
    for folder in folders:
        listing, images = _listing(api, folder.name), set()
        for path in sorted(folder.glob("*.jpg")):
            images.add(api.upload(path.read_bytes(), listing, later=False).image_id)
            advance(1)
        homes.append((listing, frozenset(images)))
    return [asked_alone(api, listing, images) for listing, images in homes]


def _listing(api: Api, title: str) -> int:
    return int(api.ask("POST", "/api/listings", 201, json={"title": title})["id"])


def _proof(api: Api, ledger: Ledger, listings: Sequence[int], watched: Watched) -> Verdict:
    later = sum(one.task_id is not None for one in ledger.taken)
    wait_for(api, ledger.taken, _by_growth(watched("tasks of asynchronous uploads", later)))
    advance = watched("every photo looked up", len(ledger.taken))

    def shown(image_id: int) -> dict[str, object]:
        advance(1)
        return dict(api.ask("GET", f"/api/images/{image_id}"))

    return judge(ledger.taken, shown, all_photos(api, listings), frozenset(ledger.unanswered))


def _by_growth(advance: Callable[[float], None]) -> Callable[[float], None]:
    """Takes a figure that grows, and tells by how much it has grown."""
    before = 0.0

    def tell(now: float) -> None:
        nonlocal before
        advance(now - before)
        before = now

    return tell


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--clients", type=int, default=50, help="how many at once (50)")
    parser.add_argument("--seed", type=int, default=0, help="of what each client does, and of the photos")
    parser.add_argument("--url", help="a running system instead of one of its own; what is uploaded stays there")
    parser.add_argument("--token", help="sent as Bearer, where the system wants one")
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="NAME=VALUE", help="of the template, for its own system"
    )
    parser.add_argument("--log", type=Path, help="a file for what its own system says meanwhile")
    options = parser.parse_args(arguments)
    if options.seconds <= 0 or options.clients < 1:
        parser.error("SECONDS has to be more than 0, --clients 1 or more")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; 1 when a call was not answered well, or a photo is lost."""
    asked, console = parsed(arguments), Console()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with ExitStack() as closing:
        progress = closing.enter_context(Progress(*columns, console=Console(stderr=True)))

        def watched(what: str, total: float) -> Callable[[float], None]:
            task = progress.add_task(what, total=total)
            return lambda done: progress.advance(task, done)

        try:
            place = nullcontext(asked.url) if asked.url else own_rig(asked.parameter, asked.log)
            well = hold(closing.enter_context(place), asked.token, asked, watched, console)
        except (NotStartedError, BadAnswerError) as error:
            console.print(str(error), style="red", markup=False, soft_wrap=True)
            return 1
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
