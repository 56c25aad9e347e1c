"""By what a call is known again: its name, and what it says."""

from typing import Any

import pytest

from roomlens.errors import ValidationError
from roomlens.idempotency import Call, name_call


def named(key: str = "k", **told: Any) -> Call:
    call = {"caller": "anyone", "method": "POST", "path": "/api/chat/", "query": b"", "content_type": None, "body": b""}
    return name_call(key, **call | told)


def form(boundary: str, content: str = "a photo") -> dict[str, Any]:
    """A form as clients send it; `boundary` as the header writes it."""
    mark = boundary.strip('"')
    part = f'content-disposition: form-data; name="file"\r\n\r\n{content}\r\n'
    return {
        "content_type": f"multipart/form-data; boundary={boundary}",
        "body": f"--{mark}\r\n{part}--{mark}--\r\n".encode(),
    }


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "ü", "tab\t", "line\n", "\x7f"])
def test_a_key_is_of_visible_signs(key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        named(key)
    assert refused.value.pointer == "/header/idempotency-key"


@pytest.mark.parametrize("key", ["0", "x" * 255, '"8e03978e-40d5"', "a/b,c;d=e~!"])
def test_any_other_key_will_do(key: str) -> None:
    assert named(key).key == key


def test_a_path_with_and_without_its_last_slash_is_one_route() -> None:
    assert named(path="/api/chat") == named(path="/api/chat/")


def test_the_things_of_a_path_are_told_apart() -> None:
    routes = [named(path=f"/api/images/{image}/analyze").route for image in (1, 2)]
    assert routes == ["POST /api/images/1/analyze", "POST /api/images/2/analyze"]


def test_a_name_that_is_too_long_for_its_column_is_told_apart_all_the_same() -> None:
    calls = [named(path=f"/api/tasks/{'é' * 300}{n}", caller=f"iam:{'x' * 300}{n}") for n in (1, 2)]
    assert len({call.route for call in calls} | {call.caller for call in calls}) == 4
    assert {len(call.route) for call in calls} | {len(call.caller) for call in calls} == {64}


@pytest.mark.parametrize(
    "told",
    [
        {"body": b"{}"},
        {"query": b"a=1"},
        {"method": "PUT"},
        {"path": "/api/listings"},
        {"content_type": "application/json"},
        {"query": b"{", "body": b"}"},
    ],
)
def test_another_call_has_another_fingerprint(told: dict[str, Any]) -> None:
    assert named(**told).fingerprint != named().fingerprint
    assert named(query=b"{}").fingerprint != named(body=b"{}").fingerprint


def test_what_separates_the_parts_of_a_form_is_no_part_of_it() -> None:
    first = named(**form("----WebKit7MA4"))
    assert named(**form('"quoted boundary"')) == first
    assert named(**form("----WebKit7MA4", "another photo")).fingerprint != first.fingerprint


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=", "?", "; boundary=a"])
def test_a_form_without_a_boundary_is_taken_as_it_is(content_type: str) -> None:
    assert named(content_type=content_type, body=b"--a").fingerprint != named(body=b"--b").fingerprint
