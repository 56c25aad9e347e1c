"""What the plugin's fixtures make of another project's template, and what a test finds when it begins."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rig.cloud import Cloud
from rig.issuer import Issuer
from rig.stack import Stack


class TestADatabaseWithoutADefault:
    """`DatabaseUrl: {Type: String}`: what a parameter needs is asked only when its value is there."""

    @pytest.fixture(scope="class")
    @classmethod
    def template_path(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        path = tmp_path_factory.mktemp("project") / "template.yaml"
        path.write_text(
            "Parameters: {DatabaseUrl: {Type: String}}\nResources: {Letters: {Type: AWS::SQS::Queue}}\n"
            "Outputs: {Address: {Value: !Ref DatabaseUrl}}\n"
        )
        return path

    @pytest.fixture
    def database_url(self) -> str:
        return "sqlite:///ours"

    def test_it_gets_the_tests_database(self, template_stack: Stack) -> None:
        assert template_stack.outputs == {"Address": "sqlite:///ours"}


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_finds_no_refusal_of_another(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    assert cloud.permissions.refused == []
    monkeypatch.setenv("BUCKET", f"another-{time}")
    cloud.client("s3").put_object(Bucket=cloud.bucket("Inbox"), Key="incoming/a.jpg", Body=b"x")
    cloud.wait()
    assert cloud.permissions.refused


@pytest.mark.parametrize("auth", ["jwt"])
def test_a_test_asks_for_tokens_by_itself(api: TestClient, issuer: Issuer) -> None:
    shown = {"authorization": f"Bearer {issuer.token('acme', 'ana', scope='hello/say')}"}
    assert (api.get("/hello/bob").status_code, api.get("/hello/special").status_code) == (401, 200)
    told = api.post("/hello", headers=shown, json={}).json()["event"]["requestContext"]["authorizer"]["jwt"]
    assert (told["scopes"], told["claims"]["sub"]) == (["hello/say"], "ana")
    lacking = api.post("/hello", headers={"authorization": issuer.token()}, json={})
    assert (lacking.status_code, lacking.json()) == (403, {"message": "Forbidden"})
    assert api.get("/any/thing", headers=shown).status_code == 401, "it has an authorizer that the rig can't be"


def test_the_next_one_asks_for_none(api: TestClient) -> None:
    assert api.get("/hello/bob").status_code == 200
