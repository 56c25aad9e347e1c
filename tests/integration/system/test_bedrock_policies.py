"""Who may invoke which hosted model: those that ask it, when it is switched on, and no other model."""

from functools import cache

import pytest

from rig.policies import Access, refusal, role_of
from rig.stack import Stack
from tests.unit.house.project import ROOT

LOOK, PLACE, READ = "amazon.nova-lite-v1:0", "amazon.titan-embed-image-v1", "cohere.embed-v4:0"
ANSWER = "some.chat-model-v1:0"  # by default it is the one that looks
# What each function asks when everything is hosted: to look at photos, to place a picture, to read words, to answer.
ASKS = {
    "UploadFunction": {LOOK, PLACE, READ},
    "InferenceFunction": {LOOK, PLACE, READ},
    "AnalyzePhotoFunction": {LOOK, PLACE, READ},
    "ProcessItemsFunction": {LOOK, PLACE, READ},
    "MeasureOverlapFunction": {READ},
    "AnswerMessageFunction": {READ, ANSWER},
    "QueryFunction": {PLACE, READ},
    "ChatFunction": {READ, ANSWER},
    "ImagesFunction": {READ},
    "ReadyFunction": {READ},
}


@cache
def deployed(**parameters: str) -> Stack:
    from rig.template import load_stack

    return load_stack(ROOT / "template.yaml", {"BedrockChatModel": ANSWER, **parameters})


def granted(stack: Stack) -> dict[str, set[str]]:
    """The resources of Bedrock that each function's role names, whatever the action."""
    found = {}
    for name, function in stack.functions.items():
        role = role_of(stack, function.role)
        assert role is not None
        statements = [one for one in role.statements if any(action.startswith("bedrock:") for action in one.actions)]
        assert {action for one in statements for action in one.actions} <= {"bedrock:InvokeModel"}
        if resources := {resource for one in statements for resource in one.resources}:
            found[name] = {resource.partition("foundation-model/")[2] or resource for resource in resources}
    return found


def settings_of(stack: Stack) -> set[str]:
    return {name for function in stack.functions.values() for name in function.environment if "BACKEND" in name}


def test_with_embedded_models_nobody_may_invoke_any_and_nothing_is_set() -> None:
    assert granted(deployed()) == {}
    assert settings_of(deployed()) == set()


def test_with_everything_hosted_each_function_may_invoke_what_it_asks() -> None:
    assert granted(deployed(VisionBackend="bedrock", TextBackend="bedrock", ChatBackend="bedrock")) == ASKS


@pytest.mark.parametrize(
    ("parameter", "models"),
    [("VisionBackend", {LOOK, PLACE}), ("TextBackend", {READ}), ("ChatBackend", {ANSWER})],
)
def test_with_one_backend_hosted_the_others_models_stay_out_of_reach(parameter: str, models: set[str]) -> None:
    expected = {name: asked & models for name, asked in ASKS.items() if asked & models}
    assert granted(deployed(**{parameter: "bedrock"})) == expected


def test_models_that_are_only_allowed_may_be_asked_and_are_not_the_default() -> None:
    stack = deployed(AllowBedrock="yes", BedrockTextModel="another.model-v1")
    assert granted(stack) == {name: asked - {READ} | {"another.model-v1"} for name, asked in ASKS.items()}
    assert settings_of(stack) == set()
    assert {f.environment.get("BEDROCK_TEXT_MODEL") for f in stack.functions.values()} == {"another.model-v1"}


def test_models_of_the_deployment_s_choice_are_told_and_allowed() -> None:
    stack = deployed(TextBackend="bedrock", BedrockTextModel="another.model-v1")
    function = stack.function("query")
    assert function.environment["BEDROCK_TEXT_MODEL"] == "another.model-v1"
    role = role_of(stack, function.role)
    assert role is not None
    here = "arn:aws:bedrock:us-east-1::foundation-model/"
    assert refusal(role, Access("bedrock:InvokeModel", f"{here}another.model-v1")) is None
    assert refusal(role, Access("bedrock:InvokeModel", f"{here}{READ}")) is not None


def test_an_inference_profile_is_allowed_with_the_models_behind_it() -> None:
    profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.cohere.embed-v4:0"
    behind = "arn:aws:bedrock:us-west-2::foundation-model/cohere.embed-v4:0"
    stack = deployed(TextBackend="bedrock", BedrockModelArns=f"{profile},{behind}")
    assert granted(stack)["ChatFunction"] == {profile, READ}


def test_functions_that_answer_know_who_does_and_whom_a_replay_may_ask() -> None:
    answering = {"ChatFunction", "AnswerMessageFunction"}

    def told(stack: Stack, name: str) -> dict[str, str]:
        told_of = {one: function.environment.get(name) for one, function in stack.functions.items()}
        return {one: value for one, value in told_of.items() if value}

    hosted, allowed = deployed(ChatBackend="bedrock"), deployed(AllowBedrock="yes")
    assert told(hosted, "CHAT_BACKEND") == dict.fromkeys(answering, "bedrock")
    assert told(hosted, "CHAT_ALLOW_BEDROCK") == told(allowed, "CHAT_BACKEND") == {}
    assert told(allowed, "CHAT_ALLOW_BEDROCK") == dict.fromkeys(answering, "yes")
    assert told(hosted, "BEDROCK_CHAT_MODEL") == told(allowed, "BEDROCK_CHAT_MODEL") == dict.fromkeys(answering, ANSWER)
    assert told(deployed(), "BEDROCK_CHAT_MODEL") == {}


def test_every_function_knows_whose_vectors_are_in_force() -> None:
    stack = deployed(VisionBackend="bedrock", TextBackend="bedrock")
    told = {name for name, function in stack.functions.items() if function.environment.get("VISION_BACKEND")}
    assert told == set(stack.functions)
