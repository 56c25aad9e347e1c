"""How this process and the functions find the local AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from botocore import loaders

from rig.stack import REGION

OURS = "rig"
"""By this word in their user agent the rig's own requests are known, which an outage leaves alone."""

SECRET = "local"  # noqa: S105 - it protects nothing
"""The key that all requests are signed with, where signatures are checked at all."""

_create_loader = cache(loaders.create_loader)


def environment(url: str) -> dict[str, str]:
    """The variables by which any AWS SDK finds the services at this URL."""
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        # a person's own profiles and credentials stay out of it
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def new_client(service: str, url: str) -> Any:
    """A boto3 client of one service at this URL. It doesn't retry: what fails locally fails again."""
    from botocore.config import Config

    return _session().client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key=SECRET,
        config=Config(
            signature_version="s3v4" if service == "s3" else None,  # as forms and links must have it in AWS
            retries={"max_attempts": 0},
            s3={"addressing_style": "path"},
            read_timeout=900,
            user_agent_extra=OURS,
        ),
    )


@cache
def _session() -> Any:
    """Making one takes longer than making a client; it holds no address and no credentials of ours."""
    import boto3

    return boto3.Session()


@contextmanager
def shared_service_models() -> Iterator[None]:
    """All boto3 sessions read each service's model once. botocore reads it once per session, and moto's import
    alone makes three sessions for EC2, which costs most of a second."""
    with patch.object(loaders, "create_loader", _create_loader):
        yield
