"""Each fixture of the plugin once: `client` for handlers alone, `cloud` and `api` for all of them together."""

import json

import pytest


def test_a_name_is_checked_before_anything_is_read(client):
    answer = client.get("/texts/a-b")
    assert (answer.status_code, answer.text) == (400, "a name has letters and digits only")


def test_a_text_that_nobody_wrote_is_not_found(api):
    assert api.get("/texts/nothing").status_code == 404


def test_an_event_that_comes_twice_changes_nothing(cloud, api, chaos):
    chaos.switch("duplicate", "reorder")
    s3, bucket = cloud.client("s3"), cloud.bucket("TextBucket")
    s3.put_object(Bucket=bucket, Key="texts/first.txt", Body=b"one two three")
    s3.put_object(Bucket=bucket, Key="texts/second.txt", Body=b"four")
    cloud.wait()
    assert [api.get(f"/texts/{name}").json()["words"] for name in ("first", "second")] == [3, 1]


@pytest.mark.parametrize(("words", "grade"), [(101, "long"), (100, "short"), (-1, "refused")])
def test_the_state_machine_grades(cloud, words, grade):
    machine = cloud.client("stepfunctions")
    started = machine.start_execution(
        stateMachineArn=cloud.state_machine("GradeStateMachine"), input=json.dumps({"words": words})
    )
    cloud.wait()
    ended = machine.describe_execution(executionArn=started["executionArn"])
    assert json.loads(ended["output"]) == {"grade": grade}


def test_a_function_may_do_what_its_role_allows_and_nothing_else(cloud, monkeypatch):
    monkeypatch.setenv("BUCKET", "another-projects-bucket")
    answer = cloud.invoke("texts", {"pathParameters": {"name": "ode"}})
    assert "is not authorized to perform: s3:GetObject" in answer.payload["errorMessage"]


def test_the_template_is_there_to_be_asked(template_stack):
    assert template_stack.routes == {"GET /texts/{name}": "TextsFunction"}
