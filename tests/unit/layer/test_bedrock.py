"""A call of a hosted model: its errors as ours, its line in the log, and vectors that can be stored."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from roomlens.bedrock import converse, fingerprint, invoke, list_in, unit_vectors
from roomlens.errors import AppError, ConfigurationError, InferenceFailedError, InferenceTimeoutError, ModelBusyError
from tests.fixtures.hosted import Hosted

MODEL = "some.model-v1:0"
ERRORS: list[tuple[str, int, str, type[AppError]]] = [
    ("ThrottlingException", 429, "Too many requests, please wait before trying again.", ModelBusyError),
    ("ServiceUnavailableException", 503, "Try again.", ModelBusyError),
    ("ModelNotReadyException", 429, "Not ready.", ModelBusyError),
    ("InternalServerException", 500, "Oh.", ModelBusyError),
    ("ModelTimeoutException", 408, "Too long.", InferenceTimeoutError),
    ("ModelErrorException", 424, "The model failed.", InferenceFailedError),
    ("ValidationException", 400, "Could not process image", InferenceFailedError),
    ("ValidationException", 400, "The provided model identifier is invalid.", ConfigurationError),
    ("ValidationException", 400, "Model ID x with on-demand throughput isn't supported.", ConfigurationError),
    ("ValidationException", 400, "This model doesn't support the toolChoice.tool field.", ConfigurationError),
    ("AccessDeniedException", 403, "You don't have access to the model.", ConfigurationError),
    ("ResourceNotFoundException", 404, "This version has reached the end of its life.", ConfigurationError),
    ("UnrecognizedClientException", 403, "The security token is invalid.", ConfigurationError),
]  # fmt: skip


def look() -> Any:
    return converse(MODEL, messages=[{"role": "user", "content": [{"text": "What is it?"}]}])


def place() -> Any:
    return invoke(MODEL, {"inputText": "kitchen"})


@pytest.mark.parametrize(
    ("code", "status", "words", "kind"), ERRORS, ids=[f"{row[0]}: {row[2][:30]}" for row in ERRORS]
)
@pytest.mark.parametrize(("operation", "call"), [("converse", look), ("invoke_model", place)])
def test_an_error_of_the_service_is_one_of_ours(
    hosted: Hosted, operation: str, call: Callable[[], Any], code: str, status: int, words: str, kind: type[AppError]
) -> None:
    hosted.refuses(operation, code, status, words)
    with pytest.raises(AppError) as refused:
        call()
    assert type(refused.value) is kind
    assert words not in refused.value.detail or kind is ConfigurationError  # what the service says is for the operator


def test_a_quota_that_is_used_up_means_later(hosted: Hosted) -> None:
    hosted.refuses("invoke_model", "ServiceQuotaExceededException", 400)
    with pytest.raises(ModelBusyError):
        place()


def test_a_failure_of_the_model_itself_counts_by_the_model_s_own_status(hosted: Hosted) -> None:
    hosted.refuses("converse", "ModelErrorException", 424, originalStatusCode=503, resourceName="model")
    with pytest.raises(ModelBusyError):
        look()


def test_a_call_without_credentials_is_the_operator_s_fault(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import NoCredentialsError

    from roomlens import bedrock

    def nobody(**_: Any) -> Any:
        raise NoCredentialsError

    monkeypatch.setattr(bedrock.vision_client(), "converse", nobody)
    with pytest.raises(ConfigurationError, match="credentials"):
        look()


def test_each_client_waits_as_long_as_its_calls_may_take_and_asks_once(hosted: Hosted) -> None:
    from roomlens import bedrock
    from roomlens.settings import bedrock_chat_settings, bedrock_settings

    clients = {
        bedrock.vision_client(): bedrock_settings().bedrock_vision_seconds,
        bedrock.embedding_client(): bedrock_settings().bedrock_embedding_seconds,
        bedrock.chat_client(): bedrock_chat_settings().bedrock_chat_seconds,
    }
    assert {client: client.meta.config.read_timeout for client in clients} == clients
    assert {client.meta.config.retries["total_max_attempts"] for client in clients} == {1}


@pytest.mark.parametrize("body", ["", "not JSON", "[1, 2]", "null", '{"embedding": [0.1'])
def test_an_answer_that_is_no_json_object_is_a_failed_inference(hosted: Hosted, body: str) -> None:
    hosted.gives(body)
    with pytest.raises(InferenceFailedError, match="could not be read"):
        place()


@pytest.mark.parametrize(
    ("operation", "call", "tokens"), [("converse", look, (1200, 150)), ("invoke_model", place, (7, None))]
)
def test_each_call_is_a_line_of_the_log_with_its_time_and_its_tokens(
    hosted: Hosted,
    operation: str,
    call: Callable[[], Any],
    tokens: tuple[int, int | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from roomlens.observability import logger

    lines: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(logger(), "info", lambda message, extra: lines.append((message, extra)))
    hosted.sees() if operation == "converse" else hosted.gives({})
    call()
    ((message, fields),) = lines
    assert (message, fields["model"]) == ("bedrock.answered", MODEL)
    assert (fields["input_tokens"], fields.get("output_tokens")) == tokens
    assert fields["ms"] >= 0


@pytest.mark.parametrize(
    ("given", "read"),
    [([1], [1]), ("[1, 2]", [1, 2]), ("[1", []), ("[" * 100_000, []), ("3", []), (None, []), ({"a": 1}, [])],
    ids=["list", "text", "half", "deep", "number", "nothing", "object"],
)
def test_a_list_may_come_as_the_text_of_one(given: Any, read: list[Any]) -> None:
    assert list_in(given) == read


def test_vectors_come_out_with_unit_length() -> None:
    vectors = unit_vectors([[3, 4], [0, 2]], 2, 2)
    np.testing.assert_allclose(vectors, [[0.6, 0.8], [0, 1]], atol=1e-6)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize(
    "found",
    [
        None, [], [[]], [[1, 2]], [[1, 2, 3], [1, 2, 3]], [[1, math.nan, 3]], [[1, math.inf, 3]], [[0, 0, 0]],
        [[1e300, 0, 0]], [["a", "b", "c"]], [[1, 2, None]], [[[1], [2], [3]]], {"float": [[1, 2, 3]]}, "abc",
    ],
)  # fmt: skip
def test_what_is_no_vector_is_refused(found: Any) -> None:
    with pytest.raises(InferenceFailedError):
        unit_vectors(found, 1, 3)


def test_a_fingerprint_is_as_wide_as_a_hash_and_changes_with_each_part() -> None:
    assert len(fingerprint("a", 1)) == 64
    assert fingerprint("a", 1) == fingerprint("a", 1)
    assert len({fingerprint("a", 1), fingerprint("a", 2), fingerprint("b", 1), fingerprint(("a", 1))}) == 4
