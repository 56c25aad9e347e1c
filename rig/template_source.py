"""A template as it is written: its YAML and its parameters, before anything is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rig.intrinsics import Json, TemplateError

DATABASE_PARAMETER = "DatabaseUrl"
"""The parameter that gets the address of a database."""

TENANT_PARAMETER = "Tenant"
"""The parameter that names the one tenant of a stack; empty where tokens name theirs."""
LOCAL_TENANT = "local"
"""What it gets unless it is given: on loopback nobody has to show a token, so nobody could say whose data it is."""


def read(path: Path) -> dict[str, Any]:
    """The document.

    Raises:
        TemplateError: it can't be read; in one line, with the place in the file.
    """
    try:
        raw = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TemplateError(f"{path}: {error.strerror}") from None
    except Exception as error:  # noqa: BLE001 - the YAML library's, which know their place
        raise TemplateError(f"{path}{_place(error)} is not a template: {_reason(error)}") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("Resources"), dict):
        raise TemplateError(f"{path} is not a template: it has no Resources")
    return raw


def parse(text: str) -> Any:
    """YAML with the short forms of functions, such as `!Ref`, as samtranslator reads it; but by libyaml where it is
    there: the loader that is written in Python takes half of a template's time."""
    import yaml

    return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe one


@cache
def _loader() -> Any:
    import yaml
    from samtranslator.yaml_helper import intrinsics_multi_constructor

    loader = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
    yaml.add_multi_constructor("!", intrinsics_multi_constructor, Loader=loader)
    return loader


def declared_parameters(path: Path) -> Mapping[str, Any]:
    """The template's parameters by name, as they are declared: nothing is asked about their values.

    Raises:
        TemplateError: the file can't be read.
    """
    return _declared(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _declared(path: Path, _changed: int) -> Mapping[str, Any]:
    """Read once for each state of the file: it is asked for several times in a start, and in each test of a cloud."""
    return read(path).get("Parameters") or {}


def parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Json]:
    """What each parameter is: the value that was given, or its default. `Tenant` is `local` unless it is given.

    Raises:
        TemplateError: one has no value, or one that it can't have, or is not declared.
    """
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise TemplateError(f"the template has no parameter {', '.join(unknown)}")
    given = {TENANT_PARAMETER: LOCAL_TENANT, **given}
    values: dict[str, Json] = {}
    for name, parameter in declared.items():
        value = given.get(name, parameter.get("Default"))
        if value is None:
            raise TemplateError(f"the parameter {name} has no default: give it a value")
        allowed = parameter.get("AllowedValues")
        if allowed and str(value) not in map(str, allowed):
            raise TemplateError(f"the parameter {name} can't be {value!r}; allowed are {', '.join(map(str, allowed))}")
        is_list = str(parameter.get("Type")).startswith(("CommaDelimitedList", "List<"))
        values[name] = [item.strip() for item in str(value).split(",")] if is_list else str(value)
    return values


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1},"


def _reason(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).partition("\n")[0]
