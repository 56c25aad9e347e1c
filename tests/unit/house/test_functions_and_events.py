"""Each function has its folder, its resource, its event file, and a test that gives it that event."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model, S3Model

from rig.http_events import Request, http_event
from rig.routes import RouteTable
from rig.s3_events import ObjectChange, s3_event
from roomlens.events import task_step
from tests.unit.house.project import FOLDERS, ROOT, logical_id, parsed, stack

EVENTS = {path.stem: path for path in sorted((ROOT / "events").glob("*.json"))}
WITH_ROUTES = sorted(folder for folder in FOLDERS if logical_id(folder) in stack().routes.values())
OF_BUCKETS = sorted(
    folder
    for folder in FOLDERS
    for bucket in stack().buckets.values()
    for notification in bucket.notifications
    if notification.target == stack().functions[logical_id(folder)].arn
)
OF_WORKFLOWS = sorted(
    folder
    for folder in FOLDERS
    for machine in stack().state_machines.values()
    if stack().functions[logical_id(folder)].arn in machine.definition
)
TESTS_OF_EVENTS = ROOT / "tests" / "integration" / "system" / "test_events.py"


def event(folder: str) -> Any:
    return json.loads(EVENTS[folder].read_text())


def test_every_folder_of_functions_has_its_resource_and_every_resource_its_folder() -> None:
    in_template = {function.handler.partition(".")[0]: name for name, function in stack().functions.items()}
    assert in_template == {folder: logical_id(folder) for folder in FOLDERS}


def test_every_function_has_its_event_file_and_every_event_file_its_function() -> None:
    assert set(EVENTS) == FOLDERS


def test_every_event_file_is_given_to_its_function_by_a_test() -> None:
    assert set(EVENTS) <= words(TESTS_OF_EVENTS)


def words(path: Path) -> set[str]:
    """The string constants of a file."""
    constants = (node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def test_every_function_but_the_one_that_migrates_is_started_by_something() -> None:
    assert {*WITH_ROUTES, *OF_BUCKETS, *OF_WORKFLOWS} == FOLDERS - {"migrate"}


@pytest.mark.parametrize("folder", WITH_ROUTES)
def test_the_event_of_a_function_with_routes_is_one_of_its_http_api(folder: str) -> None:
    APIGatewayProxyEventV2Model.model_validate(event(folder))
    assert stack().routes[event(folder)["routeKey"]] == logical_id(folder)
    request = event(folder)["requestContext"]["http"]
    match = RouteTable(stack().routes).match(request["method"], event(folder)["rawPath"])
    assert match is not None
    assert match.route_key == event(folder)["routeKey"]
    assert dict(match.path_parameters) == event(folder).get("pathParameters", {})


@pytest.mark.parametrize("folder", OF_BUCKETS)
def test_the_event_of_a_buckets_function_is_one_of_its_bucket(folder: str) -> None:
    S3Model.model_validate(event(folder))
    named = {record["s3"]["bucket"]["name"] for record in event(folder)["Records"]}
    assert named <= {bucket.name for bucket in stack().buckets.values()}


@pytest.mark.parametrize("folder", OF_WORKFLOWS)
def test_the_event_of_a_workflows_function_is_a_step(folder: str) -> None:
    assert task_step(event(folder)).task_id.startswith("tsk_")


@pytest.mark.parametrize("key", sorted(stack().routes))
def test_the_event_that_the_rig_makes_of_a_request_is_one_of_an_http_api(key: str) -> None:
    method, path = key.split(" ")
    match = RouteTable(stack().routes).match(method, path)
    assert match is not None
    headers = (("Content-Type", "application/json"), ("Cookie", "a=1; b=2"))
    made = http_event(Request(method, path, "x=1&x=2", headers, b"{}"), match, "request-1")
    APIGatewayProxyEventV2Model.model_validate(made)


@pytest.mark.parametrize("kind", ["s3:ObjectCreated:Put", "s3:ObjectCreated:CompleteMultipartUpload"])
def test_the_event_that_the_rig_makes_of_an_object_is_one_of_s3(kind: str) -> None:
    S3Model.model_validate(s3_event(ObjectChange(kind, "photos", "incoming/1/bath ü+.jpg", 3, "abc", "v1"), "test"))
