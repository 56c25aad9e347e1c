"""Asks LangChain's PGVectorStore the same questions, in turn with the layer; it runs in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine

from benchmarks.pytest_runs import ROOT
from benchmarks.vectors.bands import ALL, K, Truth
from benchmarks.vectors.clock import Clock, Times
from benchmarks.vectors.crowd import Questions
from benchmarks.vectors.store import EMBEDDER

PYTHON: Final = ROOT / ".venv-benchmarks" / "bin" / "python"
_PROGRAM: Final = Path(__file__).with_name("langchain_store.py")


class MissingLangChainError(Exception):
    """The environment that it needs is not there; the message says what makes it."""


@dataclass
class Peers:
    """The same questions by two doors, in turn."""

    layer: Times
    langchain: Times
    recall: float  # of PGVectorStore


def compare(engine: Engine, questions: Questions, truth: Truth, rounds: int, on_search: Callable[[], None]) -> Peers:
    """Raises MissingLangChainError when it is not installed."""
    if not PYTHON.exists():
        raise MissingLangChainError("PGVectorStore was not measured: `make benchmarks-vectors` installs what it needs")
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, questions.vectors)
        file.flush()
        url = engine.url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        command = [str(PYTHON), str(_PROGRAM), url, file.name, EMBEDDER, str(K)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            peers = _in_turn(process, Clock(engine), questions, truth, rounds, on_search)
            if process.stdin:
                process.stdin.close()
    return peers


def _in_turn(
    process: subprocess.Popen[str],
    clock: Clock,
    questions: Questions,
    truth: Truth,
    rounds: int,
    on_search: Callable[[], None],
) -> Peers:
    _answer(process)  # its table is ready
    peers = Peers(Times(), Times(), 0.0)
    right = wanted = 0
    for turn in range(rounds + 1):
        for number in range(len(questions.vectors)):
            answer = _answer(process, number)
            counted = turn > 0  # the first one warms both
            clock.search(questions, number, ALL, peers.layer if counted else Times())
            if counted:
                peers.langchain.wall.append(answer["ms"])
            right += len(truth.of(number).intersection(answer["ids"]))
            wanted += len(truth.of(number))
            on_search()
    peers.recall = right / wanted
    return peers


def _answer(process: subprocess.Popen[str], number: int | None = None) -> Any:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the program has no pipes")
    if number is not None:
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise MissingLangChainError("PGVectorStore could not be measured: its program ended; see above")
    return json.loads(line)
