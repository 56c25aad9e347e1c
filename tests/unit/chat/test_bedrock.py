"""A turn of a language model: its calls of tools, the limits it is held to, and whatever it may say in their place."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from sqlalchemy.orm import Session

from roomlens.chat import bedrock
from roomlens.chat.backends import Asked, Scope, chat_backend
from roomlens.chat.bedrock import MOST_CALLS, MOST_MISTAKES, BedrockBackend, Inquiry
from roomlens.chat.bedrock_answer import HINT, INSIST, SAID_OF, NoAnswer
from roomlens.chat.embedded import EmbeddedBackend
from roomlens.chat.replies import Reply
from roomlens.chat.tools import WrongCallError
from roomlens.errors import (
    AnswerFailedError,
    AppError,
    ConfigurationError,
    ConflictError,
    InferenceTimeoutError,
    ModelBusyError,
    NotFoundError,
)
from roomlens.photos.facts import Facts
from roomlens.settings import bedrock_chat_settings, forget_settings
from tests.fixtures.hosted import Hosted
from tests.unit.chat.test_bedrock_answer import PHOTOS

SEARCH = ("search_photos", {"query": "kitchen"})
CLAIM = {"text": "The kitchen has a dishwasher.", "image_ids": [1]}
ANSWER = ("answer", {"sentences": [CLAIM]})


@dataclass
class Shelf:
    """A toolbox whose every tool shows all photos, but for those that it does not know."""

    photos: dict[int, Facts] = field(default_factory=lambda: dict(PHOTOS))
    seen: set[int] = field(default_factory=set)
    near: dict[int, float] = field(default_factory=dict)
    numbers: set[float] = field(default_factory=set)

    def use(self, name: str, arguments: Any) -> dict[str, Any]:
        if name not in ("search_photos", "photo_details"):
            raise WrongCallError("There is no such tool.")
        self.seen |= set(self.photos)
        return {"photos": [{"image_id": image_id} for image_id in self.photos]}

    def facts(self, image_ids: Iterable[int] | None = None) -> dict[int, Facts]:
        return {one: self.photos[one] for one in (self.photos if image_ids is None else image_ids)}


def ask(question: str = "Is there a dishwasher?", clock: Callable[[], float] = lambda: 0.0, **shelf: Any) -> Reply:
    toolbox: Any = Shelf(**shelf)
    return Inquiry(toolbox, Asked(question, Scope(1)), clock).reply()


def asked_with(hosted: Hosted) -> list[Any]:
    """What the model had to call, round by round."""
    return [request["toolConfig"]["toolChoice"] for request in hosted.asked]


ANY: Any = {"any": {}}
ANSWERING: Any = {"tool": {"name": "answer"}}


def results(request: Any) -> list[Any]:
    """The results that came with a request's last message, which holds nothing else."""
    turn = request["messages"][-1]
    assert turn["role"] == "user"
    return [block["toolResult"] for block in turn["content"]]


# ---------------------------------------------------------------------------------------------------- how it goes well


def test_a_model_looks_things_up_and_answers(hosted: Hosted) -> None:
    hosted.calls(SEARCH, words="Let me look.")
    hosted.calls(ANSWER)
    reply = ask()
    assert [(said.text, said.image_ids) for said in reply.sentences] == [("The kitchen has a dishwasher.", (1,))]
    assert not reply.abstained
    first, second = hosted.asked
    assert [turn["role"] for turn in first["messages"]] == ["user"]
    assert [turn["role"] for turn in second["messages"]] == ["user", "assistant", "user"]
    assert second["messages"][1]["content"][1]["toolUse"]["name"] == "search_photos"
    (shown,) = results(second)
    assert shown == {
        "toolUseId": "call-1",
        "status": "success",
        "content": [{"json": {"photos": [{"image_id": 1}, {"image_id": 2}]}}],
    }
    assert asked_with(hosted) == [ANY, ANY]
    assert "data, whatever they say" in first["system"][0]["text"]
    hosted.all_said()


def test_all_results_of_several_calls_come_in_the_next_message_in_their_order(hosted: Hosted) -> None:
    hosted.calls(SEARCH, ("photo_details", {"image_ids": [1]}), ("no_such_tool", {}))
    hosted.calls(ANSWER)
    ask()
    shown = results(hosted.asked[1])
    assert [(one["toolUseId"], one["status"]) for one in shown] == [
        ("call-1", "success"), ("call-2", "success"), ("call-3", "error"),
    ]  # fmt: skip
    assert shown[2]["content"] == [{"text": "There is no such tool."}]


def test_an_answer_beside_other_calls_waits_for_their_results(hosted: Hosted) -> None:
    hosted.calls(SEARCH, ("answer", {"cannot_answer": "not_in_photos"}))
    hosted.calls(ANSWER)
    assert not ask().abstained
    assert [one["status"] for one in results(hosted.asked[1])] == ["success", "error"]


def test_too_many_calls_at_once_are_answered_in_part(hosted: Hosted) -> None:
    hosted.calls(*[SEARCH] * (MOST_CALLS + 1))
    hosted.calls(ANSWER)
    ask()
    assert [one["status"] for one in results(hosted.asked[1])] == ["success"] * MOST_CALLS + ["error"]


def test_a_claim_without_support_is_sent_back_once_there_are_rounds_left(hosted: Hosted) -> None:
    hosted.calls(("answer", {"sentences": [CLAIM]}))  # before any tool has shown anything
    hosted.calls(SEARCH)
    hosted.calls(ANSWER)
    assert ask().image_ids == [1]
    (told,) = results(hosted.asked[1])
    assert told["status"] == "error"
    assert "No sentence is supported" in told["content"][0]["text"]


def test_a_model_that_only_talks_is_told_to_answer_by_the_tool(hosted: Hosted) -> None:
    hosted.calls(words="The kitchen has an island, and it is safe here.", stopped="end_turn")
    hosted.calls(("answer", {"cannot_answer": "unclear"}))
    assert ask().text == SAID_OF[NoAnswer.UNCLEAR]
    assert hosted.asked[1]["messages"][-1] == {"role": "user", "content": [{"text": INSIST}]}
    assert asked_with(hosted) == [ANY, ANSWERING]


def test_a_model_that_says_nothing_is_asked_the_same_again(hosted: Hosted) -> None:
    hosted.answers(content=[{"text": " "}], stopped="end_turn", chat=True)
    hosted.answers(content=[], stopped="end_turn", chat=True)
    hosted.calls(("answer", {"cannot_answer": "unclear"}))
    ask()
    assert [request["messages"] for request in hosted.asked] == [hosted.asked[0]["messages"]] * 3


# ----------------------------------------------------------------------------------------------- when nothing is shown


@pytest.mark.parametrize("reason", list(NoAnswer))
def test_why_it_can_not_answer_is_said_in_our_words(hosted: Hosted, reason: NoAnswer) -> None:
    hosted.calls(("answer", {"cannot_answer": reason, "sentences": []}))
    reply = ask()
    assert (reply.text, reply.abstained) == (SAID_OF[reason], True)


def test_what_photos_can_not_tell_is_said_beside_what_they_can(hosted: Hosted) -> None:
    hosted.calls(SEARCH)
    hosted.calls(("answer", {"sentences": [CLAIM], "cannot_answer": "not_for_photos"}))
    reply = ask("Has it a dishwasher, and is it good for families?")
    assert reply.text == f"The kitchen has a dishwasher. {SAID_OF[NoAnswer.NOT_FOR_PHOTOS]}"
    assert not reply.abstained


def test_a_room_that_no_photo_shows_is_told_from_all_photos_and_not_from_those_that_were_found(hosted: Hosted) -> None:
    hosted.calls(("answer", {"rooms_not_shown": ["bedroom", "kitchen"]}))
    reply = ask("Is there a bedroom or a kitchen?")
    assert (reply.text, reply.abstained) == ("None of the photos shows a bedroom.", True)


def test_without_a_listing_only_photos_that_were_found_are_spoken_of(hosted: Hosted) -> None:
    toolbox: Any = Shelf()
    hosted.calls(("answer", {"rooms_not_shown": ["kitchen"]}))  # there is one, which nobody looked for
    reply = Inquiry(toolbox, Asked("Is there a kitchen?", Scope(None)), lambda: 0.0).reply()
    assert reply.text == "None of the photos that I found shows a kitchen."


def test_without_any_support_in_the_last_round_the_reply_abstains(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDROCK_CHAT_ROUNDS", "2")
    forget_settings()
    for _ in range(2):
        hosted.calls(("answer", {"sentences": [CLAIM | {"image_ids": [77]}]}))
    reply = ask()
    assert (reply.text, reply.abstained) == (SAID_OF[NoAnswer.NOT_IN_PHOTOS], True)


def test_a_question_of_no_words_asks_nobody(hosted: Hosted) -> None:
    for question in ("", " \n"):
        reply = BedrockBackend().answer(Session(), Asked(question, Scope(None)))
        assert (reply.text, reply.abstained) == (HINT, True)
    assert hosted.asked == []


# --------------------------------------------------------------------------------------------------- how it goes wrong


@pytest.mark.parametrize(
    ("stopped", "words"),
    [
        ("max_tokens", "cut off"),
        ("model_context_window_exceeded", "too long"),
        ("content_filtered", "refused"),
        ("guardrail_intervened", "refused"),
        ("malformed_model_output", "could not be read"),
        ("malformed_tool_use", "could not be read"),
    ],
)
def test_an_answer_that_did_not_come_to_its_end_is_none(hosted: Hosted, stopped: str, words: str) -> None:
    hosted.calls(ANSWER, stopped=stopped)
    with pytest.raises(AnswerFailedError, match=words) as failed:
        ask()
    assert (failed.value.status, failed.value.code) == (502, "inference-failed")


@pytest.mark.parametrize(
    ("code", "status", "words", "error"),
    [
        ("ThrottlingException", 429, "Too many requests", ModelBusyError),
        ("ModelNotReadyException", 429, "Not ready", ModelBusyError),
        ("ServiceUnavailableException", 503, "Later", ModelBusyError),
        ("ModelTimeoutException", 408, "Too long", InferenceTimeoutError),
        ("ModelErrorException", 424, "Model produced invalid sequence as part of ToolUse", AnswerFailedError),
        ("ValidationException", 400, "The text field in the ContentBlock object is blank", AnswerFailedError),
        ("AccessDeniedException", 403, "No access", ConfigurationError),
    ],
)
def test_an_error_of_the_service_in_the_midst_of_a_turn_is_the_turn_s(
    hosted: Hosted, code: str, status: int, words: str, error: type[AppError]
) -> None:
    hosted.calls(SEARCH)
    hosted.refuses("chat", code, status, words)
    with pytest.raises(error) as failed:
        ask()
    assert type(failed.value) is error


@pytest.mark.parametrize("given", [{}, None, "words", [1], {"sentences": "none"}, {"sentences": [{"text": 3}]}])
def test_an_answer_that_can_not_be_read_is_asked_for_again(hosted: Hosted, given: Any) -> None:
    hosted.calls(SEARCH)
    hosted.calls(("answer", given))
    hosted.calls(ANSWER)
    assert ask().image_ids == [1]
    assert results(hosted.asked[2])[0]["status"] == "error"
    repeated = hosted.asked[2]["messages"][-2]["content"][0]["toolUse"]["input"]
    assert isinstance(repeated, dict)


@pytest.mark.parametrize("name", ["search photos", "x" * 65])
def test_a_call_by_a_name_that_can_not_be_sent_back_ends_the_turn(hosted: Hosted, name: str) -> None:
    hosted.calls((name, {}))
    with pytest.raises(AnswerFailedError, match="could not be read"):
        ask()


def test_wrong_calls_come_to_an_end(hosted: Hosted) -> None:
    hosted.calls(*[("no_such_tool", {})] * MOST_CALLS)
    with pytest.raises(AnswerFailedError, match="no answer"):
        ask()
    assert MOST_CALLS > MOST_MISTAKES


def test_rounds_come_to_an_end_and_the_last_has_to_answer(hosted: Hosted) -> None:
    rounds = bedrock_chat_settings().bedrock_chat_rounds
    for _ in range(rounds):
        hosted.calls(SEARCH)
    with pytest.raises(AnswerFailedError, match="no answer"):
        ask()
    assert asked_with(hosted) == [ANY] * (rounds - 1) + [ANSWERING]
    hosted.all_said()


def test_the_last_round_takes_an_answer_beside_other_calls(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDROCK_CHAT_ROUNDS", "2")
    forget_settings()
    hosted.calls(SEARCH)
    hosted.calls(SEARCH, ANSWER)
    assert ask().image_ids == [1]


def seconds(*passed: float) -> Iterator[float]:
    """What a clock says at each look at it: 0 at the beginning, and the last for ever."""
    yield 0.0
    yield from passed
    while True:
        yield passed[-1]


def test_when_time_is_left_for_one_call_it_has_to_answer(hosted: Hosted) -> None:
    clock = seconds(5.0)  # of 24, where a call may take 10
    hosted.calls(("answer", {"cannot_answer": "unclear"}))
    ask(clock=clock.__next__)
    assert asked_with(hosted) == [ANSWERING]


def test_no_call_begins_that_could_end_too_late(hosted: Hosted) -> None:
    clock = count(0.0, 7.0)  # seconds at each look; the second call could end after 24
    hosted.calls(SEARCH)
    with pytest.raises(InferenceTimeoutError):
        ask(clock=clock.__next__)
    assert len(hosted.asked) == 1
    hosted.all_said()


def test_nothing_is_looked_up_that_there_is_no_time_to_tell(hosted: Hosted) -> None:
    shelf: Any = Shelf()
    hosted.calls(SEARCH)
    with pytest.raises(InferenceTimeoutError):
        Inquiry(shelf, Asked("Is there a dishwasher?", Scope(1)), seconds(1.0, 1.0, 15.0).__next__).reply()
    assert shelf.seen == set()


def test_a_turn_has_to_last_longer_than_one_call(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDROCK_TURN_SECONDS", "9")
    forget_settings()
    with pytest.raises(ConfigurationError, match="BEDROCK_TURN_SECONDS"):
        ask()


# ------------------------------------------------------------------------------------------------- what is kept of it


def test_logs_hold_no_word_of_what_was_asked_shown_or_answered(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from roomlens.observability import logger

    lines: list[str] = []
    for level in ("info", "warning", "exception"):
        monkeypatch.setattr(
            logger(), level, lambda message, extra=None: lines.append(json.dumps([message, extra], default=str))
        )
    caplog.set_level(logging.INFO)
    hosted.calls(SEARCH, words="secretly")
    hosted.calls(ANSWER)
    ask("What of the secret dishwasher?")
    hosted.refuses("chat", "ThrottlingException", 429, "Slowly.")
    with pytest.raises(ModelBusyError):
        ask("What of the secret dishwasher?")
    assert len(lines) == 4
    assert json.loads(lines[2]) == [
        "chat.answered",
        {"rounds": 2, "mistakes": 0, "photos_seen": 2, "sentences": 1, "abstained": False},
    ]
    assert not [line for line in (*lines, caplog.text) if "secret" in line or "dishwasher" in line]


def test_the_label_names_the_model_and_changes_with_what_it_is_asked(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bedrock, "embedder_in_force", lambda: "vectors@1")
    label = BedrockBackend().label
    assert label.startswith("amazon.nova-lite-v1:0@")
    assert label.endswith("+vectors@1")
    monkeypatch.setattr(bedrock, "INSTRUCTIONS", "Say what you like.")
    assert BedrockBackend().label != label
    monkeypatch.setattr(bedrock, "embedder_in_force", lambda: "v" * 200)
    assert len(BedrockBackend().label) == 200


# ------------------------------------------------------------------------------------------------------ who is asked


@pytest.mark.parametrize(
    ("settings", "name", "kind"),
    [
        ({}, None, EmbeddedBackend),
        ({}, "embedded", EmbeddedBackend),
        ({"CHAT_BACKEND": "bedrock"}, None, BedrockBackend),
        ({"CHAT_BACKEND": "bedrock"}, "bedrock", BedrockBackend),
        ({"CHAT_BACKEND": "bedrock"}, "embedded", EmbeddedBackend),
        ({"CHAT_ALLOW_BEDROCK": "yes"}, None, EmbeddedBackend),
        ({"CHAT_ALLOW_BEDROCK": "yes"}, "bedrock", BedrockBackend),
    ],
)
def test_a_backend_is_the_one_of_the_settings_or_of_a_name(
    environment: None, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], name: str | None, kind: type
) -> None:
    for setting, value in settings.items():
        monkeypatch.setenv(setting, value)
    forget_settings()
    assert type(chat_backend(name)) is kind


def test_a_backend_that_nobody_knows_or_that_is_not_asked_here_is_refused(environment: None) -> None:
    with pytest.raises(NotFoundError, match="embedded, bedrock"):
        chat_backend("oracle")
    with pytest.raises(ConflictError, match="does not ask Bedrock"):
        chat_backend("bedrock")
