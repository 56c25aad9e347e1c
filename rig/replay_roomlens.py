"""What `rig replay` has to know about Roomlens, and nothing else in the rig does: a task and its photo.

For another product, write the like of `put_back` and name its module in `rig/replay.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from sqlalchemy import delete, inspect
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from rig.errors import RigError
from rig.execution_history import Execution
from rig.replay_case import Attachment, CaseParts, literal
from rig.rerun import Fact
from roomlens import storage
from roomlens.db import SessionFactory, engine
from roomlens.errors import NotFoundError
from roomlens.models import Analysis, Image, ImageStatus, Listing, Task, TaskStatus, TaskStep

_OF_THE_ANALYSIS: Final = {"status", "failure_code", "failure_detail", "created_at", "updated_at"}


class TaskError(RigError):
    """The execution's task can't be put back."""


@contextmanager
def put_back(task_id: str, execution: Execution) -> Iterator[TaskWorld]:
    """The task and its photo are as they were before the execution, inside of this `with`; then nothing has happened.

    While it lasts, everything that works on that task or photo waits.

    Raises:
        TaskError: the database can't be read or has no such task, or the execution is another's.
    """
    named = execution.input.get("task_id") if isinstance(execution.input, dict) else None
    if named != task_id:
        raise TaskError(f"the history is of {named or 'no task'}, not of {task_id}")
    with _rolled_back():
        try:
            world = TaskWorld(task_id)
        except (OperationalError, ProgrammingError) as error:
            raise TaskError(f"the database can't be read: {str(error.orig).partition(chr(10))[0]}") from None
        yield world


class TaskWorld:
    """A task that was put back, and what was known of it before; see `rig.replay.World`."""

    def __init__(self, task_id: str) -> None:
        self._task_id = task_id
        with SessionFactory.begin() as session:
            task = session.get(Task, task_id)
            if task is None or task.image_id is None:
                raise TaskError(f"{task_id} is not in the database: its row, its photo's and the photo are needed")
            image = session.get_one(Image, task.image_id)
            self.recorded: Mapping[str, Fact] = {"task": _fact(task)}
            self._task = {"kind": task.kind, "image_id": task.image_id}
            self._image = _content(image)
            self._outcome = _Ending(str(task.status), task.result, task.problem)
            _put_back(session, task, image)

    def now(self) -> Mapping[str, Fact]:
        with SessionFactory() as session:
            return {"task": _fact(session.get_one(Task, self._task_id))}

    def case(self) -> CaseParts:
        photo = self._photo()
        rows = list(self._rows())
        models = ", ".join(sorted({model for model, _ in rows}))
        constants = {"TASK_ID": self._task_id, "KEY": self._image["s3_key"]}
        return CaseParts(
            fixtures=("db: Session", "s3: Any"),
            libraries=("from sqlalchemy.orm import Session",),
            imports=(f"from roomlens.models import {models}", *(["from roomlens import storage"] if photo else [])),
            constants=constants if self._outcome.problem else {**constants, "RESULT": self._outcome.result},
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
        yield Task.__name__, {"id": "TASK_ID"} | {name: literal(value) for name, value in self._task.items()}

    def _photo(self) -> Attachment | None:
        """The bytes that lie there now."""
        key = self._image["s3_key"]
        try:
            return Attachment("PHOTO", PurePosixPath(key).suffix or ".bin", storage.get(key).body)
        except NotFoundError:
            return None


@dataclass(frozen=True)
class _Ending:
    """How a task ended, by its row."""

    status: str
    result: dict[str, Any] | None
    problem: dict[str, Any] | None

    def checks(self) -> tuple[str, ...]:
        """Lines of a test that find it in `task`."""
        if self.problem is None:
            return (f"assert task.status == {literal(self.status)}", "assert differences(RESULT, task.result) == []")
        wanted = f"({literal(self.status)}, {literal(self.problem['code'])})"
        return ("assert task.problem is not None", f'assert (task.status, task.problem["code"]) == {wanted}')


@contextmanager
def _rolled_back() -> Iterator[None]:
    """All sessions work in one transaction, where what they commit can be seen by the next one; then it never was."""
    try:
        connection = engine().connect()
    except OperationalError as error:
        raise TaskError(f"the database can't be reached: {str(error.orig).partition(chr(10))[0]}") from None
    with connection, connection.begin() as outer:
        SessionFactory.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            SessionFactory.configure(bind=None, join_transaction_mode="conditional_savepoint")
            outer.rollback()


def _put_back(session: Session, task: Task, image: Image | None) -> None:
    """What the task's steps wrote is forgotten; what was seen in the photo before the task began stays."""
    session.execute(delete(TaskStep).where(TaskStep.task_id == task.id))
    task.status, task.result, task.problem = TaskStatus.QUEUED, None, None
    if image is None:
        return
    session.execute(delete(Analysis).where(Analysis.image_id == image.id, Analysis.created_at >= task.created_at))
    session.expire(image, ["analyses"])
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
    """The columns of a photo's row that its analysis reads and does not write."""
    values = {name: getattr(image, name) for name in inspect(Image).columns.keys()}  # noqa: SIM118 - not a dict
    return {name: value for name, value in values.items() if value is not None and name not in _OF_THE_ANALYSIS}


def _adding(model: str, fields: Mapping[str, str]) -> Iterator[str]:
    """Lines of a test that make a row, which others may then refer to."""
    yield f"db.add({model}("
    for name, value in fields.items():
        yield from (f"    {line}" for line in f"{name}={value},".split("\n"))
    yield "))"
    yield "db.commit()"
