"""Holds what handlers ask of AWS against the policies of their roles, as IAM would, in this process.

Calls are checked where boto3 makes them, and belong to the function whose handler runs: the in-process runner says so
with `acting_as`, for its thread and for whatever takes over the thread's context: asyncio's tasks, FastAPI's threads,
and, inside `watching`, the thread pools of the standard library, in which boto3's `upload_file` works too. A test's own
calls belong to nobody and are never checked; nor are those of a bare `threading.Thread` that a handler starts.

A presigned link is checked when it is made. AWS checks it when it is used, where no test may look.

How policies are read, and what of them is left out, stands in `rig.policies`; which call needs what, in
`rig.aws_actions`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rig.boto_watch import BotoWatch
from rig.policies import Access, needed_by_lambda, refusal, role_of, unused
from rig.stack import ACCOUNT, PARTITION, Function, Role, Stack

logger = logging.getLogger("rig")

_acting: ContextVar[tuple[Permissions, Function] | None] = ContextVar("acting", default=None)
"""Who acts in this context, and by whose policies: two stacks may be watched at once, and each minds its own."""


@dataclass(frozen=True, order=True)
class Use:
    """A function, by its logical id, and what it did or wanted to do."""

    function: str
    access: Access

    def __str__(self) -> str:
        return f"{self.function}: {self.access}"


class Permissions:
    """The policies of a stack's functions, and how the functions have used them.

    With `enforce` off nothing is refused; what would have been is still noted. A function whose role stands outside
    of the template is free to do anything: what that role allows is not known here.
    """

    def __init__(self, stack: Stack, *, enforce: bool = True) -> None:
        self._functions = stack.functions
        self._roles = {function.logical_id: role_of(stack, function.role) for function in stack.functions.values()}
        self._enforce = enforce
        self._lock = threading.Lock()
        self._used: set[Use] = set()
        self._refused: set[Use] = set()

    # --------------------------------------------------------------------------------------- what has been done

    @property
    def used(self) -> list[Use]:
        """What the functions have done that their roles allow."""
        with self._lock:
            return sorted(self._used)

    @property
    def refused(self) -> list[Use]:
        """What they wanted to do and no statement allows."""
        with self._lock:
            return sorted(self._refused)

    def unused(self) -> list[Use]:
        """What their roles allow, as pairs of patterns, and they have not needed."""
        found = []
        for function in self._functions.values():
            role = self._roles[function.logical_id]
            done = [use.access for use in self.used if use.function == function.logical_id]
            left = unused(role, [*done, *needed_by_lambda(function)]) if role else []
            found += [Use(function.logical_id, granted) for granted in left]
        return found

    def forget(self) -> None:
        """Begins again with nothing used and nothing refused."""
        with self._lock:
            self._used.clear()
            self._refused.clear()

    # ------------------------------------------------------------------------------------------- how it watches

    @contextmanager
    def acting_as(self, function: Function) -> Iterator[None]:
        """The calls of this thread are the function's inside this `with`."""
        token = _acting.set((self, function))
        try:
            yield
        finally:
            _acting.reset(token)

    def watching(self) -> AbstractContextManager[None]:
        """The calls of every boto3 client in this process are checked inside this `with`."""
        return BotoWatch(self._check, lambda: self._actor() is not None, strict=self._enforce).watching()

    def _actor(self) -> tuple[Function, Role] | None:
        """Who acts in this context, and by which role; None when it is nobody of this stack, or may do anything."""
        owner, function = _acting.get() or (None, None)
        role = self._roles.get(function.logical_id) if function and owner is self else None
        return (function, role) if function and role else None

    def _check(self, accesses: list[Access], code: str, operation: str) -> None:
        """Notes what the acting function does.

        Raises:
            ClientError: the function may not, with the code and the message that AWS gives.
        """
        actor = self._actor()
        if actor is None:
            return
        function, role = actor
        for access in accesses:
            reason = refusal(role, access)
            with self._lock:
                (self._refused if reason else self._used).add(Use(function.logical_id, access))
            if reason and self._enforce:
                logger.error("%s is refused %s, %s; its role is %s", function.logical_id, access, reason, _about(role))
                raise _client_error(function, role, access, reason, code, operation)


def _about(role: Role) -> str:
    if not role.managed_policies:
        return role.logical_id
    names = ", ".join(arn.rpartition("/")[2] for arn in role.managed_policies)
    return f"{role.logical_id} (not read: {names})"


def _client_error(function: Function, role: Role, access: Access, reason: str, code: str, operation: str) -> Exception:
    from botocore.exceptions import ClientError

    user = f"arn:{PARTITION}:sts::{ACCOUNT}:assumed-role/{role.name}/{function.name}"
    message = f'User: {user} is not authorized to perform: {access.action} on resource: "{access.resource}" {reason}'
    status = 400 if code == "AccessDeniedException" else 403
    document = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: Exception = ClientError(document, operation)
    return error
