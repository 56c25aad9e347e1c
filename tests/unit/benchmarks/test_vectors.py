"""The vectors' benchmark: its crowd, what it takes for the truth, and what it says of what it measured."""

import struct
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.vectors import crowd as crowds
from benchmarks.vectors import report
from benchmarks.vectors.bands import ALL, BANDS, K, Truth, remembered_truths, truths
from benchmarks.vectors.clock import Compared, Searched, Times
from benchmarks.vectors.crowd import Crowd
from benchmarks.vectors.report import Measured
from benchmarks.vectors.store import EMBEDDER, copied


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "CHUNK", 200)


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def all_of(crowd: Crowd) -> np.ndarray:
    return np.concatenate([chunk.vectors for chunk in crowd.chunks()])


def test_the_same_crowd_comes_again_chunk_by_chunk() -> None:
    first, second = all_of(Crowd(450)), all_of(Crowd(450))
    assert first.shape == (450, 1536)
    assert np.array_equal(first, second)
    assert not np.array_equal(first[:200], first[200:400]), "no chunk is another's"
    assert np.linalg.norm(first, axis=1) == pytest.approx(np.ones(450), abs=1e-5)


def test_its_vectors_lie_as_those_of_a_real_library() -> None:
    """Mean cosine 0.31 with a deviation of 0.08: what the design was measured with."""
    vectors = all_of(Crowd(1_000))
    cosines = vectors[:500] @ vectors[500:].T
    assert cosines.mean() == pytest.approx(0.31, abs=0.02)
    assert cosines.std() == pytest.approx(0.08, abs=0.02)


def test_a_filter_leaves_the_share_that_it_is_named_for() -> None:
    crowd = Crowd(4_000)
    questions = crowd.questions(5)
    kept = {band.name: 0.0 for band in BANDS}
    for chunk in crowd.chunks():
        for band in BANDS:
            kept[band.name] += band.mask(chunk, questions).mean() * len(chunk.ids) / 4_000
    for name, share in kept.items():
        if "%" in name and "room" not in name:
            assert share == pytest.approx(float(name.split(" ")[0]) / 100, rel=0.6, abs=1e-3), name
    assert kept[ALL.name] == pytest.approx(1)


def test_the_truth_is_what_one_sort_of_everything_gives() -> None:
    crowd = Crowd(500)
    questions = crowd.questions(3)
    found = truths(crowd, questions, BANDS, silent)[ALL.name]
    away = 1 - questions.vectors @ all_of(crowd).T
    assert np.array_equal(found.ids, 1 + np.argsort(away, axis=1)[:, :K])


def test_a_filter_that_leaves_fewer_than_are_wanted_has_a_shorter_truth() -> None:
    crowd = Crowd(400)
    questions = crowd.questions(4)
    truth = truths(crowd, questions, [band for band in BANDS if band.narrow], silent)["one listing"]
    listings = np.concatenate([chunk.listings for chunk in crowd.chunks()])
    for number in range(4):
        real = 1 + np.flatnonzero(listings == questions.listings[number])
        assert truth.of(number) <= set(real.tolist())
        assert len(truth.of(number)) == min(K, len(real))


def test_the_truth_is_worked_out_once(tmp_path: Path) -> None:
    crowd = Crowd(200)
    questions = crowd.questions(2)
    worked: list[int] = []
    for _ in range(2):
        found = remembered_truths(tmp_path, crowd, questions, lambda _what, done, _total: worked.append(done))
        assert set(found) == {band.name for band in BANDS}
    assert worked == [200]


def test_a_photo_is_copied_number_by_number() -> None:
    """Two bytes for each number, most significant first, as PostgreSQL's binary COPY wants them."""
    (chunk,) = Crowd(3).chunks()
    sent = copied(chunk, EMBEDDER, 0)
    assert sent.startswith(b"PGCOPY\n\xff\r\n\0" + bytes(8))
    assert sent.endswith(b"\xff\xff")
    halves = chunk.vectors[1].astype(">f2").tobytes()
    assert struct.pack(">iHH", 4 + len(halves), 1536, 0) + halves in sent
    assert sent.count(EMBEDDER.encode()) == 3


def measured(rows: int, *, recall: float = 1.0, missing: int = 0, milliseconds: float = 2.0) -> Measured:
    times = Times([milliseconds] * 3, [milliseconds] * 3, [0.1] * 3)
    found = Measured(rows, {"table": 2**20, "ix_text_vectors_vector": 2**21})
    found.bands = {ALL.name: Searched(times, 1.0, 0), "1 %, a tag": Searched(times, recall, missing)}
    found.compared = {ALL.name: Compared(times, Times([1.6] * 3, [1.6] * 3, [0.1] * 3))}
    return found


def test_the_worst_filter_is_the_one_that_counts() -> None:
    recall, missing = report.recalls(measured(10, recall=0.9, missing=2), "")
    assert (recall.value, recall.met) == (0.9, False)
    assert "1 %, a tag" in recall.name
    assert (missing.value, missing.met) == (2, False)


def test_growth_is_from_the_smallest_to_the_largest() -> None:
    few, many = Times([2.0], [2.0]), Times([4.0], [5.0])
    cpu, wall = report.growth(10, 1_000, (few, many))
    assert (cpu.value, cpu.met) == (2.5, False)
    assert wall.value == 2


def test_each_door_is_compared_with_its_target() -> None:
    figures = {figure.name: figure for figure in report.figures_of(measured(10))}
    overhead = figures["10: all photos, layer / psycopg2, p50"]
    assert overhead.value == pytest.approx(1.25)
    assert overhead.met is True


def test_every_filter_has_its_line() -> None:
    console = Console(record=True, width=120)
    report.show_bands(console, "10 photos", measured(10, recall=0.9, missing=2))
    shown = console.export_text()
    assert "table 1 MiB, HNSW index 2 MiB" in shown
    assert "0.900" in shown


def test_a_truth_names_no_photo_that_is_not_there() -> None:
    assert Truth(np.array([[4, 7, 0]])).of(0) == {4, 7}
