"""Which schedules the rig runs, what their targets get, and that they stop."""

import threading
from pathlib import Path

import pytest

from rig import schedules, stack
from rig.errors import RigError
from rig.schedules import running, schedule_event
from rig.stack import Schedule
from tests.unit.rig.templates import written

WORK = """
Work:
  Type: AWS::Serverless::Function
  Properties:
    Runtime: python3.11
    CodeUri: .
    Handler: app.handler
"""
EVENTS = """    Events:
      Often: {Type: Schedule, Properties: {Schedule: rate(5 minutes), Name: often}}
      Later: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), Input: '{"a": 1}'}}
      Night: {Type: Schedule, Properties: {Schedule: "cron(0 2 * * ? *)"}}
      Paused: {Type: Schedule, Properties: {Schedule: "cron(0 3 * * ? *)", State: DISABLED}}
      Told: {Type: EventBridgeRule, Properties: {Pattern: {source: [mine]}}}
"""


def test_rates_of_functions_run_and_the_rest_is_left_out(tmp_path: Path) -> None:
    found = written(tmp_path, WORK + EVENTS)
    assert {name for name, schedule in found.schedules.items() if found.runs(schedule)} == {"WorkOften", "WorkLater"}
    assert found.left_out == ["WorkNight (cron(0 2 * * ? *))", "WorkTold (a rule with a pattern)"]


def test_a_target_gets_what_the_template_says_or_eventbridges_event(tmp_path: Path) -> None:
    found = written(tmp_path, WORK + EVENTS).schedules
    assert schedule_event(found["WorkLater"]) == {"a": 1}
    event = schedule_event(found["WorkOften"])
    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.events", "Scheduled Event", {})
    assert event["resources"] == ["arn:aws:events:us-east-1:123456789012:rule/often"]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(2 hours)", 7200), ("rate(3 days)", 259_200), ("rate(0 days)", None), ("", None)],
)
def test_a_rate_is_a_period(expression: str, seconds: float | None) -> None:
    assert Schedule("Night", "arn", expression, "target").period == seconds


def test_what_would_be_run_otherwise_than_it_says_is_an_error(tmp_path: Path) -> None:
    shaped = (
        WORK
        + """Shaped:
  Type: AWS::Events::Rule
  Properties:
    ScheduleExpression: rate(1 day)
    Targets: [{Id: a, Arn: !GetAtt Work.Arn, InputPath: $.time}]
"""
    )
    with pytest.raises(RigError, match="Shaped: a schedule with InputPath can't run here"):
        written(tmp_path, shaped)


def test_turns_that_the_machine_slept_through_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now, ran = 0.0, []

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            nonlocal now
            now += timeout or 0
            return len(ran) == 3

    def run(_: str) -> None:
        nonlocal now
        ran.append(now)
        now += 0 if ran[1:] else 1000

    monkeypatch.setattr(schedules.time, "monotonic", lambda: now)
    schedules._run({"Often": 60.0}, run, Stopping())
    assert ran == [60, 1080, 1140]


def test_each_runs_again_and_again_also_after_a_failure_until_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(stack._SECONDS, "minute", 0.001)
    found = {"Often": Schedule("Often", "arn", "rate(1 minute)", "target")}
    found["Off"] = Schedule("Off", "arn", "rate(1 minute)", "target", enabled=False)
    ran, often = [], threading.Event()

    def run(name: str) -> None:
        ran.append(name)
        if len(ran) > 2:
            often.set()
        if len(ran) == 1:
            raise RuntimeError("the function is gone")

    with running(found, run):
        assert often.wait(5)
    assert set(ran) == {"Often"}
    assert "schedules" not in {thread.name for thread in threading.enumerate()}
