"""Fixtures that run a SAM template in the test process; use it with `-p rig.pytest_plugin`.

    def test_a_photo_is_analysed(cloud, api):
        cloud.client("s3").put_object(Bucket=cloud.bucket("PhotoBucket"), Key="incoming/1/a.jpg", Body=…)
        cloud.wait()
        assert api.get("/api/images").json()["images"]

A test folder may override `template_path` and `template_parameters` to run another template.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rig.cloud import Cloud
    from rig.stack import Stack

pytest_plugins = ["rig.pytest_postgres", "rig.pytest_chaos"]

DATABASE_PARAMETER = "DatabaseUrl"


class CloudPool:
    """The one running cloud of this process. Asking for another template stops it and starts that one."""

    def __init__(self, enforce_timeouts: bool, chaos_seed: int = 0) -> None:
        self._enforce_timeouts = enforce_timeouts
        self._chaos_seed = chaos_seed
        self._wanted: tuple[Path, dict[str, str]] | None = None
        self._cloud: Cloud | None = None

    def get(self, path: Path, parameters: Mapping[str, str]) -> Cloud:
        """A running cloud of this template, started when it isn't the one that already runs."""
        from rig.chaos import Chaos
        from rig.cloud import Cloud

        wanted = (path.resolve(), dict(parameters))
        if self._cloud is None or self._wanted != wanted:
            self.close()
            cloud = Cloud(
                path,
                parameters,
                retry_delays=(0.01,),
                enforce_timeouts=self._enforce_timeouts,
                chaos=Chaos(seed=self._chaos_seed),
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
    """Keeps the cloud between tests. With `--pdb` or `--trace` no function is given up at its timeout."""
    debugging = request.config.getoption("usepdb", False) or request.config.getoption("trace", False)
    pool = CloudPool(enforce_timeouts=not debugging, chaos_seed=request.config.getoption("chaos_seed"))
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def template_path(pytestconfig: pytest.Config) -> Path:
    """The template of the project."""
    return pytestconfig.rootpath / "template.yaml"


@pytest.fixture
def template_parameters(template_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Values for the template's parameters: the database's address, when it has a parameter for one."""
    from rig.template import load_stack

    if DATABASE_PARAMETER not in load_stack(template_path).parameters:
        return {}
    return {DATABASE_PARAMETER: request.getfixturevalue("database_url")}


@pytest.fixture
def template_stack(template_path: Path, template_parameters: dict[str, str]) -> Stack:
    """What the template says."""
    from rig.template import load_stack

    return load_stack(template_path, template_parameters)


@pytest.fixture
def cloud(
    clouds: CloudPool, template_path: Path, template_parameters: dict[str, str], chaos_kinds: tuple[str, ...]
) -> Iterator[Cloud]:
    """The whole template, running in this process, with empty buckets and queues. Its environment is there
    during the test only; what the code under test caches of it is the test's to forget."""
    running = clouds.get(template_path, template_parameters)
    running.resume()
    running.reset()
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
    from starlette.testclient import TestClient

    here = ("127.0.0.1", 50000)
    with TestClient(cloud.gateway, base_url=cloud.api_url, follow_redirects=False, client=here) as api:
        yield api


def messages(cloud: Cloud, queue: str) -> list[dict[str, Any]]:
    """All messages that now lie in a queue, by its logical id."""
    sqs, url = cloud.client("sqs"), cloud.queue(queue)
    found: list[dict[str, Any]] = []
    while batch := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=60
    ).get("Messages"):
        found += batch
    return found
