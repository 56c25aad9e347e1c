"""Which route of an HTTP API answers a request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "$default"

_VARIABLE = re.compile(r"\{([^}+]+)(\+?)\}")


@dataclass(frozen=True)
class Match:
    """The route that answers: its key, the function behind it, and the values of its path variables."""

    route_key: str
    function: str
    path_parameters: Mapping[str, str]


@dataclass(frozen=True)
class _Route:
    key: str
    method: str
    pattern: re.Pattern[str]
    variables: tuple[str, ...]
    function: str


class RouteTable:
    """The routes of one API, the most specific first: whole paths, then variables, then `{greedy+}`, then `$default`;
    a named method goes before ANY. `/a` and `/a/` are one route, however it is declared."""

    def __init__(self, routes: Mapping[str, str]) -> None:
        self._routes = [_compile(key, routes[key]) for key in sorted(routes, key=_specificity)]

    def match(self, method: str, path: str) -> Match | None:
        """The route for a decoded path, or None: then the API answers 404."""
        for route in self._routes:
            found = route.pattern.fullmatch(path) if route.method in ("ANY", method) else None
            if found:
                return Match(route.key, route.function, dict(zip(route.variables, found.groups(), strict=True)))
        return None


def _compile(key: str, function: str) -> _Route:
    if key == DEFAULT:
        return _Route(key, "ANY", re.compile(r".*", re.DOTALL), (), function)
    method, _, path = key.partition(" ")
    parts, names, position = [], [], 0
    for variable in _VARIABLE.finditer(path):
        parts += [re.escape(path[position : variable.start()]), "(.+)" if variable[2] else "([^/]+)"]
        names.append(variable[1])
        position = variable.end()
    parts.append(re.escape(path[position:].rstrip("/")) + "/?" if path != "/" else "/")
    return _Route(key, method, re.compile("".join(parts), re.DOTALL), tuple(names), function)


def _specificity(key: str) -> tuple[bool, bool, tuple[bool, ...], int, bool]:
    method, _, path = key.partition(" ")
    segments = path.split("/")
    variables = tuple("{" in segment for segment in segments)  # fixed words early in the path win
    return key == DEFAULT, "+}" in path, variables, -len(segments), method == "ANY"
