"""The load's clients notice wrong answers, its proof finds lost photos, and its percentiles are times that were."""

import hashlib
import random
import threading
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3

from benchmarks.load.clients import MIX, Api, BadAnswerError, Client, Home
from benchmarks.load.ledger import Call, Ledger, Taken, by_kind, percentile
from benchmarks.load.proof import all_photos, judge, wait_for

TAKEN = [Taken("aa", 1, 10), Taken("bb", 1, 11, "tsk_1")]


def image(one: Taken, **other: Any) -> dict[str, Any]:
    return {"sha256": one.sha256, "listing_id": 1, "status": "analyzed", "analyses": [{}]} | other


def images(**other: Any) -> dict[int, dict[str, Any]]:
    """The first photo as the proof finds it, changed; the second as it should be."""
    return {10: image(TAKEN[0], **other), 11: image(TAKEN[1])}


def test_photos_that_are_there_as_they_were_sent_have_no_fault() -> None:
    verdict = judge(TAKEN, images().__getitem__, images().values())
    assert (verdict.answered, verdict.right, verdict.faults) == (2, 2, [])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"sha256": "cc"}, "the bytes are another's"),
        ({"listing_id": 2}, "belongs to listing 2, not 1"),
        ({"status": "queued"}, "is queued"),
        ({"analyses": [{}, {}]}, "was looked at 2 times"),
        ({"analyses": []}, "was looked at 0 times"),
    ],
)
def test_a_photo_that_is_not_as_it_was_sent_is_a_fault(changed: dict[str, Any], fault: str) -> None:
    verdict = judge(TAKEN, images(**changed).__getitem__, images().values())
    assert (verdict.right, verdict.faults) == (1, [f"image 10: {fault}"])


def test_a_photo_that_is_not_found_is_lost() -> None:
    def shown(image_id: int) -> dict[str, Any]:
        if image_id == 10:
            raise BadAnswerError("404 not-found")
        return images()[image_id]

    verdict = judge(TAKEN, shown, [images()[11]])
    assert verdict.faults == ["image 10: lost: 404 not-found", "the photo aa is not in its listing"]


def test_photos_stored_twice_or_sent_by_nobody_are_faults() -> None:
    stranger = image(Taken("ee", 1, 12))
    verdict = judge(TAKEN, images().__getitem__, [*images().values(), images()[10], stranger])
    assert sorted(verdict.faults) == ["the photo aa is stored 2 times", "the photo ee is stored, and nobody sent it"]
    twice = judge([TAKEN[0], Taken("bb", 1, 10)], lambda _: image(TAKEN[0]), images().values())
    assert "image 10 was given to 2 uploads" in twice.faults


def test_a_photo_whose_upload_was_not_answered_may_be_there_once() -> None:
    half = image(Taken("dd", 1, 12))
    assert judge(TAKEN, images().__getitem__, [*images().values(), half], frozenset({"dd"})).faults == []
    assert judge(TAKEN, images().__getitem__, [*images().values(), half, half], frozenset({"dd"})).faults


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)])
def test_a_percentile_is_a_time_that_was(share: float, expected: int) -> None:
    assert percentile(range(1, 101), share) == expected
    assert percentile([7.0], share) == 7.0


def test_failed_calls_count_as_calls_and_not_as_answers_a_second() -> None:
    calls = [Call("query", 0.1), Call("query", 0.3, "503"), Call("chat", 0.2)]
    query, chat, upload, everything = by_kind(calls, ["query", "chat", "upload"], 2.0)
    assert (query.calls, query.errors, query.p50, query.longest, query.rate) == (2, 1, 100.0, 300.0, 0.5)
    assert (chat.rate, upload.calls, everything.calls, everything.errors) == (0.5, 0, 3, 1)
    assert Ledger(calls).errors() == {"query: 503": 1}


class Answers(Api):
    """An API that answers from a script, by path."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {"query": hits(1, 2, 3, 4, 5), "chat": said("Yes."), "upload": {}} | answers
        self.asked: list[dict[str, Any]] = []

    def ask(self, method: str, path: str, expected: int = 200, **options: Any) -> Any:
        self.asked.append(options)
        answer = self.answers[path.strip("/").split("/")[1]]
        if isinstance(answer, BadAnswerError):
            raise answer
        return answer(options) if callable(answer) else answer


def hits(*ids: int, listing_id: int = 1) -> dict[str, Any]:
    return {"top_k": [{"id": number, "listing_id": listing_id} for number in ids]}


def said(reply: str, *cited: int) -> dict[str, Any]:
    return {"conversation_id": 4, "reply": reply, "citations": [{"sentence": reply, "image_ids": list(cited)}]}


class OnePhoto:
    late = 0

    def take(self) -> bytes:
        return b"photo"


def errors_of(kind: str, monkeypatch: pytest.MonkeyPatch, calls: int = 40, **answers: Any) -> tuple[set[str], Ledger]:
    """What a client that makes only such calls notes."""
    from benchmarks.load import clients

    monkeypatch.setattr(clients, "MIX", {kind: 1})
    monkeypatch.setattr(clients, "QUERIES", ("sofa",))
    monkeypatch.setattr(clients, "QUESTIONS", ("Is there a sofa?",))
    home = Home(1, frozenset(range(1, 10)), {"sofa": [1, 2, 3, 4, 5]}, {"Is there a sofa?": "Yes."})
    ledger = Ledger()
    client = Client(Answers(**answers), [home], 1, OnePhoto(), ledger, random.Random(1))  # type: ignore[arg-type]

    class Stop(threading.Event):
        def is_set(self) -> bool:
            return len(ledger.calls) >= calls

        def wait(self, timeout: float | None = None) -> bool:
            return True

    client.work(Stop())
    return {call.error for call in ledger.calls}, ledger


@pytest.mark.parametrize(
    ("kind", "answers", "errors"),
    [
        ("query", {}, {""}),
        ("query", {"query": hits(2, 1, 3, 4, 5)}, {"", "other hits than when one client alone asked"}),
        ("query", {"query": hits(1, 2, 3)}, {"3 hits, not 5 different ones"}),
        ("query", {"query": hits(1, 2, 3, 4, 5, listing_id=2)}, {"", "hits of another listing"}),
        ("query", {"query": BadAnswerError("503 unavailable")}, {"503 unavailable"}),
        ("query", {"query": {}}, {"an answer of another shape: KeyError('top_k')"}),
        ("chat", {}, {""}),
        ("chat", {"chat": said("No.")}, {"another reply than when one client alone asked"}),
        ("chat", {"chat": said("Yes.", 77)}, {"photos of another listing are cited"}),
        ("upload", {"upload": {"image_id": 5, "listing_id": 1, "deduplicated": False}}, {""}),
        (
            "upload",
            {"upload": {"image_id": 5, "listing_id": 1, "deduplicated": True}},
            {"a new photo was taken for another"},
        ),
        ("upload, async", {"upload": {"image_id": 5, "task_id": "tsk_5"}}, {""}),
    ],
)
def test_a_client_notices_what_is_wrong(
    kind: str, answers: dict[str, Any], errors: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert errors_of(kind, monkeypatch, **answers)[0] == errors


def test_a_conversation_has_some_turns_and_then_another_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int | None] = []

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        sent.append(asked["json"].get("conversation_id"))
        return said("Yes.")

    assert errors_of("chat", monkeypatch, 4, chat=answer)[0] == {""}
    assert sent == [None, 4, 4, None]


def test_uploads_are_noted_with_their_digest_and_failed_ones_as_unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = hashlib.sha256(b"photo").hexdigest()
    _, good = errors_of("upload, async", monkeypatch, 1, upload={"image_id": 5, "task_id": "tsk_5"})
    assert good.taken == [Taken(digest, 1, 5, "tsk_5")]
    _, bad = errors_of("upload", monkeypatch, 1, upload=BadAnswerError("503"))
    assert (bad.taken, bad.unanswered) == ([], {digest})


def test_every_photo_of_every_page_is_read() -> None:
    pages = iter([{"images": [1, 2], "next_cursor": "c"}, {"images": [3], "next_cursor": None}] * 2)
    assert list(all_photos(Answers(images=lambda _: next(pages)), [1, 2])) == [1, 2, 3, 1, 2, 3]


def test_tasks_are_waited_for() -> None:
    statuses = iter(["running", "success"])
    done: list[int] = []
    wait_for(Answers(tasks=lambda _: {"status": next(statuses)}), TAKEN, done.append)
    assert done == [0, 1]


def test_the_mix_is_of_a_hundred() -> None:
    assert sum(MIX.values()) == 100


class Pool:
    """What urllib3 is here: the next answer of a script."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def request(self, method: str, url: str, **options: Any) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = answer
        return SimpleNamespace(status=status, data=body, headers=headers)


def over(*answers: Any) -> Api:
    api = Api("http://nowhere", "token")
    api._pool = Pool(*answers)  # type: ignore[assignment]
    return api


def test_who_is_told_to_wait_waits_and_asks_again() -> None:
    api = over((429, b"{}", {"retry-after": "0"}), (200, b'{"id": 1}', {}))
    assert (api.ask("GET", "/x"), api.waits) == ({"id": 1}, 1)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, b'{"message": "Service Unavailable"}', {}), "503 Service Unavailable"),
        ((409, b'{"code": "in-progress"}', {}), "409 in-progress"),
        ((500, b"<html>", {}), "500"),
        ((502, b"[]", {}), "502"),
        ((200, b"<html>", {}), "200 without JSON"),
        (urllib3.exceptions.ReadTimeoutError(None, "", ""), "no answer in 35 s"),  # type: ignore[arg-type]
        (urllib3.exceptions.NewConnectionError(None, "refused"), "nobody answers there"),  # type: ignore[arg-type]
        (urllib3.exceptions.ProtocolError("gone"), "no answer: ProtocolError"),
    ],
)
def test_what_is_no_good_answer_is_told_in_a_few_words(answer: Any, error: str) -> None:
    with pytest.raises(BadAnswerError, match=f"^{error}$"):
        over(answer).ask("GET", "/x")
