"""The command. The whole template runs, with real Lambda runtimes, real models and a PostgreSQL in a temporary folder;
half of the photos come by presigned uploads, half lie under a prefix, and a few can't be read.

Meanwhile the database is stopped and started, a process of each step's function is killed in the middle of its work,
events and steps come twice and in another order, and S3 answers 503. The exit status is 1 when a photo is neither
analysed once nor failed with its reason, or when the weather was better than it should have been.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest.mock import patch

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.faults.audit import CLOSED, Verdict, judge, judge_executions, read
from benchmarks.faults.doors import Api, Batch, Sender, announce, begin_import
from benchmarks.faults.photos import Photo, photos
from benchmarks.faults.report import show_counts, show_weather
from benchmarks.faults.weather import Weather
from rig.chaos import Chaos
from rig.cloud import Cloud
from rig.data_folder import DataFolder
from rig.errors import RigError
from rig.handlers import http_client
from rig.system import DATABASE_VARIABLE, System

ROOT: Final = Path(__file__).resolve().parents[2]
RETRY_DELAYS: Final = (5.0, 10.0)
"""Seconds before an event's second and third try: a twelfth of Lambda's, as the outages are a twelfth of real ones."""
RECONCILER: Final = "ReconcileFunction"
STANDSTILL: Final = 30.0
"""Seconds without progress after which the reconciler is run, which by itself comes every five minutes."""
LONGEST: Final = 300.0
"""Seconds without progress after which the drill is given up."""


@dataclass(frozen=True)
class Drill:
    """What the drill was asked for: outages in seconds, and how often each of the long steps is killed."""

    photos: int
    seed: int = 0
    calm: bool = False
    database: float = 5.0
    s3: float = 10.0
    kills: int = 2
    log: Path | None = None


class DrillError(Exception):
    """The drill came to no end."""


def run(drill: Drill, console: Console) -> bool:
    """One drill, from the empty system to the report; whether all is well."""
    chaos = Chaos(*(() if drill.calm else ("duplicate", "reorder")), seed=drill.seed)
    sent = list(photos(drill.photos, drill.seed))
    with tempfile.TemporaryDirectory(prefix="roomlens-drill-") as folder, ExitStack() as closing:
        closing.enter_context(patch.dict(os.environ))
        os.environ.pop(DATABASE_VARIABLE, None)  # the database will be stopped: it is never a person's own
        log = closing.enter_context(_log_to(drill.log or Path(folder) / "rig.log"))
        data = DataFolder(Path(folder) / "data")
        template = ROOT / "template.yaml"
        system = closing.enter_context(System(template, data, chaos=chaos, retry_delays=RETRY_DELAYS))
        closing.enter_context(system.schedules())
        api = Api(closing.enter_context(http_client(system.cloud.gateway, system.cloud.api_url)))
        weather = Weather(system, drill.seed, database=drill.database, s3=drill.s3, kills=drill.kills)
        listing_id = api.ask("POST", "/api/listings", json={"title": "The drill"})["id"]
        batches = _send(sent, system, api, None if drill.calm else weather, listing_id, console)
        verdict = _audit(sent, system, api, batches, listing_id)
        show_weather(console, weather.happened, [] if drill.calm else weather.missed)
        show_counts(console, verdict, _further(verdict, system, log.read_text(errors="replace")))
    return not verdict.faults and (drill.calm or not weather.missed)


def _send(
    sent: Sequence[Photo], system: System, api: Api, weather: Weather | None, listing_id: int, console: Console
) -> list[Batch]:
    """Both batches, from their begin to their end."""
    cloud = system.cloud
    s3, bucket = cloud.client("s3"), cloud.bucket("PhotoBucket")

    def put(key: str, body: bytes) -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    with ExitStack() as closing:
        if weather is not None:
            closing.enter_context(weather)
        manifest = announce(api, sent[::2], listing_id)
        batches = [manifest, begin_import(api, put, sent[1::2], listing_id)]
        forms = {item["name"]: item["upload"] for item in api.all(f"/api/tasks/{manifest.task_id}/items", "items")}
        sender = closing.enter_context(Sender(forms, manifest))
        with _progress(console, len(sent)) as advance:
            for done in _watch(api, batches, cloud):
                sender.dealt_with(done[0])
                advance(sum(done))
                if weather is not None:
                    weather.work_is_done(sum(done) / len(sent))
        cloud.wait(timeout=60)
    return batches


def _watch(api: Api, batches: Sequence[Batch], cloud: Cloud) -> Iterator[list[int]]:
    """How many photos of each batch are done, again and again until both batches are over."""
    (reconciler,) = (
        name
        for name, schedule in cloud.stack.schedules.items()
        if schedule.target == cloud.stack.function(RECONCILER).arn
    )
    done, changed, reconciled = [0, 0], time.monotonic(), time.monotonic()
    while True:
        tasks = [api.glance(f"/api/tasks/{batch.task_id}") for batch in batches]
        now = time.monotonic()
        seen = [task["progress"]["done"] for task in tasks if task is not None]
        if len(seen) == len(batches) and seen != done:  # fewer while the API's database is down
            done, changed = seen, now
            yield done
        if all(task is not None and task["status"] in CLOSED for task in tasks):
            return
        if now - changed > LONGEST:
            raise DrillError(f"{sum(done)} photos are done, and for {LONGEST:.0f} s nothing has changed")
        if now - max(changed, reconciled) > STANDSTILL:
            cloud.run_schedule(reconciler)
            reconciled = now
        time.sleep(0.25)


def _audit(sent: Sequence[Photo], system: System, api: Api, batches: Sequence[Batch], listing_id: int) -> Verdict:
    from sqlalchemy import create_engine

    engine = create_engine(system.database_url)
    try:
        with engine.connect() as connection:
            rows = read(connection, [batch.task_id for batch in batches], listing_id)
    finally:
        engine.dispose()
    verdict = judge(sent, rows, list(api.all(f"/api/images?listing_id={listing_id}", "images")))
    judge_executions(rows, _status_of(system), verdict)
    return verdict


def _status_of(system: System) -> Callable[[str, str], str | None]:
    client = system.cloud.client("stepfunctions")
    arns = {machine.name.rpartition("-")[2]: machine.arn for machine in system.cloud.stack.state_machines.values()}

    def status_of(workflow: str, name: str) -> str | None:
        arn = f"{arns[workflow].replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return str(client.describe_execution(executionArn=arn)["status"])
        except client.exceptions.ExecutionDoesNotExist:
            return None

    return status_of


def _further(verdict: Verdict, system: System, log: str) -> list[tuple[str, object]]:
    """What is not counted in photos."""
    sqs, url = system.cloud.client("sqs"), system.cloud.queue("DeadLetterQueue")
    letters = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return [
        ("tasks that agree with their execution", verdict.agreeing),
        ("events and steps that came twice", log.count("chaos duplicate")),
        ("bursts of events in another order", log.count("chaos reorder")),
        ("invocations that ended in an error", log.count(" failed with ")),
        ("events in the dead-letter queue", letters["ApproximateNumberOfMessages"]),
    ]


@contextmanager
def _log_to(path: Path) -> Iterator[Path]:
    """What the rig logs goes there, and not on the screen."""
    logger, handler = logging.getLogger("rig"), logging.FileHandler(path, "w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield path
    finally:
        logger.propagate = before
        logger.removeHandler(handler)
        handler.close()


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("photos done"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--photos", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="of the photos, the order of events and the kills")
    parser.add_argument("--calm", action="store_true", help="nothing goes wrong, for comparison")
    parser.add_argument("--log", type=Path, help="a file for what the rig logs meanwhile")
    options = parser.parse_args(arguments)
    console = Console()
    try:
        well = run(Drill(options.photos, options.seed, options.calm, log=options.log), console)
    except (DrillError, RigError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
