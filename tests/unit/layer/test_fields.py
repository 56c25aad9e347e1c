"""Values that come from outside, and what is kept of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from roomlens.fields import LARGEST_ID, Id, Line, OptionalId, OptionalTime, Time, readable_filename

ANY_TEXT = st.text(st.characters(), max_size=400)  # lone surrogates and NUL among it
FIRST, LAST = datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("2099-12-31")
TIMES: TypeAdapter[datetime] = TypeAdapter(Time)


@given(ANY_TEXT | st.none())
def test_a_file_always_has_a_name_that_can_be_stored_and_shown(name: str | None) -> None:
    kept = readable_filename(name)
    assert 1 <= len(kept) <= 255
    assert kept.isprintable()
    assert not {"/", "\\"} & set(kept)
    kept.encode()  # no half of a surrogate pair


@given(ANY_TEXT)
def test_a_name_that_was_kept_is_kept_again(name: str) -> None:
    kept = readable_filename(name)
    assert readable_filename(kept) == kept


@given(st.lists(st.text("abc/\\ü", max_size=5), max_size=4), st.text("abcü.", min_size=1, max_size=255))
def test_of_a_path_its_last_part_is_the_name(folders: list[str], name: str) -> None:
    assert readable_filename("/".join([*folders, name])) == name
    assert readable_filename("\\".join([*folders, name])) == name


@given(ANY_TEXT.map(lambda text: text[:200]))
def test_a_line_is_kept_as_it_is_or_refused(text: str) -> None:
    storable = "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
    line: TypeAdapter[str] = TypeAdapter(Line)
    if storable:
        assert line.validate_python(text) == text
    else:
        with pytest.raises(ValidationError):
            line.validate_python(text)


@given(st.integers())
def test_an_id_is_one_that_the_database_can_have(number: int) -> None:
    ids: TypeAdapter[int] = TypeAdapter(Id)
    if 1 <= number <= LARGEST_ID:
        assert ids.validate_python(number) == number
    else:
        with pytest.raises(ValidationError):
            ids.validate_python(number)


@pytest.mark.parametrize("kind", [OptionalId, OptionalTime])
def test_an_empty_field_of_a_form_is_none(kind: Any) -> None:
    assert TypeAdapter(kind).validate_python("") is None


@given(st.datetimes(FIRST, LAST, timezones=st.timezones() | st.none()))
def test_a_time_comes_back_as_the_moment_that_it_was_to_a_millisecond(moment: datetime) -> None:
    meant = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    written = TIMES.dump_python(TIMES.validate_python(moment), mode="json")
    assert written.endswith("Z")
    read = TIMES.validate_python(written)
    assert 0 <= (meant - read).total_seconds() < 0.001


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: not 1900 <= moment.year <= 2100))
def test_a_time_at_the_edge_of_the_calendar_is_refused(moment: datetime) -> None:
    with pytest.raises(ValidationError, match="1900"):
        TIMES.validate_python(moment)
