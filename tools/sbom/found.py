"""The distributions that lie in a build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def purl_of(name: str, version: object) -> str:
    """A package's address as other tools know it."""
    return f"pkg:pypi/{name}@{version}"


@dataclass(frozen=True)
class Found:
    """A distribution in one folder of the build. `part`: the function or layer, by its logical id."""

    part: str
    folder: Path
    distribution: Distribution

    @property
    def name(self) -> str:
        return canonicalize_name(self.distribution.metadata["Name"])

    @property
    def version(self) -> str:
        return self.distribution.version

    @property
    def purl(self) -> str:
        """The package's address."""
        return purl_of(self.name, self.version)

    @property
    def tags(self) -> frozenset[str]:
        """What kind of wheel it came in, such as `cp311-cp311-manylinux_2_17_x86_64`."""
        wheel = self.distribution.read_text("WHEEL") or ""
        return frozenset(re.findall(r"^Tag: (\S+)$", wheel, re.MULTILINE))

    @property
    def needs(self) -> frozenset[str]:
        """The names of the packages that it asks for, extras aside."""
        asked = map(Requirement, self.distribution.requires or ())
        return frozenset(canonicalize_name(one.name) for one in asked if "extra" not in str(one.marker or ""))


def found(built: Path) -> list[Found]:
    """All of a build, in the order of their parts and names."""
    return sorted(_found(built), key=lambda one: (one.part, one.name))


def _found(built: Path) -> Iterator[Found]:
    for folder in {path.parent for path in built.glob("**/*.dist-info")}:
        for distribution in distributions(path=[str(folder)]):
            yield Found(folder.relative_to(built).parts[0], folder, distribution)
