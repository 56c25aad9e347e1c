"""CloudFormation's intrinsic functions, resolved to plain values.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from rig.errors import RigError

Json = Any
"""A value as JSON or YAML hold it."""

NO_VALUE: Final = object()
"""What `!Ref AWS::NoValue` stands for: the property is as good as absent."""

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")


class TemplateError(RigError):
    """The template can't be read as it stands; the message names the resource and the reason."""


class Resolver:
    """Replaces intrinsic functions by the values they stand for.

    Call it with any part of a template. `refs` answers `Ref`, `attributes` answers `Fn::GetAtt` for
    (logical id, attribute name); both raise `KeyError` for what they don't know.
    """

    def __init__(
        self,
        refs: Mapping[str, Json],
        attributes: Callable[[str, str], Json],
        conditions: Mapping[str, Json],
        mappings: Mapping[str, Json],
    ) -> None:
        self._refs = refs
        self._attributes = attributes
        self._conditions = conditions
        self._mappings = mappings
        self._functions: dict[str, Callable[[Json], Json]] = {
            "Ref": self._ref,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::If": self._if,
            "Fn::Equals": lambda args: len(set(map(_as_text, self._pair(args)))) == 1,
            "Fn::Not": lambda args: not self(args)[0],
            "Fn::And": lambda args: all(self(args)),
            "Fn::Or": lambda args: any(self(args)),
            "Fn::Select": lambda args: self(args[1])[int(self(args[0]))],
            "Fn::Split": lambda args: str(self(args[1])).split(args[0]),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda value: base64.b64encode(str(self(value)).encode()).decode(),
            "Fn::Length": lambda value: len(self(value)),
            "Fn::ToJsonString": lambda value: json.dumps(self(value)),
            "Fn::GetAZs": lambda region: [f"{self(region) or self._ref('AWS::Region')}{zone}" for zone in "abc"],
        }

    def __call__(self, value: Json) -> Json:
        """The value with every intrinsic function replaced; `AWS::NoValue` removes its property or item."""
        if isinstance(value, list):
            return [item for item in map(self, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            # "Condition" is also an ordinary key, in IAM policies for one: only a string makes it a reference
            if name in self._functions and not (name == "Condition" and not isinstance(argument, str)):
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                raise TemplateError(f"the intrinsic function {name} is not supported")
        resolved = ((key, self(item)) for key, item in value.items())
        return {key: item for key, item in resolved if item is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether the template's condition of this name holds."""
        if name not in self._conditions:
            raise TemplateError(f"the condition {name} is not defined")
        return bool(self(self._conditions[name]))

    def _pair(self, arguments: Json) -> tuple[Json, Json]:
        first, second = self(arguments)
        return first, second

    def _ref(self, name: str) -> Json:
        try:
            return self._refs[name]
        except KeyError:
            raise TemplateError(f"!Ref {name} names neither a parameter nor a resource in use") from None

    def _get_att(self, argument: str | list[str]) -> Json:
        name, _, attribute = (argument if isinstance(argument, str) else ".".join(argument)).partition(".")
        try:
            return self._attributes(name, attribute)
        except KeyError:
            raise TemplateError(f"!GetAtt {name}.{attribute} is not known") from None

    def _sub(self, argument: str | list[Json]) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])

        def replace(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):  # ${!name} is how a template writes a literal ${name}
                return "${" + name[1:] + "}"
            if name in own:
                return str(self(own[name]))
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(replace, text)

    def _join(self, arguments: Json) -> str:
        separator, items = arguments
        return str(separator).join(str(item) for item in self(items))

    def _if(self, arguments: Json) -> Json:
        name, when_true, when_false = arguments
        return self(when_true if self.condition(name) else when_false)

    def _find_in_map(self, arguments: Json) -> Json:
        name, first, second = (self(argument) for argument in arguments[:3])
        try:
            return self(self._mappings[name][first][second])
        except KeyError:
            raise TemplateError(f"!FindInMap {name}.{first}.{second} is not in Mappings") from None


def _as_text(value: Json) -> str:
    """A value as CloudFormation compares it: numbers and truth values are texts to it, as parameters are."""
    return json.dumps(value) if isinstance(value, bool | list | dict) else str(value)
