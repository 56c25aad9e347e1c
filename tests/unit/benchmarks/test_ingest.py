"""What the benchmark of taking in makes, whom it gives photos to, and what it makes of the times."""

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmarks.ingest.__main__ import parsed
from benchmarks.ingest.crew import in_turn, together
from benchmarks.ingest.photos import NoPhotosError, folder_of, listing_photo
from benchmarks.ingest.report import REST, by_kind, figures, ratio, ratio_without_text, scaling, shares, show_shares
from benchmarks.ingest.taken import Times, of_one
from tests.pictures import encoded, photo, picture

PRODUCT = Times(400, 300, {"db": 40, "model": 200, "decode": 100})
NAIVE = Times(300, 240, {"model": 180, "text model": 60, "decode": 50})


class Recorded:
    """A worker that remembers who was asked for what."""

    def __init__(self, name: str, asked: list[tuple[str, int]], fails: bool = False) -> None:
        self.name, self.asked, self.fails = name, asked, fails

    def take_in(self, event: Any) -> Times:
        if self.fails:
            raise RuntimeError("a worker ended with -9")
        self.asked.append((self.name, event["number"]))
        return Times(float(event["number"]))


def test_a_photo_is_always_the_same_and_no_two_are() -> None:
    render = picture(size=(96, 64))
    first, again, other = (listing_photo(render, 160, seed) for seed in (1, 1, 2))
    assert first == again != other
    with Image.open(io.BytesIO(first)) as image:
        assert (image.format, image.size) == ("JPEG", (160, 106))


def test_photos_of_a_folder_are_taken_as_they_are(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.JPG", "c.txt"):
        (tmp_path / name).write_bytes(photo(seed=ord(name[0])))
    found = list(folder_of(tmp_path, 9))
    assert [(one.name, one.body) for one in found] == [("0000.jpg", photo(seed=97)), ("0001.jpg", photo(seed=98))]
    assert len(list(folder_of(tmp_path, 1))) == 1
    with pytest.raises(NoPhotosError, match="no photos"):
        list(folder_of(tmp_path / "none", 9))


def test_both_take_each_photo_and_take_turns_at_being_first() -> None:
    asked: list[tuple[str, int]] = []
    both = Recorded("product", asked), Recorded("naive", asked)
    pairs = in_turn(*both, [{"number": 1}, {"number": 2}], lambda: None)  # type: ignore[arg-type]
    assert asked == [("naive", 1), ("product", 1), ("product", 2), ("naive", 2)]
    assert pairs == [(Times(1), Times(1)), (Times(2), Times(2))]


def test_several_workers_take_each_photo_once() -> None:
    asked: list[tuple[str, int]] = []
    done = threading.Semaphore(0)
    workers = [Recorded("one", asked), Recorded("two", asked)]
    events = [{"number": number} for number in range(20)]
    assert together(workers, events, done.release) >= 0  # type: ignore[arg-type]
    assert sorted(number for _, number in asked) == list(range(20))
    with pytest.raises(RuntimeError, match="ended"):
        together([Recorded("one", asked, fails=True)], events, done.release)  # type: ignore[list-item]


def test_a_ratio_is_of_all_photos_and_not_of_each() -> None:
    pairs = [(PRODUCT, NAIVE), (Times(100, 100), Times(100, 50))]
    assert ratio(pairs) == pytest.approx(400 / 500)
    assert ratio(pairs, cpu=True) == pytest.approx(290 / 400)
    assert ratio_without_text(pairs) == pytest.approx(340 / 500)


def test_shares_are_of_the_whole_way_and_the_rest_is_said() -> None:
    found = {share.name: (share.ms, share.share) for share in shares([PRODUCT, Times(200, 0, {"new part": 10})])}
    assert found == {
        "decode": (50, pytest.approx(1 / 6)),
        "model": (100, pytest.approx(1 / 3)),
        "db": (20, pytest.approx(1 / 15)),
        REST: (pytest.approx(125), pytest.approx(250 / 600)),
        "new part": (5, pytest.approx(1 / 60)),
    }


def test_kinds_of_photos_have_ratios_of_their_own() -> None:
    pairs = [(PRODUCT, NAIVE), (NAIVE, NAIVE), (PRODUCT, NAIVE)]
    assert by_kind(["big", "small", "big"], pairs) == {"big": [pairs[0], pairs[2]], "small": [pairs[1]]}
    told = {figure.name: figure for figure in figures(["big", "small", "big"], pairs)}
    assert told["ratio to the naive loop"].met is True
    assert (told["ratio, big"].shown, told["ratio, small"].shown) == ("0.75", "1.00")
    assert "ratio, big" not in {figure.name for figure in figures(["big"], pairs[:1])}


def test_two_workers_are_compared_with_one() -> None:
    told = [figure.shown for figure in scaling(10, [5.0, 5.0], [4.0, 2.0])]
    assert told == ["2.00/s", "3.33/s", "1.67"]


def test_the_table_shows_both_sides() -> None:
    from rich.console import Console

    console = Console(file=io.StringIO(), width=120)
    show_shares(console, [(PRODUCT, NAIVE)])
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    cells = {line.split("│")[1].strip(): line.split("│")[2:6] for line in lines if "│" in line}
    assert [cell.strip() for cell in cells["the sentence encoder"]] == ["", "", "60.0", "20%"]
    assert [cell.strip() for cell in cells["the database, its commit too"]] == ["40.0", "10%", "", ""]


def test_a_part_is_measured_as_often_as_it_comes() -> None:
    with of_one() as (times, part):
        for _ in range(2):
            with part("decode"):
                encoded(picture())
    assert list(times.parts) == ["decode"]
    assert 0 < times.parts["decode"] <= times.wall
    assert times.to_json()["parts"] == times.parts


@pytest.mark.parametrize("arguments", [["--count", "2"], ["--rounds", "0"]])
def test_too_little_to_measure_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(arguments)
    assert "or more" in capsys.readouterr().err
