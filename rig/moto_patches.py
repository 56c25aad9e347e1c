"""Where moto differs from AWS and it matters here, corrected: in this file and, for Step Functions, `moto_executions`.
Only these two and `moto_state` reach into moto's inside.

Each patch says what AWS does; `test_moto_*.py` and `test_chaos.py` (tests/*/rig*) hold each of them,
so that an upgrade of moto that moves something fails there.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import patch

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from rig import moto_executions
from rig.aws import SECRET
from rig.chaos import ThrottledError
from rig.moto_hooks import Hooks
from rig.moto_state import put_object
from rig.post_policy import Form, Refusal, check
from rig.s3_events import ObjectChange, s3_event
from rig.stack import REGION

LOG_TAIL = 4096
"""The bytes of log that Lambda returns with an answer."""


@contextmanager
def patched(hooks: Hooks, port: int) -> Iterator[None]:
    """moto behaves like AWS inside this `with`; `port` is where its own engines reach it."""
    for name in ("moto.stepfunctions", "werkzeug"):
        # its interpreter prints a page for each error that a Catch handles; the rig reports failures itself
        logging.getLogger(name).setLevel(logging.CRITICAL)
    replacements: list[tuple[Any, str, Any]] = [
        (LambdaFunction, "invoke", _invoke(hooks)),
        (notifications, "send_event", _send_event(hooks)),
        (S3Backend, "put_object", _noting(hooks, put_object)),
        (S3Backend, "delete_object", _noting(hooks, S3Backend.delete_object)),
        (S3Response, "_bucket_response_post", _take_form()),
        *moto_executions.replacements(hooks),
    ]
    with ExitStack() as stack:
        for owner, name, replacement in replacements:
            stack.enter_context(patch.object(owner, name, replacement))
        # Step Functions runs its state machines; moto by default only remembers them
        settings = {"stepfunctions": {"execute_state_machine": True}}
        stack.enter_context(patch.dict(default_user_config, settings))
        stack.enter_context(patch.dict("os.environ", {"MOTO_PORT": str(port)}))
        yield


def _invoke(hooks: Hooks) -> Callable[..., bytes]:
    """Lambda runs the function's code, answers `Event` invocations with 202 at once, calls every error of the
    function `Unhandled`, and returns the end of the log; moto wants Docker, waits, says `Handled`."""

    def invoke(self: Any, body: str, request_headers: Any, response_headers: dict[str, str]) -> bytes:
        kind = request_headers.get("X-Amz-Invocation-Type", "RequestResponse")
        event = json.loads(body) if body else {}
        if kind == "DryRun":
            return b""
        if kind == "Event":
            hooks.invoke_async(self.function_name, event)
            return b""
        try:
            result = hooks.invoke(self.function_name, event, moto_executions.read_step(request_headers))
        except ThrottledError:
            raise _TooManyRequestsError from None
        if result.error:
            response_headers["x-amz-function-error"] = "Unhandled"
        response_headers["x-amz-log-result"] = base64.b64encode(result.log.encode()[-LOG_TAIL:]).decode()
        return json.dumps(result.payload).encode()

    return invoke


class _TooManyRequestsError(LambdaClientError):
    """What Lambda answers when there is no room for an invocation."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def _send_event(hooks: Hooks) -> Callable[..., None]:
    """S3 notifies asynchronously, once the object is complete with its metadata, once for each object, with all
    fields and the key's slashes kept; moto calls inside the request, twice for a multipart upload."""

    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        configuration = bucket.notification_configuration
        name = str(getattr(event_name, "value", event_name))
        part_of_multipart = name == "s3:ObjectCreated:Put" and getattr(key, "multipart", None) is not None
        if configuration is None or part_of_multipart:
            return
        created = name.startswith("s3:ObjectCreated")
        change = ObjectChange(
            event=name,
            bucket=bucket.name,
            key=key.name,
            size=key.size if created else None,
            etag=key.etag.strip('"') if created else None,
            version_id=key.version_id,
        )
        for target in configuration.cloud_function:
            if target.matches(name, key.name):
                function_name = target.arn.split(":")[6]
                hooks.after_request.do(partial(hooks.invoke_async, function_name, s3_event(change, target.id)))
        for target in configuration.queue:
            if target.matches(name, key.name):
                queue, event = target.arn.split(":")[5], s3_event(change, target.id)
                send = partial(notifications._send_sqs_message, account_id, event, queue, REGION)
                hooks.after_request.do(send)

    return send_event


def _take_form() -> Callable[..., Any]:
    """S3 takes a form only as its policy says, and signed; moto takes any."""
    original = S3Response._bucket_response_post

    def take(self: Any, request: Any, bucket_name: str) -> Any:
        if str(request.headers.get("Content-Type")).startswith("multipart/form-data"):
            fields = {name.lower(): str(value) for name, value in request.form.items()}
            form = Form(bucket_name, self.querystring["key"][0] if "key" in fields else None, fields, self.raw_body)
            try:
                check(form, SECRET, datetime.now(UTC))
            except Refusal as refusal:
                return refusal.status, {"Content-Type": "application/xml"}, refusal.xml()
        return original(self, request, bucket_name)

    return take


def _noting(hooks: Hooks, original: Callable[..., Any]) -> Callable[..., Any]:
    """S3 keeps objects; moto forgets them with its process. Every change is noted for whoever stores them."""

    def changing(self: Any, bucket_name: str, key_name: str, *arguments: Any, **options: Any) -> Any:
        result = original(self, bucket_name, key_name, *arguments, **options)
        # stored before anyone is told: what could not be stored raises no event
        hooks.after_request.do(lambda: hooks.object_changed(bucket_name, key_name), first=True)
        return result

    return changing
