"""What the fuzzing calls a fault, how workers' tallies add up, and in which order routes are called."""

import itertools
import json

import pytest

from tools.fuzz.judging import (
    NOBODY,
    OPERATOR,
    OTHERS,
    OWN,
    Answer,
    Fault,
    Tally,
    changed,
    shown_of_another,
    statuses,
    verdict,
    wrong_for_a_stranger,
    wrong_for_nobody,
)
from tools.fuzz.worker import Plan, as_line, in_order, rounds

MARKER = "zq00ff00ff00ff"
TEXT, IDS = "shows another tenant's text", "shows another tenant's ids"


@pytest.mark.parametrize(
    ("body", "request_", "found"),
    [
        (b'{"id": 12}', b"/api/images/12", []),
        (b'{"title": "zq00ff00ff00ff house"}', b"/api/listings", [TEXT]),
        (b'{"id": 900001002}', b"/api/images", [IDS]),
        (b'{"thumbnail_url": "/other-zq00ff00ff00ff/900001002/1.jpg"}', b"/api/images", [TEXT, IDS]),
        (b'{"detail": "There is no image 900001002."}', b"/api/images/900001002", []),
        (b'{"id": 900001002, "listing_id": 900003001}', b"/api/images/900001002", [IDS]),
        (b'{"score": 0.900001002, "sha256": "ab900001002ff", "n": 9000010021}', b"/api/images", []),
    ],
)
def test_an_answer_must_show_nothing_of_another_tenant_that_was_not_asked_with(
    body: bytes, request_: bytes, found: list[str]
) -> None:
    assert shown_of_another(Answer(200, body, request_), MARKER) == found


@pytest.mark.parametrize(("status", "is_open", "well"), [
    (401, False, True), (404, False, True), (413, False, True), (200, False, False), (422, False, False),
    (403, False, False), (500, False, False), (200, True, True), (422, True, True), (503, True, False),
])  # fmt: skip
def test_without_a_good_token_no_function_is_asked(status: int, is_open: bool, well: bool) -> None:
    assert (wrong_for_nobody(Answer(status, b"", b""), is_open=is_open) == []) is well


@pytest.mark.parametrize(
    ("status", "in_path", "well"), [(200, True, False), (202, True, False), (404, True, True), (200, False, True)]
)
def test_another_tenants_resource_is_not_there(status: int, in_path: bool, well: bool) -> None:
    assert (wrong_for_a_stranger(Answer(status, b"", b""), in_path=in_path) == []) is well


def tally(*calls: tuple[str, str, int], faults: int = 0) -> Tally:
    made = Tally()
    made.counts.update(calls)
    for _ in range(faults):
        made.note(Fault("GET /a", OWN, "wrong", "curl"))
    return made


def test_what_another_process_tells_is_added() -> None:
    here, there = tally(("GET /a", OWN, 200), faults=1), tally(("GET /a", OWN, 200), ("GET /b", NOBODY, 401), faults=2)
    here.add(json.loads(json.dumps(there.as_json())))
    assert (here.calls, here.of(OWN), here.of(NOBODY, OTHERS), here.seen.total()) == (3, 2, 1, 3)
    assert list(here.faults.values()) == [Fault("GET /a", OWN, "wrong", "curl")]
    assert statuses(here) == {"GET /a": {200: 2}, "GET /b": {401: 1}}


@pytest.mark.parametrize(
    ("found", "wanted", "tables", "moved", "well"),
    [
        (tally(("GET /a", OWN, 200)), 1, ["images"], [], True),
        (tally(("GET /a", OWN, 200)), 2, ["images"], [], False),
        (tally(("GET /a", OPERATOR, 500)), 1, ["images"], [], False),
        (tally(("GET /a", OWN, 200), faults=1), 1, ["images"], [], False),
        (tally(("GET /a", OWN, 200)), 1, ["images"], ["images"], False),
        (tally(("GET /a", OWN, 200)), 1, [], [], False),
    ],
    ids=["well", "too few calls", "a server error", "a fault", "rows changed", "no table knows tenants"],
)
def test_all_must_be_well(found: Tally, wanted: int, tables: list[str], moved: list[str], well: bool) -> None:
    assert verdict(found, wanted, tables, moved)[0] is well


def test_tables_whose_rows_changed_came_or_went_are_told() -> None:
    before, after = {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}
    assert changed(before, after) == ["b", "c", "d"]


def test_what_deletes_comes_last_and_listings_at_the_end() -> None:
    labels = [
        "DELETE /api/listings/{listing_id}",
        "POST /api/chat/",
        "DELETE /api/images/{image_id}",
        "GET /api/images",
    ]
    assert in_order(labels) == [labels[3], labels[1], labels[2], labels[0]]


def test_rounds_go_on_with_other_seeds_and_what_takes_no_input_is_called_in_one() -> None:
    plan = Plan("", 7, 100, ["GET /a", "GET /none"], MARKER)
    found = list(itertools.islice(rounds(plan, lambda label: label != "GET /none"), 5))
    assert found == [
        (7000, "GET /a", True), (7000, "GET /a", False), (7000, "GET /none", True),
        (7001, "GET /a", True), (7001, "GET /a", False),
    ]  # fmt: skip
    nothing = Plan("", 7, 100, ["GET /none"], MARKER)
    assert len(list(rounds(nothing, lambda _: False))) == 1


def test_a_plan_is_read_as_it_was_written() -> None:
    plan = Plan("postgresql://x", 7, 100, ["GET /a"], MARKER)
    assert Plan(**json.loads(as_line(plan))) == plan
