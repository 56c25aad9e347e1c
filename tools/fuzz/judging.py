"""What an answer must not show, and what must be answered to whom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

FIRST_OF_OTHERS: Final = 900_000_000
"""Ids of the other tenant's rows begin here: nothing else in an answer is such a number."""
_NUMBER: Final = re.compile(rb"(?<![0-9A-Za-z.])9000\d{5}(?![0-9A-Za-z])")  # not within a digest or a fraction

OWN, OTHERS, NOBODY, OPERATOR = "own ids", "another's ids", "no good token", "operator"
"""Who calls: a tenant with what is its own or nobody's, the same with the ids of another tenant, somebody without a
token that is good, and who may put models into force."""


@dataclass(frozen=True)
class Answer:
    """An answer, with all that its request said: the URL, as it was sent and decoded, and the body."""

    status: int
    body: bytes
    request: bytes


@dataclass(frozen=True)
class Fault:
    """One thing that must not be; `call` is a command for curl."""

    label: str
    who: str
    what: str
    call: str = ""


@dataclass
class Tally:
    """How often each route gave each status, and what was wrong: each kind of fault once, with its count."""

    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    faults: dict[tuple[str, str, str], Fault] = field(default_factory=dict)
    seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, fault: Fault) -> None:
        kind = (fault.label, fault.who, fault.what)
        self.faults.setdefault(kind, fault)
        self.seen[kind] += 1

    @property
    def calls(self) -> int:
        return self.counts.total()

    def of(self, *who: str) -> int:
        """How many calls these made."""
        return sum(count for (_, caller, _), count in self.counts.items() if caller in who)

    def as_json(self) -> dict[str, Any]:
        faults = [[*vars(fault).values(), self.seen[kind]] for kind, fault in self.faults.items()]
        return {"counts": [[*key, count] for key, count in self.counts.items()], "faults": faults}

    def add(self, told: Mapping[str, Any]) -> None:
        """What another process told, by `as_json`."""
        self.counts.update({(label, who, status): count for label, who, status, count in told["counts"]})
        for label, who, what, call, count in told["faults"]:
            self.faults.setdefault((label, who, what), Fault(label, who, what, call))
            self.seen[label, who, what] += count


def shown_of_another(answer: Answer, marker: str) -> list[str]:
    """What of the other tenant an answer shows: the word that stands in all its texts, names and keys of objects, or an
    id of its rows. A number that the caller sent may come back: `There is no image 900000007.` tells nothing."""
    found = []
    if marker.encode() in answer.body:
        found.append("shows another tenant's text")
    if set(_NUMBER.findall(answer.body)) - set(_NUMBER.findall(answer.request)):
        found.append("shows another tenant's ids")
    return found


def wrong_for_nobody(answer: Answer, *, is_open: bool) -> list[str]:
    """Who shows no good token is sent away before any function is asked: 401, or what the gateway says of a path that
    it does not know and of a body that is too large."""
    if is_open:
        return ["a server error"] if answer.status >= 500 else []
    return [] if answer.status in (401, 404, 413) else [f"answers {answer.status} to somebody without a good token"]


def wrong_for_a_stranger(answer: Answer, *, in_path: bool) -> list[str]:
    """A resource of another tenant is not there: whoever names one in the path is never given a 2xx."""
    return [f"answers {answer.status} for another tenant's resource"] if in_path and answer.status < 300 else []


def statuses(tally: Tally) -> dict[str, Counter[int]]:
    """The statuses of each route, all callers together."""
    found: dict[str, Counter[int]] = {}
    for (label, _, status), count in sorted(tally.counts.items()):
        found.setdefault(label, Counter())[status] += count
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The tables in which the other tenant's rows are other ones than before."""
    return sorted(table for table in before.keys() | after.keys() if before.get(table) != after.get(table))


def verdict(tally: Tally, wanted: int, tables: Iterable[str], moved: Iterable[str]) -> tuple[bool, str]:
    """Whether all is well, and the one line that says so."""
    errors = sum(count for (_, _, status), count in tally.counts.items() if status >= 500)
    told = (
        f"{tally.calls} calls ({tally.of(OWN)} with own ids, {tally.of(OTHERS)} with another tenant's,"
        f" {tally.of(NOBODY)} without a good token, {tally.of(OPERATOR)} by an operator): {errors} server errors,"
    )
    told += f" {tally.seen.total()} faults of {len(tally.faults)} kinds; another tenant's rows"
    changes, held = list(moved), list(tables)
    told += f" changed in {', '.join(changes)}" if changes else f" of {len(held)} tables are what they were"
    well = not errors and not tally.faults and not changes and bool(held) and tally.calls >= wanted
    if tally.calls < wanted:
        told += f"; {wanted} calls were to be made"
    return well, told
