"""The filters that searches are measured with, from none to one photo in a thousand, and what they should find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement

from benchmarks.vectors.crowd import ROOMS, TAGS, Chunk, Crowd, FloatArray, IntArray, Questions
from benchmarks.vectors.store import OnProgress
from roomlens.models import TextVector

K: Final = 10

Where = Callable[[Questions, int], list[ColumnElement[bool]]]
Mask = Callable[[Chunk, Questions], NDArray[np.bool_]]


@dataclass(frozen=True)
class Band:
    """One filter, said twice: to the layer, and to numpy."""

    name: str
    where: Where  # the conditions of a question, by its number
    mask: Mask  # which photos match, (questions or 1, photos)
    narrow: bool = False  # known to leave few


def _tag(index: int) -> tuple[Where, Mask]:
    """Photos with a tag, whatever they show: found by the GIN index."""
    tag = TAGS[index][0]
    return (lambda _questions, _n: [TextVector.tags.contains([tag])]), (
        lambda chunk, _questions: chunk.tags[None, :, index]
    )


def _score(least: float) -> tuple[Where, Mask]:
    """Photos in a range: found by a B-tree."""
    where: Where = lambda _questions, _n: [TextVector.condition_score >= least]  # noqa: E731
    return where, lambda chunk, _questions: chunk.scores[None, :] >= least


def _room(step: int) -> tuple[Where, Mask]:
    """Photos of a question's own room (0), or of another: then all that lies near the question is filtered out."""

    def where(questions: Questions, number: int) -> list[ColumnElement[bool]]:
        return [TextVector.room_type == ROOMS[(questions.rooms[number] + step) % len(ROOMS)]]

    return where, lambda chunk, questions: chunk.rooms[None, :] == (questions.rooms[:, None] + step) % len(ROOMS)


def _listing() -> tuple[Where, Mask]:
    """Photos of one listing, about twenty."""
    where: Where = lambda questions, number: [TextVector.listing_id == int(questions.listings[number])]  # noqa: E731
    return where, lambda chunk, questions: chunk.listings[None, :] == questions.listings[:, None]


ALL: Final = Band("all photos", lambda _questions, _n: [], lambda chunk, _questions: np.ones((1, len(chunk.ids)), bool))
BANDS: Final = (
    ALL,
    Band("10 %, a tag", *_tag(0)),
    Band("10 %, a score", *_score(0.9)),
    Band("10 %, the same room", *_room(0)),
    Band("10 %, another room", *_room(1)),
    Band("1 %, a tag", *_tag(1)),
    Band("1 %, a score", *_score(0.99)),
    Band("0.1 %, a tag", *_tag(2)),
    Band("0.1 %, a score", *_score(0.999)),
    Band("one listing", *_listing(), narrow=True),
)


@dataclass(frozen=True)
class Truth:
    """The K nearest photos of each question, nearest first, by float32 numbers: (questions, K); 0 where there are
    fewer."""

    ids: IntArray

    def of(self, number: int) -> set[int]:
        return set(self.ids[number].tolist()) - {0}


def truths(crowd: Crowd, questions: Questions, bands: Sequence[Band], progress: OnProgress) -> dict[str, Truth]:
    """What every band should find: each question is compared with each photo."""
    count = len(questions.vectors)
    distances: dict[str, FloatArray] = {band.name: np.full((count, K), np.inf, np.float32) for band in bands}
    ids: dict[str, IntArray] = {band.name: np.zeros((count, K), np.int64) for band in bands}
    for chunk in crowd.chunks():
        away = 1 - questions.vectors @ chunk.vectors.T
        for band in bands:
            masked = np.where(band.mask(chunk, questions), away, np.inf).astype(np.float32)
            best = np.argpartition(masked, K, axis=1)[:, :K]
            both = np.concatenate([distances[band.name], np.take_along_axis(masked, best, 1)], axis=1)
            names = np.concatenate([ids[band.name], chunk.ids[best]], axis=1)
            order = np.argsort(both, axis=1)[:, :K]
            distances[band.name] = np.take_along_axis(both, order, 1)
            ids[band.name] = np.take_along_axis(names, order, 1)
        progress("exact answers", int(chunk.ids[-1]), crowd.rows)
    return {name: Truth(np.where(np.isinf(distances[name]), 0, found)) for name, found in ids.items()}


def remembered_truths(
    folder: Path | None, crowd: Crowd, questions: Questions, progress: OnProgress
) -> dict[str, Truth]:
    """`truths`, kept in the folder for the next run."""
    if folder is None:
        return truths(crowd, questions, BANDS, progress)
    path = folder / f"truth-{crowd.rows}-{len(questions.vectors)}.npz"
    if path.exists():
        kept: dict[str, Any] = dict(np.load(path))
        if set(kept) == {band.name for band in BANDS}:
            return {name: Truth(ids) for name, ids in kept.items()}
    found = truths(crowd, questions, BANDS, progress)
    arrays: dict[str, Any] = {name: truth.ids for name, truth in found.items()}
    np.savez(path, **arrays)
    return found
