"""Whether a build holds just the files of the locked packages.

`sam build` lets pip check the hashes of what it downloads first. Where that doesn't fit the Lambda runtime, SAM asks
again for a wheel of another platform, by name and version alone; nobody checks the hash of that one. So the same wheels
are fetched once more here, by hash, and each file in the build is compared with theirs.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from tools.build_models.wheels import file_sha256
from tools.lock import Pin, pins
from tools.sbom.found import Found


class UnfetchedError(Exception):
    """The locked wheels could not be had; pip's last words."""


def locked(lock: Path) -> Mapping[tuple[str, str], Pin]:
    """The pins of a lock by name and version; none when there is no lock."""
    if not lock.exists():
        return {}
    return {(pin.name, pin.version): pin for pin in pins(lock.read_text(encoding="utf-8"))}


def fetch(items: Iterable[Found], known: Mapping[tuple[str, str], Pin], folder: Path) -> None:
    """Has the wheels of these distributions in a folder, each with one of its locked hashes.

    Raises:
        UnfetchedError: one could not be had, or none has such a hash.
    """
    groups: dict[frozenset[str], list[Pin]] = {}
    for item in items:
        groups.setdefault(item.tags, []).append(known[item.name, item.version])
    for number, (tags, group) in enumerate(sorted(groups.items(), key=lambda entry: sorted(entry[0]))):
        wanted = folder / f"{number}.txt"
        wanted.write_text("".join(f"{pin.name}=={pin.version}{_hashes(pin)}\n" for pin in group), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
        command += [*platforms(tags), "--requirement", str(wanted), "--dest", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UnfetchedError(done.stderr[-2000:])


def _hashes(pin: Pin) -> str:
    return "".join(f" --hash=sha256:{digest}" for digest in sorted(pin.hashes))


def platforms(tags: Iterable[str]) -> list[str]:
    """pip's options for a wheel with these tags, whatever machine this is."""
    pythons, abis, systems = (sorted(set(part)) for part in zip(*(tag.split("-") for tag in tags), strict=True))
    words = [word for system in systems for word in ("--platform", system)]
    words += [word for abi in abis for word in ("--abi", abi)]
    number = pythons[0].removeprefix("cp")
    if number.isdecimal():
        words += ["--implementation", "cp", "--python-version", number]
    return words


def foreign(part: Path, items: Iterable[Found], wheels: Mapping[str, Path], *, ours: Collection[str]) -> Iterator[str]:
    """The files of a folder that are not as they are in the wheels, or in none of them.

    Args:
        part: the folder of a built function, or `python` of a built layer.
        items: the distributions in it.
        wheels: the wheel of each, by the package's address.
        ours: what lies in it from this repository: the names at the top of the folder that it was built from.
    """
    expected = {name: digest for item in items for name, digest in members(wheels[item.purl]).items()}
    for path in sorted(part.rglob("*")):
        name = path.relative_to(part).as_posix()
        if path.is_dir() or name.partition("/")[0] in ours or "__pycache__" in path.parts:
            continue
        if name not in expected:
            yield f"{name} comes from no locked package"
        elif file_sha256(path) != expected[name]:
            yield f"{name} is not as in its locked package"


def members(wheel: Path) -> Mapping[str, str]:
    """The sha256 of each file of a wheel, by where it may lie once it is installed."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        digests = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names}
    return digests | {moved(name): digest for name, digest in digests.items()}


def moved(name: str) -> str:
    """Where SAM puts a file of a wheel: those of `.data/purelib` and `.data/platlib` beside the others."""
    return re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name)
