"""The main job, shown on a running system: photos go in through S3, and what was found comes out over HTTP.

Nothing here reaches into the system: it does what any client could do.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rig import demo_view as view
from rig.aws import new_client

SAMPLES = Path(__file__).parents[1] / "samples"
ROUTES = frozenset(
    {"POST /api/listings", "GET /api/listings", "GET /api/images", "POST /api/query", "POST /api/chat"}
)
"""What the demonstration calls: a template with all of these is Roomlens."""
SEARCH = "a room with many books"
QUESTION = "Which room gets the most daylight?"
ABOUT_THE_SAMPLES = "How has the kitchen changed?"  # of which they have one before, and one after
_PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"}
_MOST_PHOTOS = 300
# Seconds without a further photo before the demonstration gives up; the first one waits for a cold start.
_PATIENCE = 120.0


class DemoError(RuntimeError):
    """The demonstration can't go on; the message is one line for a person."""


@dataclass(frozen=True)
class DemoSession:
    """Where the system is, and whose photos to show: the samples, or those of the folder `photos`. `data`: its folder,
    where a command has to be told of it. `token`: what its calls show, where the API asks for one, and `tenant` whom
    it names, where there are several."""

    api_url: str
    s3_url: str
    bucket: str
    photos: Path | None
    console: Console
    data: Path | None = None
    token: str | None = None
    tenant: str | None = None

    @property
    def asks(self) -> str:
        """What comes after `rig token` for another token like its own; empty where nobody needs one."""
        if not self.token:
            return ""
        return f"--tenant {self.tenant} --subject me" if self.tenant else "--subject me"

    @property
    def door(self) -> str:
        """Where photos are put into the bucket: with many tenants, each has a folder there."""
        return f"incoming/{self.tenant}/" if self.tenant else "incoming/"


@dataclass(frozen=True)
class Home:
    """A listing to make, and the photos that belong to it."""

    external_ref: str
    fields: dict[str, Any]
    photos: tuple[Path, ...]
    folder: Path

    def key(self, door: str, listing_id: int, photo: Path) -> str:
        """Where the bucket's notification looks for photos of a listing."""
        return f"{door}{listing_id}/{photo.relative_to(self.folder).as_posix()}"


def run_demo(session: DemoSession) -> None:
    """Puts photos in, waits, shows what was found, one search, one answer. Raises DemoError."""
    homes = read_folder(session.photos) if session.photos else read_samples(SAMPLES)
    view.show_start(session.console, session.api_url)
    shown = [(listing_of(session, home), home) for home in homes]
    started = time.monotonic()
    expected = _put_photos(session, shown)
    _wait(session, expected, [listing["id"] for listing, _ in shown])
    for listing, _ in shown:
        view.show_photos(session.console, listing, images_of(session, listing["id"]))
    count = sum(len(keys) for keys in expected.values())
    view.show_time(session.console, count, time.monotonic() - started)
    names = {image["id"]: image["filename"] for listing, _ in shown for image in images_of(session, listing["id"])}
    narrowed = {"listing_id": shown[0][0]["id"]} if session.photos else {}
    found = call(session, "POST", "/api/query/", {"query": SEARCH, "k": 3, **narrowed})
    view.show_search(session.console, SEARCH, found["top_k"], names)
    for question in [QUESTION] if session.photos else [QUESTION, ABOUT_THE_SAMPLES]:
        answer = call(session, "POST", "/api/chat/", {"message": question, "listing_id": shown[0][0]["id"]})
        view.show_answer(session.console, question, shown[0][0], answer, names)
    first, example = shown[0][0]["id"], _as_typed(shown[-1][1].photos[-1])
    folder = f"{session.bucket}/{session.door}{first}/"
    data = f" --data {_as_typed(session.data)}" if session.data else ""
    view.show_next_steps(session.console, session.api_url, session.s3_url, folder, example, data, session.asks)


def take_in(session: DemoSession, listing: dict[str, Any], home: Home) -> None:
    """Puts the home's photos into the bucket, and waits until all have been looked at. Raises DemoError."""
    _wait(session, _put_photos(session, [(listing, home)]), [listing["id"]])


def _as_typed(photo: Path) -> str:
    """The path as a person would type it in the folder that the rig was started in."""
    return shlex.quote(os.path.relpath(photo))


def read_samples(folder: Path) -> list[Home]:
    """The homes that listings.json of the folder describes. Raises DemoError."""
    try:
        described = json.loads((folder / "listings.json").read_text())
    except OSError as error:
        raise DemoError(f"the sample photos are missing: {folder}: {error.strerror}") from error
    homes = []
    for home in described:
        place = folder / home["folder"]
        photos = tuple(place / photo["file"] for photo in home["photos"])
        if missing := next((photo for photo in photos if not photo.is_file()), None):
            raise DemoError(f"the sample photo {missing} is missing")
        fields = {name: value for name, value in home.items() if name not in ("folder", "photos")}
        homes.append(Home(f"sample-{home['folder']}", fields, photos, place))
    return homes


def read_folder(folder: Path) -> list[Home]:
    """One home with the photos of a person's folder, each content once. Raises DemoError."""
    if not folder.is_dir():
        raise DemoError(f"there is no folder {folder}")
    folder = folder.resolve()
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PHOTO_SUFFIXES and path.is_file())
    if not found:
        raise DemoError(f"{folder} holds no photo ({', '.join(sorted(_PHOTO_SUFFIXES))})")
    photos = {_digest(photo): photo for photo in reversed(found[:_MOST_PHOTOS])}
    reference = f"folder-{hashlib.sha256(bytes(folder)).hexdigest()[:16]}"
    return [Home(reference, {"title": folder.name[:200]}, tuple(sorted(photos.values())), folder)]


def listing_of(session: DemoSession, home: Home) -> dict[str, Any]:
    """The home's listing: that of an earlier start, else a new one."""
    reference = urllib.parse.urlencode({"external_ref": home.external_ref})
    known = call(session, "GET", f"/api/listings?{reference}")["listings"]
    if known:
        return dict(known[0])
    return dict(call(session, "POST", "/api/listings", {**home.fields, "external_ref": home.external_ref}))


def _put_photos(session: DemoSession, shown: Iterable[tuple[dict[str, Any], Home]]) -> dict[int, dict[str, str]]:
    """Puts every photo into the bucket: what was put, by listing: the photo's digest by its key."""
    from botocore.exceptions import BotoCoreError, ClientError

    s3 = new_client("s3", session.s3_url)
    put: dict[int, dict[str, str]] = {}
    for listing, home in shown:
        put[listing["id"]] = keys = {}
        for photo in home.photos:
            key = home.key(session.door, listing["id"], photo)
            try:
                s3.put_object(Bucket=session.bucket, Key=key, Body=photo.read_bytes())
            except OSError as error:
                raise DemoError(f"{photo} can't be read: {error.strerror}") from error
            except (BotoCoreError, ClientError) as error:
                raise DemoError(f"{photo.name} could not be put into the bucket: {error}") from error
            keys[key] = _digest(photo)
    return put


def _wait(session: DemoSession, expected: dict[int, dict[str, str]], listings: list[int]) -> None:
    """Until every photo is analysed or has failed. On a terminal with a bar, else with a line before and after."""
    total = sum(len(keys) for keys in expected.values())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    terminal = session.console.is_terminal
    if not terminal:
        session.console.print(f"Looking at {view.count(total, 'photo')} …")
    with Progress(*columns, console=session.console, transient=True, disable=not terminal) as progress:
        bar = progress.add_task(f"Looking at {view.count(total, 'photo')}", total=total)
        before, last = 0, time.monotonic()
        while True:
            done = sum(_finished(images_of(session, number), expected[number]) for number in listings)
            progress.update(bar, completed=done)
            if done == total:
                return
            if done > before:
                before, last = done, time.monotonic()
            elif time.monotonic() - last > _PATIENCE:
                raise DemoError(f"{total - done} of {total} photos were not analysed; see `python -m rig logs`")
            time.sleep(0.2)


def _finished(images: list[dict[str, Any]], keys: dict[str, str]) -> int:
    """How many of the keys have come to an end: their own row says so, or that of a photo with the same bytes."""
    ended = [image for image in images if image["status"] in ("analyzed", "failed")]
    paths = {image["s3_path"].split("/", 3)[3] for image in ended}
    digests = {image["sha256"] for image in ended}
    return sum(key in paths or digest in digests for key, digest in keys.items())


def images_of(session: DemoSession, listing_id: int) -> list[dict[str, Any]]:
    return list(_pages(session, f"/api/images?listing_id={listing_id}&limit=100", "images"))


def _pages(session: DemoSession, path: str, items: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = call(session, "GET", path + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""))
        yield from page[items]
        cursor = page["next_cursor"]


def call(session: DemoSession, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON answer of the API. Raises DemoError with what its problem document says."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    if session.token:
        headers["authorization"] = f"Bearer {session.token}"
    request = urllib.request.Request(session.api_url.rstrip("/") + path, data, headers, method=method)
    # not through a proxy that the environment names: this is loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        raise DemoError(f"{method} {path} was answered with {error.code}: {_detail(error)}") from error
    except (OSError, ValueError) as error:
        raise DemoError(f"{method} {path} got no answer: {error}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        return error.reason


def _digest(photo: Path) -> str:
    """SHA-256, by which the API knows a photo's content again."""
    with photo.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
