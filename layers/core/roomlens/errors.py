"""One error base. Every expected failure carries the status and the code that its caller will see."""

from __future__ import annotations


class AppError(Exception):
    """An expected failure: rendered as a problem document (RFC 9457), never as a stack trace.

    `detail` is a plain sentence for the person who made the call. It holds no bucket name, no SQL and no secret.
    `pointer` is the part of the call that it is about, such as `/body/photos/3`, where it is about one.
    """

    status = 500
    code = "internal"
    title = "Something went wrong"
    retry_after: int | None = None
    """Seconds after which the same call may go well; None when it never will by itself."""

    def __init__(self, detail: str, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail, self.pointer = detail, pointer


class ValidationError(AppError):
    """The payload itself is malformed; nothing else is a 422, but a key that names another payload."""

    status, code, title = 422, "validation", "The request is not valid"


class UnauthorizedError(AppError):
    """Nobody knows who calls."""

    status, code, title = 401, "unauthorized", "Not signed in"


class ForbiddenError(AppError):
    """It is known who calls, and that they may not."""

    status, code, title = 403, "forbidden", "Not allowed"


class NotFoundError(AppError):
    status, code, title = 404, "not-found", "Not found"


class ConflictError(AppError):
    status, code, title = 409, "conflict", "Conflict"


class InProgressError(ConflictError):
    """Another call has to come to its end first: the first with this `Idempotency-Key`, or another turn of this
    conversation."""

    code, title = "in-progress", "Still in progress"
    retry_after = 1


class IdempotencyConflictError(AppError):
    """An `Idempotency-Key` that was used for another call."""

    status, code, title = 422, "idempotency-conflict", "The key was used for another call"


class PreconditionFailedError(AppError):
    """What the caller has read is not what is there any more (`If-Match`)."""

    status, code, title = 412, "precondition-failed", "Changed in the meantime"


class CursorStaleError(ConflictError):
    """A list can't go on: what put it in order has changed."""

    code, title = "cursor-stale", "The cursor is stale"


class TaskClosedError(ConflictError):
    """A task is over: canceled, failed, or begun anew by another run."""

    title = "The task is over"


class UnsupportedMediaError(AppError):
    status, code, title = 415, "unsupported-media", "Not a photo that can be read"


class TooLargeError(AppError):
    status, code, title = 413, "too-large", "Too large"


class InferenceFailedError(AppError):
    status, code, title = 502, "inference-failed", "The photo could not be analysed"


class WorkFailedError(InferenceFailedError):
    """A step of a task came to no end that anybody foresaw; what happened is for the log."""

    title = "The work could not be done"

    def __init__(self, detail: str = "Something went wrong on our side; retry the task.") -> None:
        super().__init__(detail)


class AnswerFailedError(InferenceFailedError):
    """A hosted model gave nothing that could be an answer."""

    title = "The question could not be answered"


class BatchFailedError(InferenceFailedError):
    """Not one photo of a batch could be taken in."""

    title = "No photo could be taken in"


class UnavailableError(AppError):
    status, code, title = 503, "unavailable", "Temporarily unavailable"
    retry_after = 2


class ModelBusyError(UnavailableError):
    """A hosted model has no room for this call now. A class of its own because its quotas are per minute: a workflow
    waits longer for them than for anything else."""


class InferenceTimeoutError(UnavailableError):
    """A hosted model did not answer in time. That says nothing of the photo, so it is tried again like the other."""

    status, code, title = 504, "inference-timeout", "The model took too long"


class CallbackFailedError(AppError):
    """A message did not get to its receiver, or was not taken. The workflow tries again."""

    status, code, title = 502, "callback-failed", "The callback was not taken"


class CallbackRefusedError(AppError):
    """A message may not go where it should, or its receiver wants no more of them: no other try would help."""

    status, code, title = 502, "callback-refused", "The callback can't be sent"


class RateLimitedError(AppError):
    """A tenant calls more often than it may."""

    status, code, title = 429, "rate-limited", "Too many calls"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class ConfigurationError(AppError):
    """A setting is missing or names something that does not exist: the operator's fault, so a 500."""

    code, title = "configuration", "The service is not configured"
