"""The other things that a test asks of the rig: an answer, a workflow's outcome, the template."""

import json

import pytest


def test_a_text_that_nobody_wrote_is_not_found(api):
    assert api.get("/texts/nothing").status_code == 404


@pytest.mark.parametrize(("words", "grade"), [(101, "long"), (100, "short"), (-1, "refused")])
def test_the_state_machine_grades(cloud, words, grade):
    machine = cloud.client("stepfunctions")
    started = machine.start_execution(
        stateMachineArn=cloud.state_machine("GradeStateMachine"), input=json.dumps({"words": words})
    )
    cloud.wait()
    ended = machine.describe_execution(executionArn=started["executionArn"])
    assert json.loads(ended["output"]) == {"grade": grade}


def test_the_template_is_there_to_be_asked(template_stack):
    assert template_stack.routes == {"GET /texts/{name}": "TextsFunction"}
