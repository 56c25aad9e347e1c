"""Whether a request may pass an HTTP API's JWT authorizer, and what the function is told of its token.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
That claims reach functions as strings, lists as `[a b]`, and that `scopes` is null on routes that ask for none, is not
written there: it was seen by many. Go writes values so, and nothing as `<nil>`; nobody tells of a claim that is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import parse_qsl

from rig.http_events import Request
from rig.stack import Authorizer

if TYPE_CHECKING:
    from joserfc.jwk import KeySet, RSAKey

ALGORITHMS: Final = ("RS256",)
"""Nothing that a token says of itself adds to these: neither `none`, nor a secret that is in truth the public key."""

Claims: TypeAlias = dict[str, Any]


class RefusedError(Exception):
    """A request that no function sees. `challenge` is the header `www-authenticate` of the answer."""

    def __init__(self, status: int, message: str, challenge: str) -> None:
        super().__init__(challenge)
        self.status, self.message, self.challenge = status, message, challenge


class Guard:
    """The authorizers of an API, by route key. `keys` are the issuer's: they check signatures, and can't make any."""

    def __init__(self, authorizers: Mapping[str, Authorizer], keys: KeySet) -> None:
        self._authorizers = authorizers
        self._keys = {key.kid: key for key in keys.keys}

    def __call__(self, request: Request, route_key: str) -> dict[str, Any] | None:
        """`requestContext.authorizer` of the event; None on a route that is open to everybody.

        Raises:
            RefusedError: there is no token, or it is not good for this.
        """
        authorizer = self._authorizers.get(route_key)
        if authorizer is None:
            return None
        token = _token(request, authorizer)
        if not token:
            raise RefusedError(401, "Unauthorized", "Bearer")
        claims = self._signed_claims(token)
        _check(claims, authorizer)
        return {"jwt": {"claims": as_strings(claims), "scopes": _scopes(claims, authorizer)}}

    def _signed_claims(self, token: str) -> Claims:
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            return jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, RecursionError):  # the last three: of bytes that are no token at all
            raise _invalid("the token can't be read, or its signature is not valid") from None

    def _key(self, token: Any) -> RSAKey:
        """By the id in the token's header. A key that the token brings along is nobody's."""
        from joserfc.errors import InvalidKeyIdError

        key = self._keys.get(str(token.headers().get("kid")))
        if key is None:
            raise InvalidKeyIdError
        return key  # type: ignore[return-value]  # there are no others here


def as_strings(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as an HTTP API hands them on."""
    return {name: _as_string(value) for name, value in claims.items()}


def _as_string(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return "<nil>"
        case list():
            return f"[{' '.join(map(_as_string, value))}]"
        case dict():
            return f"map[{' '.join(f'{name}:{_as_string(inner)}' for name, inner in sorted(value.items()))}]"
        case _:
            return str(value)


def _token(request: Request, authorizer: Authorizer) -> str:
    """What the first source holds that is there; `Bearer` before it may be left out."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
    query = dict(parse_qsl(request.query))
    for source in authorizer.sources:
        kind, _, name = source.removeprefix("$request.").partition(".")
        found = headers.get(name.lower()) if kind == "header" else query.get(name) if kind == "querystring" else None
        if found:
            scheme, _, rest = found.strip().partition(" ")
            return rest.strip() if scheme.lower() == "bearer" else found.strip()
    return ""


def _check(claims: Claims, authorizer: Authorizer) -> None:
    from joserfc.errors import ClaimError, ExpiredTokenError
    from joserfc.jwt import JWTClaimsRegistry

    told: Claims = {name: claims[name] for name in ("iss", "exp", "nbf", "iat") if name in claims}
    try:
        wanted = JWTClaimsRegistry(iss={"essential": True, "value": authorizer.issuer}, exp={"essential": True})
        wanted.validate(told)
    except ExpiredTokenError:
        raise _invalid("the token has expired") from None
    except ClaimError as error:
        raise _invalid(f"the token does not have a valid {error.claim}") from None
    audience = claims["aud"] if "aud" in claims else claims.get("client_id")
    if not any(one in authorizer.audience for one in (audience if isinstance(audience, list) else [audience])):
        raise _invalid("the token does not have a valid audience")
    if authorizer.scopes and not set(authorizer.scopes) & set(_told_scopes(claims)):
        challenge = f'Bearer scope="{" ".join(authorizer.scopes)}" error="insufficient_scope"'
        raise RefusedError(403, "Forbidden", challenge)


def _scopes(claims: Claims, authorizer: Authorizer) -> list[str] | None:
    return _told_scopes(claims) if authorizer.scopes else None


def _told_scopes(claims: Claims) -> list[str]:
    told = claims.get("scope", claims.get("scp", ""))
    return [str(scope) for scope in told] if isinstance(told, list) else str(told).split()


def _invalid(reason: str) -> RefusedError:
    return RefusedError(401, "Unauthorized", f'Bearer scope="" error="invalid_token" error_description="{reason}"')
