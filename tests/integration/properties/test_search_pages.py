"""Pages of a search: laid end to end they are the list, and no other text than a cursor goes on with it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from roomlens.errors import AppError, ValidationError
from roomlens.models import Listing
from roomlens.schemas import QueryRequest
from roomlens.search import Found, ranking, search
from roomlens.vectors import IMAGE_DIMENSIONS
from tests.fixtures.properties import PATIENCE
from tests.rows import add_photo, pointing

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
FEW = settings(max_examples=20, suppress_health_check=[*PATIENCE, HealthCheck.function_scoped_fixture])
DIRECTIONS = st.tuples(*[st.integers(-2, 2)] * 3).filter(any)
CAPTIONS = ("Kitchen.", "Kitchen with a stove.", "A bedroom.", "Something else.")
SORTS = ("relevance", "captured_at", "-condition", "price", "-price", "natural_light")


def walk(db: Session, most: int = 60, **asked: Any) -> list[Found]:
    """Each page, to the end."""
    pages, cursor = [], None
    while len(pages) < most:
        pages.append(search(db, QueryRequest(cursor=cursor, **asked)))
        cursor = pages[-1].next_cursor
        if cursor is None:
            return pages
    raise AssertionError("the pages do not end")


def ids(*pages: Found) -> list[int]:
    return [hit.image.id for page in pages for hit in page.hits]


@FEW
@given(
    shots=st.lists(st.tuples(DIRECTIONS, st.sampled_from(CAPTIONS), st.sampled_from([0, 1, 2, None])), max_size=12),
    k=st.integers(1, 5),
    first=st.integers(1, 4),
    sort=st.sampled_from(SORTS),
    least=st.sampled_from([None, "weak", "strong"]),
    group_by=st.sampled_from([None, "listing"]),
    mode=st.sampled_from(["hybrid", "vector", "text"]),
)
def test_pages_end_to_end_are_the_whole_list(
    db: Session, shots: Any, k: int, first: int, sort: str, least: Any, group_by: Any, mode: Any
) -> None:
    """However few photos one look brings: a deeper look goes on where the first ended."""
    with db.begin_nested() as savepoint, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "FIRST", first)
        patch.setattr("roomlens.search.grouping.DEPTH", first)
        homes = [Listing(price=price) for price in (100.0, None, 50.0)]
        db.add_all(homes)
        db.flush()
        for number, (direction, caption, home) in enumerate(shots):
            score = None if number % 3 == 0 else number / 20
            add_photo(
                db,
                caption=caption,
                listing_id=None if home is None else homes[home].id,
                look=pointing(direction, IMAGE_DIMENSIONS),
                condition=score,
                natural_light=score,
            )
        asked = {"query": "kitchen stove", "sort": sort, "min_relevance": least, "group_by": group_by, "mode": mode}
        whole = walk(db, k=100, **asked)
        pages = walk(db, k=k, **asked)
        assert ids(*pages) == ids(*whole)
        assert len(set(ids(*pages))) == len(ids(*pages)), "each once"
        assert all(len(page.hits) == k for page in pages[:-1])
        if least is None and group_by is None and sort == "relevance" and mode != "text":
            assert len(ids(*pages)) == len(shots)
        if group_by:
            listings = [hit.image.listing_id for page in pages for hit in page.hits]
            assert len(set(listings)) == len(listings)
            if least is None and sort == "relevance" and mode != "text":
                assert set(listings) == {homes[home].id for *_, home in shots if home is not None}
        savepoint.rollback()
    db.expunge_all()


@pytest.fixture
def cursor(db: Session) -> str:
    for caption in CAPTIONS:
        add_photo(db, caption=caption)
    made = search(db, QueryRequest(query="kitchen", k=1)).next_cursor
    assert made
    return made


@FEW
@given(place=st.integers(0, 200), sign=st.characters(min_codepoint=33, max_codepoint=126), cut=st.booleans())
def test_a_cursor_that_was_touched_is_refused(db: Session, cursor: str, place: int, sign: str, cut: bool) -> None:
    place %= len(cursor)
    touched = cursor[:place] if cut else cursor[:place] + sign + cursor[place + 1 :]
    if touched != cursor:
        with pytest.raises(ValidationError) as refused:
            search(db, QueryRequest(query="kitchen", k=1, cursor=touched))
        assert refused.value.pointer == "/body/cursor"


@FEW
@given(text=st.text(max_size=60).filter(lambda text: "\0" not in text and text.isprintable()))
def test_any_other_text_is_refused(db: Session, text: str) -> None:
    with pytest.raises(AppError) as refused:
        search(db, QueryRequest(query="kitchen", cursor=text))
    assert refused.value.status == 422
