"""An error of the database gets into the log, and what people wrote must not get there with it."""

import pytest
from sqlalchemy import insert, null, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from roomlens.models import Listing


def test_a_row_that_is_refused_is_not_shown(db: Session) -> None:
    with pytest.raises(IntegrityError) as refused:
        db.execute(insert(Listing).values(title="SECRET", status=null()))
    assert "status" in str(refused.value)
    assert "SECRET" not in f"{refused.value} {refused.value.orig} {refused.value.__cause__}"


@pytest.mark.postgres
def test_what_the_driver_was_given_is_not_shown(db: Session) -> None:
    with pytest.raises(DBAPIError) as refused:
        db.execute(
            text("select 1 from listings where id = :wrong and title = :title"), {"wrong": [], "title": "SECRET"}
        )
    assert "SECRET" not in f"{refused.value} {refused.value.orig}"
