"""A template's functions without its cloud: handlers that run in this process, and its HTTP API in front of them.

Nothing listens, and nothing follows from a call: no event of S3 starts a function, no workflow runs. What a handler
asks of AWS it asks of whatever the test has put in AWS's place, such as moto's `mock_aws`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from rig import aws
from rig.gateway import TIMEOUT, Gateway
from rig.issuer import Issuer
from rig.permissions import Permissions
from rig.runtimes import InvokeResult, log_failure
from rig.runtimes.inprocess import InProcessRunner, merged_environment
from rig.stack import Function, Stack

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey
    from starlette.testclient import TestClient

_DEBUGGING_TIMEOUT: Final = 86_400.0


class Handlers:
    """The functions, a context manager: within it they see their environment, and `gateway` calls them.

    As in `Cloud`, the template's variables take the place of those that this process has, and credentials are nobody's:
    what a test does must not reach the database or the account of the person who runs it. A test that wants another
    value sets it inside.

    Args:
        stack: what the template says.
        enforce_timeouts: whether a function is given up at its timeout (turn it off to debug).
        enforce_permissions: whether a call to AWS that the function's role does not allow is refused.
        token_key: with it the API asks for tokens of `issuer`, where the template has an authorizer for them.
    """

    gateway: Gateway

    def __init__(
        self,
        stack: Stack,
        *,
        enforce_timeouts: bool = True,
        enforce_permissions: bool = True,
        token_key: RSAKey | None = None,
    ) -> None:
        self.stack = stack
        self.issuer = Issuer(token_key, stack) if token_key else None
        self.permissions = Permissions(stack, enforce=enforce_permissions)
        self._enforce_timeouts = enforce_timeouts

    def __enter__(self) -> Self:
        functions = self.stack.functions.values()
        with ExitStack() as opening:
            opening.enter_context(_nothing_of_a_person())
            self._runner = InProcessRunner(functions, _environment(functions), self.permissions, self._enforce_timeouts)
            opening.callback(self._runner.close)
            self._runner.enter()
            timeout = TIMEOUT if self._enforce_timeouts else _DEBUGGING_TIMEOUT
            guard = self.issuer.guard if self.issuer else None
            self.gateway = Gateway(self.stack.routes, self.invoke, self.stack.cors, timeout, guard)
            opening.callback(self.gateway.close)
            self._closing = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def invoke(self, name: str, event: Any) -> InvokeResult:
        """Runs a function and waits for its answer; `name` is as in `Stack.function`."""
        function = self.stack.function(name)
        result = self._runner.invoke(function, event)
        if result.error:
            log_failure(function, result.payload)
        return result


@contextmanager
def http_client(gateway: Gateway, base_url: str) -> Iterator[TestClient]:
    """An httpx client: each of its calls becomes an event, runs a handler, and comes back as the API would send it."""
    from starlette.testclient import TestClient

    here = ("127.0.0.1", 50000)
    with TestClient(gateway, base_url=base_url, follow_redirects=False, client=here) as client:
        yield client


def _environment(functions: Iterable[Function]) -> dict[str, str]:
    local = aws.environment("")
    del local["AWS_ENDPOINT_URL"]  # no endpoint of ours: what stands in AWS's place knows AWS's own hosts
    return {**merged_environment(functions), **local}


@contextmanager
def _nothing_of_a_person() -> Iterator[None]:
    """A profile of the person who runs the tests would come before any credentials, and an endpoint before any mock."""
    names = ("AWS_PROFILE", "AWS_ENDPOINT_URL")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)
