"""The rig's own issuer: its key, its tokens, what it publishes, and `rig token`."""

from __future__ import annotations

import base64
import json
import socket
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rig.cli import main
from rig.data_folder import DataFolder, RigState
from rig.gateway import Gateway
from rig.http_events import Request
from rig.issuer import ISSUER_PATH, Issuer, IssuerError, kept_key, token_parameters
from rig.runtimes import InvokeResult
from rig.template import load_stack

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from rig.stack import Stack

SAMPLE = Path(__file__).parents[2] / "rig_sample" / "template.yaml"


@pytest.fixture(scope="module")
def stack() -> Stack:
    return load_stack(SAMPLE)


@pytest.fixture
def sample_issuer(token_key: RSAKey, stack: Stack) -> Issuer:
    return Issuer(token_key, stack)


def claims_in(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


def shown(token: str) -> Request:
    return Request("GET", "/hello/bob", headers=(("authorization", f"Bearer {token}"),))


def test_its_tokens_are_as_cognitos_and_pass_its_own_guard(sample_issuer: Issuer) -> None:
    token = sample_issuer.token("acme", "ana", operator=True, name="Ana")
    claims = claims_in(token)
    assert (claims["iss"], claims["aud"]) == ("https://issuer.example/local-Pool", "local-Client")
    assert (claims["sub"], claims["custom:tenant_id"], claims["cognito:groups"]) == ("ana", "acme", ["operators"])
    assert (claims["exp"] - claims["iat"], claims["token_use"], claims["name"]) == (3600, "id", "Ana")
    passed = sample_issuer.guard(shown(token), "GET /hello/{name}")
    assert passed is not None
    assert passed["jwt"]["claims"]["cognito:groups"] == "[operators]"


def test_without_a_tenant_a_token_names_none(sample_issuer: Issuer) -> None:
    assert {"custom:tenant_id", "cognito:groups"} & set(claims_in(sample_issuer.token())) == set()


def test_the_template_says_which_claim_names_the_tenant(token_key: RSAKey, stack: Stack) -> None:
    told = replace(stack, parameters={**stack.parameters, "TenantClaim": "org"})
    assert claims_in(Issuer(token_key, told).token("acme"))["org"] == "acme"


def test_a_template_that_asks_for_no_tokens_has_no_issuer(token_key: RSAKey, stack: Stack) -> None:
    asking = {key: one for key, one in stack.authorizers.items() if not one.issuer}
    with pytest.raises(IssuerError, match="no route of the template asks for a token"):
        Issuer(token_key, replace(stack, authorizers=asking))
    nobody = {key: replace(one, audience=("",)) for key, one in stack.authorizers.items()}
    with pytest.raises(IssuerError, match="Tokens has no audience"):
        Issuer(token_key, replace(stack, authorizers=nobody))


def test_the_templates_parameters_are_told_what_they_are_for() -> None:
    declared = dict.fromkeys(("Tenant", "TokenIssuer", "TokenAudience", "Other"))
    assert token_parameters(declared, "http://localhost:1") == {
        "Tenant": "", "TokenIssuer": "http://localhost:1/_issuer", "TokenAudience": "rig",
    }  # fmt: skip
    assert token_parameters({"Other": None}, "http://localhost:1") == {}


def test_the_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    made = kept_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_key(path).as_dict(private=True) == made.as_dict(private=True)


@pytest.mark.parametrize("text", ["", "{}", '{"kty": "oct", "k": "c2VjcmV0"}', "null"])
def test_a_spoiled_key_is_one_line_that_shows_nothing_of_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(text)
    with pytest.raises(IssuerError) as caught:
        kept_key(path)
    assert str(caught.value) == f"{path} holds no key: remove it, and a new one is made"


def test_what_it_publishes_lies_beside_the_api(sample_issuer: Issuer) -> None:
    from starlette.testclient import TestClient

    api = Gateway({"GET /hello/{name}": "Function"}, lambda _, __: InvokeResult("hello"), guard=sample_issuer.guard)
    client = TestClient(sample_issuer.beside(api))
    assert client.get("/hello/bob").status_code == 401
    about = client.get(f"{ISSUER_PATH}/.well-known/openid-configuration").json()
    assert (about["issuer"], about["id_token_signing_alg_values_supported"]) == (sample_issuer.name, ["RS256"])
    (key,) = client.get(f"{ISSUER_PATH}/.well-known/jwks.json").json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}, "nothing of the private key"
    assert client.post(f"{ISSUER_PATH}/.well-known/jwks.json").status_code == 404
    assert client.get("/hello/bob", headers={"authorization": sample_issuer.token()}).text == "hello"
    api.close()


# ------------------------------------------------------------------------------------------------------- rig token

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["token", *arguments, "--data", str(tmp_path), "--template", str(SAMPLE)])
        return status, *capsys.readouterr()

    return run


def test_a_token_is_printed_for_the_running_rig(run: Run, tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with data.held():
        data.write_state(RigState(1, str(SAMPLE), "http://localhost:1", "", "", {}, asks_for_tokens=True))
        wanted = ("--tenant", "acme", "--subject", "ana", "--operator", "--expires", "60", "--scope", "a b")
        status, out, err = run(*wanted)
    claims = claims_in(out)
    assert (status, err, out.count("\n")) == (0, "", 1)
    assert (claims["sub"], claims["custom:tenant_id"], claims["scope"]) == ("ana", "acme", "a b")
    assert claims["exp"] - claims["iat"] == 60
    data.clean()
    assert not data.issuer_key.exists()


def test_nobody_needs_a_token_of_a_rig_that_asks_for_none(run: Run, tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    assert run()[2] == f"rig: no system runs on {tmp_path}: start one with `rig up --auth jwt`\n"
    with data.held():
        data.write_state(RigState(1, str(SAMPLE), "http://localhost:1", "", ""))
        assert run() == (
            1, "", f"rig: the system on {tmp_path} asks for no token: start it with `rig up --auth jwt`\n",
        )  # fmt: skip


def test_there_is_no_way_to_serve_others_than_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    from rig import up  # imports the cloud, which the other unit tests do without

    with up.listen(up.HOST, 0) as listener:
        assert listener.family == socket.AF_INET
        assert listener.getsockname()[0] == "127.0.0.1"
    with pytest.raises(SystemExit):
        main(["up", "--host", "0.0.0.0"])
    assert "unrecognized arguments: --host" in capsys.readouterr().err
