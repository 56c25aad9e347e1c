"""The rig serves a project that knows nothing of Roomlens: tests/rig_guest, with its own template and pytest.ini."""

from pathlib import Path

import pytest

from rig import __file__ as rig_file
from tests.guest import Guest

RIG = Path(rig_file).parent


RECORD = """
from pathlib import Path
from rig.cloud import Cloud

with Cloud(Path("template.yaml"), data=Path("data")) as cloud:
    machine = cloud.state_machine("GradeStateMachine")
    cloud.client("stepfunctions").start_execution(stateMachineArn=machine, name="refused", input='{"words": -1}')
    cloud.wait()
"""


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    site = tmp_path / "site"
    site.mkdir()
    (site / "rig").symlink_to(RIG)
    return Guest(tmp_path, site)


def test_a_recorded_failure_shows_its_place_and_becomes_a_test_of_the_project(guest: Guest) -> None:
    assert guest.python("-c", RECORD).returncode == 0
    replayed = guest.python("-m", "rig", "replay", "refused", "--as-test", "tests/test_refused.py")
    assert (replayed.returncode, replayed.stderr) == (0, "")
    assert "Grade: ValueError (a text can't have fewer words than none)" in replayed.stdout
    assert 'grade/app.py", line 6, in handler' in replayed.stdout
    assert "from grade.app import handler as grade_function" in (guest.project / "tests/test_refused.py").read_text()
    assert guest.test("tests/test_refused.py") == {"test_refused": "passed"}


def test_another_projects_tests_pass_with_the_rig_alone(guest: Guest) -> None:
    assert guest.visible() == ["rig"]
    outcomes = guest.test()
    assert len(outcomes) >= 5
    assert set(outcomes.values()) == {"passed"}
