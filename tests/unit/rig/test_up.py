"""What `rig up` says of failures while it runs."""

import logging
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from rig.runtimes import log_failure
from rig.stack import Function

COUNT = Function("CountFunction", "local-CountFunction", "count.app.handler", Path())
ERROR = {"errorType": "ValueError", "errorMessage": "no words", "stackTrace": ["  File app.py\n"]}


def logging_to(folder: Path) -> AbstractContextManager[None]:
    from rig import up  # with the whole cloud, which the collecting of these tests must not import

    return up.logging_to(folder)


def test_a_failure_is_one_line_that_says_where_the_rest_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path):
        log_failure(COUNT, ERROR)
    assert capsys.readouterr().err == "rig: CountFunction failed with ValueError: no words (rig logs CountFunction)\n"
    assert "File app.py" in (tmp_path / "rig.log").read_text()


def test_what_is_of_no_function_names_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path):
        logging.getLogger("rig").warning("late\nand long")
    assert capsys.readouterr().err == "rig: late\n"
