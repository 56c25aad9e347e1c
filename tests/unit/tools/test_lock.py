"""The locks: complete, with hashes, of what is asked for, and of nothing that has just been released."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.lock import DELAY, LOCKS, ROOT, Lock, Pin, command, pins

ALL = [pytest.param(lock, id=lock.path) for lock in LOCKS]
DEPLOYED = [lock for lock in LOCKS if not lock.path.startswith("requirements-")]
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def locked(lock: Lock) -> list[Pin]:
    return list(pins((ROOT / lock.path).read_text()))


def asked_for(source: Path) -> list[Requirement]:
    """What a file and those that it includes ask for; their options and constraints aside."""
    found: list[Requirement] = []
    for line in source.read_text().splitlines():
        bare = line.partition("#")[0].strip()
        if bare.startswith("-r "):
            found += asked_for(source.parent / bare.removeprefix("-r "))
        elif bare and not bare.startswith("-"):
            found.append(Requirement(bare))
    return found


def options(lock: Lock, **settings: object) -> list[str]:
    words = command(lock, NOW, **settings)  # type: ignore[arg-type]
    return [" ".join(pair) for pair in zip(words, [*words[1:], ""], strict=True)]


@pytest.mark.parametrize("lock", ALL)
def test_every_package_has_one_version_and_the_hashes_of_its_files(lock: Lock) -> None:
    versions = defaultdict(set)
    for pin in locked(lock):
        assert pin.hashes, pin
        versions[pin.name, pin.marker].add(pin.version)
    assert versions
    assert [name for name, found in versions.items() if len(found) > 1] == []


@pytest.mark.parametrize("lock", ALL)
def test_a_lock_holds_what_is_asked_for_in_that_version(lock: Lock) -> None:
    held = defaultdict(set)
    for pin in locked(lock):
        held[pin.name].add(pin.version)
    for wanted in asked_for(ROOT / lock.source):
        (only,) = wanted.specifier
        assert only.operator == "=="
        assert only.version in held[canonicalize_name(wanted.name)], f"{wanted}: run `make lock`"


@pytest.mark.parametrize("lock", DEPLOYED, ids=lambda lock: lock.path)
def test_the_functions_run_on_what_they_were_tested_with(lock: Lock) -> None:
    (tested,) = (other for other in LOCKS if other.path == "requirements-dev.txt")
    assert set(locked(lock)) <= set(locked(tested))


@pytest.mark.parametrize("lock", ALL)
def test_a_lock_says_until_when_releases_were_taken(lock: Lock) -> None:
    first = (ROOT / lock.path).read_text().partition("\n")[0]
    (day,) = re.findall(r"released before (\d{4}-\d\d-\d\d)\.", first)
    assert datetime.fromisoformat(day).replace(tzinfo=UTC) <= datetime.now(UTC) - DELAY


def test_what_has_just_been_released_is_not_taken() -> None:
    assert DELAY.days >= 7
    for lock in LOCKS:
        assert "--exclude-newer 2026-11-24T00:00:00Z" in options(lock)
        assert not any(option.startswith("--exclude-newer-package") for option in options(lock))


def test_what_is_urgent_is_taken_however_young_it_is_and_nothing_else() -> None:
    found = options(LOCKS[0], urgent=["fastapi"])
    assert "--exclude-newer-package fastapi=2026-12-01T00:00:00Z" in found
    assert "--exclude-newer 2026-11-24T00:00:00Z" in found


def test_locks_are_for_every_platform_and_with_hashes() -> None:
    for lock in LOCKS:
        words = command(lock, NOW)
        assert {"--universal", "--generate-hashes"} <= set(words)
        assert words[-3:] == [lock.source, "--output-file", lock.path]


@pytest.mark.parametrize("lock", ALL)
def test_what_is_deployed_comes_as_wheels_so_that_nothing_runs_while_it_is_built(lock: Lock) -> None:
    deployed = lock in DEPLOYED
    assert ("--only-binary :all:" in options(lock)) == deployed
    assert ("\n--only-binary :all:\n" in (ROOT / lock.path).read_text()) == deployed


def test_an_upgrade_forgets_the_versions_of_before() -> None:
    assert "--upgrade" in command(LOCKS[0], NOW, upgrade=True)
    assert "--upgrade" not in command(LOCKS[0], NOW)


def test_every_environment_is_installed_from_its_lock_and_by_hash() -> None:
    installed = re.findall(r"sh tools/setup/install \S+ (\S+)", (ROOT / "Makefile").read_text())
    assert set(installed) == {"requirements-dev.txt", "requirements-$*.txt"}
    assert "--no-deps --require-hashes" in (ROOT / "tools" / "setup" / "install").read_text()


def test_a_line_without_a_version_is_no_pin() -> None:
    with pytest.raises(ValueError, match="no version: six>=1"):
        list(pins("six>=1\n"))


def test_pins_are_read_with_their_markers_and_hashes() -> None:
    digest = "0" * 64
    text = f"""# a remark
--only-binary :all:
Six==1.17.0 ; python_version < "3.12" \\
    --hash=sha256:{digest}
    # via -r some.in
"""
    assert list(pins(text)) == [Pin("six", "1.17.0", 'python_version < "3.12"', frozenset({digest}))]
