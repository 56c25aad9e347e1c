"""The recipe of docs/rig.md for a database whose every change is undone, used as it stands there."""

from pathlib import Path

from tests.guest import ROOT, Guest
from tests.pages import RIG_PAGE, examples

MYPROJECT = '''
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

SessionFactory = sessionmaker()


def migrate(url):
    with create_engine(url).begin() as connection:
        connection.execute(text("create table notes (note text)"))


def write(note):
    with SessionFactory.begin() as session:  # commits
        session.execute(text("insert into notes values (:note)"), {"note": note})
'''
TESTS = '''
import pytest
from sqlalchemy import text

from myproject.db import write


@pytest.mark.parametrize("note", ["first", "second"])
def test_what_is_committed_is_seen_and_undone(db, note):
    write(note)
    db.rollback()
    assert db.scalars(text("select note from notes")).all() == [note]
'''


def test_code_under_test_commits_and_nothing_stays(tmp_path: Path) -> None:
    guest = Guest(tmp_path, ROOT)
    package = guest.project / "myproject"
    package.mkdir()
    (package / "db.py").write_text(MYPROJECT)
    (guest.project / "conftest.py").write_text(examples(RIG_PAGE)["conftest.py"])
    (guest.project / "tests" / "test_notes.py").write_text(TESTS)
    assert guest.test("tests/test_notes.py") == {
        "test_what_is_committed_is_seen_and_undone[first]": "passed",
        "test_what_is_committed_is_seen_and_undone[second]": "passed",
    }
