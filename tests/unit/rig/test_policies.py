"""What a role allows, by IAM's rules, and what a template shows that it must allow."""

import json
from pathlib import Path
from typing import Any

import pytest

from rig.policies import Access, faults, needed_by_state_machine, refusal, role_of, unused
from rig.stack import Role, Stack, StateMachine, Statement
from rig.template import load_stack
from tests.unit.rig.templates import machine_of, written

PUT = Access("s3:PutObject", "arn:aws:s3:::photos/derived/ab/1.jpg")


def allow(action: str, resource: str, **others: bool) -> Statement:
    return Statement("Allow", (action,), (resource,), **others)


def deny(action: str, resource: str, **others: bool) -> Statement:
    return Statement("Deny", (action,), (resource,), **others)


def role(*statements: Statement) -> Role:
    return Role("WorkRole", "local-WorkRole", statements)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutObject", "arn:aws:s3:::photos/derived/ab/1.jpg"),
        ("s3:PutObject", "arn:aws:s3:::photos/derived/*"),  # a star crosses slashes
        ("s3:Put*", "*"),
        ("*", "arn:aws:s3:::photos/derived/a?/?.jpg"),
        ("S3:putobject", "arn:aws:s3:::*/1.jpg"),  # the case of actions doesn't count
    ],
)
def test_a_statement_allows_what_its_patterns_match(action: str, resource: str) -> None:
    assert refusal(role(allow(action, resource)), PUT) is None


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::photos/derived/*"),
        ("s3:PutObject", "arn:aws:s3:::photos/incoming/*"),
        ("s3:PutObject", "arn:aws:s3:::photos"),  # a bucket is not its objects
        ("s3:PutObject", "arn:aws:s3:::photos/Derived/*"),  # the case of resources counts
        ("s3:PutObject", "arn:aws:s3:::photos/derived/ab/1?jpg?"),  # a question mark is one character, not none
        ("s3:PutObject", "arn:aws:s3:::photos/derived/.."),  # a full stop is a full stop
    ],
)
def test_what_no_statement_allows_is_refused(action: str, resource: str) -> None:
    assert refusal(role(allow(action, resource)), PUT) == (
        "because no identity-based policy allows the s3:PutObject action"
    )


def test_a_deny_beats_every_allow_wherever_it_stands() -> None:
    for statements in (allow("*", "*"), deny("s3:Put*", "*")), (deny("s3:Put*", "*"), allow("*", "*")):
        assert refusal(role(*statements), PUT) == "with an explicit deny in an identity-based policy"


def test_not_action_and_not_resource_are_about_everything_else() -> None:
    assert refusal(role(allow("s3:GetObject", "*", other_actions=True)), PUT) is None
    assert refusal(role(allow("s3:PutObject", "*", other_actions=True)), PUT) is not None
    assert refusal(role(allow("*", "arn:aws:s3:::photos/incoming/*", other_resources=True)), PUT) is None
    assert refusal(role(allow("*", "arn:aws:s3:::photos/derived/*", other_resources=True)), PUT) is not None


def test_a_condition_is_not_evaluated_and_never_refuses() -> None:
    assert refusal(role(allow("*", "*", conditional=True), deny("*", "*", conditional=True)), PUT) is None


def test_each_pair_of_patterns_that_nothing_needed_is_unused() -> None:
    statement = Statement("Allow", ("s3:PutObject", "s3:GetObject"), (PUT.resource, "arn:aws:s3:::photos/incoming/*"))
    assert unused(role(statement, deny("s3:DeleteObject", "*")), [PUT]) == [
        Access("s3:PutObject", "arn:aws:s3:::photos/incoming/*"),
        Access("s3:GetObject", PUT.resource),
        Access("s3:GetObject", "arn:aws:s3:::photos/incoming/*"),
    ]


def test_what_is_allowed_by_exception_is_used_by_anything_else() -> None:
    everything_else = role(allow("s3:GetObject", "*", other_actions=True))
    assert unused(everything_else, [PUT]) == []
    assert unused(everything_else, [Access("s3:GetObject", PUT.resource)]) == [
        Access("everything but s3:GetObject", "*")
    ]


# ---------------------------------------------------------------------------------------- roles of a template


def test_a_role_has_the_statements_of_every_policy_that_is_attached_to_it(tmp_path: Path) -> None:
    stack = written(
        tmp_path,
        """
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
            ManagedPolicyArns: [!Ref Shared, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
            Policies:
              - PolicyName: Own
                PolicyDocument: {Statement: {Effect: Allow, Action: "s3:GetObject", Resource: "*"}}
        Attached:
          Type: AWS::IAM::Policy
          Properties:
            PolicyName: Attached
            Roles: [!Ref Role]
            PolicyDocument: {Statement: [{Effect: Deny, NotAction: "s3:*", NotResource: ["a", "b"]}]}
        Shared:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            PolicyDocument:
              Statement:
                - {Effect: Allow, Action: ["sqs:*"], Resource: "*", Condition: {Bool: {"aws:SecureTransport": true}}}
        Stranger:
          Type: AWS::IAM::Policy
          Properties:
            PolicyName: Stranger
            Users: [somebody]
            PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
        """,
    )
    found = stack.roles["Role"]
    assert found.statements == (
        Statement("Allow", ("s3:GetObject",), ("*",)),
        Statement("Deny", ("s3:*",), ("a", "b"), other_actions=True, other_resources=True),
        Statement("Allow", ("sqs:*",), ("*",), conditional=True),
    )
    assert found.managed_policies == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert stack.ignored == {}
    assert role_of(stack, found.arn) is found
    assert role_of(stack, "arn:aws:iam::123456789012:role/somebody-elses") is None


def test_a_policy_of_sam_becomes_a_statement_with_the_resources_arn(sample: Stack) -> None:
    assert sample.roles["WorkStateMachineRole"].statements == tuple(
        allow("lambda:InvokeFunction", f"{sample.functions[name].arn}*")
        for name in ("StepOneFunction", "StepTwoFunction")
    )
    photo = role_of(sample, sample.functions["PhotoFunction"].role)
    assert photo is not None
    assert allow("s3:GetObject", "arn:aws:s3:::local-inbox/incoming/*") in photo.statements
    assert allow("sqs:SendMessage", sample.queues["DeadLetters"].arn) in photo.statements
    assert photo.managed_policies == ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",)


@pytest.fixture(scope="module")
def sample() -> Stack:
    return load_stack(Path(__file__).parents[2] / "rig_sample" / "template.yaml")


def test_a_sound_template_has_no_faults(sample: Stack) -> None:
    assert faults(sample) == []


@pytest.mark.parametrize(
    "state",
    [
        {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"},
        {"Resource": "arn:aws:lambda:us-east-1:123456789012:function:work:live"},  # an alias
        {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "work"}},
        {"Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Arguments": {"FunctionName": "work"}},
    ],
)
def test_a_step_names_its_function_in_several_ways(state: dict[str, Any]) -> None:
    machine = StateMachine("Machine", "machine", json.dumps({"States": {"Work": state}}), role="")
    assert needed_by_state_machine(machine) == [
        Access("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:work")
    ]


def test_a_function_that_comes_from_the_input_and_other_services_are_no_ones_need() -> None:
    states = {
        "Chosen": {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName.$": "$.function"}},
        "Queued": {"Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "http://queue"}},
    }
    assert needed_by_state_machine(StateMachine("M", "m", json.dumps({"States": states}), role="")) == []


def test_a_state_machine_that_may_not_invoke_its_steps_is_at_fault(tmp_path: Path) -> None:
    (fault,) = faults(machine_of(tmp_path, calls="One", allows=[]))
    assert fault.startswith("Machine may not do what its definition says: lambda:InvokeFunction on arn:")
    assert fault.endswith(":function:local-One is not allowed")


def test_a_state_machine_that_may_invoke_more_than_its_steps_is_at_fault(tmp_path: Path) -> None:
    stack = machine_of(tmp_path, calls="One", allows=["One", "Two"])
    assert faults(stack) == ["Machine may invoke Two, and its definition never does"]


def test_a_function_that_may_not_bury_its_failed_events_is_at_fault(tmp_path: Path) -> None:
    stack = written(
        tmp_path,
        """
        Graveyard: {Type: AWS::SQS::Queue}
        Role:
          Type: AWS::IAM::Role
          Properties: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}
        Work:
          Type: AWS::Serverless::Function
          Properties:
            {CodeUri: ., Handler: a.b, Runtime: python3.11, Role: !GetAtt Role.Arn,
             DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Graveyard.Arn}}
        """,
    )
    (fault,) = faults(stack)
    assert fault == (
        f"Work may not bury its failed events: sqs:SendMessage on {stack.queues['Graveyard'].arn} is not allowed"
    )
