"""Sees what code in this process asks of AWS through boto3, before it is asked: calls, and links and forms when they
are signed. The only file that reaches into botocore's inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, Final, Protocol
from unittest.mock import patch

from rig.aws_actions import UnknownOperationError, needed, needed_by_presigned_post, needed_to_learn_of_absence
from rig.policies import Access

_ABSENT: Final = {"NoSuchKey", "404"}

_Needs = Callable[[str, str, Any], list[Access]]


class Check(Protocol):
    """Raises when an operation may not be done; `code` is what AWS would call the refusal."""

    def __call__(self, accesses: list[Access], code: str, operation: str) -> None: ...


class BotoWatch:
    """Asks `check` about every operation that is tried while `applies` is true of the caller's context.

    An operation of which nothing is known is an UnknownOperationError, or goes unchecked when not `strict`.
    """

    def __init__(self, check: Check, applies: Callable[[], bool], *, strict: bool = True) -> None:
        self._check = check
        self._applies = applies
        self._strict = strict

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Every boto3 client of this process is watched inside this `with`, those that were made before too."""
        from botocore.client import BaseClient
        from botocore.signers import S3PostPresigner

        replacements: list[tuple[Any, str, Callable[[Any], Any]]] = [
            (BaseClient, "_make_api_call", self._checked_call),
            (BaseClient, "_emit_api_params", self._checked_link),
            (S3PostPresigner, "generate_presigned_post", self._checked_form),
            (ThreadPoolExecutor, "submit", self._carrying_submit),
        ]
        with ExitStack() as patches:
            for owner, name, wrapped in replacements:
                patches.enter_context(patch.object(owner, name, wrapped(getattr(owner, name))))
            yield

    def _checked_call(self, make_call: Callable[..., Any]) -> Callable[..., Any]:
        from botocore.exceptions import ClientError

        def checked(client: Any, operation: str, parameters: Any) -> Any:
            model = client.meta.service_model.operation_model(operation)
            self._ask(needed, model, parameters)
            try:
                return make_call(client, operation, parameters)
            except ClientError as error:
                if error.response["Error"]["Code"] in _ABSENT:
                    self._ask(needed_to_learn_of_absence, model, parameters)
                raise

        return checked

    def _checked_link(self, emit_parameters: Callable[..., Any]) -> Callable[..., Any]:
        """Calls pass here too, and are checked already; so do forms, as CreateBucket, which has the URL they need."""

        def checked(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            if context.get("is_presign_request") and operation_model.name != "CreateBucket":
                self._ask(needed, operation_model, api_params)
            return emit_parameters(client, api_params, operation_model, context)

        return checked

    def _checked_form(self, sign_post: Callable[..., Any]) -> Callable[..., Any]:
        def checked(signer: Any, request_dict: Any, fields: Any, conditions: Any, **options: Any) -> Any:
            if self._applies():
                bucket = next(found["bucket"] for found in conditions if isinstance(found, dict) and "bucket" in found)
                self._check(needed_by_presigned_post(bucket, fields["key"]), "AccessDenied", "PostObject")
            return sign_post(signer, request_dict, fields=fields, conditions=conditions, **options)

        return checked

    def _carrying_submit(self, submit: Callable[..., Any]) -> Callable[..., Any]:
        """What a watched caller leaves to a pool, as boto3's own transfers do, is watched there."""

        def carrying(pool: Any, call: Any, /, *arguments: Any, **options: Any) -> Any:
            carried = partial(copy_context().run, call) if self._applies() else call
            return submit(pool, carried, *arguments, **options)

        return carrying

    def _ask(self, needs: _Needs, model: Any, parameters: Any) -> None:
        required = model.input_shape.required_members if model.input_shape else ()
        if not self._applies() or any(parameters.get(name) is None for name in required):
            return  # botocore refuses a call without what it must have, in words of its own
        try:
            accesses = needs(model.service_model.service_name, model.name, parameters)
        except UnknownOperationError:
            if self._strict:
                raise
        else:
            self._check(accesses, _refusal(model), model.name)


def _refusal(model: Any) -> str:
    """What AWS calls a refusal: it depends on the service's protocol, and an answer to HEAD has no body to say more."""
    if model.http.get("method") == "HEAD":
        return "403"
    metadata = model.service_model.metadata
    speaks_json = metadata["protocol"] in {"json", "rest-json"} and "awsQueryCompatible" not in metadata
    return "AccessDeniedException" if speaks_json else "AccessDenied"
