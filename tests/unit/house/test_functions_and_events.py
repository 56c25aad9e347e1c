"""Each function has its folder, its resource, its event file, and a test that gives it that event."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model, S3Model

from rig.chaos import Chaos
from rig.http_events import Request, http_event
from rig.routes import RouteTable
from rig.s3_events import ObjectChange, s3_event
from roomlens.events import workflow_step
from tests.unit.house.project import FOLDERS, ROOT, logical_id, parsed, stack

EVENTS = {path.stem: path for path in sorted((ROOT / "events").glob("*.json"))}
TESTS_OF_EVENTS = ROOT / "tests" / "integration" / "system" / "test_events.py"


def arn(folder: str) -> str:
    return stack().functions[logical_id(folder)].arn


def with_routes() -> set[str]:
    return {folder for folder in FOLDERS if logical_id(folder) in stack().routes.values()}


def of_buckets() -> set[str]:
    told = {notification.target for bucket in stack().buckets.values() for notification in bucket.notifications}
    return {folder for folder in FOLDERS if arn(folder) in told}


def of_schedules() -> set[str]:
    targets = {schedule.target for schedule in stack().schedules.values()}
    return {folder for folder in FOLDERS if arn(folder) in targets}


def of_workflows() -> set[str]:
    machines = stack().state_machines.values()
    return {folder for folder in FOLDERS if any(arn(folder) in machine.definition for machine in machines)}


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
    assert with_routes() | of_buckets() | of_workflows() | of_schedules() == FOLDERS - {"migrate"}


def test_the_event_of_each_function_with_routes_is_one_of_its_http_api() -> None:
    table = RouteTable(stack().routes)
    for folder in with_routes():
        APIGatewayProxyEventV2Model.model_validate(event(folder))
        key, request = event(folder)["routeKey"], event(folder)["requestContext"]["http"]
        match = table.match(request["method"], event(folder)["rawPath"])
        assert match is not None, folder
        assert (match.route_key, match.function) == (key, logical_id(folder))
        assert dict(match.path_parameters) == event(folder).get("pathParameters", {}), folder


def test_the_event_of_each_buckets_function_is_one_of_its_bucket() -> None:
    for folder in of_buckets():
        S3Model.model_validate(event(folder))
        named = {record["s3"]["bucket"]["name"] for record in event(folder)["Records"]}
        assert named <= {bucket.name for bucket in stack().buckets.values()}, folder


def test_the_event_of_each_workflows_function_is_a_step() -> None:
    ids = {workflow_step(event(folder)).task_id[:4] for folder in of_workflows()}
    assert ids == {"tsk_"}


def test_the_event_that_the_rig_makes_of_a_request_is_one_of_an_http_api() -> None:
    table = RouteTable(stack().routes)
    for key in stack().routes:
        method, path = key.split(" ")
        match = table.match(method, path)
        assert match is not None, key
        headers = (("Content-Type", "application/json"), ("Cookie", "a=1; b=2"))
        made = http_event(Request(method, path, "x=1&x=2", headers, b"{}"), match, "request-1")
        APIGatewayProxyEventV2Model.model_validate(made)


CHANGES = (
    ObjectChange("s3:ObjectCreated:Put", "photos", "incoming/1/bath ü+.jpg", 3, "abc", "v1"),
    ObjectChange("s3:ObjectCreated:CompleteMultipartUpload", "photos", "incoming/1/bath ü+.jpg", 3, "abc-2"),
    ObjectChange("s3:ObjectRemoved:Delete", "photos", "incoming/1/bath ü+.jpg"),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.event)
def test_the_event_that_the_rig_makes_of_an_object_is_one_of_s3(change: ObjectChange) -> None:
    event = s3_event(change, "test")
    (worse,) = Chaos("encoded_keys").copies(stack().functions["InferenceFunction"], event)
    for made in (event, worse):
        S3Model.model_validate(made)
