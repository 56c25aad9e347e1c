"""Which models are in use here: those that the settings name, or others in one and the same process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from typing import Generic, TypeVar

from roomlens.settings import ModelSettings, model_settings

_choose: ContextVar[Callable[[], ModelSettings] | None] = ContextVar("models_in_use", default=None)
_Made = TypeVar("_Made")


def models_in_use() -> ModelSettings:
    """Those that `using_models` says, else the settings'."""
    choose = _choose.get()
    return model_settings() if choose is None else choose()


@contextmanager
def using_models(choose: Callable[[], ModelSettings]) -> Iterator[None]:
    """Inside of the block `models_in_use` answers what `choose` does, in this thread or task alone."""
    token = _choose.set(choose)
    try:
        yield
    finally:
        _choose.reset(token)


class OncePerModels(Generic[_Made]):
    """A function without arguments, called once for each value that some fields of the models in use have."""

    def __init__(self, make: Callable[[], _Made], fields: tuple[str, ...]) -> None:
        self._make, self._fields = make, fields
        self._made: dict[tuple[str, ...], _Made] = {}
        update_wrapper(self, make)

    def __call__(self) -> _Made:
        models = models_in_use()
        key = tuple(getattr(models, field) for field in self._fields)
        if key not in self._made:  # two threads may both make it, as with `functools.cache`
            self._made[key] = self._make()
        return self._made[key]

    def cache_clear(self) -> None:
        self._made.clear()


def once_per_models(*fields: str) -> Callable[[Callable[[], _Made]], OncePerModels[_Made]]:
    """`functools.cache` for what depends on the models in use, or on these fields of theirs alone."""
    return lambda make: OncePerModels(make, fields or tuple(ModelSettings.model_fields))
