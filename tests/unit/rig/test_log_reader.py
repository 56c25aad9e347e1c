"""What a process has written before it answered is with its answer, however busy the machine."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.runtimes.logs import FunctionLog, LogReader


class Process:
    """The writing end of a pipe, and the reader that carries what comes out of it."""

    def __init__(self, log: FunctionLog) -> None:
        reading, self.writing = os.pipe()
        self.ended = threading.Event()
        self.reader = LogReader(os.fdopen(reading, "rb"), log, self.ended.set)

    def write(self, text: bytes) -> None:
        os.write(self.writing, text)

    def end(self) -> None:
        os.close(self.writing)
        assert self.ended.wait(10)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    log = FunctionLog(tmp_path / "function.log")
    yield Process(log)
    log.close()


def test_every_line_that_was_written_is_taken(process: Process) -> None:
    for number in range(100):
        process.write(b"line %d\n" % number)
        assert process.reader.take() == f"line {number}"
    process.end()


def test_a_line_that_comes_in_parts_is_one_line_and_the_last_one_needs_no_end(process: Process, tmp_path: Path) -> None:
    process.write("half of an ü".encode()[:-1])
    assert process.reader.take() == ""
    process.write("half of an ü".encode()[-1:] + b" and the rest\rof a traceback\nno end")
    process.end()
    assert process.reader.take() == "half of an ü and the rest\nof a traceback\nno end"
    assert (tmp_path / "function.log").read_text() == "half of an ü and the rest\nof a traceback\nno end\n"
