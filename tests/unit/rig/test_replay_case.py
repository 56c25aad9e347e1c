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
ABOUT_IMPORTS = (
    "# To import the handlers, the functions' CodeUri, and their layers' ContentUri, must be on pytest's `pythonpath`."
)
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
        ABOUT_IMPORTS,
        "",
        "from look.app import handler as look_function",
        "from rig.comparing import differences",
        "",
        "",
        "def test_it() -> None:",
        '    answer = look_function({"id": 1}, None)',
        '    assert differences({"room": "kitchen"}, answer) == []',
    ]


def test_a_step_that_failed_has_to_fail_again_until_its_fault_is_mended() -> None:
    assert lines(looked(Outcome(error="NotFoundError")))[-4:] == [
        "    # The failure is pinned. Once the fault is mended, change the next line to what is right, and",
        "    # the lines after it: the later steps and asserts are those of the failure.",
        '    with failing_with("NotFoundError"):',
        '        look_function({"id": 1}, None)',
    ]


def test_a_step_that_the_platform_ended_is_named_and_not_run() -> None:
    written = lines(looked(Outcome(error="Sandbox.Timedout")), told({"id": 1}))
    assert "    # Look did not end by itself, but with Sandbox.Timedout: it is not run" in written
    assert "from look.app import handler as look_function" not in written


def test_a_case_without_a_handler_says_nothing_of_imports() -> None:
    assert not any("CodeUri" in line for line in lines(looked(Outcome(error="Sandbox.Timedout"))))


def test_handlers_of_one_package_have_names_of_their_own() -> None:
    modules = {
        "OrdersFunction": "orders.step", "CleanupOrders": "orders.cleanup", "Task": "task.app", "SQSReader": "read.app",
        "Read2Function": "read.two", "ABFunction": "ab.app", "AbFunction": "ab.other",
    }  # fmt: skip
    functions = [Function(name, name, f"{module}.handler", Path()) for name, module in modules.items()]
    steps = [(Step("Do", function.arn, {}, 1, Outcome(None)), function) for function in functions]
    written = lines(*steps, *steps)
    assert [line for line in written if line.startswith("from ")] == [
        "from ab.app import handler as ab_function",
        "from ab.other import handler as ab_function_2",
        "from orders.cleanup import handler as cleanup_orders_function",
        "from orders.step import handler as orders_function",
        "from read.app import handler as sqs_reader_function",
        "from read.two import handler as read2_function",
        "from task.app import handler as task_function",
    ]
    called = [line.strip() for line in written if "(EVENT, None)" in line]
    assert called[:4] == [
        "orders_function(EVENT, None)", "cleanup_orders_function(EVENT, None)", "task_function(EVENT, None)",
        "sqs_reader_function(EVENT, None)",
    ]  # fmt: skip
    assert called[7:] == called[:7]


def test_an_input_of_several_steps_stands_once() -> None:
    written = lines(looked(Outcome(None)), told({"id": 1}), told({"id": 1, "error": "x"}))
    assert 'EVENT = {"id": 1}' in written
    assert written[-3:] == [
        "    look_function(EVENT, None)",
        "    tell_function(EVENT, None)",
        '    tell_function({"id": 1, "error": "x"}, None)',
    ]


def test_the_products_parts_stand_in_their_places() -> None:
    written = lines(
        looked(Outcome(None)),
        decorators=('acting_for("acme")',),
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
        ABOUT_IMPORTS,
        "",
        "from datetime import datetime",
        "from pathlib import Path",
        "from typing import Any",
        "",
        "from sqlalchemy.orm import Session",
        "",
        "from look.app import handler as look_function",
        "from roomlens.models import Task",
        "",
        'KEY = "a/b.jpg"',
        'TAKEN = datetime.fromisoformat("2026-11-23T00:00:00+00:00")',
        'PHOTO = Path(__file__).with_suffix(".jpg")',
        "",
        "",
        '@acting_for("acme")',
        "def test_it(db: Session, s3: Any) -> None:",
        "    db.add(Task(id=KEY))",
        '    look_function({"id": 1}, None)',
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
