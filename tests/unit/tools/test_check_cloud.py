"""The proofs: each is told of in one line, the output of one that fails is shown, and what they look for is found."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.check_cloud import __main__ as command
from tools.check_cloud.excuses import Excuse, Finding, unexcused
from tools.check_cloud.local_invoke import documented, wrong
from tools.check_cloud.proofs import PROOFS, ROOT, Proof
from tools.check_cloud.running import Outcome, run, run_all
from tools.check_cloud.wildcards import block, explained, too_wide, unexplained

DEPLOYING = (ROOT / "docs" / "deploying.md").read_text()


def proof(code: str, name: str = "one") -> Proof:
    return Proof(name, "says", (sys.executable, "-c", code))


def test_a_proof_that_holds_is_one_line_with_its_figure() -> None:
    outcome = run(proof("print('much'); print('== 7 of 9 ==')"))
    assert (outcome.holds, outcome.figure) == (True, "7 of 9")
    line = str(Outcome(outcome.proof, True, outcome.output, 1.5))
    assert line.split() == ["one", "holds", "7", "of", "9", "1.5", "s"]


def test_the_output_of_a_proof_that_fails_stands_below_its_line_and_the_others_run() -> None:
    said: list[str] = []
    failing = proof("import sys; print('because'); sys.exit(1)", "failing")
    assert not run_all([failing, proof("print('fine')", "other")], said.append)
    assert said[0].split()[:2] == ["failing", "FAILS"]
    assert said[1] == "    because"
    assert said[2].split()[:3] == ["other", "holds", "fine"]
    assert said[3].startswith("1 of 2 hold")


def test_a_command_that_is_not_there_or_does_not_end_fails() -> None:
    missing = run(Proof("one", "says", ("/nowhere/at/all",)))
    assert (missing.holds, missing.figure) == (False, "/nowhere/at/all: No such file or directory")
    hanging = run(proof("print('begun', flush=True); import time; time.sleep(60)"), limit=0.5)
    assert not hanging.holds
    assert "begun" in hanging.output
    assert hanging.figure.startswith("no end after")


def test_names_choose_proofs_and_an_unknown_one_is_told_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PROOFS", (proof("print(1)"), proof("raise SystemExit(1)", "two")))
    assert command.main(["one"]) == 0
    assert command.main([]) == 1
    with pytest.raises(SystemExit):
        command.main(["three"])
    assert "there are one, two" in capsys.readouterr().err
    assert command.main(["--list"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()[-2:]] == [["one", "says"], ["two", "says"]]


def test_the_quick_proofs_hold_where_nothing_was_built(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--list", "--quick"]) == 0
    quick = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    readers = {one.name for one in PROOFS if re.search(r"\bBUILT\b", source_of(one))}
    assert readers == {"build", "packages", "local-invoke"}
    assert not readers & quick


def source_of(one: Proof) -> str:
    path = ROOT / f"{one.command[-1].replace('.', '/')}.py"
    return path.read_text() if path.exists() else ""


def test_every_proof_has_a_name_of_its_own_and_stands_on_the_page() -> None:
    names = [one.name for one in PROOFS]
    assert len(names) == len(set(names))
    assert [name for name in names if f"| `{name}` |" not in DEPLOYING] == []


# ------------------------------------------------------------------------------------------------ what is documented


def test_each_function_has_a_command_with_its_event_and_each_command_is_exact() -> None:
    commands = documented(DEPLOYING)
    events = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "events").glob("*.json"))
    assert sorted(event for _, event in commands) == events
    for name, event in commands:
        assert name == "".join(part.capitalize() for part in Path(event).stem.split("_")) + "Function"


def test_a_command_for_what_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").touch()
    known = {
        name: {"handler": handler, "code": "code", "layers": layers}
        for name, handler, layers in (("A", "app.handler", []), ("B", "gone.handler", ["layer"]), ("C", "app.do", []))
    }
    commands = [("A", "events/health.json"), ("B", "events/health.json"), ("D", "events/nothing.json")]
    assert list(wrong(commands, known, tmp_path)) == [
        "C has no command in deploying.md",
        "B: code/gone.py is not in the build",
        "B: layer/python is not in the build",
        "D is not in the template",
    ]
    (unread,) = wrong([("A", "events/nothing.json")], {"A": known["A"]}, tmp_path)
    assert unread.startswith("A: events/nothing.json: ")


# ------------------------------------------------------------------------------------------------ what is excused


def test_an_excuse_covers_its_check_on_its_resource_or_type_and_nothing_else() -> None:
    function, bucket = "AWS::Lambda::Function", "AWS::S3::Bucket"
    found = [
        Finding("CKV_1", "a", function, "UploadFunction"),
        Finding("CKV_1", "a", bucket, "PhotoBucket"),
        Finding("CKV_2", "b", bucket, "PhotoBucket"),
    ]
    excused = [Excuse("CKV_1", function, "why"), Excuse("CKV_2", "PhotoBucket", "why"), Excuse("CKV_3", bucket, "why")]
    assert unexcused(found, excused) == ([found[1]], [excused[2]])


# ---------------------------------------------------------------------------------------------------- what is too wide


@pytest.mark.parametrize(
    ("statement", "wide"),
    [
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/photos/*"}, False),
        ({"Action": "s3:GetObject", "Resource": ["arn:aws:s3:::bucket/photos/*", "*"]}, True),
        ({"Action": "states:StartExecution", "Resource": "arn:aws:states:us-east-1:123456789012:*"}, True),
        ({"Action": ["s3:*"], "Resource": "arn:aws:s3:::bucket/*"}, True),
        ({"Action": "*", "Resource": "arn:aws:s3:::bucket/*"}, True),
        ({"NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}, True),
        ({"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::bucket/*"}, True),
        ({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, False),
    ],
)
def test_a_statement_about_everything_is_too_wide(statement: dict[str, Any], wide: bool) -> None:
    assert too_wide({"Effect": "Allow", **statement}) is wide


TEMPLATE = """\
Resources:
  UploadFunction:
    Type: AWS::Serverless::Function
    Policies:
      - Statement:
          - {Effect: Allow, Action: xray:PutTraceSegments, Resource: "*"}REASON
  # the next
  OtherFunction:
    Type: AWS::Serverless::Function
"""


def role(resource: str, *managed: str) -> dict[str, Any]:
    document = {"Statement": {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": resource}}
    properties = {"Policies": [{"PolicyDocument": document}], "ManagedPolicyArns": list(managed)}
    return {"UploadFunctionRole": {"Type": "AWS::IAM::Role", "Properties": properties}}


def test_an_asterisk_needs_a_reason_beside_it() -> None:
    silent, spoken = (TEMPLATE.replace("REASON", reason) for reason in ("", " # X-Ray knows no resources"))
    assert len(block(spoken, "UploadFunction")) == 5
    assert block(spoken, "NoFunction") == []
    assert (explained(block(silent, "UploadFunction")), explained(block(spoken, "UploadFunction"))) == (0, 1)
    assert list(unexplained(role("*"), spoken)) == []
    assert list(unexplained(role("*"), silent)) == ["UploadFunctionRole: xray:PutTraceSegments on *"]
    assert list(unexplained(role("arn:aws:xray:::one"), silent)) == []


def test_only_expected_policies_of_aws_are_taken() -> None:
    basic, admin = (f"arn:aws:iam::aws:policy/{name}" for name in ("service-role/AWSLambdaBasicExecutionRole", "Admin"))
    assert list(unexplained(role("arn:aws:xray:::one", basic, admin), "")) == [f"UploadFunctionRole has {admin}"]
