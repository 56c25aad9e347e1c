"""Rule packs: those that come with the package, and those that somebody else wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import pydantic

from roomlens.errors import ValidationError
from roomlens.fields import ALTERNATIVE
from roomlens.schemas import RulePack

DEFAULT: Final = "default"
_FOLDER: Final = resources.files(__package__) / "packs"
_MOST_ERRORS: Final = 20
_MANY: Final = 300  # signs: a list of so many words helps nobody


@cache
def pack_names() -> tuple[str, ...]:
    """Those that come with the package."""
    files = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml")))


@cache
def read_pack(name: str) -> RulePack:
    """Raises ValidationError, which names those that there are."""
    if name not in pack_names():
        known = ", ".join(pack_names())
        raise ValidationError(f"There is no rule pack of this name; there are {known}.", "/body/rule_pack")
    return parse_pack((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def parse_pack(text: str) -> RulePack:
    """A pack as YAML. Raises ValidationError, which says what is wrong, and where."""
    import yaml

    try:
        told: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        where = f" in line {place.line + 1}" if place else ""
        reason = getattr(error, "problem", None) or "it can't be read"
        raise ValidationError(f"The rule pack is no YAML{where}: {reason}.") from None
    try:
        return RulePack.model_validate(told)
    except pydantic.ValidationError as error:
        wrong = [f"{_place(found['loc'])}: {_in_plain_words(found)}" for found in error.errors()[:_MOST_ERRORS]]
        raise ValidationError("\n".join(["The rule pack is not valid.", *wrong])) from None


def _place(location: tuple[int | str, ...]) -> str:
    """`rules[2].room` of an error's place in the pack; rules count from 0, as in the pointers of the API."""
    words = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}"
        for part in location
        if not str(part).startswith(ALTERNATIVE)
    )
    return words.removeprefix(".") or "the pack"


def _in_plain_words(found: Mapping[str, Any]) -> str:
    message = str(found["msg"]).removeprefix("Value error, ")
    if len(message) <= _MANY or found["type"] != "enum":
        return message
    return f"{str(found['input'])[:60]!r} is no word of the vocabulary; GET /api/taxonomy lists them all"
