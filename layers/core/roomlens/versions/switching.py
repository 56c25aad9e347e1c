"""How another version comes into force: in one transaction, when it has looked at all that was looked at before.

A photo is stored by a transaction that holds the version in force (`seeing.hold`), and switching waits for all of
these: so none is stored under the old version after its photos were counted.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from roomlens.dialects import insert
from roomlens.errors import ConflictError
from roomlens.models import Analysis, Image, ImageStatus, ModelInForce, ModelVersionRow
from roomlens.observability import logger
from roomlens.text import ModelVersion, embedder_called
from roomlens.versions.naming import Version, made_by, named, version_of
from roomlens.versions.seeing import hold_alone, promoted, version_in_force

_THE_ONE = 1  # id of the one row of `model_in_force`


def what_is_missing(model: ModelVersion) -> Select[int]:
    """The ids of the photos that some model has looked at and this one has not, in the order they came. Pure.

    Photos that wait for their first look are not among them, nor are those that could not be looked at: both are for
    the version in force.
    """
    seen = aliased(Analysis)
    by_it = select(seen.id).where(seen.image_id == Image.id, made_by(seen, model))
    return select(Image.id).where(Image.status == ImageStatus.ANALYZED, ~by_it.exists()).order_by(Image.id)


def count_missing(session: Session, model: ModelVersion) -> int:
    missing = what_is_missing(model).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(missing)) or 0


def register(session: Session, version: Version) -> ModelVersionRow:
    """The row of a version, made when it is not there yet."""
    model = version.model
    values = {
        "name": version.name,
        "embedder": version.embedder,
        "model": model.name,
        "version": model.version,
        "weights_sha256": model.weights_sha256,
        "text_model": version.text_model,
        "image_model": version.image_model,
    }
    session.execute(insert(session, ModelVersionRow).values(**values).on_conflict_do_nothing())
    return session.scalars(select(ModelVersionRow).where(ModelVersionRow.embedder == version.embedder)).one()


def pin(session: Session) -> None:
    """Writes down which version is in force, unless that is written already. Another model is about to look: from then
    on a photo's newest analysis says nothing of which one counts, and no deployment should."""
    if promoted(session) is None:
        values = {"id": _THE_ONE, "version_id": register(session, version_in_force(session)).id}
        session.execute(insert(session, ModelInForce).values(**values).on_conflict_do_nothing())


def promote(session: Session, name: str, *, allow_missing: int = 0) -> ModelInForce:
    """Puts the version that this code makes of a name into force; what is in force already stays.

    Raises:
        NotFoundError: an unknown name.
        ConflictError: it has yet to look at more photos than `allow_missing`.
    """
    wanted = version_of(name)
    hold_alone(session)
    here, candidate = _in_force(session), register(session, wanted)
    if here.version_id == candidate.id:
        return here
    missing = count_missing(session, wanted.model)
    if missing > allow_missing:
        raise ConflictError(
            f"{name} has yet to look at {missing} photos, which nobody would find; POST /api/models/{name}/backfill."
        )
    return _switch(session, here, to=candidate, previous=here.version_id)


def rollback(session: Session, name: str) -> ModelInForce:
    """Puts the version back that was in force before this one was promoted, whatever it has not looked at since.

    It is done once: who asks twice does not go forth again.

    Raises:
        NotFoundError: an unknown name.
        ConflictError: the model in force has another name, there is none to go back to, or it can't be run any more.
    """
    named(name)
    hold_alone(session)
    here = _in_force(session)
    if here.version.name != name:
        raise ConflictError(f"{name} is not in force; {here.version.name} is.")
    before = here.previous
    if before is None:
        raise ConflictError("No other version was in force before; promote one.")
    if embedder_called(before.text_model) is None:
        raise ConflictError(f"Nobody here can run {before.text_model}, which {before.name} was searched with.")
    return _switch(session, here, to=before, previous=None)


def _in_force(session: Session) -> ModelInForce:
    """The row of what is in force now, made of the settings when there was none."""
    pin(session)
    return session.get_one(ModelInForce, _THE_ONE, populate_existing=True)


def _switch(session: Session, here: ModelInForce, *, to: ModelVersionRow, previous: int | None) -> ModelInForce:
    logger().info("model.switched", extra={"from": here.version.embedder, "to": to.embedder})
    here.version_id, here.previous_id = to.id, previous
    session.flush()
    session.refresh(here)
    return here
