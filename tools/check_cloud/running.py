"""Runs proofs one after the other, and tells of each in one line."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tools.check_cloud.proofs import ROOT, Proof

LIMIT: Final = 3600.0
"""Seconds; the fuzzing proof is the longest."""


@dataclass(frozen=True)
class Outcome:
    """What became of a proof. `output`: all that its command printed."""

    proof: Proof
    holds: bool
    output: str
    seconds: float

    @property
    def figure(self) -> str:
        """The last line of the output, bare of the frame that pytest draws."""
        lines = [line.strip(" =") for line in self.output.splitlines() if line.strip(" =")]
        return lines[-1] if lines else ""

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "FAILS"
        return f"{self.proof.name:14}{verdict:8}{self.figure:88} {self.seconds:6.1f} s"


def run(proof: Proof, *, limit: float = LIMIT) -> Outcome:
    """Runs one; a command that can't be started, or that hangs, is a proof that fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    started = time.monotonic()
    try:
        done = subprocess.run(
            proof.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit,
            check=False,
        )
        holds, output = done.returncode == 0, done.stdout
    except subprocess.TimeoutExpired as error:
        holds, output = False, f"{_text(error.stdout)}\nno end after {limit:.0f} s"
    except OSError as error:
        holds, output = False, f"{proof.command[0]}: {error.strerror}"
    return Outcome(proof, holds, output, time.monotonic() - started)


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


def run_all(proofs: Sequence[Proof], say: Callable[[str], None]) -> bool:
    """Whether all hold. Each is told of as it ends; the output of one that fails stands below its line."""
    outcomes = []
    for proof in proofs:
        outcome = run(proof)
        outcomes.append(outcome)
        say(str(outcome))
        if not outcome.holds:
            say("\n".join(f"    {line}" for line in outcome.output.rstrip().splitlines()))
    failed = [outcome.proof.name for outcome in outcomes if not outcome.holds]
    seconds = sum(outcome.seconds for outcome in outcomes)
    say(f"{len(outcomes) - len(failed)} of {len(outcomes)} hold, {seconds:.0f} s")
    return not failed
