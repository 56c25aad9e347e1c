"""Tokens of the rig's own: it stands for the issuer that the template's authorizer names, and signs with its own key.

Nobody else can have tokens of that key, and nobody is asked over the network whether one is good.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rig.authorizing import Guard
from rig.errors import RigError
from rig.stack import Authorizer, Stack
from rig.template_source import TENANT_PARAMETER

if TYPE_CHECKING:
    from joserfc.jwk import KeySet, RSAKey

    from rig.gateway import ASGIApp, Message, Receive, Send

ISSUER_PATH: Final = "/_issuer"
"""Where `rig up` serves the issuer's documents, beside the API."""
ISSUER_PARAMETER: Final = "TokenIssuer"
AUDIENCE_PARAMETER: Final = "TokenAudience"
CLAIM_PARAMETER: Final = "TenantClaim"
AUDIENCE: Final = "rig"
"""Whom tokens are for, where the template has a parameter for it."""
TENANT_CLAIM: Final = "custom:tenant_id"
"""The claim that names the tenant, unless `TenantClaim` says another: as an attribute of a Cognito pool is called."""
OPERATORS: Final = "operators"
ALGORITHM: Final = "RS256"
"""The one that HTTP APIs take."""
EXPIRES: Final = 3600
"""Seconds that a token is good for, unless it is said."""
_KEY_BITS: Final = 2048


class IssuerError(RigError):
    """There can be no tokens here."""


def token_parameters(declared: Mapping[str, Any], api_url: str) -> dict[str, str]:
    """What the template's parameters get when the API asks for tokens, as far as it has them: the rig's issuer, and no
    tenant, which each token names."""
    told = {TENANT_PARAMETER: "", ISSUER_PARAMETER: api_url + ISSUER_PATH, AUDIENCE_PARAMETER: AUDIENCE}
    return {name: value for name, value in told.items() if name in declared}


def new_key() -> RSAKey:
    from joserfc.jwk import RSAKey

    return RSAKey.generate_key(_KEY_BITS, {"kid": uuid.uuid4().hex, "use": "sig", "alg": ALGORITHM})


def kept_key(path: Path) -> RSAKey:
    """The key of a data folder, made when it is first asked for: tokens are good for longer than a run of the rig."""
    from joserfc.jwk import RSAKey

    try:
        return RSAKey.import_key(json.loads(path.read_text()))
    except FileNotFoundError:
        key = new_key()
    except Exception:  # noqa: BLE001 - whatever it is that stands there
        raise IssuerError(f"{path} holds no key: remove it, and a new one is made") from None
    path.touch(mode=0o600, exist_ok=False)  # before it holds anything
    path.write_text(json.dumps(key.as_dict(private=True)))
    return key


class Issuer:
    """Signs tokens that the API of this stack takes, and `guard` lets in nobody else. `name` and `audience` are what
    they say of themselves. A template may name several issuers: this one stands for the first.

    Raises:
        IssuerError: no route of the template asks for a token.
    """

    def __init__(self, key: RSAKey, stack: Stack) -> None:
        authorizer = next((one for one in stack.authorizers.values() if one.issuer), None)
        if authorizer is None:
            raise IssuerError("no route of the template asks for a token (Auth of its HTTP API)")
        self.key = key
        self.name = authorizer.issuer
        self.audience = _first_audience(authorizer)
        self.guard = Guard(stack.authorizers, self.keys)
        self._tenant_claim = str(stack.parameters.get(CLAIM_PARAMETER) or TENANT_CLAIM)

    @property
    def keys(self) -> KeySet:
        """What its tokens are checked with."""
        from joserfc.jwk import KeySet

        return KeySet([self.key])

    def token(
        self,
        tenant: str | None = None,
        subject: str = "somebody",
        *,
        operator: bool = False,
        expires: float = EXPIRES,
        **claims: Any,
    ) -> str:
        """A token as Cognito's id tokens are, good for `expires` seconds. `claims` come on top, or instead."""
        now = int(time.time())
        told: dict[str, Any] = {
            "sub": subject,
            "iss": self.name,
            "aud": self.audience,
            "token_use": "id",
            "iat": now,
            "exp": now + int(expires),
        }
        if tenant is not None:
            told[self._tenant_claim] = tenant
        if operator:
            told["cognito:groups"] = [OPERATORS]
        return self.sign({**told, **claims})

    def sign(self, claims: Mapping[str, Any]) -> str:
        """These claims and no others, signed."""
        from joserfc import jwt

        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, dict(claims), self.key)

    def documents(self) -> dict[str, Any]:
        """What an issuer publishes (OpenID Connect Discovery 1.0), by path."""
        keys = f"{self.name}/.well-known/jwks.json"
        about = {
            "issuer": self.name,
            "jwks_uri": keys,
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
        }
        return {
            f"{ISSUER_PATH}/.well-known/openid-configuration": about,
            f"{ISSUER_PATH}/.well-known/jwks.json": self.keys.as_dict(private=False),
        }

    def beside(self, api: ASGIApp) -> ASGIApp:
        """The API, and under `ISSUER_PATH` what the issuer publishes."""
        documents = {path: json.dumps(document).encode() for path, document in self.documents().items()}

        async def answer(scope: Message, receive: Receive, send: Send) -> None:
            document = documents.get(scope.get("path", "")) if scope.get("method") in ("GET", "HEAD") else None
            if document is None:
                await api(scope, receive, send)
                return
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(document)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": document})

        return answer


def _first_audience(authorizer: Authorizer) -> str:
    """Raises IssuerError when there is none: then no token would do."""
    audience = next(iter(authorizer.audience), "")
    if not audience:
        raise IssuerError(f"the authorizer {authorizer.name} has no audience: no token would be for it")
    return audience
