"""Cursors."""

import base64
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomlens.errors import ValidationError
from roomlens.fields import LARGEST_ID
from roomlens.paging import decode_cursor, decode_moment, encode_cursor, encode_moment, page_of


@given(st.integers(0, LARGEST_ID))
def test_a_cursor_comes_back_as_the_id_it_was_made_of(last_id: int) -> None:
    assert decode_cursor(encode_cursor(last_id)) == last_id


@given(st.text(max_size=60))
def test_any_other_text_is_refused_or_is_a_cursor(text: str) -> None:
    with suppress(ValidationError):
        assert 0 <= decode_cursor(text) <= LARGEST_ID


@given(st.binary(max_size=30))
def test_what_was_encoded_as_ours_are_is_refused_or_is_a_cursor(plain: bytes) -> None:
    cursor = base64.urlsafe_b64encode(b"after:" + plain).decode()
    with suppress(ValidationError):
        assert decode_cursor(cursor) == int(plain)


@given(st.sets(st.integers(1, LARGEST_ID), max_size=20).map(sorted), st.integers(1, 7))
def test_page_after_page_shows_every_row_once_and_in_order(rows: list[int], limit: int) -> None:
    shown: list[int] = []
    cursor: str | None = encode_cursor(0)
    while cursor is not None:
        after = decode_cursor(cursor)
        page, cursor = page_of([row for row in rows if row > after][: limit + 1], limit, int)
        assert len(page) <= limit
        shown += page
    assert shown == rows


@pytest.mark.parametrize("text", ["", "abc", "YWZ0ZXI6", "YWZ0ZXI6LTE", "YWZ0ZXI6OTk5OTk5OTk5OTk5", "ü", "\ud800"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        decode_cursor(text)
    assert refused.value.pointer == "/query/cursor"


def test_the_first_page_starts_at_the_beginning() -> None:
    assert decode_cursor(None) == 0


def test_only_a_page_with_more_behind_it_has_a_cursor() -> None:
    assert page_of([1, 2, 3], 2, int) == ([1, 2], encode_cursor(2))
    assert page_of([1, 2], 2, int) == ([1, 2], None)
    assert page_of([], 2, int) == ([], None)


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1 < moment.year < 9999),
    st.integers(-14, 14),
    st.from_regex(r"tsk_[0-9a-f-]{1,40}", fullmatch=True),
)
def test_a_place_in_time_comes_back_as_the_moment_it_was_made_of(moment: datetime, hours: int, name: str) -> None:
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    assert decode_moment(encode_moment(there, name)) == (there, name)


@pytest.mark.parametrize(
    "plain",
    [
        "before:2026-11-23T10:00:00|tsk_1", "before:2026-11-23T10:00:00+00:00|",
        "after:2026-11-23T10:00:00+00:00|tsk_1",
        "before:0001-01-01T00:00:00+23:59|tsk_1", "before:2026-11-23T10:00:00-15:59:59.9|tsk_1", "after:5", "before:|",
    ],
)  # fmt: skip
def test_a_place_that_we_did_not_name_is_refused(plain: str) -> None:
    """PostgreSQL can't read every offset from UTC that Python can; ours are in UTC."""
    with pytest.raises(ValidationError, match="not one of ours"):
        decode_moment(base64.urlsafe_b64encode(plain.encode()).decode())


def test_a_place_is_told_in_utc_wherever_the_database_is() -> None:
    moment = datetime(2026, 11, 23, 1, tzinfo=timezone(timedelta(hours=2)))
    assert decode_moment(encode_moment(moment, "tsk_1")) == (datetime(2026, 11, 22, 23, tzinfo=UTC), "tsk_1")
