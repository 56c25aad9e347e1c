"""The clients: each sends its next call as soon as it has the answer to the last one, and looks whether it is right."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.load.ledger import Call, Ledger, Taken
from benchmarks.load.photos import Photos

MIX: Final = {"query": 60, "chat": 25, "upload": 10, "upload, async": 5}
"""Of a hundred calls so many are of each kind: who looks at homes searches and asks more than an agent uploads, and
not all who upload wait for the look."""
PATIENCE: Final = 35.0
"""Seconds that a client waits for an answer. The API itself gives up after 30."""
TURNS: Final = 3
"""Messages of a conversation, then a client begins another."""
K: Final = 5
WARM: Final = 4
"""Calls of each kind at once before the clock runs: a function of the rig has two environments on two processors."""
QUERIES: Final = (
    "bright kitchen", "a bathtub", "bedroom with a large window", "dining table", "white cabinets", "cosy living room",
    "front of the house", "sofa", "a place to cook", "hardwood floor",
)  # fmt: skip
QUESTIONS: Final = (
    "Which room gets the most daylight?",
    "Does the kitchen have an island?",
    "Is there a bathtub?",
    "Which room is in the best condition?",
    "How many bedrooms are there?",
)


class BadAnswerError(Exception):
    """An answer that is none, or is not right; the message is what errors are counted by."""


@dataclass(frozen=True)
class Home:
    """A listing that does not change while the clients ask about it: its photos, and what was answered when one client
    alone asked: the hits of each query, the reply to each question."""

    listing_id: int
    image_ids: frozenset[int]
    hits: Mapping[str, Sequence[int]] = field(default_factory=dict)
    replies: Mapping[str, str] = field(default_factory=dict)


class Api:
    """The HTTP API as one client has it: a connection that it keeps, and no second try. Only what a tenant may do in a
    minute (429) it does later, when it was told to; `waits` counts that."""

    waits = 0

    def __init__(self, url: str, token: str | None = None) -> None:
        import urllib3

        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._pool = urllib3.PoolManager(maxsize=1, retries=False, timeout=urllib3.Timeout(connect=5.0, read=PATIENCE))

    def ask(self, method: str, path: str, expected: int = 200, **options: Any) -> Any:
        """The answer's JSON. Raises BadAnswerError when its status is another than expected, or none came."""
        answer = self._send(method, path, options)
        while answer.status == 429:
            self.waits += 1
            time.sleep(float(answer.headers.get("retry-after", 1)))
            answer = self._send(method, path, options)
        if answer.status != expected:
            raise BadAnswerError(f"{answer.status} {_told(answer.data)}".strip())
        try:
            return json.loads(answer.data)
        except ValueError:
            raise BadAnswerError(f"{answer.status} without JSON") from None

    def _send(self, method: str, path: str, options: Mapping[str, Any]) -> Any:
        import urllib3

        try:
            return self._pool.request(method, self._url + path, headers=self._headers, **options)
        except urllib3.exceptions.NewConnectionError:  # urllib3 counts it among the timeouts
            raise BadAnswerError("nobody answers there") from None
        except urllib3.exceptions.TimeoutError:
            raise BadAnswerError(f"no answer in {PATIENCE:.0f} s") from None
        except urllib3.exceptions.HTTPError as error:
            raise BadAnswerError(f"no answer: {type(error).__name__}") from None

    def query(self, words: str, listing_id: int | None) -> list[int]:
        """The ids of the hits. Raises BadAnswerError as `ask`, and when the hits can't be right."""
        body = {"query": words, "k": K} | ({"listing_id": listing_id} if listing_id else {})
        hits = self.ask("POST", "/api/query/", json=body)["top_k"]
        if len(hits) != K or len({hit["id"] for hit in hits}) != K:
            raise BadAnswerError(f"{len(hits)} hits, not {K} different ones")
        if listing_id and any(hit["listing_id"] != listing_id for hit in hits):
            raise BadAnswerError("hits of another listing")
        return [hit["id"] for hit in hits]

    def say(self, message: str, listing_id: int, conversation_id: int | None) -> tuple[int, str, set[int]]:
        """The conversation, the reply, and the photos that it names. Raises BadAnswerError."""
        body = {"message": message, "listing_id": listing_id}
        body |= {"conversation_id": conversation_id} if conversation_id else {}
        got = self.ask("POST", "/api/chat/", json=body)
        if conversation_id and got["conversation_id"] != conversation_id:
            raise BadAnswerError("answered in another conversation")
        return got["conversation_id"], got["reply"], {it for one in got["citations"] for it in one["image_ids"]}

    def upload(self, body: bytes, listing_id: int, *, later: bool) -> Taken:
        """Sends a photo. Raises BadAnswerError."""
        digest = hashlib.sha256(body).hexdigest()
        fields = {"file": (f"{digest[:12]}.jpg", body, "image/jpeg"), "listing_id": str(listing_id)}
        got = self.ask(
            "POST", "/api/upload/", 202 if later else 200, fields=fields | ({"async": "true"} if later else {})
        )
        if later:
            return Taken(digest, listing_id, got["image_id"], got["task_id"])
        if got["deduplicated"] or got["listing_id"] != listing_id:
            raise BadAnswerError("a new photo was taken for another")
        return Taken(digest, listing_id, got["image_id"])


def _told(body: bytes) -> str:
    """What a refusal says of itself: a problem's code, or the gateway's message."""
    try:
        document = json.loads(body)
        return str(document.get("code") or document.get("message") or "")
    except (ValueError, AttributeError):
        return ""


@dataclass
class Client:
    """One client, at work until `stop`; `uploads_to` is the listing that its photos belong to."""

    api: Api
    homes: Sequence[Home]
    uploads_to: int
    photos: Photos
    ledger: Ledger
    random: random.Random
    _conversation: tuple[int, Home, int] | None = None

    def work(self, stop: threading.Event) -> None:
        kinds, weights = list(MIX), list(MIX.values())
        while not stop.is_set():
            (kind,) = self.random.choices(kinds, weights)
            call = self.call(kind)
            self.ledger.note(call)
            if call.error:
                stop.wait(0.1)  # what is down must not be counted ten thousand times

    def call(self, kind: str) -> Call:
        """One call, and what was wrong with its answer."""
        doing: Mapping[str, Callable[[], None]] = {
            "query": self._query,
            "chat": self._chat,
            "upload": lambda: self._upload(later=False),
            "upload, async": lambda: self._upload(later=True),
        }
        started = time.perf_counter()
        try:
            doing[kind]()
            error = ""
        except BadAnswerError as problem:
            error = str(problem)
        except Exception as problem:  # noqa: BLE001 - a client that ended here would be missed by nobody
            error = f"an answer of another shape: {problem!r}"
        return Call(kind, time.perf_counter() - started, error)

    def _query(self) -> None:
        home, words = self.random.choice(self.homes), self.random.choice(QUERIES)
        if self.random.random() < 0.5:
            self.api.query(words, None)
        elif self.api.query(words, home.listing_id) != home.hits[words]:
            raise BadAnswerError("other hits than when one client alone asked")

    def _chat(self) -> None:
        number, home, turns = self._conversation or (None, self.random.choice(self.homes), 0)
        question = self.random.choice(QUESTIONS)
        self._conversation = None  # after an error another one is begun
        number, reply, cited = self.api.say(question, home.listing_id, number)
        if turns == 0 and reply != home.replies[question]:
            raise BadAnswerError("another reply than when one client alone asked")
        if not reply or not cited <= home.image_ids:
            raise BadAnswerError("photos of another listing are cited" if reply else "no reply")
        self._conversation = (number, home, turns + 1) if turns + 1 < TURNS else None

    def _upload(self, *, later: bool) -> None:
        body = self.photos.take()
        try:
            self.ledger.note_taken(self.api.upload(body, self.uploads_to, later=later))
        except BadAnswerError:
            self.ledger.note_unanswered(hashlib.sha256(body).hexdigest())
            raise


def asked_alone(api: Api, listing_id: int, image_ids: frozenset[int]) -> Home:
    """What a home's right answers are: those that one client alone is given."""
    hits = {words: api.query(words, listing_id) for words in QUERIES}
    replies = {question: api.say(question, listing_id, None)[1] for question in QUESTIONS}
    return Home(listing_id, image_ids, hits, replies)


def warm_up(clients: Sequence[Client], on_call: Callable[[], None]) -> None:
    """Some calls of each kind at once, before the clock runs: those who come first wait for functions to start, and
    what that takes `rig up` and Lambda's own figures tell. Their photos count: they are looked up with the others.

    Raises BadAnswerError when one is not answered well.
    """
    for kind in MIX:
        with ThreadPoolExecutor(WARM) as pool:
            for call in pool.map(lambda client: client.call(kind), clients[:WARM]):  # noqa: B023 - done in this round
                if call.error:
                    raise BadAnswerError(f"before the clock ran, {call.kind}: {call.error}")
                on_call()


def run(clients: Sequence[Client], seconds: float, on_tick: Callable[[float], None]) -> float:
    """Has all of them work for so long; each ends with the answer that it waits for then. Returns the seconds until
    the last answer. `on_tick` is told the seconds that have passed, again and again.

    Raises BadAnswerError when a client does not end.
    """
    stop = threading.Event()
    threads = [threading.Thread(target=client.work, args=[stop], daemon=True) for client in clients]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for _ in itertools.takewhile(lambda _: time.perf_counter() - started < seconds, itertools.count()):
        stop.wait(0.25)
        on_tick(min(seconds, time.perf_counter() - started))
    stop.set()
    for thread in threads:
        thread.join(PATIENCE + 10)
        if thread.is_alive():
            raise BadAnswerError("a client still waits for an answer")
    return time.perf_counter() - started
