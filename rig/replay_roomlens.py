"""What `rig replay` has to know about Roomlens, and nothing else in the rig does: a task and its photo.

For another product, write the like of `put_back` and name its module in `rig/replay.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from sqlalchemy import delete, inspect, or_, select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from rig.errors import RigError
from rig.execution_history import Execution
from rig.replay_case import Attachment, CaseParts, literal
from rig.rerun import Fact
from roomlens import storage
from roomlens.db import SessionFactory, bound_to, engine
from roomlens.errors import AppError
from roomlens.models import Analysis, Correction, Image, ImageStatus, Listing, Task, TaskStatus, TaskStep
from roomlens.photos.decoding import decode
from roomlens.tasks import Kind
from roomlens.tenancy import acting_for, current_tenant

# Of a photo's row: what its analysis writes, and whose it is, which is whom a test acts for.
_UNTOLD: Final = {"status", "failure_code", "failure_detail", "created_at", "updated_at", "tenant_id"}


class TaskError(RigError):
    """The execution's task can't be put back."""


@contextmanager
def put_back(task_id: str, execution: Execution, photo: Path | None = None) -> Iterator[TaskWorld]:
    """The task and its photo are as they were before the execution, inside of this `with`; then nothing has happened.

    A task of another database takes its place with `photo`, a file with what it worked on. While this lasts,
    everything that works on that task or photo waits.

    Raises:
        TaskError: the database can't be read, the task or its photo is not there, or the execution is another's.
    """
    named = execution.input.get("task_id") if isinstance(execution.input, dict) else None
    if named != task_id:
        raise TaskError(f"the history is of {named or 'no task'}, not of {task_id}")
    tenant_id = execution.input.get("tenant_id")
    if tenant_id is None:
        raise TaskError(f"the history of {task_id} names no tenant: it was recorded before there were any")
    with acting_for(tenant_id), _rolled_back():
        try:
            world = _found(task_id, _run_of(execution)) if photo is None else _brought(task_id, execution, photo)
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).partition("\n")[0]
            raise TaskError(f"the database can't be read ({reason}): start `rig up` on this data folder once") from None
        yield world


def _run_of(execution: Execution) -> int:
    return int(execution.input.get("run", 1))


def _found(task_id: str, run: int) -> TaskWorld:
    with SessionFactory.begin() as session:
        task = session.get(Task, task_id)
        if task is None or task.image_id is None:
            raise TaskError(f"{task_id} is not in the database: if it is another one's, give its photo with --photo")
        image = session.get_one(Image, task.image_id)
        ending = _Ending(str(task.status), task.result, task.problem)
        world = TaskWorld(task_id, _content(image), ending, {"task": _fact(task)})
        task.run = run
        _put_back(session, task, image)
    return world


def _brought(task_id: str, execution: Execution, photo: Path) -> TaskWorld:
    """The rows of a task as its upload would have made them; rows that are in their way are gone meanwhile."""
    try:
        body = photo.read_bytes()
        picture = decode(body)
    except OSError as error:
        raise TaskError(f"the photo {photo} can't be read: {error.strerror}") from None
    except AppError as error:
        raise TaskError(f"{photo} is no photo: {error.detail}") from None
    key = storage.original_key(None, picture.sha256, picture.extension)
    image_id = int(execution.input["image_id"])
    image = Image(
        id=image_id, s3_key=key, filename=photo.name, content_type=picture.content_type, byte_size=picture.byte_size,
        width=picture.width, height=picture.height, sha256=picture.sha256,
    )  # fmt: skip
    storage.put(key, body, picture.content_type)
    with SessionFactory.begin() as session:
        session.execute(delete(Task).where(Task.id == task_id))
        session.execute(delete(Image).where(or_(Image.id == image_id, Image.s3_key == key)))
        session.add(image)
        session.flush()
        session.add(Task(id=task_id, kind=Kind.ANALYZE, image_id=image_id, run=_run_of(execution)))
    failed = any(step.state == "RecordFailure" for step in execution.steps)
    return TaskWorld(task_id, _content(image), _Ending(TaskStatus.FAILED if failed else TaskStatus.SUCCESS), {})


class TaskWorld:
    """A task that was put back, and what is known of its end; see `rig.replay.World`."""

    def __init__(
        self, task_id: str, image: Mapping[str, Any], outcome: _Ending, recorded: Mapping[str, Fact]
    ) -> None:
        self._task_id = task_id
        self._image = image
        self._outcome = outcome
        self.recorded = recorded

    def now(self) -> Mapping[str, Fact]:
        with SessionFactory() as session:
            return {"task": _fact(session.get_one(Task, self._task_id))}

    def case(self) -> CaseParts:
        photo = self._photo()
        rows = list(self._rows())
        models = ", ".join(sorted({model for model, _ in rows}))
        constants = {"TASK_ID": self._task_id, "KEY": self._image["s3_key"]}
        return CaseParts(
            decorators=(f"acting_for({literal(current_tenant())})",),
            fixtures=("db: Session", "s3: Any"),
            libraries=("from sqlalchemy.orm import Session",),
            imports=(
                *(["from roomlens import storage"] if photo else []),
                f"from roomlens.models import {models}",
                "from roomlens.tenancy import acting_for",
            ),
            constants=constants | ({"RESULT": self._outcome.result} if self._outcome.result else {}),
            before=(
                *([f"storage.put(KEY, PHOTO.read_bytes(), {literal(self._image['content_type'])})"] if photo else []),
                *(line for model, fields in rows for line in _adding(model, fields)),
            ),
            after=("task = db.get_one(Task, TASK_ID, populate_existing=True)", *self._outcome.checks()),
            attachment=photo,
        )

    def _rows(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The rows that the execution found: their model and their fields as Python, parents first."""
        if "listing_id" in self._image:
            yield Listing.__name__, {"id": literal(self._image["listing_id"])}
        image = {name: literal(value, 8, len(name)) for name, value in self._image.items()}
        yield Image.__name__, image | {"s3_key": "KEY"}
        kind = literal(str(Kind.ANALYZE))
        yield Task.__name__, {"id": "TASK_ID", "kind": kind, "image_id": literal(self._image["id"])}

    def _photo(self) -> Attachment | None:
        """The bytes that lie there now; none when they are gone or can't be read."""
        key = self._image["s3_key"]
        try:
            return Attachment("PHOTO", PurePosixPath(key).suffix or ".bin", storage.get(key).body)
        except AppError:
            return None


@dataclass(frozen=True)
class _Ending:
    """How a task ended, by its row; a history alone does not tell the result or the problem."""

    status: str
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None

    def checks(self) -> tuple[str, ...]:
        """Lines of a test that find it in `task`."""
        checks = [f"assert task.status == {literal(str(self.status))}"]
        if self.result is not None:
            checks.append("assert differences(RESULT, task.result) == []")
        if self.problem is not None:
            checks.append("assert task.problem is not None")
            checks.append(f'assert task.problem["code"] == {literal(self.problem["code"])}')
        return tuple(checks)


@contextmanager
def _rolled_back() -> Iterator[None]:
    """All sessions work in one transaction, where what they commit can be seen by the next one; then it never was."""
    try:
        connection = engine().connect()
    except OperationalError as error:
        raise TaskError(f"the database can't be reached: {str(error.orig).partition(chr(10))[0]}") from None
    with connection, connection.begin() as outer:
        try:
            with bound_to(connection):
                yield
        finally:
            outer.rollback()


def _put_back(session: Session, task: Task, image: Image | None) -> None:
    """What the task's steps wrote is forgotten, and what people have said of it since; what was seen in the photo
    before the task began stays."""
    session.execute(delete(TaskStep).where(TaskStep.task_id == task.id))
    task.status, task.result, task.problem = TaskStatus.QUEUED, None, None
    if image is None:
        return
    began = select(Task.created_at).where(Task.id == task.id).scalar_subquery()
    for told in (Analysis, Correction):
        session.execute(delete(told).where(told.image_id == image.id, told.created_at >= began))
    session.expire(image, ["analyses", "correction"])
    image.status = ImageStatus.ANALYZED if image.analyses else ImageStatus.QUEUED
    image.failure_code = image.failure_detail = None


def _fact(task: Task) -> Fact:
    """What its caller is told in the end; its address is part of a problem, and does not change."""
    value = {"status": str(task.status), "result": task.result, "problem": task.problem}
    more = ""
    if task.problem is not None:
        more = f": {task.problem.get('code')}"
    elif task.result is not None:
        more = f": {task.result['predictions']['room_type']['label']}"
    return Fact(f"{task.status}{more}", value)


def _content(image: Image) -> dict[str, Any]:
    """What a test says of a photo's row: what its analysis reads and does not write."""
    names = [column.key for column in inspect(Image).columns if column.key not in _UNTOLD]
    return {name: value for name in names if (value := getattr(image, name)) is not None}


def _adding(model: str, fields: Mapping[str, str]) -> Iterator[str]:
    """Lines of a test that make a row, which others may then refer to."""
    yield f"db.add({model}("
    for name, value in fields.items():
        yield from (f"    {line}" for line in f"{name}={value},".split("\n"))
    yield "))"
    yield "db.commit()"
