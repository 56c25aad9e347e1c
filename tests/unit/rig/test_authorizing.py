"""Whom an HTTP API lets in: tokens of its issuer, for it, in their time; and what functions are told of them."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from rig.authorizing import Guard, RefusedError, as_strings
from rig.http_events import Request
from rig.stack import Authorizer

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ISSUER = "https://issuer.example/pool"
AUDIENCE = "web"
READS = Authorizer("Tokens", ISSUER, ("cli", AUDIENCE), ("$request.header.Authorization",))
OPERATES = Authorizer("Tokens", ISSUER, (AUDIENCE,), ("$request.header.Authorization",), ("a/run", "a/stop"))
BY_QUERY = Authorizer("Tokens", ISSUER, (AUDIENCE,), ("$request.header.X-Token", "$request.querystring.token"))
ROUTES = {"GET /": READS, "POST /": OPERATES, "GET /query": BY_QUERY}

Sign = Callable[..., str]


@pytest.fixture(scope="module")
def guard(token_key: RSAKey) -> Guard:
    from joserfc.jwk import KeySet

    return Guard(ROUTES, KeySet([token_key]))


@pytest.fixture(scope="module")
def sign(token_key: RSAKey) -> Sign:
    """A token that is good, but for what is said: None takes a claim away."""
    from joserfc import jwt

    def sign(key: Any = token_key, header: dict[str, Any] | None = None, **changed: Any) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "iat": now, "exp": now + 60, **changed}
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": token_key.kid, **(header or {})}, told, key)

    return sign


def shown(token: str, method: str = "GET", header: str = "Authorization", scheme: str = "Bearer ") -> Request:
    return Request(method, "/", headers=((header, f"{scheme}{token}"),))


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def refused(guard: Guard, request: Request, route: str = "GET /") -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        guard(request, route)
    return caught.value


def test_a_good_token_passes_and_its_claims_go_on_as_strings(guard: Guard, sign: Sign) -> None:
    told = guard(shown(sign(groups=["a", "b"], admin=True, exp=2_000_000_000)), "GET /")
    assert told is not None
    claims = told["jwt"]["claims"]
    assert (claims["sub"], claims["groups"], claims["admin"], claims["exp"]) == ("ana", "[a b]", "true", "2000000000")
    assert told["jwt"]["scopes"] is None


def test_an_open_route_asks_for_nothing(guard: Guard) -> None:
    assert guard(Request("GET", "/health"), "GET /health") is None


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer  ", ""])
def test_the_token_may_come_with_its_scheme_or_without(guard: Guard, sign: Sign, scheme: str) -> None:
    assert guard(shown(sign(), scheme=scheme, header="AUTHORIZATION"), "GET /") is not None


@pytest.mark.parametrize(
    "headers", [(), (("Authorization", ""),), (("Authorization", "Bearer "),), (("Cookie", "t=1"),)]
)
def test_without_a_token_the_answer_only_names_the_scheme(guard: Guard, headers: tuple[tuple[str, str], ...]) -> None:
    error = refused(guard, Request("GET", "/", headers=headers))
    assert (error.status, error.message, error.challenge) == (401, "Unauthorized", "Bearer")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://issuer.example/pool/"}, "a valid iss"),
        ({"iss": None}, "a valid iss"),
        ({"iss": [ISSUER, "other"]}, "a valid iss"),
        ({"iss": ISSUER.upper()}, "a valid iss"),
        ({"aud": "another"}, "a valid audience"),
        ({"aud": None}, "a valid audience"),
        ({"aud": []}, "a valid audience"),
        ({"aud": {AUDIENCE: 1}}, "a valid audience"),
        ({"aud": f"{AUDIENCE} cli"}, "a valid audience"),
        ({"aud": [[AUDIENCE]]}, "a valid audience"),
        ({"aud": "another", "client_id": AUDIENCE}, "a valid audience"),
        ({"aud": None, "client_id": "another"}, "a valid audience"),
        ({"exp": None}, "a valid exp"),
        ({"exp": "soon"}, "a valid exp"),
        ({"exp": "4000000000"}, "a valid exp"),
        ({"exp": True}, "a valid exp"),
        ({"exp": float("nan")}, "a valid exp"),
        ({"exp": float("inf")}, "a valid exp"),
        ({"exp": 1_600_000_000}, "has expired"),
        ({"nbf": 4_000_000_000}, "a valid nbf"),
        ({"nbf": float("nan")}, "a valid nbf"),
        ({"iat": 4_000_000_000}, "a valid iat"),
    ],
)
def test_a_token_that_says_something_else_is_refused(
    guard: Guard, sign: Sign, changed: dict[str, Any], reason: str
) -> None:
    error = refused(guard, shown(sign(**changed)))
    assert error.status == 401
    assert error.challenge.startswith('Bearer scope="" error="invalid_token" error_description="the token ')
    assert reason in error.challenge


@pytest.mark.parametrize("changed", [{"aud": ["x", "cli"]}, {"aud": None, "client_id": "cli"}, {"iat": None}])
def test_a_token_is_for_one_of_several_or_for_a_client(guard: Guard, sign: Sign, changed: dict[str, Any]) -> None:
    assert guard(shown(sign(**changed)), "GET /") is not None


def test_a_signature_of_other_claims_is_refused(guard: Guard, sign: Sign) -> None:
    header, _, signature = sign().split(".")
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "eve", "exp": 4_000_000_000}
    assert refused(guard, shown(f"{header}.{encoded(claims)}.{signature}")).status == 401


def test_a_token_without_a_signature_is_refused(guard: Guard, token_key: RSAKey) -> None:
    claims = encoded({"iss": ISSUER, "aud": AUDIENCE, "exp": 4_000_000_000})
    for algorithm in ("none", "None", "NONE", ""):
        header = encoded({"alg": algorithm, "kid": token_key.kid})
        assert refused(guard, shown(f"{header}.{claims}.")).status == 401


def test_the_public_key_is_no_secret_to_sign_with(guard: Guard, token_key: RSAKey) -> None:
    for public in (token_key.as_pem(private=False), json.dumps(token_key.as_dict(private=False)).encode()):
        header = encoded({"alg": "HS256", "kid": token_key.kid})
        claims = encoded({"iss": ISSUER, "aud": AUDIENCE, "exp": 4_000_000_000})
        signature = hmac.digest(public, f"{header}.{claims}".encode(), "sha256")
        token = f"{header}.{claims}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
        assert refused(guard, shown(token)).status == 401


@pytest.mark.parametrize("algorithm", ["RS384", "PS256"])
def test_no_other_algorithm_is_taken_though_the_key_is_the_right_one(
    guard: Guard, token_key: RSAKey, algorithm: str
) -> None:
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    key = RSAKey.import_key({**token_key.as_dict(private=True), "alg": algorithm})
    claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": 4_000_000_000}
    token = jwt.encode({"alg": algorithm, "kid": token_key.kid}, claims, key, algorithms=[algorithm])
    assert refused(guard, shown(token)).status == 401


def test_a_key_of_somebody_else_is_refused_also_when_the_token_brings_it_along(guard: Guard, sign: Sign) -> None:
    from rig.issuer import new_key

    theirs = new_key()
    assert refused(guard, shown(sign(theirs))).status == 401
    assert refused(guard, shown(sign(theirs, {"kid": theirs.kid}))).status == 401
    assert refused(guard, shown(sign(theirs, {"jwk": theirs.as_dict(private=False)}))).status == 401


def test_a_token_that_names_no_key_is_refused(guard: Guard, token_key: RSAKey) -> None:
    from joserfc import jwt

    claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": 4_000_000_000}
    assert refused(guard, shown(jwt.encode({"alg": "RS256"}, claims, token_key))).status == 401


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e", "..", "ä.ö.ü", "x" * 9_000, f"{encoded([])}.{encoded(1)}.x",
     f"{encoded({'alg': 7})}.e30.x", f"{encoded({'alg': 'RS256', 'kid': []})}.e30.x", "\x00.\x01.\x02",
     f"{encoded({'alg': 'RS256', 'crit': ['x'], 'x': 1})}.e30.x", base64.b64encode(b"[" * 5_000).decode() + ".e30.x"],
)  # fmt: skip
def test_what_is_no_token_is_refused_and_breaks_nothing(guard: Guard, token: str) -> None:
    error = refused(guard, shown(token))
    assert (error.status, error.message) == (401, "Unauthorized")


@pytest.mark.parametrize("other", ["Bearer {}", "Bearer no", "{}", "", "Basic YTpi"])
def test_two_headers_are_no_token_whichever_comes_first(guard: Guard, sign: Sign, other: str) -> None:
    two = (("authorization", f"Bearer {sign()}"), ("Authorization", other.format(sign())))
    for headers in (two, two[::-1]):
        assert refused(guard, Request("GET", "/", headers=headers)).status == 401


@pytest.mark.parametrize(
    "form", ["Basic {}", "Bearer Bearer {}", "Bearer {},", "x, Bearer {}", "Bearer {} x", "Bearer\t{}"]
)
def test_a_token_stands_in_its_header_alone(guard: Guard, sign: Sign, form: str) -> None:
    assert refused(guard, shown(form.format(sign()), scheme="")).status == 401


@pytest.mark.parametrize("name", ["X-Authorization", "Proxy-Authorization", "Authorization2", "Authorization "])
def test_no_other_header_is_looked_at(guard: Guard, sign: Sign, name: str) -> None:
    assert refused(guard, shown(sign(), header=name)).challenge == "Bearer"


@pytest.mark.parametrize("told", [{"scope": "a/run b"}, {"scope": ["b", "a/stop"]}, {"scp": ["a/run"]}])
def test_a_route_that_asks_for_scopes_takes_any_of_them(guard: Guard, sign: Sign, told: dict[str, Any]) -> None:
    passed = guard(shown(sign(**told)), "POST /")
    assert passed is not None
    assert {"a/run", "a/stop"} & set(passed["jwt"]["scopes"])


@pytest.mark.parametrize("told", [{}, {"scope": "a/runs"}, {"scope": "a"}, {"scp": 7}])
def test_a_token_without_the_scope_is_403(guard: Guard, sign: Sign, told: dict[str, Any]) -> None:
    error = refused(guard, shown(sign(**told)), "POST /")
    assert (error.status, error.message) == (403, "Forbidden")
    assert error.challenge == 'Bearer scope="a/run a/stop" error="insufficient_scope"'


def test_a_token_is_taken_from_the_first_source_that_is_there(guard: Guard, sign: Sign) -> None:
    assert guard(Request("GET", "/query", query=f"token={sign()}"), "GET /query") is not None
    spoiled = Request("GET", "/query", query=f"token={sign()}", headers=(("x-token", "no"),))
    assert refused(guard, spoiled, "GET /query").status == 401
    assert refused(guard, shown(sign()), "GET /query").challenge == "Bearer"


def test_claims_go_on_as_an_http_api_writes_them() -> None:
    claims = {"none": None, "no": False, "list": ["a", 1, ["b"]], "map": {"roles": ["x", "y"], "a": 1}, "n": 1.5}
    assert as_strings(claims) == {
        "none": "<nil>", "no": "false", "list": "[a 1 [b]]", "map": "map[a:1 roles:[x y]]", "n": "1.5",
    }  # fmt: skip
