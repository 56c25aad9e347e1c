"""The models that a caller can name, and what this code makes of each name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_

from roomlens.errors import NotFoundError
from roomlens.in_use import using_models
from roomlens.models import Analysis
from roomlens.settings import ModelSettings, model_settings
from roomlens.text import ModelVersion, text_embedder
from roomlens.vision import model_of_pictures, model_that_looks

# What the deployment's settings are called when they are a combination without a name of its own.
CONFIGURED: Final = "configured"


@dataclass(frozen=True)
class NamedModels:
    """The models behind a name. `about`: one plain sentence on them."""

    name: str
    about: str
    settings: ModelSettings


@dataclass(frozen=True)
class Version:
    """One version of what stands behind a name.

    `model`: who looks, and what the rows of its looks are labelled with; `text_model`, `image_model`: the labels of
    those whose vectors it keeps. A question must be read by the same ones.
    """

    name: str
    model: ModelVersion
    text_model: str
    image_model: str

    @property
    def embedder(self) -> str:
        return self.model.label


def made_by(analysis: type[Analysis], model: ModelVersion) -> ColumnElement[bool]:
    """Whether a row of `analyses`, or of an alias of it, is of this version."""
    return and_(analysis.model == model.name, analysis.version == model.version)


def named_models() -> Mapping[str, NamedModels]:
    """All that can be named, the deployment's own settings among them."""
    known = {models.name: models for models in _CATALOGUE}
    deployed = model_settings()
    if any(_same(models.settings, deployed) for models in _CATALOGUE):
        return known
    return known | {CONFIGURED: NamedModels(CONFIGURED, "What the settings of this deployment say.", deployed)}


def named(name: str) -> NamedModels:
    """Raises NotFoundError."""
    try:
        return named_models()[name]
    except KeyError:
        raise NotFoundError(f"There is no model of that name; there are {', '.join(named_models())}.") from None


def deployed_name() -> str:
    """What the models of the deployment's settings are called."""
    deployed = model_settings()
    return next((models.name for models in _CATALOGUE if _same(models.settings, deployed)), CONFIGURED)


def version_of(name: str) -> Version:
    """The version that this code makes of a name.

    Raises NotFoundError for an unknown name, and ConfigurationError when its weights were never built.
    """
    models = named(name)
    with using_models(lambda: models.settings):
        return version_in_use(models.name)


def version_in_use(name: str) -> Version:
    """The version that the models in use are. Raises ConfigurationError as `version_of`."""
    return Version(name, model_that_looks(), text_embedder().model.label, model_of_pictures().label)


def _same(one: ModelSettings, other: ModelSettings) -> bool:
    """Whether two settings are the same models: a hosted model that looks uses no head."""
    of_both = ("vision_backend", "text_backend")
    heads = () if one.vision_backend == "bedrock" else ("room_head", "tag_head", "condition_heads")
    return all(getattr(one, name) == getattr(other, name) for name in (*of_both, *heads))


_of = ModelSettings.model_construct  # which reads no environment; what is not named has its default
_CATALOGUE: Final = (
    NamedModels("embedded", "The embedded networks with all that was trained here.", _of()),
    NamedModels(
        "embedded-rules",
        "The embedded networks with rules in place of the trained heads.",
        _of(room_head="zero_shot", tag_head="rules", condition_heads="none"),
    ),
    NamedModels(
        "bedrock",
        "Photos looked at and words read by models of Amazon Bedrock.",
        _of(vision_backend="bedrock", text_backend="bedrock"),
    ),
    NamedModels(
        "bedrock-vision",
        "Photos looked at by a model of Amazon Bedrock, words read by the embedded one.",
        _of(vision_backend="bedrock"),
    ),
    NamedModels(
        "bedrock-text",
        "Photos looked at by the embedded network, words read by a model of Amazon Bedrock.",
        _of(text_backend="bedrock"),
    ),
)
