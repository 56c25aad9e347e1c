"""One process of the fuzzing: its share of the routes, on a database of its own. What it finds it tells on standard
output, one line of JSON after each route."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from tools.fuzz.judging import (
    NOBODY,
    OPERATOR,
    OTHERS,
    OWN,
    Answer,
    Fault,
    Tally,
    shown_of_another,
    wrong_for_a_stranger,
    wrong_for_nobody,
)
from tools.fuzz.world import PHOTOS, TENANT, World, world

if TYPE_CHECKING:
    from schemathesis import Case

    from tests.openapi_calls import Existing

ROUND: Final = 20
"""Generated calls of a route before the next one has its turn; each is sent up to three times, by another caller."""
OF_THE_DEPLOYMENT: Final = "/api/models/{name}/"
"""Routes that are for operators alone: they are called by one when the other tenant's rows have been looked at."""


@dataclass(frozen=True)
class Plan:
    """What a worker is to do: at least so many requests, of the operations with these labels."""

    database_url: str
    seed: int
    requests: int
    labels: Sequence[str]
    marker: str


@dataclass
class Explorer:
    """Sends what is generated, and keeps the tally."""

    world: World
    own: Existing
    stranger: Existing
    tally: Tally

    def explore(self, label: str, seed: int, *, valid: bool, operator: bool = False) -> None:
        """A round of calls of one route. Nothing that is found ends it."""
        from hypothesis import HealthCheck, Phase, given, settings
        from hypothesis import seed as seeded
        from hypothesis import strategies as st

        from tests.openapi_calls import cases

        send = self._as_operator if operator else self._by_all

        @seeded(seed)
        @settings(
            max_examples=ROUND,
            phases=[Phase.generate],  # no shrinking, no old examples: the same seed gives the same calls
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases(label, valid=valid), st.booleans(), st.integers(0, 1 << 16))
        def one(case: Case[Any], named: bool, number: int) -> None:
            if valid and number % 2:
                ask_plainly(case, label, number // 2)
            send(label, case, named, number)

        one()

    def _by_all(self, label: str, case: Case[Any], named: bool, number: int) -> None:
        from tests.openapi_calls import name

        if named:
            name(case, self.own)
        self._send(label, OWN, case, self.world.token)
        if name(case, self.stranger):
            self._send(label, OTHERS, case, self.world.token)
        bad = self.world.bad_tokens
        self._send(label, NOBODY, case, bad[number % len(bad)])

    def _as_operator(self, label: str, case: Case[Any], _: bool, number: int) -> None:
        if number % 2:
            case.path_parameters = {
                **(case.path_parameters or {}),
                "name": ("embedded", "embedded-rules")[number // 2 % 2],
            }
        self._send(label, OPERATOR, case, self.world.operator_token)

    def _send(self, label: str, who: str, case: Case[Any], token: str) -> None:
        from tests.openapi_calls import as_request, as_response, broken_promises, sent_by

        request = as_request(case)
        authorization = token if who == NOBODY else f"Bearer {token}"
        got = sent_by(self.world.client, request, **({"authorization": authorization} if authorization else {}))
        url = request.url or ""
        self.tally.counts[label, who, got.status_code] += 1
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        answer = Answer(got.status_code, got.content, b" ".join([url.encode(), unquote_to_bytes(url), body]))
        wrong = shown_of_another(answer, self.world.marker)
        if who == NOBODY:
            wrong += wrong_for_nobody(answer, is_open=label in self.world.open_routes)
        else:
            wrong += broken_promises(case, as_response(got, request))
        if who == OTHERS:
            wrong += wrong_for_a_stranger(answer, in_path=bool(_ids_in_path(case) & _ids(self.stranger)))
        for what in wrong:
            self.tally.note(Fault(label, who, what, case.as_curl_command()))


def ask_plainly(case: Case[Any], label: str, number: int) -> None:
    """Where what is generated is seldom understood, puts in what a person would send: a search that finds all that may
    be found, a question, a photo. None of these words is the other tenant's own."""
    words = ("kitchen", "house in the street", "a photo")[number % 3]
    photo = (
        PHOTOS[number % len(PHOTOS)].read_bytes() + str(number).encode()
    )  # bytes after a JPEG's end are no part of it
    bodies: Mapping[str, dict[str, Any]] = {
        "POST /api/query/": {
            "query": words,
            "k": 100,
            "mode": ("hybrid", "vector", "text")[number % 3],
            "explain": True,
        },
        "POST /api/query/image": {"file": photo},
        "POST /api/chat/": {"message": f"Which homes have a {words}?"},
        "POST /api/upload/": {"file": photo},
        "POST /api/uploads": {"filename": "a.jpg", "content_type": "image/jpeg", "size": 5},
        "POST /api/uploads/batch": {"prefix": "imports/"},
    }
    if label in bodies:
        case.body = bodies[label]


def _ids(existing: Existing) -> set[Any]:
    return set(vars(existing).values())


def _ids_in_path(case: Case[Any]) -> set[Any]:
    return {value for value in (case.path_parameters or {}).values() if isinstance(value, (int, str))}


def in_order(labels: Sequence[str]) -> list[str]:
    """What deletes comes last, and listings after all that belongs to them: before, everything is there to be found."""

    def key(label: str) -> tuple[bool, bool, str]:
        return label.startswith("DELETE "), label.endswith("/{listing_id}"), label

    return sorted(labels, key=key)


def rounds(plan: Plan, has_input: Callable[[str], bool]) -> Iterator[tuple[int, str, bool]]:
    """Seed, route and whether calls are valid, again and again. What takes no input is called in one round."""
    number = 0
    while number == 0 or any(map(has_input, plan.labels)):
        for label in in_order(plan.labels):
            for valid in (True, False):
                if has_input(label) or (valid and number == 0):
                    yield plan.seed * 1_000 + number, label, valid
        number += 1


def work(plan: Plan, tell: Callable[[Mapping[str, Any]], None]) -> None:
    """Does the plan. Tells the tally of each turn, and at last what became of the other tenant's rows."""
    from tests.openapi_calls import WITHOUT_INPUT

    with world(plan.database_url, plan.marker) as here:
        stranger, made = here.seed_stranger(), 0
        before = here.digests()
        explorer, calls = Explorer(here, here.seed(TENANT, "own-0"), stranger, Tally()), 0
        for seed, label, valid in rounds(plan, lambda label: label not in WITHOUT_INPUT):
            if label.startswith("DELETE ") or label == in_order(plan.labels)[0]:
                made += 1
                explorer.own = here.seed(TENANT, f"own-{made}")
            explorer.tally = Tally()
            explorer.explore(label, seed, valid=valid)
            calls += explorer.tally.calls
            tell(explorer.tally.as_json())
            if calls >= plan.requests:
                break
        tell({"before": before, "after": here.digests()})
        explorer.tally = Tally()
        for label in plan.labels:
            if OF_THE_DEPLOYMENT in label:
                explorer.explore(label, plan.seed, valid=True, operator=True)
                explorer.explore(label, plan.seed, valid=False, operator=True)
        tell(explorer.tally.as_json())


def main() -> int:
    """Reads its plan from standard input. What handlers log is nobody's to read here."""
    plan = Plan(**json.loads(sys.stdin.readline()))
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())

    def tell(told: Mapping[str, Any]) -> None:
        out.write(json.dumps(told) + "\n")
        out.flush()

    work(plan, tell)
    return 0


def as_line(plan: Plan) -> bytes:
    """What a worker reads."""
    return json.dumps(asdict(plan)).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main())
