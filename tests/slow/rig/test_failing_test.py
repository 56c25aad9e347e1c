"""What a person sees when a test of the cloud fails: what the handler ran into, and the chaos it met."""

import subprocess
import sys
from pathlib import Path

import pytest

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


def run(folder: Path, template: Path, *options: str) -> str:
    """What pytest says of the test; it fails."""
    (folder / "test_photo.py").write_text(TEST.format(template=str(template)))
    plugin = ["-p", "rig.pytest_plugin", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *options, str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


def test_a_failing_test_shows_the_handlers_traceback_and_the_chaos(tmp_path: Path) -> None:
    said = run(tmp_path, ROOT / "tests" / "rig_sample" / "template.yaml", "--chaos=duplicate")
    assert "chaos: duplicate (seed 0)" in said
    assert "chaos duplicate: an event for PhotoFunction (incoming/broken.jpg) comes twice" in said
    assert "PhotoFunction failed with TransientError: can't read this photo" in said
    assert 'raise TransientError("can\'t read this photo")' in said


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("Resources:\n  A: [1\n  B: 2\n", "template.yaml, line 3, column "),
        ("Resources: {A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Gone}}}\n", "A: !Ref Gone"),
    ],
    ids=["no YAML", "a reference to nothing"],
)
def test_a_template_that_can_not_be_read_is_told_in_one_line(tmp_path: Path, template: str, reason: str) -> None:
    (tmp_path / "template.yaml").write_text(template)
    said = run(tmp_path, tmp_path / "template.yaml")
    assert reason in said
    assert "site-packages" not in said
    assert "rig/" not in said
