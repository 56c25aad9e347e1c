"""The audit of the locked packages, and the bill of what lies in a build."""

import json
import re
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from tools import audit
from tools.lock import Pin
from tools.sbom.document import document
from tools.sbom.found import Found, found
from tools.sbom.verify import foreign, locked, members, platforms

FAULT = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}


def answer(*dependencies: object) -> str:
    return json.dumps({"dependencies": dependencies})


def audited(name: str, version: str, *faults: object) -> dict[str, object]:
    return {"name": name, "version": version, "vulns": list(faults)}


# ------------------------------------------------------------------------------------------------------------ the audit


def test_two_versions_of_a_package_are_asked_about_apart() -> None:
    asked = audit.batches([("numpy", "2.2"), ("numpy", "2.4"), ("six", "1")])
    assert asked == [{"numpy": "2.2", "six": "1"}, {"numpy": "2.4"}]


def test_every_locked_release_is_asked_about() -> None:
    assert ("fastapi", "layers/core/requirements.txt") in {
        (name, path) for (name, _), paths in audit.releases().items() for path in paths
    }


@pytest.mark.parametrize(
    ("output", "errors", "reason"),
    [
        ("", "warning\nno route to host\n", "no route to host"),
        ("", "", "pip-audit said nothing"),
        (answer({"name": "six", "skip_reason": "not found"}), "", "nothing is known there of six"),
    ],
)
def test_no_answer_is_told_from_a_clean_one(output: str, errors: str, reason: str) -> None:
    with pytest.raises(audit.UnansweredError, match=reason):
        audit.read(output, errors)


def test_a_known_fault_is_told_with_where_it_is_locked_and_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = audit.read(answer(audited("six", "1", FAULT), audited("idna", "3")), "")
    told = ["six 1 (requirements-dev.txt): PYSEC-1, mended in 2"]
    assert audit.report(answers, {("six", "1"): {"requirements-dev.txt"}}) == told
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-1": "not in what is used of it"})
    assert audit.report(answers, {}) == []


def asked(monkeypatch: pytest.MonkeyPatch, known: list[object], six: list[object]) -> int:
    def ask(batch: dict[str, str]) -> object:
        return {(name, version): known if name == audit.KNOWN[0] else six for name, version in batch.items()}

    monkeypatch.setattr(audit, "ask", ask)
    monkeypatch.setattr(audit, "releases", lambda: {("six", "1"): {"requirements-dev.txt"}})
    return audit.main()


def test_the_audit_fails_for_a_fault_and_is_skipped_without_an_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, [FAULT], []) == 0
    assert capsys.readouterr().out == "audit: 1 locked releases, 0 known faults\n"
    assert asked(monkeypatch, [FAULT], [FAULT]) == 1
    assert "PYSEC-1" in capsys.readouterr().out
    assert asked(monkeypatch, [], [FAULT]) == 0
    assert "skipped, 1 releases are unchecked" in capsys.readouterr().out


@pytest.mark.parametrize("way", ["unknown", "unanswered"])
def test_a_release_that_is_not_answered_for_hides_no_fault_of_another(
    way: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(batch: dict[str, str]) -> object:
        if batch == {"six": "2"} and way == "unanswered":
            raise audit.UnansweredError("no route to host")
        known = [(name, version) for name, version in batch.items() if (name, version) != ("six", "2")]
        return {release: [FAULT] for release in known}

    monkeypatch.setattr(audit, "ask", ask)
    monkeypatch.setattr(audit, "releases", lambda: {("six", "1"): {"one.txt"}, ("six", "2"): {"two.txt"}})
    assert audit.main() == 1
    told = capsys.readouterr().out
    assert "six 1 (one.txt): PYSEC-1" in told
    assert re.search(r"1 releases are unchecked \(.+\): six 2\n", told)


def test_a_release_that_the_service_does_not_know_is_left_out_of_its_answer() -> None:
    said = answer({"name": "six", "version": "1", "skip_reason": "not found"}, audited("idna", "3", FAULT))
    assert audit.read(said, "") == {("idna", "3"): [FAULT]}


# ------------------------------------------------------------------------------------------------------------- the bill


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "six_seven-1.0-py3-none-any.whl"
    metadata = "Metadata-Version: 2.4\nName: Six_Seven\nVersion: 1.0\nLicense-Expression: MIT\nRequires-Dist: idna\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("six_seven/__init__.py", "SIX = 6\n")
        archive.writestr("six_seven-1.0.data/purelib/more.py", "")
        archive.writestr("six_seven-1.0.dist-info/METADATA", f"{metadata}Requires-Dist: docs; extra == 'docs'\n")
        archive.writestr("six_seven-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    return path


@pytest.fixture
def item(wheel: Path, tmp_path: Path) -> Found:
    folder = tmp_path / "build" / "CoreLayer" / "python"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (folder / "six_seven-1.0.data" / "purelib" / "more.py").rename(folder / "more.py")
    (folder / "roomlens").mkdir()
    (folder / "roomlens" / "ours.py").touch()
    (one,) = found(tmp_path / "build")
    return one


def test_a_package_in_a_build_is_known_by_its_metadata(item: Found) -> None:
    assert (item.part, item.purl) == ("CoreLayer", "pkg:pypi/six-seven@1.0")
    assert (item.tags, item.needs) == ({"py3-none-any"}, {"idna"})


def test_a_file_that_is_not_as_in_its_package_is_found(item: Found, wheel: Path) -> None:
    def wrong() -> list[str]:
        return list(foreign(item.folder, [item], {item.purl: wheel}, ours={"roomlens"}))

    assert wrong() == []
    (item.folder / "six_seven" / "__init__.py").write_text("SIX = 9\n")
    (item.folder / "evil.pth").write_text("import evil\n")
    assert wrong() == [
        "evil.pth comes from no locked package",
        "six_seven/__init__.py is not as in its locked package",
    ]


def test_files_of_a_wheel_are_known_where_they_are_put(wheel: Path) -> None:
    assert members(wheel)["six_seven/__init__.py"] == sha256(b"SIX = 6\n").hexdigest()
    assert "more.py" in members(wheel)


def test_the_wheel_of_a_build_is_asked_for_whatever_machine_this_is() -> None:
    asked = platforms({"cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-manylinux2014_x86_64"})
    assert " ".join(asked) == (
        "--platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 --abi cp311"
        " --implementation cp --python-version 311"
    )
    assert platforms({"py3-none-any"})[:4] == ["--platform", "any", "--abi", "none"]


def test_the_bill_says_what_lies_where_under_which_licence_and_is_the_same_for_the_same_build(item: Found) -> None:
    bill = document([item], {item.purl: "0" * 64})
    (package,) = (one for one in bill["components"] if one["name"] == "six-seven")
    assert package["licenses"] == [{"expression": "MIT"}]
    assert package["hashes"] == [{"alg": "SHA-256", "content": "0" * 64}]
    assert package["properties"] == [{"name": "roomlens:part", "value": "CoreLayer"}]
    assert {one["type"] for one in bill["components"]} == {"library", "machine-learning-model"}
    assert bill == document([item], {item.purl: "0" * 64})
    assert bill["serialNumber"] != document([item], {})["serialNumber"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("License: BSD\n\twith words\n", [{"license": {"name": "BSD"}}]),
        ("License: x\nClassifier: License :: OSI Approved :: MIT License\n", [{"license": {"name": "MIT License"}}]),
        ("", []),
    ],
)
def test_older_words_about_a_licence_are_read(item: Found, lines: str, expected: list[object]) -> None:
    path = item.folder / "six_seven-1.0.dist-info" / "METADATA"
    path.write_text(f"Metadata-Version: 2.1\nName: six-seven\nVersion: 1.0\n{lines}")
    (package,) = (one for one in document([item], {})["components"] if one["name"] == "six-seven")
    assert package["licenses"] == expected


def test_what_has_no_lock_has_no_pins(tmp_path: Path) -> None:
    assert locked(tmp_path / "requirements.txt") == {}
    (tmp_path / "requirements.txt").write_text(f"six==1 --hash=sha256:{'0' * 64}\n")
    assert locked(tmp_path / "requirements.txt") == {("six", "1"): Pin("six", "1", "", frozenset({"0" * 64}))}
