"""What a person sees when a test of the cloud fails: what the handler ran into, and the chaos it met."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

TEST = """
from pathlib import Path

import pytest

@pytest.fixture(scope="session")
def template_path():
    return Path({template!r})

def test_a_photo_is_seen_once(cloud):
    s3, bucket = cloud.client("s3"), cloud.bucket("Inbox")
    s3.put_object(Bucket=bucket, Key="incoming/broken.jpg", Body=b"x")
    cloud.wait()
    assert s3.list_objects_v2(Bucket=bucket, Prefix="seen/")["KeyCount"] == 1
"""


def test_a_failing_test_shows_the_handlers_traceback_and_the_chaos(tmp_path: Path) -> None:
    template = ROOT / "tests" / "rig_sample" / "template.yaml"
    (tmp_path / "test_photo.py").write_text(TEST.format(template=str(template)))
    options = ["-p", "rig.pytest_plugin", "-p", "no:cacheprovider", "--chaos=duplicate", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 1, run.stdout + run.stderr
    assert "chaos: duplicate (seed 0)" in run.stdout
    assert "chaos duplicate: an event for PhotoFunction (incoming/broken.jpg) comes twice" in run.stdout
    assert "PhotoFunction failed with TransientError: can't read this photo" in run.stdout
    assert 'raise TransientError("can\'t read this photo")' in run.stdout
