"""These tests run the rig's own small template."""

from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "rig_sample"


@pytest.fixture(scope="session")
def template_path() -> Path:
    return SAMPLE / "template.yaml"


@pytest.fixture(autouse=True)
def forget_clients() -> None:
    """The sample keeps its S3 client, as functions should; a cloud that was started anew has another address."""
    import sys

    if "photo.app" in sys.modules:
        sys.modules["photo.app"]._s3.cache_clear()
