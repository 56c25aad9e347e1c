"""Starts the template's cloud as the fixture `cloud` does, in a process of its own, and takes the time of its resets.

`python -m benchmarks.cloud_start` prints one line of JSON when the cloud is up, and one with the resets, in seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.cloud import Cloud

ROOT = Path(__file__).resolve().parents[1]
RESETS = 20
OBJECTS = 5
NOWHERE = "postgresql+psycopg2://nobody@127.0.0.1:1/none"
"""The template wants a database's address; nothing connects to it before a function runs."""


def main() -> int:
    """Measures and prints."""
    from rig.cloud import Cloud

    with Cloud(ROOT / "template.yaml", {"DatabaseUrl": NOWHERE}) as cloud:
        _say({"up": True})
        _say({"resets": [_reset(cloud) for _ in range(RESETS)]})
    return 0


def _reset(cloud: Cloud) -> float:
    """The seconds between two tests: the fixture leaves the cloud, takes it again, and empties what a test left."""
    for number in range(OBJECTS):
        cloud.client("s3").put_object(Bucket=cloud.bucket("PhotoBucket"), Key=f"derived/{number}.jpg", Body=b"x")
    started = time.perf_counter()
    cloud.suspend()
    cloud.resume()
    cloud.reset()
    return time.perf_counter() - started


def _say(fact: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
