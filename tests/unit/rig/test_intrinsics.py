"""Each intrinsic function gives what CloudFormation's documentation says."""

from typing import Any

import pytest

from rig.intrinsics import NO_VALUE, Resolver, TemplateError

RESOLVE = Resolver(
    refs={"Name": "roomlens", "Zones": ["a", "b"], "AWS::NoValue": NO_VALUE, "AWS::Region": "eu-west-1"},
    attributes=lambda name, attribute: {("Queue", "Arn"): "arn:q", ("Db", "Endpoint.Port"): "5432"}[name, attribute],
    conditions={"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}},
    mappings={"Sizes": {"dev": {"memory": 256}}},
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Ref": "Name"}, "roomlens"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:q"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:q"),
        ({"Fn::GetAtt": ["Db", "Endpoint.Port"]}, "5432"),
        ({"Fn::Sub": "${Name}-${Queue.Arn}-${!literal}"}, "roomlens-arn:q-${literal}"),
        ({"Fn::Sub": ["${own}/${Name}", {"own": {"Ref": "Name"}}]}, "roomlens/roomlens"),
        ({"Fn::Join": ["-", ["x", {"Ref": "Name"}]]}, "x-roomlens"),
        ({"Fn::Join": ["", {"Ref": "Zones"}]}, "ab"),
        ({"Fn::If": ["Yes", 1, 2]}, 1),
        ({"Fn::If": ["No", 1, 2]}, 2),
        ({"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, False),
        ({"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]}, True),
        ({"Fn::Select": [1, {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": ["0", ["x", "y"]]}, "x"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", "dev", "memory"]}, 256),
        ({"Fn::Base64": {"Ref": "Name"}}, "cm9vbWxlbnM="),
        ({"Fn::Length": {"Ref": "Zones"}}, 2),
        ({"Fn::Select": [1, {"Fn::GetAZs": ""}]}, "eu-west-1b"),
        ({"Fn::ToJsonString": {"name": {"Ref": "Name"}}}, '{"name": "roomlens"}'),
        ([{"Ref": "AWS::NoValue"}, "kept"], ["kept"]),
        ({"gone": {"Ref": "AWS::NoValue"}, "kept": 1}, {"kept": 1}),
        ({"Condition": {"Bool": {"tls": {"Ref": "Name"}}}}, {"Condition": {"Bool": {"tls": "roomlens"}}}),
    ],
)
def test_an_intrinsic_function_is_replaced_by_its_value(expression: Any, value: Any) -> None:
    assert RESOLVE(expression) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ({"Ref": "Nobody"}, "!Ref Nobody"),
        ({"Fn::GetAtt": ["Queue", "Colour"]}, "!GetAtt Queue.Colour"),
        ({"Fn::Sub": "${Nobody}"}, "!Ref Nobody"),
        ({"Fn::If": ["Perhaps", 1, 2]}, "condition Perhaps"),
        ({"Fn::FindInMap": ["Sizes", "prod", "memory"]}, "Sizes.prod.memory"),
        ({"Fn::Transform": {}}, "Fn::Transform"),
    ],
)
def test_what_is_unknown_is_named(expression: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        RESOLVE(expression)


@pytest.mark.parametrize(("first", "second", "equal"), [("0", 0, True), ("true", True, True), ("0", 1, False)])
def test_values_are_compared_as_texts(first: Any, second: Any, equal: bool) -> None:
    assert RESOLVE({"Fn::Equals": [first, second]}) is equal
