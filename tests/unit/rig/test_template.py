"""A SAM template becomes a stack: every reference resolved, nothing dropped in silence."""

from dataclasses import replace
from pathlib import Path

import pytest

from rig.stack import AmbiguousNameError, Authorizer, Notification, Stack, UnknownNameError
from rig.template import TemplateError, load_stack

SAMPLE = Path(__file__).parents[2] / "rig_sample" / "template.yaml"
HEAD = "Transform: AWS::Serverless-2016-10-31\n"


@pytest.fixture(scope="module")
def stack() -> Stack:
    return load_stack(SAMPLE, aws_url="http://127.0.0.1:4999", api_url="http://localhost:3999")


def written(folder: Path, text: str) -> Path:
    path = folder / "template.yaml"
    path.write_text(HEAD + text)
    return path


def test_a_function_has_its_handler_limits_and_environment(stack: Stack) -> None:
    hello = stack.functions["HelloFunction"]
    assert (hello.name, hello.handler) == ("local-HelloFunction", "hello.app.handler")
    assert (hello.timeout, hello.memory) == (5, 256)
    assert hello.code == SAMPLE.parent / "functions"
    assert hello.environment == {
        "BUCKET": "local-inbox",
        "GREETING": "hello",
        "MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:local-WorkStateMachine",
        "ONLY_HELLO": "1",
    }


def test_a_function_has_its_own_layers_and_no_others(stack: Stack) -> None:
    layers = SAMPLE.parent / "layers"
    assert stack.functions["HelloFunction"].layers == (layers / "shared",)
    assert stack.functions["PhotoFunction"].layers == (layers / "shared", layers / "extra")
    assert stack.functions["StepTwoFunction"].layers == ()


def test_what_happens_after_the_last_attempt_is_read(stack: Stack) -> None:
    photo = stack.functions["PhotoFunction"]
    assert photo.retry_attempts == 1
    assert photo.failure_queue == stack.queues["DeadLetters"].arn
    assert photo.destination == stack.queues["Failures"].arn
    assert photo.reserved_concurrency == 1
    assert stack.functions["HelloFunction"].retry_attempts == 2


def test_routes_lead_to_functions_by_logical_id(stack: Stack) -> None:
    assert stack.routes == {
        "GET /hello/{name}": "HelloFunction",
        "GET /hello/special": "HelloFunction",
        "POST /hello": "HelloFunction",
        "ANY /any/{rest+}": "HelloFunction",
    }


def test_routes_say_whose_tokens_they_ask_for(stack: Stack) -> None:
    tokens = Authorizer(
        "Tokens", "https://issuer.example/local-Pool", ("local-Client", "cli"), ("$request.header.Authorization",)
    )
    assert stack.authorizers == {
        "GET /hello/{name}": tokens,
        "POST /hello": replace(tokens, scopes=("hello/say",)),
        "ANY /any/{rest+}": Authorizer("Asking", "", (), ()),
    }


def test_cors_of_the_api_is_read_with_list_parameters(stack: Stack) -> None:
    assert stack.cors is not None
    assert stack.cors.allow_origins == ("https://app.example", "https://admin.example")
    assert stack.cors.allow_methods == ("GET", "POST")
    assert stack.cors.max_age == 600


def test_a_bucket_has_its_notifications_and_cors_rules(stack: Stack) -> None:
    inbox = stack.buckets["Inbox"]
    assert inbox.name == "local-inbox"
    assert inbox.notifications == (
        Notification(stack.functions["PhotoFunction"].arn, ("s3:ObjectCreated:*",), "incoming/", ".jpg"),
        Notification(stack.queues["Removals"].arn, ("s3:ObjectRemoved:*",)),
    )
    assert inbox.cors_rules == (
        {
            "AllowedOrigins": ["*"],
            "AllowedMethods": ["GET", "POST"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 60,
        },
    )


def test_a_queue_has_its_url_and_redrive_policy(stack: Stack) -> None:
    failures = stack.queues["Failures"]
    assert failures.url == "http://127.0.0.1:4999/123456789012/local-Failures"
    assert stack.queues["DeadLetters"].arn in failures.attributes["RedrivePolicy"]


def test_a_state_machine_is_read_from_its_yaml_with_substitutions(stack: Stack) -> None:
    definition = stack.state_machines["WorkStateMachine"].definition
    assert stack.functions["StepOneFunction"].arn in definition
    assert "${" not in definition


def test_outputs_are_resolved_and_those_of_false_conditions_left_out(stack: Stack) -> None:
    assert stack.outputs == {
        "Url": "http://localhost:3999/hello",
        "InboxName": "local-inbox",
        "DeadLettersUrl": "http://127.0.0.1:4999/123456789012/local-DeadLetters",
    }


def test_a_type_that_does_not_run_here_is_listed(stack: Stack) -> None:
    people = {"Pool": "AWS::Cognito::UserPool", "Client": "AWS::Cognito::UserPoolClient"}
    assert stack.ignored == {"Table": "AWS::DynamoDB::Table", **people}


def test_parameters_override_defaults_and_switch_conditions() -> None:
    stack = load_stack(SAMPLE, {"Greeting": "moin", "Nightly": "yes"})
    assert stack.functions["HelloFunction"].environment["GREETING"] == "moin"
    assert stack.outputs["Night"] == stack.functions["NightlyFunction"].arn
    assert [schedule.expression for schedule in stack.schedules.values()] == ["rate(1 day)"]


@pytest.mark.parametrize("name", ["HelloFunction", "Hello", "hello", "local-HelloFunction"])
def test_a_function_is_found_by_each_of_its_names(stack: Stack, name: str) -> None:
    assert stack.function(name).logical_id == "HelloFunction"


def test_a_function_is_found_by_its_arn(stack: Stack) -> None:
    assert stack.function(stack.functions["PhotoFunction"].arn).logical_id == "PhotoFunction"


def test_an_unknown_function_names_those_that_exist(stack: Stack) -> None:
    with pytest.raises(UnknownNameError, match=r"'nobody'.*HelloFunction, PhotoFunction"):
        stack.function("nobody")


def test_a_short_name_of_several_functions_lists_them_and_the_full_name_is_of_one(tmp_path: Path) -> None:
    function = "{Type: AWS::Serverless::Function, Properties: {CodeUri: ., Runtime: python3.11, Handler: orders.%s}}"
    handlers = {"TakeFunction": "app.handler", "StepFunction": "step.handler", "orders": "other.handler"}
    resources = "".join(f"  {name}: {function % handler}\n" for name, handler in handlers.items())
    stack = load_stack(written(tmp_path, f"Resources:\n{resources}"))
    assert stack.function("orders").handler == "orders.other.handler"
    assert stack.function("Take").handler == "orders.app.handler"
    del stack.functions["orders"]
    with pytest.raises(AmbiguousNameError, match="'orders' may be StepFunction, TakeFunction"):
        stack.function("orders")


@pytest.mark.parametrize(("shared", "own"), [("nodejs22.x", None), ("python3.11", "java21"), (None, "nodejs22.x")])
def test_a_function_in_another_language_is_refused(tmp_path: Path, shared: str | None, own: str | None) -> None:
    head = f"Globals: {{Function: {{Runtime: {shared}}}}}\n" if shared else ""
    runtime = f"Runtime: {own}, " if own else ""
    function = f"{{Type: AWS::Serverless::Function, Properties: {{{runtime}Handler: a.b, CodeUri: .}}}}"
    with pytest.raises(TemplateError, match=r"^Work is .*: only Python functions from a local CodeUri run here"):
        load_stack(written(tmp_path, f"{head}Resources: {{Work: {function}}}"))


def test_a_function_that_is_an_image_is_refused(tmp_path: Path) -> None:
    function = "{Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: x}}"
    with pytest.raises(TemplateError, match=r"^Work is an image: only Python functions"):
        load_stack(written(tmp_path, f"Resources: {{Work: {function}}}"))


def test_what_is_missed_is_told_apart_from_what_is_not(tmp_path: Path) -> None:
    resources = "Resources: {Mails: {Type: AWS::SNS::Topic}, Lines: {Type: AWS::Logs::LogGroup}}"
    stack = load_stack(written(tmp_path, resources))
    assert stack.left_out == ["Mails (AWS::SNS::Topic)"]
    assert set(stack.ignored) == {"Mails", "Lines"}


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(TemplateError, match="no parameter Colour"):
        load_stack(SAMPLE, {"Colour": "red"})


def test_a_parameter_outside_its_allowed_values_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"Nightly can't be 'perhaps'; allowed are yes, no"):
        load_stack(SAMPLE, {"Nightly": "perhaps"})


def test_a_missing_template_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"nothing\.yaml: No such file"):
        load_stack(tmp_path / "nothing.yaml")


def test_a_file_that_is_no_template_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text("just: words")
    with pytest.raises(TemplateError, match="has no Resources"):
        load_stack(path)


def test_an_unknown_intrinsic_function_names_its_resource(tmp_path: Path) -> None:
    path = written(tmp_path, "Resources: {Store: {Type: AWS::S3::Bucket, Properties: {BucketName: !ImportValue x}}}")
    with pytest.raises(TemplateError, match=r"Store: the intrinsic function Fn::ImportValue"):
        load_stack(path)


def test_a_reference_to_nothing_names_its_resource(tmp_path: Path) -> None:
    path = written(tmp_path, "Resources: {Store: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Gone}}}")
    with pytest.raises(TemplateError, match=r"Store: !Ref Gone"):
        load_stack(path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Resources: {Work: {Type: AWS::Serverless::Function, "
        "Properties: {CodeUri: nowhere/, Handler: a.b, Runtime: python3.11}}}",
    )
    with pytest.raises(TemplateError, match=r"Work: CodeUri nowhere/ does not exist"):
        load_stack(path)


def test_a_secret_of_the_cloud_in_a_variable_is_refused(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    path = written(
        tmp_path,
        "Resources: {Work: {Type: AWS::Serverless::Function, Properties: {CodeUri: code/, Handler: a.b, "
        'Runtime: python3.11, Environment: {Variables: {KEY: "{{resolve:secretsmanager:x}}"}}}}}',
    )
    with pytest.raises(TemplateError, match="Work: the variable KEY needs a secret"):
        load_stack(path)


def test_the_projects_own_template_is_read_whole() -> None:
    stack = load_stack(Path(__file__).parents[3] / "template.yaml", {"DatabaseUrl": "postgresql://localhost/of-the-rig"})
    assert stack.left_out == []
    assert stack.functions["InferenceFunction"].failure_queue == stack.queues["DeadLetterQueue"].arn


@pytest.mark.parametrize(("given", "tenant"), [({}, "local"), ({"Tenant": "acme"}, "acme"), ({"Tenant": ""}, "")])
def test_on_this_machine_there_is_one_tenant_unless_it_is_said(
    tmp_path: Path, given: dict[str, str], tenant: str
) -> None:
    parameter = 'Parameters: {Tenant: {Type: String, Default: ""}}'
    stack = load_stack(written(tmp_path, f"{parameter}\nResources: {{Queue: {{Type: AWS::SQS::Queue}}}}"), given)
    assert stack.parameters["Tenant"] == tenant


def test_a_database_that_the_cloud_would_make_is_left_out_and_said() -> None:
    stack = load_stack(Path(__file__).parents[3] / "template.yaml")
    assert {"Database (AWS::RDS::DBCluster)", "Network (AWS::EC2::VPC)"} <= set(stack.left_out)
    assert not any("Migration" in name for name in stack.left_out)  # the rig invokes it by itself


def test_a_template_is_read_the_same_however_often_and_for_whatever_address() -> None:
    first = load_stack(SAMPLE)
    assert load_stack(SAMPLE, aws_url="http://127.0.0.1:1") != first
    assert load_stack(SAMPLE) == first
