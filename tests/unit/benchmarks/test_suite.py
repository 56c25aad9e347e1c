"""What the benchmark of the tests reads from pytest's and coverage's reports."""

from collections.abc import Sequence

import pytest

from benchmarks.pytest_runs import Report, Run, summary
from benchmarks.suite import covered, main

ALONE = """\
============================= test session starts ==============================
Using --randomly-seed=2783609248
collecting ... collected 153 items / 150 deselected / 3 selected

tests/unit/test_a.py::test_one[GET /a b-PASSED] PASSED [ 33%]
tests/unit/test_a.py::test_two FAILED           [ 66%]
tests/unit/test_b.py::test_three PASSED         [100%]

=================================== FAILURES ===================================
E   AssertionError: tests/unit/test_a.py::test_two PASSED
=========================== short test summary info ============================
FAILED tests/unit/test_a.py::test_two - assert 1 == 2
ERROR tests/unit/test_c.py
========== 1 failed, 2 passed, 150 deselected, 1 error in 61.37s (0:01:01) =====
"""
PARALLEL = """\
Using --randomly-seed=3812563120
created: 2/2 workers
2 workers [25 items]

scheduling tests via LoadScheduling

tests/unit/test_a.py::test_one[FAILED]
[gw0] [  4%] PASSED tests/unit/test_a.py::test_one[FAILED]
[gw1] [  8%] SKIPPED tests/unit/test_a.py::test_two
============================== 1 passed, 1 skipped in 2.34s ==============================
"""


def read(text: str) -> Report:
    """The report of these lines, one second apart."""
    report = Report()
    for second, line in enumerate(text.splitlines()):
        report.read(line, second)
    return report


def run(status: int = 0, failures: Sequence[str] = ()) -> Run:
    return Run(1.0, 2.0, 1.5, {}, 7, tuple(failures), status)


def test_a_run_in_one_process_is_read() -> None:
    report = read(ALONE)
    assert (report.first, report.done, report.total, report.seed) == (4, 3, 3, 2783609248)
    assert report.failures == ["tests/unit/test_a.py::test_two", "tests/unit/test_c.py"]
    assert report.counts == {"failed": 1, "passed": 2, "deselected": 150, "error": 1}


def test_a_run_in_two_processes_is_read() -> None:
    report = read(PARALLEL)
    assert (report.first, report.done, report.total, report.seed) == (7, 2, 25, 3812563120)
    assert report.counts == {"passed": 1, "skipped": 1}


def test_a_summary_names_each_test_that_failed_once() -> None:
    runs = [run(), run(1, ["b::two", "a::one"]), run(1, ["a::one"])]
    assert summary(runs) == "1 of 3 runs passed; failed: a::one, b::two"
    assert summary([run()]) == "1 of 1 runs passed"


def test_coverage_counts_lines_and_branches_of_the_product_only() -> None:
    def file(lines: int, of: int, branches: int, of_branches: int) -> dict[str, dict[str, int]]:
        counts = {"covered_lines": lines, "num_statements": of}
        return {"summary": {**counts, "covered_branches": branches, "num_branches": of_branches}}

    product = {"layers/core/a.py": file(8, 10, 1, 2), "functions/b/app.py": file(6, 6, 2, 2)}
    assert covered({"files": {**product, "rig/c.py": file(0, 99, 0, 9)}}) == pytest.approx(85.0)


def test_an_unknown_measurement_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "speed"])
    assert "isolation" in capsys.readouterr().err
