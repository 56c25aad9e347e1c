"""`python -m tools.sbom BUILD`: checks a build's packages, and writes BUILD/../sbom.cdx.json.

It exits with 1 when a file in the build is not from a locked package, or the bill is not complete or not valid.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from packaging.utils import parse_wheel_filename

from tools.build_models.wheels import file_sha256
from tools.sbom.document import document
from tools.sbom.found import Found, found, purl_of
from tools.sbom.verify import UnfetchedError, fetch, foreign, locked

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = {"CoreLayer": "layers/core", "ModelsLayer": "layers/models", "MigrateFunction": "migrations"}
"""The folders of what is built with packages, by logical ids."""
SUPPLY: Final = ROOT / ".venv-supply" / "bin" / "python"
VALIDATE: Final = """
import sys
from pathlib import Path
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text())
sys.exit(str(wrong) if wrong else 0)
"""


def checked(items: Sequence[Found]) -> Mapping[str, str]:
    """The sha256 of each package's wheel, by the package's address.

    Raises:
        ValueError: a package is not in its part's lock, or a file not in its package; names them.
        UnfetchedError: the wheels could not be had.
    """
    digests: dict[str, str] = {}
    for part in sorted({item.part for item in items}):
        own = [item for item in items if item.part == part]
        source = ROOT / SOURCES.get(part, part)
        known = locked(source / "requirements.txt")
        unknown = [item.purl for item in own if (item.name, item.version) not in known]
        if unknown:
            raise ValueError(f"{part} holds what is not locked: {', '.join(unknown)}")
        with tempfile.TemporaryDirectory() as folder:
            fetch(own, known, Path(folder))
            wheels = {_address(path): path for path in Path(folder).glob("*.whl")}
            wrong = list(foreign(own[0].folder, own, wheels, ours={path.name for path in source.iterdir()}))
            if wrong:
                raise ValueError(f"{part}: " + "\n".join(wrong))
            digests |= {address: file_sha256(path) for address, path in wheels.items()}
    return digests


def _address(wheel: Path) -> str:
    name, version, *_ = parse_wheel_filename(wheel.name)
    return purl_of(name, version)


def invalid(path: Path) -> str:
    """What is wrong with a bill by CycloneDX's own schema; empty when nothing is."""
    command = [str(SUPPLY), "-c", VALIDATE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stderr.strip() or "the validator failed") if done.returncode else ""


def write(items: Sequence[Found], digests: Mapping[str, str], path: Path) -> dict[str, Any]:
    """Writes the bill; it."""
    made = document(items, digests)
    path.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 with the reason."""
    (given,) = sys.argv[1:] if arguments is None else arguments
    built = Path(given)
    items = found(built)
    if not items:
        print(f"sbom: {built} holds no packages: run `make build`")
        return 1
    try:
        digests = checked(items)
    except (UnfetchedError, ValueError) as error:
        print(f"sbom: {error}")
        return 1
    path = built.parent / "sbom.cdx.json"
    made = write(items, digests, path)
    if reason := invalid(path):
        print(f"sbom: {reason}")
        return 1
    silent = [one["name"] for one in made["components"] if one["type"] == "library" and not one["licenses"]]
    files = sum(len(item.distribution.files or ()) for item in items)
    print(f"without a word on their licence: {', '.join(silent) or 'none'}")
    print(f"{len(digests)} packages as locked, {files} files; {path.name} has {len(made['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
