"""What the drill looks at in the end: every photo in the database, in the API and in Step Functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from benchmarks.faults.photos import Photo

if TYPE_CHECKING:
    from sqlalchemy import Connection

CLOSED: Final = ("success", "failed", "canceled", "partial")
_ENDS: Final = {"success": "SUCCEEDED", "partial": "SUCCEEDED", "failed": "FAILED"}

_ITEMS: Final = """
    select item.id, item.parent_id, item.position, item.status, item.image_id, item.workflow, item.run,
           item.problem ->> 'code' as code, item.problem ->> 'detail' as detail,
           coalesce(item.request ->> 'filename', item.request ->> 'key') as name
      from tasks item where item.parent_id = any(:batches) order by item.parent_id, item.position
"""
_IMAGES: Final = """
    select image.id, image.status, image.sha256, image.failure_code, image.failure_detail,
           (select count(*) from analyses seen where seen.image_id = image.id) as analyses,
           (select count(*) from text_vectors found where found.image_id = image.id) as texts,
           (select count(*) from image_vectors found where found.image_id = image.id) as pictures
      from images image where image.listing_id = :listing
"""
_BATCHES: Final = "select id, status, workflow, run from tasks where id = any(:batches)"
_OPEN_STEPS: Final = """
    select step.name || ' ' || step.attempt || ' of ' || step.task_id as step
      from task_steps step join tasks task on task.id = step.task_id
     where step.status = 'running' and (task.id = any(:batches) or task.parent_id = any(:batches)) order by step.id
"""


@dataclass(frozen=True)
class Rows:
    """The rows of the drill, each a mapping by column; `steps` are the attempts that are still called running."""

    items: Sequence[Mapping[str, Any]]
    images: Mapping[int, Mapping[str, Any]]
    batches: Sequence[Mapping[str, Any]]
    steps: Sequence[str] = ()


@dataclass
class Verdict:
    """The counts of the drill, and in `faults` one line for everything that is neither one thing nor the other."""

    sent: int = 0
    rows: int = 0
    analysed: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    whole_failed: int = 0
    """Photos that nothing was wrong with: the weather was too bad for their retries."""
    vectors: int = 0
    agreeing: int = 0
    """Tasks that say the same as their execution."""
    faults: list[str] = field(default_factory=list)


def read(connection: Connection, batches: Sequence[str], listing_id: int) -> Rows:
    """The rows of two batches and their listing."""
    from sqlalchemy import text

    def rows(statement: str, **values: Any) -> list[Mapping[str, Any]]:
        return [dict(row) for row in connection.execute(text(statement), values).mappings()]

    named = {"batches": list(batches)}
    images = {row["id"]: row for row in rows(_IMAGES, listing=listing_id)}
    steps = [row["step"] for row in rows(_OPEN_STEPS, **named)]
    return Rows(rows(_ITEMS, **named), images, rows(_BATCHES, **named), steps)


def judge(photos: Sequence[Photo], rows: Rows, shown: Sequence[Mapping[str, Any]]) -> Verdict:
    """Every photo is analysed once, or has failed with its reason; `shown` are the photos as the API lists them."""
    verdict = Verdict(sent=len(photos), rows=len(rows.items))
    by_name = {row["name"].rpartition("/")[2]: row for row in rows.items}
    for photo in photos:
        _judge_one(photo, by_name.get(photo.name), rows.images, verdict)
    _judge_rows(rows, shown, verdict)
    return verdict


def _judge_one(
    photo: Photo, item: Mapping[str, Any] | None, images: Mapping[int, Mapping[str, Any]], verdict: Verdict
) -> None:
    image = images.get(item["image_id"]) if item and item["image_id"] else None
    if item is None:
        verdict.faults.append(f"{photo.name} has no row")
    elif item["status"] == "success":
        if wrong := _wrong_of_analysed(photo, image):
            verdict.faults.append(f"{photo.name} is called analysed: {wrong}")
        else:
            verdict.analysed += 1
            verdict.vectors += image["texts"] + image["pictures"] if image else 0
    elif item["status"] == "failed":
        if wrong := _wrong_of_failed(item, image):
            verdict.faults.append(f"{photo.name} is called failed: {wrong}")
        else:
            verdict.failed[f"{photo.poison or 'whole'}: {item['code']}"] += 1
            verdict.whole_failed += not photo.poison
    else:
        verdict.faults.append(f"{photo.name} is {item['status']}")


def _wrong_of_analysed(photo: Photo, image: Mapping[str, Any] | None) -> str:
    if photo.poison:
        return f"nobody can read it ({photo.poison})"
    if image is None:
        return "it has no photo"
    if image["sha256"] != photo.sha256:
        return "the bytes are another's"
    counts = image["status"], image["analyses"], image["texts"], image["pictures"]
    return (
        ""
        if counts == ("analyzed", 1, 1, 1)
        else "status, analyses, text and image vectors are {} {} {} {}".format(*counts)
    )


def _wrong_of_failed(item: Mapping[str, Any], image: Mapping[str, Any] | None) -> str:
    if not item["code"] or not item["detail"]:
        return "there is no reason"
    if image is not None and (image["status"] != "failed" or not image["failure_code"] or not image["failure_detail"]):
        return f"its photo is {image['status']}"
    return ""


def _judge_rows(rows: Rows, shown: Sequence[Mapping[str, Any]], verdict: Verdict) -> None:
    """Nothing is there twice, or of nobody; and the API says what the database says."""
    said = verdict.faults.append
    if len(rows.items) != verdict.sent:
        said(f"{len(rows.items)} rows of {verdict.sent} photos")
    owners = Counter(row["image_id"] for row in rows.items if row["image_id"])
    for image_id, owned in rows.images.items():
        if owners[image_id] != 1:
            said(f"image {image_id} ({owned['status']}) is of {owners[image_id]} items")
    if twice := [
        sha for sha, count in Counter(row["sha256"] for row in rows.images.values()).items() if sha and count > 1
    ]:
        said(f"{len(twice)} photos are stored twice")
    for batch in rows.batches:
        statuses = {row["status"] for row in rows.items if row["parent_id"] == batch["id"]}
        expected = "partial" if len(statuses) > 1 else next(iter(statuses), "")
        if batch["status"] != expected:
            said(f"the batch {batch['id']} is {batch['status']}, its items are {', '.join(sorted(statuses))}")
    for step in rows.steps:
        said(f"still called running: {step}")
    listed, stored = (Counter(row["status"] for row in found) for found in (shown, rows.images.values()))
    if listed != stored:
        said(f"the API lists {dict(listed)}, the database has {dict(stored)}")


def judge_executions(rows: Rows, status_of: Any, verdict: Verdict) -> None:
    """Every task that a workflow works on says the same as its execution. `status_of` gives an execution's by workflow
    and name, None when there is none."""
    for task in (*rows.batches, *rows.items):
        if task["workflow"] is None:
            continue
        name = task["id"] if task["run"] == 1 else f"{task['id']}-{task['run']}"
        status = status_of(task["workflow"], name)
        if status == _ENDS.get(task["status"]):
            verdict.agreeing += 1
        else:
            verdict.faults.append(f"the task {name} is {task['status']}, its execution {status or 'is not there'}")
