"""The heads that were trained here, as the settings want them: their files, and the hash that a version names.

Each has a setting: `trained`, or a word for how an analysis goes without.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from roomlens.errors import ConfigurationError
from roomlens_models.heads import Head, WrongHeadError, read_head

if TYPE_CHECKING:
    from roomlens.vision import FloatArray

TRAINED: Final = "trained"
_Kind = TypeVar("_Kind")


def loaded(name: str, made_of: Callable[[Head], _Kind]) -> _Kind:
    """What is made of a head as committed; its files are read once.

    Raises:
        ConfigurationError: the files are missing, do not belong together, or `made_of` refuses them.
    """
    try:
        return made_of(committed(name))
    except WrongHeadError as error:
        raise ConfigurationError(str(error)) from error


def hash_in_force(name: str, setting: str = TRAINED) -> str:
    """What the version of an analysis says of a head: the SHA-256 of its weights, or the setting's word for none.

    Raises:
        ConfigurationError: as `loaded`.
    """
    return loaded(name, lambda head: head.sha256) if setting == TRAINED else setting


def at_length_one(features: FloatArray) -> FloatArray:
    """The directions of features, (photos, width); one without any stays nothing. Pure."""
    import numpy as np

    return np.asarray(features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12), np.float32)


@cache
def committed(name: str) -> Head:
    """A head's files as committed.

    Raises:
        WrongHeadError: they are missing or do not belong together.
    """
    return read_head(name)
