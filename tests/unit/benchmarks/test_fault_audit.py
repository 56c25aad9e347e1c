"""The drill's audit finds whatever is neither analysed once nor failed with its reason."""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.faults.audit import Rows, Verdict, judge, judge_executions
from benchmarks.faults.photos import Photo

WHOLE, POISONED = Photo("a.jpg", b"a"), Photo("b.jpg", b"b", "truncated")


def item(name: str, status: str, image_id: int | None, **problem: str) -> dict[str, Any]:
    place = {"parent_id": "tsk_1", "workflow": None, "run": 1}
    return {"id": f"tsk_1-{name}", "name": name, "status": status, "image_id": image_id, **place,
            "code": None, "detail": None, **problem}  # fmt: skip


def image(image_id: int, **other: Any) -> dict[str, Any]:
    counted = {"analyses": 1, "texts": 1, "pictures": 1, "failure_code": None, "failure_detail": None}
    return {"id": image_id, "status": "analyzed", "sha256": WHOLE.sha256, **counted, **other}


def rows(**other: Any) -> Rows:
    """Of a drill that went well."""
    items = [item("a.jpg", "success", 1), item("imports/x/b.jpg", "failed", None, code="validation", detail="Cut off.")]
    batch = {"id": "tsk_1", "status": "partial", "workflow": "import_photos", "run": 1}
    return Rows(**{"items": items, "images": {1: image(1)}, "batches": [batch]} | other)


@pytest.fixture
def judged() -> Callable[[Rows], Verdict]:
    return lambda rows: judge([WHOLE, POISONED], rows, [{"status": row["status"]} for row in rows.images.values()])


def test_a_drill_that_went_well_has_no_faults(judged: Callable[[Rows], Verdict]) -> None:
    verdict = judged(rows())
    assert verdict.faults == []
    assert (verdict.sent, verdict.rows, verdict.analysed, verdict.whole_failed) == (2, 2, 1, 0)
    assert verdict.failed == {"truncated: validation": 1}


def _items(*changes: tuple[int, str, Any]) -> list[dict[str, Any]]:
    items = [dict(row) for row in rows().items]
    for place, column, value in changes:
        items[place][column] = value
    return items


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"items": rows().items[:1]}, "b.jpg has no row"),
        ({"items": [*rows().items, item("a.jpg", "success", None)]}, "3 rows of 2 photos"),
        ({"items": _items((0, "status", "running"))}, "a.jpg is running"),
        ({"items": _items((0, "image_id", None)), "images": {}}, "a.jpg is called analysed: it has no photo"),
        ({"items": _items((1, "detail", ""))}, "b.jpg is called failed: there is no reason"),
        ({"items": _items((1, "status", "success"))}, "b.jpg is called analysed: nobody can read it (truncated)"),
        ({"images": {1: image(1, analyses=2)}}, "a.jpg is called analysed: status, analyses, text and image vectors "
         "are analyzed 2 1 1"),
        ({"images": {1: image(1, pictures=0)}}, "a.jpg is called analysed: status, analyses, text and image vectors "
         "are analyzed 1 1 0"),
        ({"images": {1: image(1, sha256="0")}}, "a.jpg is called analysed: the bytes are another's"),
        ({"images": {1: image(1), 2: image(2, sha256="2")}}, "image 2 (analyzed) is of 0 items"),
        ({"images": {1: image(1), 2: image(2)}}, "1 photos are stored twice"),
        ({"batches": [{"id": "tsk_1", "status": "running"}]}, "the batch tsk_1 is running, its items are failed, "
         "success"),
        ({"steps": ["PlanItems 1 of tsk_1"]}, "still called running: PlanItems 1 of tsk_1"),
    ],
)  # fmt: skip
def test_everything_else_is_a_fault(judged: Callable[[Rows], Verdict], changed: dict[str, Any], fault: str) -> None:
    assert fault in judged(rows(**changed)).faults


def test_what_the_api_does_not_show_is_a_fault() -> None:
    assert judge([WHOLE, POISONED], rows(), []).faults == ["the API lists {}, the database has {'analyzed': 1}"]


@pytest.mark.parametrize(("status", "agrees"), [("SUCCEEDED", True), ("FAILED", False), (None, False)])
def test_a_task_says_the_same_as_its_execution(status: str | None, agrees: bool) -> None:
    verdict, asked = Verdict(), []

    def status_of(*name: str) -> str | None:
        asked.append(name)
        return status

    judge_executions(rows(), status_of, verdict)
    assert asked == [("import_photos", "tsk_1")]
    assert (verdict.agreeing, bool(verdict.faults)) == (int(agrees), not agrees)
