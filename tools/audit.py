"""Asks the advisory service about every locked package: `make audit`, and in CI.

Where the service can't be reached, that is said, and nothing fails: a release must not wait for a network. That it can
be reached, and that its answers are read, is known by asking of an old release with faults that everybody knows.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tools.lock import LOCKS, ROOT, pins

PIP_AUDIT: Final = ROOT / ".venv-supply" / "bin" / "pip-audit"
KNOWN: Final = ("jinja2", "2.4.1")
"""Among its faults: CVE-2014-1402 and CVE-2016-10745. Nothing of it is fetched or installed."""
ACCEPTED: Final[Mapping[str, str]] = {}
"""Advisories that don't concern Roomlens, each with the reason."""
PATIENCE: Final = 600.0
"""Seconds for one batch of packages; the service answers for each of them."""

Release = tuple[str, str]


class UnansweredError(Exception):
    """The service gave no answer; the message says what it came to."""


def releases() -> dict[Release, set[str]]:
    """What is locked, and where."""
    found: dict[Release, set[str]] = {}
    for lock in LOCKS:
        for pin in pins((ROOT / lock.path).read_text(encoding="utf-8")):
            found.setdefault((pin.name, pin.version), set()).add(lock.path)
    return found


def batches(wanted: Iterable[Release]) -> list[dict[str, str]]:
    """The releases, so divided that none of the parts has two of one package."""
    divided: list[dict[str, str]] = []
    for name, version in sorted(wanted):
        for batch in divided:
            if name not in batch:
                batch[name] = version
                break
        else:
            divided.append({name: version})
    return divided


def ask(batch: Mapping[str, str]) -> dict[Release, list[dict[str, Any]]]:
    """The advisories about each release that the service knows.

    Raises:
        UnansweredError: the service could not be asked, or knows none of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("".join(f"{name}=={version}\n" for name, version in batch.items()), encoding="utf-8")
        command = [str(PIP_AUDIT), "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
        try:
            done = subprocess.run(
                [*command, "--requirement", str(listed)], text=True, capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise UnansweredError(f"no answer within {PATIENCE:.0f} s") from None
    return read(done.stdout, done.stderr)


def read(output: str, errors: str) -> dict[Release, list[dict[str, Any]]]:
    """What pip-audit wrote, as JSON; a release that the service doesn't know is not in it.

    Raises:
        UnansweredError: it wrote none, or left all packages out.
    """
    try:
        audited = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        raise UnansweredError((errors.strip().splitlines() or ["pip-audit said nothing"])[-1]) from None
    answers = {(one["name"], one["version"]): one["vulns"] for one in audited if "skip_reason" not in one}
    if audited and not answers:
        raise UnansweredError(f"nothing is known there of {', '.join(one['name'] for one in audited[:3])}")
    return answers


def report(answers: Mapping[Release, list[dict[str, Any]]], where: Mapping[Release, set[str]]) -> list[str]:
    """A line for each advisory that counts."""
    return [
        f"{name} {version} ({', '.join(sorted(where.get((name, version), set())))}): {one['id']}, "
        f"mended in {', '.join(one.get('fix_versions') or ['no release'])}"
        for (name, version), found in sorted(answers.items())
        for one in found
        if not {one["id"], *one.get("aliases", [])} & set(ACCEPTED)
    ]


def main() -> int:
    """The exit code: 1 when a locked release has a known fault, 0 otherwise. What is not answered for one release
    hides no fault of another."""
    locked = releases()
    answers: dict[Release, list[dict[str, Any]]] = {}
    reason = "it doesn't know them"
    try:
        if not ask(dict([KNOWN])).get(KNOWN):
            raise UnansweredError(f"it knows of no fault in {KNOWN[0]} {KNOWN[1]}")
        for batch in batches(locked):
            answers |= ask(batch)
    except UnansweredError as error:
        reason = str(error)
    lines, left = report(answers, locked), sorted(f"{name} {version}" for name, version in locked.keys() - answers)
    if not answers:
        print(f"audit: skipped, {len(locked)} releases are unchecked: the advisory service gave no answer ({reason})")
        return 0
    if left:
        lines.append(f"audit: {len(left)} releases are unchecked ({reason}): {', '.join(left)}")
    faults = len(lines) - bool(left)
    print("\n".join([*lines, f"audit: {len(answers)} locked releases, {faults} known faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
