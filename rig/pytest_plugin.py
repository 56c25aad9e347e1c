"""Fixtures that run a SAM template in the test process; use it with `-p rig.pytest_plugin`.

    def test_a_photo_is_analysed(cloud, api):
        cloud.client("s3").put_object(Bucket=cloud.bucket("PhotoBucket"), Key="incoming/1/a.jpg", Body=…)
        cloud.wait()
        assert api.get("/api/images").json()["images"]

`api` speaks to the running `cloud`. `client` speaks to the handlers alone, for tests that need nothing to follow.

A test folder may override `template_path` and `template_parameters` to run another template, and `enforce_permissions`
where handlers use services that the check of permissions does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rig.errors import RigError
from rig.patience import debugging

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey
    from starlette.testclient import TestClient

    from rig.cloud import Cloud
    from rig.handlers import Handlers
    from rig.issuer import Issuer
    from rig.stack import Stack

pytest_plugins = ["rig.pytest_postgres", "rig.pytest_chaos", "rig.pytest_debugging", "rig.pytest_receiver"]


class CloudPool:
    """The one running cloud of this process. Asking for another template stops it and starts that one."""

    def __init__(self, enforce_timeouts: bool, chaos_seed: int = 0) -> None:
        self._enforce_timeouts = enforce_timeouts
        self._chaos_seed = chaos_seed
        self._wanted: tuple[Path, dict[str, str], bool, bool] | None = None
        self._cloud: Cloud | None = None

    def get(
        self,
        path: Path,
        parameters: Mapping[str, str],
        *,
        enforce_permissions: bool = True,
        token_key: RSAKey | None = None,
    ) -> Cloud:
        """A running cloud of this template, started when it isn't the one that already runs."""
        from rig.chaos import Chaos
        from rig.cloud import Cloud

        wanted = (path.resolve(), dict(parameters), enforce_permissions, token_key is not None)
        if self._cloud is None or self._wanted != wanted:
            self.close()
            cloud = Cloud(
                path,
                parameters,
                retry_delays=(0.01,),
                enforce_timeouts=self._enforce_timeouts,
                enforce_permissions=enforce_permissions,
                chaos=Chaos(seed=self._chaos_seed),
                token_key=token_key,
            )
            self._cloud = cloud.__enter__()
            self._cloud.suspend()
            self._wanted = wanted
        return self._cloud

    def close(self) -> None:
        """Stops what runs."""
        if self._cloud is not None:
            self._cloud.__exit__(None, None, None)
        self._cloud = None


@pytest.fixture(scope="session")
def clouds(request: pytest.FixtureRequest) -> Iterator[CloudPool]:
    """Keeps the cloud between tests."""
    pool = CloudPool(not debugging(request.config), request.config.getoption("chaos_seed"))
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def template_path(pytestconfig: pytest.Config) -> Path:
    """The template of the project."""
    return pytestconfig.rootpath / "template.yaml"


@pytest.fixture
def auth() -> str:
    """Who may call the API: everybody (empty), or who shows a token that the template's authorizer takes (`jwt`)."""
    return ""


@pytest.fixture(scope="session")
def token_key() -> RSAKey:
    """What tokens of this run are signed with."""
    from rig.issuer import new_key

    return new_key()


@pytest.fixture
def guard_key(auth: str, request: pytest.FixtureRequest) -> RSAKey | None:
    """What the API checks tokens with; None where it asks for none. Only then is `token_key` made, which takes long."""
    key: RSAKey | None = request.getfixturevalue("token_key") if auth else None
    return key


@pytest.fixture
def issuer(token_key: RSAKey, template_stack: Stack) -> Issuer:
    """Signs tokens: `issuer.token("acme", "ana", operator=True)`. The API takes them where `auth` is `jwt`."""
    from rig.issuer import Issuer

    with in_one_line():
        return Issuer(token_key, template_stack)


@pytest.fixture
def template_parameters(template_path: Path, auth: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """Values for the template's parameters: the database's address, when it has a parameter for one; and whose tokens
    its API takes."""
    from rig.issuer import token_parameters
    from rig.template import API_URL
    from rig.template_source import DATABASE_PARAMETER, declared_parameters

    with in_one_line():
        declared = declared_parameters(template_path)
    values = token_parameters(declared, API_URL) if auth else {}
    if DATABASE_PARAMETER in declared:
        values[DATABASE_PARAMETER] = request.getfixturevalue("database_url")
    return values


@pytest.fixture
def template_stack(template_path: Path, template_parameters: dict[str, str]) -> Stack:
    """What the template says."""
    with in_one_line():
        return loaded(template_path, **template_parameters)


@contextmanager
def in_one_line() -> Iterator[None]:
    """What a person can put right is told as one line, not as a traceback through the rig."""
    try:
        yield
    except RigError as error:
        pytest.fail(str(error), pytrace=False)


@cache
def loaded(path: Path, /, **parameters: str) -> Stack:
    """A template, read once in a run: SAM's transform takes longer than most tests."""
    from rig.template import load_stack

    return load_stack(path, parameters)


@pytest.fixture
def enforce_permissions() -> bool:
    """Whether a handler is refused what its role does not allow, and what `rig.aws_actions` does not know."""
    return True


@pytest.fixture
def cloud(
    clouds: CloudPool,
    template_path: Path,
    template_parameters: dict[str, str],
    enforce_permissions: bool,
    chaos_kinds: tuple[str, ...],
    guard_key: RSAKey | None,
) -> Iterator[Cloud]:
    """The whole template, running in this process, with empty buckets and queues. Its environment is there
    during the test only; what the code under test caches of it is the test's to forget."""
    with in_one_line():
        running = clouds.get(
            template_path, template_parameters, enforce_permissions=enforce_permissions, token_key=guard_key
        )
    running.resume()
    running.reset()
    running.permissions.forget()
    running.chaos.switch(*chaos_kinds)
    yield running
    try:
        running.wait(timeout=10)  # nothing of this test goes on in the next one
    finally:
        running.chaos.switch()
        running.suspend()


@pytest.fixture
def api(cloud: Cloud) -> Iterator[TestClient]:
    """An HTTP client of the running cloud: each call becomes an event, runs the handler, and comes back as the API
    would send it."""
    from rig.handlers import http_client

    with http_client(cloud.gateway, cloud.api_url) as api:
        yield api


@pytest.fixture
def handlers(
    template_stack: Stack,
    enforce_permissions: bool,
    guard_key: RSAKey | None,
    pytestconfig: pytest.Config,
) -> Iterator[Handlers]:
    """The template's functions alone, in this process: no cloud runs, and what they ask of AWS the test must mock."""
    from rig.handlers import Handlers

    patient = debugging(pytestconfig)
    with ExitStack() as closing:
        with in_one_line():
            handlers = Handlers(
                template_stack,
                enforce_timeouts=not patient,
                enforce_permissions=enforce_permissions,
                token_key=guard_key,
            )
            closing.enter_context(handlers)
        yield handlers


@pytest.fixture
def client(handlers: Handlers) -> Iterator[TestClient]:
    """As `api`, but of the handlers alone: nothing follows from a call, and it starts in no time."""
    from rig.handlers import http_client
    from rig.template import API_URL

    with http_client(handlers.gateway, API_URL) as client:
        yield client


def messages(cloud: Cloud, queue: str) -> list[dict[str, Any]]:
    """All messages that now lie in a queue, by its logical id."""
    sqs, url = cloud.client("sqs"), cloud.queue(queue)
    found: list[dict[str, Any]] = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=60
    ).get("Messages"):
        found += batch
    return found
