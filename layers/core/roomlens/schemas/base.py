"""What all requests and answers share."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_an_object(cls, value: object) -> object:
        """Pydantic's own words for this name Python's types. The error's type is pydantic's: a client may know it."""
        if value is None or isinstance(value, str | int | float | list):
            takes = {"takes": f"{{{', '.join(cls.model_fields)}}}"}
            raise PydanticCustomError("model_attributes_type", "An object is expected here: {takes}", takes)
        return value


_Said = TypeVar("_Said", bound=Request)


def said_by(subject: str | None, said: _Said) -> _Said:
    """What was said, with whom a token names as its `user_id`: what the body has there is a hint, and no proof."""
    return said if subject is None else said.model_copy(update={"user_id": subject})


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Health(Answer):
    status: Literal["healthy"] = "healthy"
    version: str


Check: TypeAlias = Literal["ok", "failed", "unknown"]


class Checks(Answer):
    """What the service leans on."""

    database: Check
    vectors: Check
    storage: Check
    models: Check


class Readiness(Answer):
    status: Literal["ready", "unavailable"]
    checks: Checks
