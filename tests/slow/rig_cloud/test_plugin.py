"""What the plugin's fixtures make of another project's template, and what a test finds when it begins."""

from pathlib import Path

import pytest

from rig.cloud import Cloud
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
