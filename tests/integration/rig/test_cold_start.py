"""A client that a function's module keeps asks the AWS of the test that runs, whichever test ran before."""

from pathlib import Path

import pytest

from rig.cloud import Cloud
from rig.handlers import Handlers
from rig.pytest_plugin import CloudPool
from rig.template import load_stack

APP = """
import boto3

s3 = boto3.client("s3")

def handler(event, context):
    return s3.meta.endpoint_url
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Ask: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: keeps_client.handler, Runtime: python3.11}}
"""
AWS = "https://s3.amazonaws.com"


@pytest.fixture
def template(tmp_path: Path, clouds: CloudPool) -> Path:
    clouds.close()  # a process has one at a time
    (tmp_path / "keeps_client.py").write_text(APP)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path / "template.yaml"


def alone(template: Path) -> str:
    with Handlers(load_stack(template)) as handlers:
        return str(handlers.invoke("Ask", {}).payload)


def test_handlers_alone_and_then_in_the_cloud(template: Path) -> None:
    assert alone(template) == AWS
    with Cloud(template) as cloud:
        assert cloud.invoke("Ask", {}).payload == cloud.s3_url


def test_in_the_cloud_and_then_alone_and_in_the_cloud_again(template: Path) -> None:
    with Cloud(template) as cloud:
        assert cloud.invoke("Ask", {}).payload == cloud.s3_url
        cloud.suspend()
        assert alone(template) == AWS
        cloud.resume()
        assert cloud.invoke("Ask", {}).payload == cloud.s3_url
