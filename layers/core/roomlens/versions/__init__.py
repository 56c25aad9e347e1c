"""Versions of models: which there are (`naming`), which one a request sees (`seeing`), and how another comes into
force (`switching`); docs/adr/0017-blue-green-models.md."""

from roomlens.versions.naming import NamedModels, Version, made_by, named, named_models, version_of
from roomlens.versions.seeing import (
    analyzer_in_force,
    hold,
    model_in_force,
    one_version,
    promoted,
    text_embedder_in_force,
    using,
    version_in_force,
)
from roomlens.versions.switching import count_missing, pin, promote, register, rollback, what_is_missing

__all__ = [
    "NamedModels",
    "Version",
    "analyzer_in_force",
    "count_missing",
    "hold",
    "made_by",
    "model_in_force",
    "named",
    "named_models",
    "one_version",
    "pin",
    "promote",
    "promoted",
    "register",
    "rollback",
    "text_embedder_in_force",
    "using",
    "version_in_force",
    "version_of",
    "what_is_missing",
]
