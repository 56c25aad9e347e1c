"""From the OpenAPI document that SAM makes of an HTTP API to its routes, its CORS settings and its authorizers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rig.intrinsics import TemplateError
from rig.stack import Authorizer, Cors

_INTEGRATION = re.compile(r"function:([^/:]+)(?::[^/]+)?/invocations")


@dataclass(frozen=True)
class HttpApi:
    """What an HTTP API says: routes go from key to the function's physical name, authorizers by route key."""

    routes: Mapping[str, str] = field(default_factory=dict)
    cors: Cors | None = None
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)


def http_api(properties: Mapping[str, Any]) -> HttpApi:
    """An HTTP API as its OpenAPI document describes it."""
    body = properties.get("Body")
    if not body:
        raise TemplateError("an HTTP API without a Body can't run here")
    known = _authorizers(body.get("components", {}).get("securitySchemes", {}))
    routes: dict[str, str] = {}
    authorizers: dict[str, Authorizer] = {}
    for path, operations in body.get("paths", {}).items():
        for method, operation in operations.items():
            uri = operation.get("x-amazon-apigateway-integration", {}).get("uri", "")
            target = _INTEGRATION.search(str(uri))
            if target is None:
                raise TemplateError(f"the route {method.upper()} {path} leads to no function")
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            key = "$default" if path == "/$default" else f"{verb} {path}"
            routes[key] = target[1]
            for name, scopes in (asked for asks in operation.get("security", ()) for asked in asks.items()):
                if name in known:  # SAM's NONE is no scheme
                    authorizers[key] = replace(known[name], scopes=tuple(scopes))
    return HttpApi(routes, _cors(body.get("x-amazon-apigateway-cors")), authorizers)


def _authorizers(schemes: Mapping[str, Any]) -> dict[str, Authorizer]:
    """Those that check tokens. Of another kind (a function that is asked, IAM) only that it is there: it has no issuer,
    and no source of a token, so that the rig lets nobody pass it."""
    return {
        name: _authorizer(name, scheme.get("x-amazon-apigateway-authorizer", {})) for name, scheme in schemes.items()
    }


def _authorizer(name: str, told: Mapping[str, Any]) -> Authorizer:
    if told.get("type") != "jwt":
        return Authorizer(name, issuer="", audience=(), sources=())
    jwt = told["jwtConfiguration"]
    return Authorizer(
        name=name,
        issuer=str(jwt["issuer"]),
        audience=tuple(_listed(jwt["audience"])),
        sources=tuple(_listed(told["identitySource"])),
    )


def _cors(settings: Mapping[str, Any] | None) -> Cors | None:
    if not settings:
        return None
    values = {key.lower(): value for key, value in settings.items()}

    def items(key: str) -> tuple[str, ...]:
        value = values.get(key, ())
        return (value,) if isinstance(value, str) else tuple(str(item) for item in value)

    return Cors(
        allow_origins=items("alloworigins"),
        allow_methods=items("allowmethods"),
        allow_headers=items("allowheaders"),
        expose_headers=items("exposeheaders"),
        max_age=int(values["maxage"]) if values.get("maxage") is not None else None,
        allow_credentials=bool(values.get("allowcredentials", False)),
    )


def _listed(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
