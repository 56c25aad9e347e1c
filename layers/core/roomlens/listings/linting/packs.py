"""The rule packs that come with the package; others are sent with a request."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from roomlens.errors import ValidationError
from roomlens.schemas import RulePack

DEFAULT: Final = "default"
_FOLDER: Final = resources.files(__package__) / "packs"


@cache
def pack_names() -> tuple[str, ...]:
    files = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml")))


@cache
def read_pack(name: str) -> RulePack:
    """Raises ValidationError, which names those that there are."""
    import yaml

    if name not in pack_names():
        known = ", ".join(pack_names())
        raise ValidationError(f"There is no rule pack of this name; there are {known}.", "/body/rule_pack")
    return RulePack.model_validate(yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
