"""The rig serves a project that knows nothing of Roomlens: tests/rig_guest, with its own template and pytest.ini."""

from pathlib import Path

from rig import __file__ as rig_file
from tests.guest import Guest

RIG = Path(rig_file).parent


def test_another_projects_tests_pass_with_the_rig_alone(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "rig").symlink_to(RIG)
    guest = Guest(tmp_path, site)
    assert guest.visible() == ["rig"]
    outcomes = guest.test()
    assert len(outcomes) >= 5
    assert set(outcomes.values()) == {"passed"}
