"""Answers by a language model on Amazon Bedrock, which looks things up with tools and is held to what they showed.

A turn is at most so many calls of Converse, in at most so much time: no call begins that could end later. Whatever goes
wrong in between is an error of the whole turn, so that nothing of it is stored: an answer that was cut off or filtered
would otherwise be read again with every turn that follows.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from roomlens.bedrock import CONNECT_SECONDS, chat_client, converse, fingerprint
from roomlens.chat.backends import Asked
from roomlens.chat.bedrock_answer import (
    ABOUT,
    INSIST,
    INSTRUCTIONS,
    MOST_CHARACTERS,
    MOST_SENTENCES,
    SAID_OF,
    TOOL,
    Answer,
    NoAnswer,
    not_shown,
    supported,
)
from roomlens.chat.bedrock_messages import Call, Turn, calls_in, refusal, repeated, result, turns_of, user
from roomlens.chat.replies import HINT, Reply, Sentence
from roomlens.chat.tools import TOOLS, Toolbox, WrongCallError, parsed, tool_spec
from roomlens.errors import AnswerFailedError, InferenceFailedError, InferenceTimeoutError
from roomlens.observability import logger, timed
from roomlens.search import embedder_in_force
from roomlens.settings import bedrock_chat_settings
from roomlens.vision import told

# Raise it when the code of an answer changes what is said.
_REVISION: Final = 1
MOST_CALLS: Final = 5  # of tools, at once
MOST_MISTAKES: Final = 4  # wrong calls in a turn
_LABEL_LENGTH: Final = 200  # `messages.model`
_SENDABLE: Final = re.compile(r"[\w.:-]{1,64}", re.ASCII)  # a call's id or name, which has to be sent back
_TOOLS: Final = [
    *(tool_spec(name, tool.about, tool.arguments) for name, tool in TOOLS.items()),
    tool_spec(TOOL, ABOUT, Answer),
]

# Why a model stopped, where that leaves nothing to go on with.
_STOPPED: Final[Mapping[str, str]] = {
    "max_tokens": "The model's answer was cut off.",
    "model_context_window_exceeded": "The conversation is too long for the model.",
    "content_filtered": "The model refused to answer this.",
    "guardrail_intervened": "The model refused to answer this.",
    "malformed_model_output": "The model's answer could not be read.",
    "malformed_tool_use": "The model's answer could not be read.",
}


class BedrockBackend:
    """Asks the hosted model; keeps nothing between turns. `clock`: seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock

    @property
    def label(self) -> str:
        """The model, what it is asked, and whose vectors are searched. It says nothing of what a provider changes
        behind a model's id."""
        model = bedrock_chat_settings().bedrock_chat_model
        stamp = fingerprint(_REVISION, model, INSTRUCTIONS, _TOOLS, MOST_SENTENCES, MOST_CHARACTERS, SAID_OF)
        return f"{model}@{stamp[:8]}+{embedder_in_force()}"[:_LABEL_LENGTH]

    def answer(self, session: Session, asked: Asked) -> Reply:
        """Raises:
        AnswerFailedError: the model refuses, is cut off, or gives nothing that could be an answer.
        InferenceTimeoutError, ModelBusyError, ConfigurationError: as `roomlens.bedrock`, or the turn took too long.
        """
        if not asked.question.strip():
            return Reply((Sentence(HINT),), abstained=True)
        toolbox = Toolbox(session, asked.scope)
        if not toolbox.has_photos():
            return Reply((Sentence("There are no analysed photos to answer from yet."),), abstained=True)
        return Inquiry(toolbox, asked, self._clock).reply()


class Inquiry:
    """One turn's calls of the model, and of tools by it."""

    def __init__(self, toolbox: Toolbox, asked: Asked, clock: Callable[[], float]) -> None:
        self._settings = bedrock_chat_settings()
        self._toolbox, self._asked, self._clock = toolbox, asked, clock
        self._turns: list[Turn] = turns_of(asked)
        self._until = clock() + self._settings.bedrock_turn_seconds
        self._insisted = False
        self._mistakes = 0

    def reply(self) -> Reply:
        for left in reversed(range(self._settings.bedrock_chat_rounds)):
            last = left == 0 or not self._has_time(calls=2)
            content = self._ask(insist=last or self._insisted)
            reply = self._heard(content, last=last)
            if reply is not None:
                self._log(self._settings.bedrock_chat_rounds - left, reply)
                return reply
        raise AnswerFailedError("The model came to no answer.")

    def _has_time(self, *, calls: int) -> bool:
        return self._clock() + calls * (CONNECT_SECONDS + self._settings.bedrock_chat_seconds) <= self._until

    def _require_time(self) -> None:
        if not self._has_time(calls=1):
            raise InferenceTimeoutError("The model did not answer in time; try again in a moment.")

    def _ask(self, *, insist: bool) -> list[dict[str, Any]]:
        """The model's next message. It has to call a tool, and in the end the one that answers."""
        self._require_time()
        try:
            with timed("model"):
                response = converse(
                    self._settings.bedrock_chat_model,
                    client=chat_client(),
                    system=[{"text": INSTRUCTIONS}],
                    messages=self._turns,
                    inferenceConfig={"maxTokens": self._settings.bedrock_chat_tokens, "temperature": 0.0},
                    toolConfig={"tools": _TOOLS, "toolChoice": {"tool": {"name": TOOL}} if insist else {"any": {}}},
                )
        except InferenceFailedError as error:
            raise AnswerFailedError("The model could not make anything of this question.") from error
        if (stopped := str(response.get("stopReason"))) in _STOPPED:
            raise AnswerFailedError(_STOPPED[stopped])
        content: list[dict[str, Any]] = response.get("output", {}).get("message", {}).get("content") or []
        return content

    def _heard(self, content: list[dict[str, Any]], *, last: bool) -> Reply | None:
        """The answer, when the model gave one that can be taken; else it is told what it asked for."""
        calls = list(calls_in(content))
        if not all(_SENDABLE.fullmatch(call.id) and _SENDABLE.fullmatch(call.name) for call in calls):
            raise AnswerFailedError(_STOPPED["malformed_tool_use"])
        answering = [call for call in calls if call.name == TOOL]
        if answering and (last or len(calls) == 1):
            try:
                return self._taken(answering[0], last=last)
            except WrongCallError as wrong:
                said = [self._mistake(call, str(wrong)) for call in calls]
        else:
            said = [self._looked_up(call) if n < MOST_CALLS else _too_many(call) for n, call in enumerate(calls)]
        self._insisted = not calls
        spoken = repeated(content)
        if spoken:  # else the same is asked again: two turns of the user may not follow each other
            self._turns += [*spoken, user(said or [{"text": INSIST}])]
        return None

    def _taken(self, call: Call, *, last: bool) -> Reply:
        """Raises WrongCallError."""
        answer: Answer = parsed(Answer, call.arguments)
        if answer.is_empty:
            raise WrongCallError("The answer is empty: give sentences, what is not shown, or why you can't answer.")
        seen = self._toolbox.facts(self._toolbox.seen)
        said = supported(answer, seen, self._toolbox.numbers)
        if answer.sentences and not said and not last:
            raise WrongCallError(
                "No sentence is supported: each needs image_ids out of tool results of this turn, and may speak only "
                "of rooms and things that these results show. Look up more, or say what is not shown."
            )
        chosen = self._asked.scope.listing_id is not None
        everything = self._toolbox.facts() if chosen else seen
        missing = not_shown(answer, everything.values(), told(), found=not chosen)
        if answer.cannot_answer is NoAnswer.NOT_FOR_PHOTOS or not (said or missing):
            missing.append(Sentence(SAID_OF[answer.cannot_answer or NoAnswer.NOT_IN_PHOTOS]))
        return Reply((*said, *missing), abstained=not said, scores=self._toolbox.near)

    def _looked_up(self, call: Call) -> Turn:
        if call.name == TOOL:
            return refusal(call, "Not yet: call it alone, when you have seen the results of the others.")
        self._require_time()  # a search may itself ask a hosted model; what it finds has to be told to this one
        try:
            return result(call, self._toolbox.use(call.name, call.arguments))
        except WrongCallError as wrong:
            return self._mistake(call, str(wrong))

    def _mistake(self, call: Call, words: str) -> Turn:
        self._mistakes += 1
        if self._mistakes > MOST_MISTAKES:
            raise AnswerFailedError("The model came to no answer.")
        return refusal(call, words)

    def _log(self, rounds: int, reply: Reply) -> None:
        """Numbers alone: what was asked and answered is nobody's business who reads logs."""
        logger().info(
            "chat.answered",
            extra={
                "rounds": rounds,
                "mistakes": self._mistakes,
                "photos_seen": len(self._toolbox.seen),
                "sentences": len(reply.sentences),
                "abstained": reply.abstained,
            },
        )


def _too_many(call: Call) -> Turn:
    return refusal(call, f"At most {MOST_CALLS} calls at once; ask again for what is still needed.")
