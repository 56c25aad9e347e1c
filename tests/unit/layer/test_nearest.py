"""Which way a search goes, and what it would send: decisions and statements, without a database."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from roomlens.models import ImageVector, TextVector
from roomlens.search.kinds import VectorTable
from roomlens.search.nearest import exact_statement, wide_statement
from roomlens.search.ways import LARGEST_EF, TOLERANCE, Way, by_index, way_for

SIZES = (1_000, 10_000, 100_000, 1_000_000)
rows = st.integers(0, 10**8)
wanted = st.integers(1, 500)


@pytest.mark.parametrize("total", SIZES)
def test_a_listing_is_always_compared_photo_by_photo(total: int) -> None:
    assert way_for(total, 50, 10).exact


@pytest.mark.parametrize("total", SIZES)
def test_a_search_among_all_photos_takes_the_index(total: int) -> None:
    assert not way_for(total, total, 10).exact


@pytest.mark.parametrize(("share", "exact"), [(0.1, False), (0.01, True), (0.001, True)])
def test_of_a_million_photos_one_in_ten_is_many_and_one_in_a_hundred_is_few(share: float, exact: bool) -> None:
    assert way_for(1_000_000, round(share * 1_000_000), 10).exact is exact


@given(total=rows, matching=rows, k=wanted)
def test_the_fewer_match_the_sooner_the_way_is_exact(total: int, matching: int, k: int) -> None:
    if way_for(total, matching, k).exact:
        assert way_for(total, matching // 2, k).exact


@given(total=rows, matching=rows, k=wanted)
def test_the_exact_way_has_room_for_more_rows_than_it_was_chosen_for(total: int, matching: int, k: int) -> None:
    way = way_for(total, matching, k)
    if way.exact:
        assert way.rows >= TOLERANCE * matching


@given(total=rows, matching=rows, k=wanted)
def test_the_index_is_asked_for_as_many_as_are_wanted_and_keeps_no_more_in_mind_than_it_can(
    total: int, matching: int, k: int
) -> None:
    way = by_index(total, matching, k)
    assert way.rows >= k
    assert 100 <= way.ef_search <= LARGEST_EF


def test_the_index_keeps_more_in_mind_the_fewer_match() -> None:
    minds = [by_index(1_000_000, share, 10).ef_search for share in (1_000_000, 500_000, 100_000, 50_000, 20_000)]
    assert all(less <= more for less, more in pairwise(minds))
    assert minds[-1] == LARGEST_EF


def test_the_index_keeps_more_in_mind_the_larger_the_table() -> None:
    minds = [by_index(total, total, 10).ef_search for total in SIZES]
    assert minds == [100, 100, 100, 280]


def test_without_a_filter_no_more_is_asked_for_than_is_wanted() -> None:
    assert by_index(100_000, 100_000, 10).rows == 10
    assert by_index(100_000, 50_000, 10).rows > 10, "half of the rows are of an older version"


def test_a_way_without_a_mind_is_exact() -> None:
    assert Way(10).exact
    assert not Way(10, 100).exact


@pytest.mark.parametrize("table", [TextVector, ImageVector])
def test_the_wide_statement_orders_by_the_operator_alone(table: VectorTable) -> None:
    """Or else the index does not serve: `1 - distance`, a function of it and a second column would all be scans."""
    sent = " ".join(str(wide_statement(table).compile(dialect=postgresql.dialect())).split())
    name = table.__tablename__
    assert f"({name}.vector <=> %(vector)s) AS distance FROM {name}" in sent
    assert "ORDER BY distance LIMIT %(most)s" in sent


@pytest.mark.parametrize("statement", [exact_statement(TextVector), wide_statement(TextVector)])
def test_the_rows_of_a_filter_are_found_once_and_then_put_in_order(statement: object) -> None:
    sent = " ".join(str(statement.compile(dialect=postgresql.dialect())).split())  # type: ignore[attr-defined]
    assert sent.count("<=>") == 1
    assert " AS materialized (" in sent
    assert re.search(r"ORDER BY \w+\.distance( \+ \S+)?, \w+\.image_id LIMIT %\(k\)s$", sent), sent


def test_the_exact_statement_gives_no_order_that_an_index_could_serve() -> None:
    inner = str(exact_statement(TextVector).compile(dialect=postgresql.dialect())).partition("LIMIT %(most)s")[0]
    assert "WHERE" in inner
    assert "ORDER BY" not in inner


def test_filters_stand_beside_the_version() -> None:
    sent = str(exact_statement(TextVector, [TextVector.room_type == "kitchen"]).compile(dialect=postgresql.dialect()))
    assert re.search(r"embedder = %\(embedder\)s\S* AND \w+\.room_type = ", sent), sent


def test_sqlite_gets_the_same_question_in_its_own_words() -> None:
    sent = str(exact_statement(TextVector).compile(dialect=sqlite.dialect()))
    assert "cosine_distance(text_vectors.vector, ?)" in sent
