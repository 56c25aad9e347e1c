"""The demonstration against a system of its own: the routes it calls, on loopback, with made-up answers."""

from __future__ import annotations

import io
import json
import shlex
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rich.console import Console

from rig import demo
from rig.demo import DemoError, DemoSession, read_folder, read_samples, run_demo

ROOT = Path(__file__).parents[3]


class System:
    """Listings, and photos that are looked at the moment they are put; those named `bad…` fail."""

    def __init__(self) -> None:
        self.listings: list[dict[str, Any]] = []
        self.images: list[dict[str, Any]] = []
        self.broken = False
        self.token: str | None = None

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803 - boto3's names
        _, listing_id, name = Key.replace("incoming/local/", "incoming/").split("/", 2)
        digest = sha256(Body).hexdigest()
        if any(image["listing_id"] == int(listing_id) and image["sha256"] == digest for image in self.images):
            return
        failed = name.startswith("bad")
        self.images.append(
            {
                "id": len(self.images) + 1,
                "listing_id": int(listing_id),
                "status": "failed" if failed else "analyzed",
                "filename": name.rsplit("/", 1)[-1],
                "s3_path": f"s3://{Bucket}/{Key}",
                "sha256": None if failed else digest,
                "predictions": None if failed else PREDICTIONS,
                "analysis_ms": None if failed else 301.4,
                "failure": {"code": "unsupported-media", "detail": "This is not a photo."} if failed else None,
            }
        )

    def answer(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        route = (method, urlsplit(path).path)
        if self.broken:
            return 503, {"detail": "The database is starting."}
        if route == ("GET", "/api/listings"):
            found = [one for one in self.listings if one["external_ref"] == asked["external_ref"]]
            return 200, {"listings": found, "next_cursor": None}
        if route == ("POST", "/api/listings"):
            self.listings.append({"id": len(self.listings) + 1, "title": None, "address": None} | body)
            return 201, self.listings[-1]
        if route == ("GET", "/api/images"):
            rows = [one for one in self.images if one["listing_id"] == int(asked["listing_id"])]
            first = int(asked.get("cursor", 0))
            more = str(first + 2) if len(rows) > first + 2 else None
            return 200, {"images": rows[first : first + 2], "next_cursor": more}
        if route == ("POST", "/api/query/"):
            hit = {"id": 1, "score": 0.71, "relevance": "strong", "caption": "Kitchen with an oven."}
            return 200, {"top_k": [hit]}
        if route == ("POST", "/api/chat/"):
            reply = "Hardwood floors can be seen in the kitchen (photo 1)."
            return 200, {"reply": reply, "citations": [{"sentence": reply, "image_ids": [1]}]}
        return 404, {"detail": "There is no such route."}


PREDICTIONS = {
    "room_type": {"label": "living_room", "confidence": 0.93},
    "condition_score": 0.781,
    "condition_band": "C3",
    "natural_light_score": None,
    "feature_tags": ["hardwood_floors", "fireplace"],
}


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    system = System()
    monkeypatch.setattr(demo, "new_client", lambda _service, _url: system)
    return system


@pytest.fixture
def api_url(system: System) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            known = system.token in (None, self.headers.get("authorization"))
            asked = json.loads(body) if body else None
            status, answer = system.answer(self.command, self.path, asked) if known else (401, {"message": "No"})
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = handle_any  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *arguments: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def session(api_url: str) -> DemoSession:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    return DemoSession(api_url, "http://localhost:4566", "photo-bucket", None, console, Path("elsewhere"))


def printed(session: DemoSession) -> str:
    assert isinstance(session.console.file, io.StringIO)
    return session.console.file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "my home"
    (place / "upstairs").mkdir(parents=True)
    for name in ("b.jpg", "a.PNG", "upstairs/c.heic"):
        (place / name).write_bytes(name.encode())
    (place / "copy of b.jpg").write_bytes(b"b.jpg")
    (place / "notes.txt").write_text("not a photo")
    return place


def with_photos(session: DemoSession, folder: Path) -> DemoSession:
    return replace(session, photos=folder)


def test_a_folder_of_photos_becomes_one_listing_named_after_it(
    session: DemoSession, system: System, folder: Path
) -> None:
    run_demo(with_photos(session, folder))
    assert [one["title"] for one in system.listings] == ["my home"]
    keys = [image["s3_path"] for image in system.images]
    assert keys == [f"s3://photo-bucket/incoming/1/{name}" for name in ("a.PNG", "b.jpg", "upstairs/c.heic")]


def test_where_calls_need_a_token_it_shows_one_and_tells_how_to_get_another(
    session: DemoSession, system: System, folder: Path
) -> None:
    system.token = "Bearer its-token"
    with pytest.raises(DemoError, match="answered with 401"):
        run_demo(with_photos(session, folder))
    run_demo(replace(with_photos(session, folder), token="its-token", tenant="local"))
    paths = [image["s3_path"] for image in system.images]
    assert paths == [f"s3://photo-bucket/incoming/local/1/{name}" for name in ("a.PNG", "b.jpg", "upstairs/c.heic")]
    text = printed(session)
    assert "TOKEN=$(.venv/bin/python -m rig token --tenant local --subject me --data elsewhere)" in text
    assert f'curl -H "authorization: Bearer $TOKEN" \'{session.api_url}/api/images?listing_id=1\'' in text
    assert "its-token" not in text


def test_a_second_start_finds_its_listing_and_photos_again(
    session: DemoSession, system: System, folder: Path
) -> None:
    run_demo(with_photos(session, folder))
    run_demo(with_photos(session, folder))
    assert len(system.listings) == 1
    assert len(system.images) == 3


def test_what_was_found_is_shown_without_control_sequences_in_80_columns(
    session: DemoSession, system: System, folder: Path
) -> None:
    (folder / "bad.jpg").write_bytes(b"PDF")
    run_demo(with_photos(session, folder))
    text = printed(session)
    assert "\x1b" not in text
    assert "\r" not in text
    for shown in ("living room", "93%", "C3 0.78", "hardwood floors", "301", "bad.jpg: This is not a photo."):
        assert shown in text
    for shown in ("0.71", "Kitchen with an oven.", "Hardwood floors can be seen", "Cited: photo 1 (a.PNG)"):
        assert shown in text
    pasted = text[text.index("Go on") :]
    assert all(len(line) <= 80 for line in text[: text.index("Go on")].splitlines())
    http, s3 = (shlex.split(line.partition(": ")[2]) for line in pasted.splitlines() if "over" in line)
    photo = s3[-2]
    assert Path(photo).is_file(), "a photo that is there to be sent"
    assert s3[-4:] == ["s3", "cp", photo, "s3://photo-bucket/incoming/1/"]
    assert http == ["curl", "-F", f"file=@{photo}", "-F", "listing_id=1", f"{session.api_url}/api/upload/"]
    assert f"{session.api_url}/api/docs" in pasted
    assert "rig lint 1 --data elsewhere" in pasted


def test_a_missing_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"there is no folder .*nowhere"):
        read_folder(tmp_path / "nowhere")


def test_a_folder_without_photos_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="holds no photo"):
        read_folder(tmp_path)


def test_a_refusal_of_the_api_is_told_with_its_reason(
    session: DemoSession, system: System, folder: Path
) -> None:
    system.broken = True
    with pytest.raises(DemoError, match=r"answered with 503: The database is starting\."):
        run_demo(with_photos(session, folder))


def test_photos_that_never_come_out_end_the_demonstration(
    session: DemoSession, system: System, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_PATIENCE", 0.0)
    monkeypatch.setattr(system, "put_object", lambda **_put: None)
    with pytest.raises(DemoError, match="3 of 3 photos were not analysed"):
        run_demo(with_photos(session, folder))


def test_the_samples_are_two_homes_with_six_rooms_each() -> None:
    homes = read_samples(ROOT / "samples")
    assert len(homes) == 2
    assert all(len(home.photos) >= 6 for home in homes)
    assert len({home.external_ref for home in homes}) == 2


def test_a_listing_without_its_photo_is_one_clear_line(tmp_path: Path) -> None:
    described = [{"folder": "home", "title": "Home", "photos": [{"file": "kitchen.jpg"}]}]
    (tmp_path / "listings.json").write_text(json.dumps(described))
    with pytest.raises(DemoError, match=r"the sample photo .*kitchen\.jpg is missing"):
        read_samples(tmp_path)
