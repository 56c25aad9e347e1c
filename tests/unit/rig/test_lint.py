"""`rig lint`: what it asks, prints and ends with. The engine has tests of its own (unit/listings/test_linting.py)."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rig.cli import main
from rig.data_folder import DataFolder, RigState
from rig.lint import CLEAN, FOUND, NOT_DONE, LintError, LintOptions, is_grave, read_wanted, run
from rig.lint_view import show

SAMPLE = Path(__file__).parents[2] / "rig_sample" / "template.yaml"
WARNING = {
    "rule": "quality", "severity": "warning", "image_id": 7, "other_image_id": None, "message": "Photo 7 is blurry.",
    "fix": "Take it again.",
}  # fmt: skip
ERROR = WARNING | {"rule": "required_room", "severity": "error", "image_id": None, "message": "No photo shows a bath."}


def answer(*findings: dict[str, Any], unchecked: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    counts = {name: sum(one["severity"] == name for one in findings) for name in ("error", "warning", "info")}
    return {
        "listing_id": 3, "passed": not counts["error"], "pack": {"name": "default", "version": 1, "title": "Usual"},
        "model": "m", "photo_count": 1, "counts": counts, "findings": list(findings), "unchecked": list(unchecked),
    }  # fmt: skip


class Api:
    """Answers as the API of a running system; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.shown: list[str] = []
        self.answer = answer(WARNING)
        self.images = [{"id": 7, "filename": "kitchen.jpg"}]
        self.status = 200


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A system that seems to run on the data folder `tmp_path`."""
    system = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            system.shown.append(self.headers["authorization"] or "")
            system.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self._send(system.status, system.answer if system.status == 200 else {"detail": "There is no listing 3."})

        def do_GET(self) -> None:
            self._send(200, {"images": system.images, "next_cursor": None})

        def _send(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        data = DataFolder(tmp_path)
        url = f"http://127.0.0.1:{server.server_port}"
        with data.held():
            data.write_state(RigState(1, "template.yaml", url, url, ""))
            yield system
        server.shutdown()


@pytest.fixture
def options(tmp_path: Path) -> LintOptions:
    data = DataFolder(tmp_path)
    return LintOptions("3", None, as_json=False, fail_on="error", template=Path("template.yaml"), data=data)


def test_a_listing_of_the_running_system_is_looked_at(
    api: Api, options: LintOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options) == CLEAN
    assert run(replace(options, fail_on="warning", pack="rmls")) == FOUND
    assert api.asked == [{}, {"rule_pack": "rmls"}]
    shown = capsys.readouterr().out
    assert "kitchen.jpg" in shown
    assert "passed: 0 errors, 1 warning, 0 info" in shown


def test_where_calls_need_a_token_it_shows_one_of_its_own(api: Api, options: LintOptions) -> None:
    state = options.data.read_state()
    assert state is not None
    options.data.write_state(replace(state, asks_for_tokens=True))
    assert run(replace(options, template=SAMPLE, tenant="acme")) == CLEAN
    (shown,) = api.shown
    claims = json.loads(base64.urlsafe_b64decode(shown.removeprefix("Bearer ").split(".")[1] + "=="))
    assert (claims["custom:tenant_id"], claims["sub"]) == ("acme", "lint")


def test_a_program_reads_the_answer_of_the_api(api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api.answer = answer(ERROR)
    assert main(["lint", "3", "--json", "--data", str(tmp_path)]) == FOUND
    assert json.loads(capsys.readouterr().out) == api.answer


def test_what_can_not_be_looked_at_ends_with_two(
    api: Api, options: LintOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api.images = []
    assert run(options) == NOT_DONE
    api.status = 404
    assert run(options) == NOT_DONE
    assert run(replace(options, data=DataFolder(tmp_path / "other"))) == NOT_DONE
    assert run(replace(options, listing=str(tmp_path / "nowhere"))) == NOT_DONE
    (tmp_path / "photos").mkdir()
    assert run(replace(options, listing=str(tmp_path / "photos"))) == NOT_DONE
    told = capsys.readouterr().err.splitlines()
    ends = ("has no photos", "There is no listing 3.", "give a folder of photos", "nowhere", ".webp)")
    assert all(line.endswith(end) for line, end in zip(told, ends, strict=True)), told


def test_a_template_without_the_route_can_not_be_looked_at(
    options: LintOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"")
    template = tmp_path / "template.yaml"
    template.write_text("Transform: AWS::Serverless-2016-10-31\nResources: {Bucket: {Type: AWS::S3::Bucket}}\n")
    assert run(replace(options, listing=str(tmp_path), template=template)) == NOT_DONE
    assert "has no POST /api/listings/{listing_id}/lint" in capsys.readouterr().err


def test_a_file_of_rules_is_sent_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nrules: [{rule: photo_count, min: 3}]")
    assert read_wanted(str(file)) == {"pack": {"name": "mine", "rules": [{"rule": "photo_count", "min": 3}]}}
    assert (read_wanted("swmls"), read_wanted(None)) == ({"rule_pack": "swmls"}, {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "is no YAML in line 1"),
        ("\x00", "is no YAML"),
        ("&a [*a]", "can't be sent"),
        ("day: 2026-01-01", "can't be sent"),
        ("- a", "is no mapping"),
        (None, "can't be read"),
    ],
)
def test_a_file_that_is_no_rules_is_refused(tmp_path: Path, text: str | None, says: str) -> None:
    file = tmp_path / "mine.yml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(LintError, match=says):
        read_wanted(str(file))


@pytest.mark.parametrize(("severity", "fails"), [("error", False), ("warning", True), ("info", True)])
def test_a_finding_fails_what_is_as_strict_as_itself(severity: str, fails: bool) -> None:
    assert is_grave(answer(WARNING), severity) is fails


def test_findings_are_shown_with_their_photo_and_remedy_in_eighty_columns() -> None:
    out = io.StringIO()
    face = {"rule": "compliance face", "reason": "The model does not tell this."}
    show(Console(file=out, width=80), answer(ERROR, WARNING, unchecked=(face,)), {7: "kitchen.jpg"})
    lines = out.getvalue().splitlines()
    assert lines[0] == "Listing 3: 1 photo, rules of default 1 (Usual)"
    assert max(map(len, lines)) <= 80
    assert "failed: 1 error, 1 warning, 0 info" in lines[-1]
    for part in ("No photo shows a bath.", "kitchen.jpg", "Take it again.", "not checked: compliance face."):
        assert part in out.getvalue()


def test_of_two_photos_that_a_finding_is_about_either_s_file_is_named() -> None:
    out = io.StringIO()
    pair = {"image_id": 12, "other_image_id": 1, "message": "Photo 12 is an edited copy of photo 1."}
    show(Console(file=out, width=80), answer(WARNING | pair), {1: "kitchen.jpg", 12: "copy.jpg"})
    assert "copy.jpg  Photo 12 is an edited copy of photo 1 (kitchen.jpg)." in out.getvalue()
