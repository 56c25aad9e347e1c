"""A database is dumped and restored: every row is there, and searches find what they found."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from rig.data_folder import DataFolder
from roomlens.db import session_scope
from roomlens.dialects import new_engine
from tests.seeding import seed_all
from tools import backup, restore
from tools.dumps import DumpError, manifest

pytestmark = pytest.mark.postgres


@pytest.fixture
def dump(database_of_all: Engine, tmp_path: Path, analyzer: object) -> Path:
    """A dump of some homes, and its manifest."""
    with session_scope() as session:
        seed_all(session, num_listings=4, images_per_listing=3, conversations_per_listing=2)
    path = tmp_path / "rooms.dump"
    backup.backup(database_of_all.url.render_as_string(hide_password=False), path)
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def change(dump: Path, **values: object) -> None:
    """Another word in the manifest."""
    path = manifest.path_beside(dump)
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_dump_is_restored_with_all_its_rows_and_searches(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = manifest.read(dump)
    assert told.tables["public.images"] == 12
    assert len(told.probes) == 4
    assert all(len(probe.hits) >= 10 for probe in told.probes)
    assert restore.main([str(dump)]) == 0
    shown = lines(capsys)
    assert "ok     public.images: 12 rows" in shown
    assert f"ok     'bathtub' of local: the same {len(told.probes[1].hits)} hits" in shown
    assert all(line.startswith("ok ") for line in shown)


def test_what_is_not_as_it_was_is_told(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(manifest.path_beside(dump).read_text())
    told["tables"]["public.images"] += 1
    told["probes"][0]["hits"].reverse()
    told["probes"][1]["model"] = "another@1"
    change(dump, **told)
    assert restore.main([str(dump)]) == 1
    wrong = [line for line in lines(capsys) if line.startswith("FAILED")]
    assert wrong[0] == "FAILED public.images: 12 rows, not 13"
    assert wrong[1].startswith("FAILED 'bright kitchen' of local: other")
    assert wrong[2].startswith("FAILED 'bathtub' of local: found by another@1, and now by ")
    assert wrong[3].endswith("3 are wrong")


def test_a_dump_that_was_cut_off_is_refused_and_leaves_nothing(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dump.write_bytes(dump.read_bytes()[:-1000])
    assert restore.main([str(dump)]) == 1
    assert "is not the file that was written" in capsys.readouterr().err
    change(dump, sha256=manifest.digest(dump))  # nor is it taken for whole where the manifest says so
    for _ in range(2):  # the second time nothing is in the way
        assert restore.main([str(dump), "--into", str(tmp_path / "data")]) == 1
        assert "error" in capsys.readouterr().err
    assert not DataFolder(tmp_path / "data").database.exists()


def test_a_dump_of_a_newer_schema_is_refused(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(dump, schema="9999")
    assert restore.main([str(dump)]) == 1
    assert "schema 9999, which a newer release made" in capsys.readouterr().err


def test_a_dump_without_its_manifest_is_refused(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest.path_beside(dump).unlink()
    assert restore.main([str(dump)]) == 1
    assert "is missing" in capsys.readouterr().err


def test_a_restored_database_can_be_kept_for_the_rig(
    dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from rig.postgres import Postgres

    folder = tmp_path / "data"
    assert restore.main([str(dump), "--into", str(folder)]) == 0
    with Postgres(DataFolder(folder).database) as server:
        engine = new_engine(server.url())
        with engine.connect() as connection:
            assert connection.scalar(text("select count(*) from images")) == 12
        engine.dispose()
    assert restore.main([str(dump), "--into", str(folder)]) == 1
    assert "nothing is put over it" in capsys.readouterr().err
    DataFolder(folder).clean()


def test_no_database_no_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@/nothing?host=/nowhere")
    with pytest.raises(DumpError):
        backup.backup(backup.address(None), tmp_path / "x.dump")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DumpError, match="no rig"):
        backup.address(tmp_path)
