"""Thumbnails on their way into the bucket while something else happens."""

import threading

import pytest

from roomlens import storage
from roomlens.errors import AppError, InferenceFailedError, UnavailableError
from roomlens.observability import add_time, measured_parts
from roomlens.photos.decoding import decode
from roomlens.photos.thumbnails import being_stored, put_thumbnails
from tests.pictures import photo

Stored = dict[str, str]


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Stored:
    """What was put into the bucket: key -> content type."""
    found: Stored = {}
    monkeypatch.setattr(storage, "put", lambda key, _, kind: found.update({key: kind}))
    return found


def test_they_are_stored_when_the_block_has_ended(stored: Stored) -> None:
    picture = decode(photo())
    with being_stored(picture):
        pass
    assert stored == {storage.thumbnail_key(picture.sha256, side): "image/jpeg" for side in (320, 1280)}


def test_they_are_stored_while_the_block_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    first = threading.Event()
    monkeypatch.setattr(storage, "put", lambda *_: first.set())
    with being_stored(decode(photo())):
        assert first.wait(10)


def test_a_store_that_takes_none_is_told_after_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def put(*_: object) -> None:
        raise UnavailableError("The photo store can't be reached right now.")

    monkeypatch.setattr(storage, "put", put)
    looked = []
    with pytest.raises(UnavailableError), being_stored(decode(photo())):
        looked.append(True)
    assert looked
    with pytest.raises(UnavailableError):
        put_thumbnails(decode(photo()))


def test_what_the_block_fails_with_counts_and_nothing_is_left_running(stored: Stored) -> None:
    running = threading.active_count()
    with pytest.raises(AppError) as raised, being_stored(decode(photo())):
        raise InferenceFailedError("The model could not make anything of this photo.")
    assert isinstance(raised.value, InferenceFailedError)
    assert threading.active_count() == running
    assert len(stored) == 2


def test_only_waiting_for_the_other_thread_counts_as_time_of_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "put", lambda *_: add_time("s3", 1000))
    with measured_parts() as parts:
        put_thumbnails(decode(photo()))
    assert set(parts) == {"decode", "thumbnails", "s3"}
    assert parts["s3"] < 1000 * 1000
