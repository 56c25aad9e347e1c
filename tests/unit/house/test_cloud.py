"""What the template promises of the cloud around the functions."""

import json
import re
from functools import cache
from typing import Any

import pytest

from roomlens.settings import RateSettings
from tests.unit.house.project import ROOT, stack, stack_with_its_own_database

ACROSS_TENANTS = {
    "ReconcileFunction", "PlanItemsFunction", "ProcessItemsFunction", "MeasureOverlapFunction", "ModelsFunction",
}  # fmt: skip
WITHOUT_DATABASE = {"HealthFunction"}


@cache
def template() -> Any:
    from rig.template_source import read

    return read(ROOT / "template.yaml")


def resources(kind: str) -> dict[str, Any]:
    return {name: found for name, found in template()["Resources"].items() if found["Type"] == kind}


def started_by_events() -> set[str]:
    """The functions that are invoked and not waited for: by a bucket, by a schedule, and by CloudFormation."""
    arns = {notification.target for bucket in stack().buckets.values() for notification in bucket.notifications}
    arns |= {schedule.target for schedule in stack().schedules.values()}
    return {name for name, function in stack().functions.items() if function.arn in arns} | {"MigrateFunction"}


def test_a_deploy_with_another_migration_runs_it() -> None:
    """CloudFormation asks for a resource anew when one of its properties has changed."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    assert template()["Resources"]["Migration"]["Properties"]["Head"] == head


def test_every_function_gets_its_code_when_the_schema_is_there() -> None:
    waiting = {name for name, found in resources("AWS::Serverless::Function").items() if "DependsOn" in found}
    assert waiting == set(stack().functions) - {"MigrateFunction", *WITHOUT_DATABASE}


def test_every_log_is_forgotten_in_time() -> None:
    assert template()["Globals"]["Function"]["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"}
    overridden = {name for name, found in resources("AWS::Serverless::Function").items() if logs(found)}
    assert overridden == set()
    groups = resources("AWS::Logs::LogGroup").values()
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogDays"} for group in groups)


def logs(function: Any) -> Any:
    return function["Properties"].get("LoggingConfig")


def test_every_event_that_nobody_waits_for_is_tried_within_limits_and_ends_in_the_queue_when_it_fails() -> None:
    queue = stack().queues["DeadLetterQueue"].arn
    for name in started_by_events():
        function, said = stack().functions[name], resources("AWS::Serverless::Function")[name]["Properties"]
        assert queue in (function.failure_queue, function.destination), name
        assert said["EventInvokeConfig"].keys() >= {"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}, name


def test_concurrency_is_reserved_only_when_it_is_asked_for() -> None:
    def reserved(functions: Any) -> dict[str, int]:
        return {name: one.reserved_concurrency for name, one in functions.items() if one.reserved_concurrency}

    assert reserved(stack().functions) == {}
    assert reserved(stack_with_its_own_database().functions) == {
        "InferenceFunction": 10, "AnalyzePhotoFunction": 5, "ProcessItemsFunction": 5,
    }  # fmt: skip


def test_a_tenants_limits_are_the_settings_own_until_a_parameter_says_another() -> None:
    from rig.template import load_stack

    limits = {name.upper(): str(number) for number, name in enumerate(RateSettings.model_fields, 1)}
    said = {name.title().replace("_", ""): number for name, number in limits.items()}
    asked = load_stack(ROOT / "template.yaml", {**said, "DatabaseUrl": "postgresql://nobody@127.0.0.1:1/none"})
    for name, function in asked.functions.items():
        assert limits.items() <= function.environment.items(), name
        assert not limits.keys() & stack().functions[name].environment.keys(), name


def test_what_the_api_writes_down_of_a_call_is_neither_an_address_nor_a_token() -> None:
    said = json.loads(template()["Resources"]["HttpApi"]["Properties"]["AccessLogSettings"]["Format"])
    known = {f"$context.{part}" for part in said_of_a_call()}
    assert set(said.values()) == known


def said_of_a_call() -> set[str]:
    return {
        "requestId", "requestTime", "routeKey", "status", "responseLatency", "integrationLatency", "responseLength",
        "authorizer.error", "error.message", "integrationErrorMessage",
    }  # fmt: skip


def test_every_function_logs_in_as_the_role_that_its_work_needs() -> None:
    for name, function in stack_with_its_own_database().functions.items():
        operator = name in ACROSS_TENANTS
        expected = {"HealthFunction": None, "MigrateFunction": None}.get(
            name, "roomlens_operator_login" if operator else "roomlens_app_login"
        )
        assert function.environment.get("DATABASE_USER") == expected, name


def test_every_function_may_log_in_as_this_role_and_as_no_other() -> None:
    found = stack_with_its_own_database()
    roles = {role.arn: role for role in found.roles.values()}
    for name, function in found.functions.items():
        allowed = {
            resource.rpartition("/")[2]
            for statement in roles[function.role].statements
            if "rds-db:connect" in statement.actions
            for resource in statement.resources
        }
        assert allowed == {function.environment.get("DATABASE_USER")} - {None}, name


def test_a_password_is_known_only_to_the_function_that_migrates() -> None:
    functions = stack_with_its_own_database().functions
    assert {name for name, one in functions.items() if "DATABASE_SECRET_ARN" in one.environment} == {"MigrateFunction"}
    assert not any("DATABASE_URL" in one.environment for one in functions.values())


def test_what_is_stored_is_encrypted_kept_and_protected() -> None:
    database = template()["Resources"]["Database"]
    assert database["DeletionPolicy"] == database["UpdateReplacePolicy"] == "Snapshot"
    kept = {"StorageEncrypted": True, "DeletionProtection": True, "EnableIAMDatabaseAuthentication": True}
    assert kept.items() <= database["Properties"].items()
    assert template()["Resources"]["PhotoBucket"]["UpdateReplacePolicy"] == "Retain"


def test_a_network_without_callbacks_has_no_way_out() -> None:
    ways_out = {
        name: resource["Condition"]
        for name, resource in template()["Resources"].items()
        if resource["Type"] in ("AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::Route")
    }
    assert len(ways_out) == 4
    assert set(ways_out.values()) == {"MakesWayOut"}


def test_every_bucket_is_private_and_takes_no_call_without_tls() -> None:
    policies = resources("AWS::S3::BucketPolicy").values()
    guarded = {
        policy["Properties"]["Bucket"]["Ref"]
        for policy in policies
        if any(one.get("Sid") == "TlsOnly" for one in policy["Properties"]["PolicyDocument"]["Statement"])
    }
    buckets = resources("AWS::S3::Bucket")
    assert guarded == set(buckets)
    assert all(all(one["Properties"]["PublicAccessBlockConfiguration"].values()) for one in buckets.values())


def test_every_alarm_says_what_it_is_and_reaches_whoever_wants_to_know() -> None:
    told = {"Fn::If": ["HasAlarmEmail", [{"Ref": "Alarms"}], {"Ref": "AWS::NoValue"}]}
    alarms = resources("AWS::CloudWatch::Alarm")
    assert alarms
    for name, alarm in alarms.items():
        said = alarm["Properties"]
        assert said["AlarmDescription"].endswith((".", ")")), name
        assert said["AlarmActions"] == said["OKActions"] == told, name
        assert said["TreatMissingData"] == "notBreaching", name


@pytest.mark.parametrize("end", ["Failed", "TimedOut"])
def test_the_alarm_of_workflows_that_end_badly_knows_all_of_them(end: str) -> None:
    metrics = template()["Resources"][f"{end}ExecutionsAlarm"]["Properties"]["Metrics"]
    assert {one["MetricStat"]["Metric"]["MetricName"] for one in metrics if "MetricStat" in one} == {f"Executions{end}"}
    watched = {one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"] for one in metrics if "MetricStat" in one}
    assert watched == set(stack().state_machines)


def test_the_dashboard_is_json() -> None:
    text, values = template()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert json.loads(re.sub(r"\$\{[^}]+\}", "x", text))["widgets"]
    assert set(values) <= set(re.findall(r"\$\{(\w+)\}", text))


def test_the_dashboard_shows_every_function_and_every_workflow() -> None:
    found = made()
    shown: dict[str, set[str]] = {}
    for widget in json.loads(found["Dashboard"]["Properties"]["DashboardBody"])["widgets"]:
        for namespace, metric, _, value, *_ in unfolded(widget["properties"].get("metrics", [])):
            shown.setdefault(f"{namespace} {metric}", set()).add(value)
    functions = {one.name for one in stack_with_its_own_database().functions.values()}
    assert shown["AWS/Lambda Duration"] == shown["AWS/Lambda Errors"] == shown["AWS/Lambda Throttles"] == functions
    workflows = {one.arn for one in stack_with_its_own_database().state_machines.values()}
    assert shown["AWS/States ExecutionsFailed"] == shown["AWS/States ExecutionsTimedOut"] == workflows


def unfolded(metrics: list[list[Any]]) -> list[list[Any]]:
    """With what "..." and "." stand for: as the metric before."""
    found: list[list[Any]] = []
    for metric in metrics:
        said = [one for one in metric if not isinstance(one, dict)]
        if said[0] == "...":
            said = [*found[-1][: 4 - len(said) + 1], *said[1:]]
        found.append([found[-1][at] if one == "." else one for at, one in enumerate(said)])
    return found


@cache
def made() -> dict[str, dict[str, Any]]:
    """All that a stack makes, its references resolved."""
    from rig.template import render
    from tools.check_cloud.variants import VARIANTS

    return render(ROOT / "template.yaml", VARIANTS["all that may be asked for"])


def test_two_stacks_of_an_account_take_no_name_from_one_another() -> None:
    """What is given a name is given the stack's; in CloudFront, which has no regions, the region's too."""
    taken = {logical_id: name for logical_id, one in made().items() for name in names(one)}
    assert {"ConsolePaths", "ConsoleHeaders", "ConsoleAccess", "PhotoBucket", "DatabaseProxy"} <= taken.keys()
    assert {key: name for key, name in taken.items() if not re.search(r"(^|/)local[-/]", name)} == {}
    everywhere = [name for key, name in taken.items() if made()[key]["Type"].startswith("AWS::CloudFront::")]
    assert len(everywhere) == 3
    assert all("us-east-1" in name for name in everywhere)


def names(resource: Any) -> list[str]:
    """What a resource is called among all of its kind in an account; CloudFormation names the others."""
    said = resource["Properties"]
    inside = [said.get("ResponseHeadersPolicyConfig", {}), said.get("OriginAccessControlConfig", {})]
    if resource["Type"] in {"AWS::CloudFront::Function", "AWS::Scheduler::Schedule"}:
        inside.append(said)
    whole = ("BucketName", "DBProxyName", "DashboardName", "FunctionName", "QueueName", "RoleName", "StateMachineName")
    own = [said[key] for key in whole if key in said and resource["Type"] in NAMED]
    if resource["Type"] == "AWS::Logs::LogGroup" and not said["LogGroupName"].startswith("/aws/rds/"):
        own.append(said["LogGroupName"])
    return own + [one["Name"] for one in inside if "Name" in one]


NAMED = {
    "AWS::CloudWatch::Dashboard", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::RDS::DBProxy", "AWS::S3::Bucket",
    "AWS::SQS::Queue", "AWS::StepFunctions::StateMachine",
}  # fmt: skip


def test_the_database_logs_no_statement_for_a_statement_holds_what_people_wrote() -> None:
    said = template()["Resources"]["DatabaseParameters"]["Properties"]["Parameters"]
    quiet = {"log_min_duration_statement": "-1", "log_min_error_statement": "panic", "log_error_verbosity": "terse"}
    assert quiet.items() <= said.items()
    assert not {"log_statement", "log_duration", "log_min_duration_sample"} & said.keys()


def test_the_databases_log_is_there_before_there_is_an_instance_to_write_it() -> None:
    found = template()["Resources"]
    assert found["DatabaseLogs"]["Properties"]["LogGroupName"] == {"Fn::Sub": "/aws/rds/cluster/${Database}/postgresql"}
    assert found["DatabaseWriter"]["DependsOn"] == "DatabaseLogs"


@pytest.mark.parametrize("name", ["CoreLayer", "ModelsLayer"])
def test_layers_are_built_for_the_processors_that_run_them(name: str) -> None:
    layer = template()["Resources"][name]
    assert layer["Metadata"] == {"BuildMethod": {"Ref": "PythonRuntime"}, "BuildArchitecture": {"Ref": "Architecture"}}
    assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    assert template()["Globals"]["Function"]["Architectures"] == [{"Ref": "Architecture"}]


def test_traces_are_written_only_when_they_are_asked_for() -> None:
    def writes_traces(found: Any) -> set[str]:
        roles = found.roles.values()
        return {role.name for role in roles if any("Xray" in policy for policy in role.managed_policies)}

    assert writes_traces(stack()) == set()
    asked = stack_with_its_own_database()
    assert writes_traces(asked) == {one.role.rpartition("/")[2] for one in asked.functions.values()}
