"""Amazon Bedrock: its client, a call with a time limit and a line in the log, and its errors as ours.

No call is repeated here: the S3 event, the workflow's step or the caller comes again, each after the time it takes for
a quota to free up, and a function always ends within its own timeout.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from roomlens.errors import AppError, ConfigurationError, InferenceFailedError, InferenceTimeoutError, ModelBusyError
from roomlens.observability import logger
from roomlens.settings import bedrock_chat_settings, bedrock_settings

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from roomlens.vectors import FloatArray

CONNECT_SECONDS: Final = 1
_BUSY: Final = {"ServiceQuotaExceededException"}  # a 400 that says: come again later
# How Bedrock words a refusal that is about the model's name or its abilities, and not about what was sent to it.
_OF_THE_MODEL: Final = ("on-demand throughput", "model identifier", "model id", "this model", "operation not allowed")
# Bedrock counts the tokens of InvokeModel in its headers; Converse does in its answer.
_INPUT_TOKENS: Final = "x-amzn-bedrock-input-token-count"


@cache
def vision_client() -> Any:
    """The client that waits as long as a look at a photo may take. Made at first use, as storage's."""
    return _client(bedrock_settings().bedrock_vision_seconds)


@cache
def chat_client() -> Any:
    """The client that waits as long as one call for an answer may take."""
    return _client(bedrock_chat_settings().bedrock_chat_seconds)


@cache
def embedding_client() -> Any:
    """The client for embeddings, which are quick or not coming."""
    return _client(bedrock_settings().bedrock_embedding_seconds)


def _client(seconds: int) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "bedrock-runtime",
        config=Config(connect_timeout=CONNECT_SECONDS, read_timeout=seconds, retries={"total_max_attempts": 1}),
    )


def converse(model_id: str, *, client: Any = None, **request: Any) -> dict[str, Any]:
    """One question to a model that chats: the parameters of Converse but for the model, and its answer.

    `client`: who waits for it, by default as long as for a look at a photo.

    Raises:
        ModelBusyError: throttled, not ready or not to be reached; InferenceTimeoutError: no answer in time.
        InferenceFailedError: it refuses what was sent; ConfigurationError: there is no such model for us.
    """
    started = time.perf_counter()
    with _errors_of(model_id):
        answer: dict[str, Any] = (client or vision_client()).converse(modelId=model_id, **request)
    used = answer.get("usage") or {}
    _log(model_id, started, used.get("inputTokens"), output_tokens=used.get("outputTokens"))
    return answer


def invoke(model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """One call of an embedding model in its own JSON.

    Raises:
        InferenceFailedError: also when the answer is no JSON object. Otherwise as `converse`.
    """
    started = time.perf_counter()
    with _errors_of(model_id):
        answer = embedding_client().invoke_model(
            modelId=model_id, body=json.dumps(body), contentType="application/json", accept="application/json"
        )
        written = answer["body"].read()
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    _log(model_id, started, headers.get(_INPUT_TOKENS))
    try:
        read = json.loads(written)
    except ValueError as error:
        raise InferenceFailedError("The model's answer could not be read.") from error
    if not isinstance(read, dict):
        raise InferenceFailedError("The model's answer could not be read.")
    return read


def list_in(value: Any) -> list[Any]:
    """A list in the arguments of a tool. Models at times put it there as the text of one; what is none is empty."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    return value if isinstance(value, list) else []


def unit_vectors(found: Any, count: int, dimensions: int) -> FloatArray:
    """A model's embeddings as unit vectors, shape (count, dimensions), float32.

    Raises:
        InferenceFailedError: they are other in number or width, or no numbers, or one has no direction.
    """
    import numpy as np

    try:
        vectors = np.asarray(found, np.float64)
    except (TypeError, ValueError) as error:
        raise InferenceFailedError("The model gave no vectors.") from error
    if vectors.shape != (count, dimensions) or not np.isfinite(vectors).all():
        raise InferenceFailedError(f"The model gave other vectors than {count} of {dimensions} numbers.")
    with np.errstate(over="ignore"):  # a length that is past all numbers becomes infinite, and is refused
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths) & (lengths > 1e-6)).all():
        raise InferenceFailedError("The model gave a vector without a direction.")
    return np.asarray(vectors / lengths, np.float32)


def fingerprint(*decisive: object) -> str:
    """What stands where an embedded model has the hash of its weights: nobody outside can hash a hosted model's. 64
    hexadecimal digits that change with the model's name or with what we ask it, not when the provider changes it."""
    return hashlib.sha256(repr(decisive).encode()).hexdigest()


@contextmanager
def _errors_of(model_id: str) -> Iterator[None]:
    """botocore's errors as ours; what Bedrock said of them is for the log."""
    from botocore import exceptions

    try:
        yield
    except exceptions.ClientError as error:
        raise _meaning(model_id, error) from error
    except exceptions.ReadTimeoutError as error:
        logger().warning("bedrock.timeout", extra={"model": model_id})
        raise InferenceTimeoutError("The model did not answer in time; try again in a moment.") from error
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.NoRegionError,
    ) as error:
        raise ConfigurationError(f"Bedrock can't be asked: {error}") from error
    except exceptions.ParamValidationError:  # its words hold what was to be asked, which is not for the log
        raise ConfigurationError("Bedrock can't be asked: this client does not know such a call.") from None
    except exceptions.BotoCoreError as error:
        logger().warning("bedrock.unreachable", extra={"model": model_id, "words": str(error)})
        raise ModelBusyError("The model can't be reached right now; try again in a moment.") from error


def _meaning(model_id: str, error: ClientError) -> AppError:
    """By the status of Bedrock's answer, which its service model gives to each of its errors."""
    code, words = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    metadata = error.response.get("ResponseMetadata", {})
    # A model's own failure (424) carries the status that the model gave.
    status = error.response.get("originalStatusCode") or metadata.get("HTTPStatusCode", 500)
    logger().warning(
        "bedrock.refused", extra={"model": model_id, "code": code, "words": words, "request": metadata.get("RequestId")}
    )
    if status in (408, 504):
        return InferenceTimeoutError("The model did not answer in time; try again in a moment.")
    if status == 429 or status >= 500 or code in _BUSY:
        return ModelBusyError("The model has no room for this right now; try again in a moment.")
    if status in (401, 403, 404) or any(sign in words.lower() for sign in _OF_THE_MODEL):
        return ConfigurationError(f"Bedrock refuses {model_id}: {words}")
    return InferenceFailedError("The model could not make anything of this.")


def _log(model_id: str, started: float, input_tokens: int | str | None, **more: object) -> None:
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    # headers are text, a count is a number
    tokens = int(input_tokens) if input_tokens is not None and str(input_tokens).isdecimal() else None
    logger().info("bedrock.answered", extra={"model": model_id, "ms": milliseconds, "input_tokens": tokens, **more})
