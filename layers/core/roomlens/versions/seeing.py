"""One version for a whole request: read from the database when first asked for, and not again.

Nobody passes it on: whatever asks for the models in use, or for the version whose rows count, is answered with it as
long as the request lasts (`db.session_scope` enters `one_version`). A request that needs no model asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from roomlens.dialects import lock
from roomlens.errors import UnavailableError
from roomlens.in_use import using_models
from roomlens.models import ModelInForce, ModelVersionRow
from roomlens.settings import ModelSettings, model_settings
from roomlens.text import ModelVersion, TextEmbedder, embedder_called, text_embedder
from roomlens.versions.naming import NamedModels, Version, deployed_name, named, named_models, version_in_use
from roomlens.vision import PhotoAnalyzer, model_of_pictures, model_that_looks, photo_analyzer

VERSIONS: Final = 0x7276  # "rv": our second class among the database's advisory locks
_ONE: Final = 0  # there is one version in force, so one lock


class _Sight(Protocol):
    """What is in force, as somebody sees it."""

    def version(self) -> Version | None: ...

    def settings(self) -> ModelSettings: ...

    def forget(self) -> None: ...


_sight: ContextVar[_Sight | None] = ContextVar("version_in_sight", default=None)


class _OfSession:
    """What a session reads when it is first asked. None was promoted: what the settings say."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: tuple[Version | None] | None = None

    def version(self) -> Version | None:
        if self._read is None:
            self._read = (promoted(self._session),)
        return self._read[0]

    def settings(self) -> ModelSettings:
        version = self.version()
        known = named_models().get(version.name) if version else None
        return known.settings if known else model_settings()

    def forget(self) -> None:
        self._read = None


class _Chosen:
    """Models that somebody named, whatever is in force."""

    def __init__(self, models: NamedModels) -> None:
        self._models = models

    def version(self) -> None:
        return None

    def settings(self) -> ModelSettings:
        return self._models.settings

    def forget(self) -> None:
        pass


@contextmanager
def one_version(session: Session) -> Iterator[None]:
    """Inside of the block one version is in force. Nothing is changed inside of another block, or of `using`."""
    if _sight.get() is not None:
        yield
        return
    with _seeing(_OfSession(session)):
        yield


@contextmanager
def using(name: str | None) -> Iterator[None]:
    """Inside of the block photos are looked at by the models of this name, and their rows are those that count; without
    a name nothing changes.

    Raises NotFoundError.
    """
    if name is None:
        yield
        return
    with _seeing(_Chosen(named(name))):
        yield


@contextmanager
def _seeing(sight: _Sight) -> Iterator[None]:
    token = _sight.set(sight)
    try:
        with using_models(sight.settings):
            yield
    finally:
        _sight.reset(token)


def promoted(session: Session) -> Version | None:
    """The version that is written down as the one in force; None when none is yet, and the settings say which."""
    row = session.connection().execute(_PROMOTED).one_or_none()
    return as_version(row) if row else None


def as_version(row: Any) -> Version:
    """A row of `model_versions`."""
    return Version(row.name, ModelVersion(row.model, row.version, row.weights_sha256), row.text_model, row.image_model)


def version_in_force(session: Session) -> Version:
    """The version that is written down, or the one that this code makes of the settings."""
    version = promoted(session)
    if version is not None:
        return version
    with using_models(model_settings):
        return version_in_use(deployed_name())


# of tables and without autoflush: this is asked in every request that needs a model
_VERSIONS: Final[Any] = ModelVersionRow.__table__
_PROMOTED: Final = select(_VERSIONS).join(ModelInForce.__table__, ModelInForce.__table__.c.version_id == _VERSIONS.c.id)


def hold(session: Session) -> None:
    """Waits for whoever is switching versions; from here to the end of the transaction nobody else will.

    What is in force may have changed while a photo was looked at, so it is read again when it is next asked for.
    """
    lock(session, VERSIONS, _ONE, shared=True)
    sight = _sight.get()
    if sight is not None:
        sight.forget()


def hold_alone(session: Session) -> None:
    """Waits for all who `hold`, and keeps them waiting to the end of the transaction."""
    lock(session, VERSIONS, _ONE)


def _version_in_sight() -> Version | None:
    sight = _sight.get()
    return sight.version() if sight else None


def model_in_force() -> ModelVersion:
    """Whose rows count here: the version that is written down, or that of the model that looks.

    Raises ConfigurationError as `photo_analyzer`.
    """
    version = _version_in_sight()
    return version.model if version else model_that_looks()


def text_embedder_in_force() -> TextEmbedder:
    """The embedder whose vectors a question is compared with.

    Raises UnavailableError when this code can't run the one of the version that was promoted.
    """
    version = _version_in_sight()
    if version is None:
        return text_embedder()
    embedder = embedder_called(version.text_model)
    if embedder is None:
        raise UnavailableError(f"Words can't be compared: nobody here can run {version.text_model}. {_MENDED}")
    return embedder


def analyzer_in_force() -> PhotoAnalyzer:
    """An analyzer whose image vectors can be compared with those that are searched.

    Raises UnavailableError when this code has none for the version that was promoted.
    """
    version = _version_in_sight()
    if version is not None and model_of_pictures().label != version.image_model:
        raise UnavailableError(f"Pictures can't be compared: nobody here can run {version.image_model}. {_MENDED}")
    return photo_analyzer()


_MENDED: Final = "Another model has to be promoted."
