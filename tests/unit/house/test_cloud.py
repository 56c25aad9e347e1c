"""What the template promises of the cloud around the functions."""

from tests.unit.house.project import ROOT


def test_a_deploy_with_another_migration_runs_it() -> None:
    """CloudFormation asks for a resource anew when one of its properties has changed."""
    from alembic.script import ScriptDirectory

    from rig.template_source import read

    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    assert read(ROOT / "template.yaml")["Resources"]["Migration"]["Properties"]["Head"] == head
