"""What was recorded becomes a test that reads well, holds what was recorded, and stands by itself."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.execution_history import Outcome, Step
from rig.replay_case import Attachment, Case, CaseError, CaseParts, check_new, literal, slim, source, write
from rig.stack import Function

LOOK = Function("LookFunction", "local-LookFunction", "look.app.handler", Path())
TELL = Function("TellFunction", "local-TellFunction", "tell.app.handler", Path())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def looked(outcome: Outcome, given: Any = None) -> tuple[Step, Function]:
    return Step("Look", LOOK.arn, {"id": 1} if given is None else given, 1, outcome), LOOK


def told(given: Any) -> tuple[Step, Function]:
    return Step("Tell", TELL.arn, given, 1, Outcome(None)), TELL


def lines(*steps: tuple[Step, Function], **parts: Any) -> list[str]:
    return source(Path("test_it.py"), Case("tsk_1", steps, CaseParts(**parts))).splitlines()


def test_a_step_that_gave_something_has_to_give_it_again() -> None:
    assert lines(looked(Outcome({"room": "kitchen"}))) == [
        '"""tsk_1, as `python -m rig replay` recorded it."""',
        "",
        "from look.app import handler as look",
        "from rig.comparing import differences",
        "",
        "",
        "def test_it() -> None:",
        '    answer = look({"id": 1}, None)',
        '    assert differences({"room": "kitchen"}, answer) == []',
    ]


def test_a_step_that_failed_has_to_fail_again() -> None:
    assert lines(looked(Outcome(error="NotFoundError")))[-2:] == [
        '    with failing_with("NotFoundError"):',
        '        look({"id": 1}, None)',
    ]


def test_a_step_that_the_platform_ended_is_named_and_not_run() -> None:
    written = lines(looked(Outcome(error="Sandbox.Timedout")), told({"id": 1}))
    assert "    # Look did not end by itself, but with Sandbox.Timedout: it is not run" in written
    assert "from look.app import handler as look" not in written


def test_an_input_of_several_steps_stands_once() -> None:
    written = lines(looked(Outcome(None)), told({"id": 1}), told({"id": 1, "error": "x"}))
    assert 'EVENT = {"id": 1}' in written
    assert written[-3:] == ["    look(EVENT, None)", "    tell(EVENT, None)", '    tell({"id": 1, "error": "x"}, None)']


def test_the_products_parts_stand_in_their_places() -> None:
    written = lines(
        looked(Outcome(None)),
        fixtures=("db: Session", "s3: Any"),
        libraries=("from sqlalchemy.orm import Session",),
        imports=("from roomlens.models import Task",),
        constants={"KEY": "a/b.jpg", "TAKEN": datetime(2026, 11, 23, tzinfo=UTC)},
        before=("db.add(Task(id=KEY))",),
        after=("assert db.get(Task, KEY)",),
        attachment=Attachment("PHOTO", ".jpg", b""),
    )
    assert written == [
        '"""tsk_1, as `python -m rig replay` recorded it."""',
        "",
        "from datetime import datetime",
        "from pathlib import Path",
        "from typing import Any",
        "",
        "from sqlalchemy.orm import Session",
        "",
        "from look.app import handler as look",
        "from roomlens.models import Task",
        "",
        'KEY = "a/b.jpg"',
        'TAKEN = datetime.fromisoformat("2026-11-23T00:00:00+00:00")',
        'PHOTO = Path(__file__).with_suffix(".jpg")',
        "",
        "",
        "def test_it(db: Session, s3: Any) -> None:",
        "    db.add(Task(id=KEY))",
        '    look({"id": 1}, None)',
        "    assert db.get(Task, KEY)",
    ]


def test_an_error_keeps_its_words_and_loses_its_stack_trace() -> None:
    document = {"errorMessage": "It is gone.", "errorType": "NotFoundError", "requestId": "r", "stackTrace": ["/here"]}
    slimmed = slim({"id": 1, "error": {"Error": "NotFoundError", "Cause": json.dumps(document)}})
    assert json.loads(slimmed["error"]["Cause"]) == {"errorMessage": "It is gone.", "errorType": "NotFoundError"}
    assert slim({"error": {"Cause": "Rate Exceeded."}}) == {"error": {"Cause": "Rate Exceeded."}}


@given(JSON)
def test_a_literal_is_the_value(value: Any) -> None:
    assert eval(literal(value)) == value


def test_a_long_value_stands_on_lines_that_can_be_read() -> None:
    value = {"error": {"Cause": "it was " + "very " * 40 + "\"quoted\"\n" * 40, "names": ["a-long-name"] * 30}}
    written = literal(value, 8)
    assert eval(written) == value
    assert max(len(line) for line in written.split("\n")) <= 120


def test_the_test_and_its_file_are_written_once(tmp_path: Path) -> None:
    case = Case("tsk_1", (looked(Outcome(None)),), CaseParts(attachment=Attachment("PHOTO", ".jpg", b"bytes")))
    path = tmp_path / "cases" / "test_it.py"
    assert write(path, case) == [path, tmp_path / "cases" / "test_it.jpg"]
    assert (tmp_path / "cases" / "test_it.jpg").read_bytes() == b"bytes"
    path.write_text("changed by hand")
    with pytest.raises(CaseError, match=r"test_it\.py is there already"):
        write(path, case)
    path.rename(tmp_path / "elsewhere.py")
    with pytest.raises(CaseError, match=r"test_it\.jpg is there already"):
        write(path, case)
    assert not path.exists()


@pytest.mark.parametrize("name", ["kitchen.py", "test_kitchen.txt", "test_dark-kitchen.py"])
def test_a_name_that_pytest_would_not_collect_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CaseError, match="is no name for a test file"):
        check_new(tmp_path / name)
