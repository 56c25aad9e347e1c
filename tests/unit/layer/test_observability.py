"""Who may write into the logs of a function."""

import importlib
import logging

import pytest

import roomlens


@pytest.mark.parametrize(
    ("given", "kept"),
    [(logging.DEBUG, logging.WARNING), (logging.INFO, logging.WARNING), (logging.ERROR, logging.ERROR)],
)
def test_whatever_level_lambda_sets_libraries_say_no_more_than_warnings(given: int, kept: int) -> None:
    """botocore at DEBUG writes signatures and whole answers, among them the database's secret."""
    root = logging.getLogger()
    before = root.level
    try:
        root.setLevel(given)
        importlib.reload(roomlens)
        assert root.level == kept
        assert logging.getLogger("botocore.parsers").getEffectiveLevel() == kept
    finally:
        root.setLevel(before)
