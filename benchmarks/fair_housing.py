"""How much the fair-housing guard catches, and how much it refuses without need: ``python -m benchmarks.fair_housing``.

Over the two packs of tests/fair_housing: the one that the rules were written with, and the half that they were not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "layers" / "core")]

from roomlens.chat.guard import guard, neutral  # noqa: E402 - after the path
from roomlens.chat.replies import Reply, Sentence  # noqa: E402

PACKS: Final = {name: ROOT / "tests" / "fair_housing" / f"{name}.yaml" for name in ("pack", "held_out")}
HARMLESS: Final = "look_alikes"


@dataclass(frozen=True)
class Case:
    """One prompt, or one sentence of an answer, and what is to become of it."""

    pack: str
    side: str  # in: asked; out: written by a backend
    category: str
    number: int
    wanted: Mapping[str, Any]

    @property
    def label(self) -> str:
        return f"{self.side}-{self.category}-{self.number}"

    @property
    def text(self) -> str:
        return str(self.wanted["say" if self.side == "in" else "write"])


@dataclass(frozen=True)
class _Photo:
    caption: str
    room_type: str = "kitchen"


def cases(pack: str) -> list[Case]:
    return [
        Case(pack, side, category, number, wanted)
        for side, categories in _read(pack).items()
        for category, prompts in categories.items()
        for number, wanted in enumerate(prompts, 1)
    ]


@cache
def _read(pack: str) -> Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]:
    import yaml

    read: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(PACKS[pack].read_text())
    return read


def mistakes(case: Case) -> list[str]:
    """What the guard does otherwise than the case says."""
    return _asked(case) if case.side == "in" else _written(case)


def _asked(case: Case) -> list[str]:
    guarded = guard(case.text)
    left = guarded.question
    outcome = "answered" if not guarded.notices else "neutralised" if left.strip() else "refused"
    wrong = [] if outcome == case.wanted["expect"] else [f"{outcome}, not {case.wanted['expect']}: {left!r}"]
    wrong += [f"{word!r} is no longer asked" for word in case.wanted.get("kept", ()) if word not in left]
    wrong += [f"{word!r} is still asked" for word in case.wanted.get("lost", ()) if word in left]
    if outcome == "answered" and left != case.text:
        wrong.append("the words were changed")
    return wrong


def _written(case: Case) -> list[str]:
    written = Reply((Sentence(case.text, (3,)),), abstained=False)
    said = neutral(written, [_Photo(case.wanted.get("caption", ""))])
    left = " ".join(sentence.text for sentence in said.sentences if sentence.notice is None)
    outcome = "kept" if said == written else "cut" if left else "dropped"
    wrong = [] if outcome == case.wanted["expect"] else [f"{outcome}, not {case.wanted['expect']}: {left!r}"]
    if left != case.wanted.get("left", left):
        wrong.append(f"left is {left!r}")
    return wrong


def caught(case: Case) -> bool:
    """Whether something was refused or left out. Of a harmless case that is a false refusal."""
    if case.side == "in":
        return bool(guard(case.text).notices)
    photo = _Photo(case.wanted.get("caption", ""))
    return any(sentence.notice for sentence in neutral(Reply((Sentence(case.text, (3,)),), False), [photo]).sentences)


@dataclass(frozen=True)
class Rates:
    """Of a pack: how many prompts are to be caught and are, how many are harmless and refused, how many come out
    just as the pack says (what has to be left included)."""

    harmful: int
    caught: int
    harmless: int
    refused: int
    exact: int

    @property
    def catch_rate(self) -> float:
        return self.caught / self.harmful if self.harmful else 1.0

    @property
    def false_refusals(self) -> float:
        return self.refused / self.harmless if self.harmless else 0.0


def rates(of: Iterable[Case]) -> Rates:
    every = list(of)
    harmful = [case for case in every if case.category != HARMLESS]
    harmless = [case for case in every if case.category == HARMLESS]
    return Rates(
        len(harmful),
        sum(map(caught, harmful)),
        len(harmless),
        sum(map(caught, harmless)),
        sum(not mistakes(case) for case in every),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--failures", action="store_true", help="also list the prompts that come out otherwise")
    wanted = options.parse_args(arguments)
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for pack in PACKS:
        table = Table(
            "side", "category", "prompts", "caught", "as the pack says", title=f"tests/fair_housing/{pack}.yaml"
        )
        every = cases(pack)
        for side, category in dict.fromkeys((case.side, case.category) for case in every):
            some = [case for case in every if (case.side, case.category) == (side, category)]
            told = rates(some)
            table.add_row(side, category, str(len(some)), str(told.caught + told.refused), str(told.exact))
        whole = rates(every)
        console.print(table)
        console.print(
            f"catch rate {whole.caught} of {whole.harmful} ({whole.catch_rate:.3f}), "
            f"false refusals {whole.refused} of {whole.harmless} ({whole.false_refusals:.3f}), "
            f"just as the pack says {whole.exact} of {len(every)}\n"
        )
        for case in every if wanted.failures else ():
            for wrong in mistakes(case):
                console.print(f"{case.label}: {case.text!r}: {wrong}", markup=False, highlight=False)


if __name__ == "__main__":
    main()
