"""Train the head that names rooms: ``python -m training.rooms``.

Learns from train-rooms and from the houses that are not kept apart for measuring, chooses every setting by
cross-validation on these photos alone, and writes the weights with their card. Same photos, same bytes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table as Grid

from benchmarks.metrics import expected_calibration_error
from benchmarks.photo_sets import SHARED, Labelled, room_folders, training_houses
from roomlens.vision.room_head import HEAD_NAME, RoomHead, inputs
from roomlens.vision.rooms import SPEAKS_ABOVE, RoomRules, ToldRoom, softmax
from roomlens.vocabulary import RoomType
from roomlens_models.heads import HEADS, Head
from roomlens_models.tensorfile import Tensor
from roomlens_models.weights import VISION_FILE, MissingWeightsError, manifest
from training.cards import write_head
from training.features import CACHE, WIDTH, Features, features_of
from training.multinomial import Array, FloatArray, Multinomial
from training.room_choices import (
    DESERVED,
    FOLDS,
    MAY_ABSTAIN,
    MAY_FALL_SILENT,
    Choice,
    Table,
    abstention,
    chosen,
    fitted,
    fold_of,
    frame_of,
    temperature,
)

# Raise it when the head is trained in another way; the hash tells the bytes.
VERSION = "1"
ROOMS = (
    RoomType.BATHROOM,
    RoomType.BEDROOM,
    RoomType.DINING_ROOM,
    RoomType.EXTERIOR,
    RoomType.HALLWAY,
    RoomType.KITCHEN,
    RoomType.LIVING_ROOM,
)
SETS = {
    "train-rooms": {
        "source": "a subset of Places365 as kept in the public repository SilviuBR24/room-classification",
        "terms": "photos for non-commercial research and education; no photo is part of this project",
    },
    "houses-train": {
        "source": "Houses-dataset: H. Ahmed and M. Moustafa, House price estimation from visual and textual features, "
        "IJCCI 2016; houses whose number is not divisible by five, without mislabelled ones and copies of the others",
        "terms": "no licence is stated; photos of third parties; no photo is part of this project",
    },
}


def labelled(folder: Path) -> list[Labelled]:
    """The photos to learn from.

    Raises:
        FileNotFoundError: a set is not there, or a room has no photos.
    """
    rooms, houses = room_folders(folder / "train-rooms"), training_houses(folder / "houses-train")
    for name, found, shape in (
        ("train-rooms", rooms, "<room>/*.jpg"),
        ("houses-train", houses, "<house>_<room>.jpg"),
    ):
        if not found:
            raise FileNotFoundError(f"no photos to learn from: expected {shape} in {folder / name}")
    photos = [photo for photo in (*rooms, *houses) if photo.room in ROOMS]
    if missing := set(ROOMS) - {photo.room for photo in photos}:
        raise FileNotFoundError(f"no photos of: {', '.join(sorted(missing))}")
    return photos


def table_of(photos: Sequence[Labelled], rules: RoomRules, whole: Features, mirrored: Features) -> Table:
    """Photos and the network's answers about them as rows to learn from."""
    groups = [photo.group if _is_house(photo) else f"{photo.path.parent.name}/{photo.path.name}" for photo in photos]
    return Table(
        inputs=inputs(rules, whole.logits, whole.features),
        mirrored=inputs(rules, mirrored.logits, mirrored.features),
        labels=np.array([ROOMS.index(photo.room) for photo in photos], np.int64),
        from_houses=np.array([_is_house(photo) for photo in photos]),
        folds=np.array([fold_of(group) for group in groups], np.int64),
    )


def _is_house(photo: Labelled) -> bool:
    return photo.path.parent.name == "houses-train"


def head_of(model: Multinomial, degrees: float, abstain_below: float, speaks_above: float) -> Head:
    """What is written: weights in half precision, already divided by the temperature."""
    tensors: dict[str, Tensor] = {
        "weight": (model.weight / degrees).astype(np.float16),
        "bias": (model.bias / degrees).astype(np.float32),
    }
    metadata = {
        "rooms": ",".join(ROOMS),
        "abstain_below": f"{abstain_below:.4f}",
        "speaks_above": f"{speaks_above:.5f}",
        "version": VERSION,
    }
    return Head(tensors, metadata, sha256="")


def told(head: RoomHead, rules: RoomRules, shares: Array, logits: FloatArray) -> list[ToldRoom]:
    """What head and rules say together of photos whose held-out shares are given, (photos, rooms)."""
    return [
        head.combined(dict(zip(ROOMS, row.tolist(), strict=True)), rules.signs(seen))
        for row, seen in zip(shares, logits, strict=True)
    ]


def figures(answers: Iterable[ToldRoom], rooms: Sequence[RoomType]) -> dict[str, Any]:
    """How right the answers are, how far confidence is from accuracy, and how many abstain."""
    said = list(answers)
    first = [answer.ranked[0] for answer in said]
    right = [candidate.label is room for candidate, room in zip(first, rooms, strict=True)]
    among = [
        room in {candidate.label for candidate in answer.ranked[:3]} for answer, room in zip(said, rooms, strict=True)
    ]
    by_room = {
        room.value: round(float(np.mean([hit for hit, label in zip(right, rooms, strict=True) if label is room])), 3)
        for room in sorted(set(rooms))
    }
    return {
        "photos": len(said),
        "top_1": round(float(np.mean(right)), 4),
        "top_3": round(float(np.mean(among)), 4),
        "calibration_error": round(expected_calibration_error([c.confidence for c in first], right), 4),
        "abstained": round(float(np.mean([candidate.label is RoomType.OTHER for candidate in first])), 4),
        "top_1_by_room": by_room,
    }


def trained(photos: Sequence[Labelled], whole: Features, mirrored: Features, console: Console) -> tuple[Head, Any]:
    """The head, and its card without the hash."""
    rules = RoomRules()
    table = table_of(photos, rules, whole, mirrored)
    frame = frame_of(table.inputs, WIDTH)
    turned = table.turned(frame)
    choice, logits = chosen(
        turned,
        lambda tried, name: track(tried, f"cross-validating: {name}", console=console, transient=True),  # type: ignore[arg-type,return-value]
    )
    degrees = temperature(turned, logits)
    shares = softmax((logits / degrees).astype(np.float32)).astype(np.float64)
    threshold = abstention(shares.max(1), shares.argmax(1) == table.labels)
    spoken = [rules.signs(seen).spoken for seen in whole.logits]
    silent = min(SPEAKS_ABOVE, float(np.quantile(spoken, MAY_FALL_SILENT)))
    everything = fitted(turned, np.ones(len(photos), bool), choice)
    head = head_of(frame.brought_back(everything), degrees, threshold, silent)
    answers = told(RoomHead(head, rules), rules, shares, whole.logits)
    by_set = {
        name: figures(
            [answer for answer, house in zip(answers, table.from_houses, strict=True) if house == is_house],
            [photo.room for photo in photos if _is_house(photo) == is_house],
        )
        for name, is_house in (("train-rooms", False), ("houses-train", True))
    }
    return head, card_of(photos, choice, degrees, head, by_set)


def card_of(photos: Sequence[Labelled], choice: Choice, degrees: float, head: Head, by_set: Any) -> dict[str, Any]:
    """What there is to know of the head, for people and programs."""
    counts = Counter((_is_house(photo), photo.room.value) for photo in photos)
    data = [
        {"name": name, "photos": {room: counts[house, room] for room in ROOMS if counts[house, room]}} | SETS[name]
        for name, house in (("train-rooms", False), ("houses-train", True))
    ]
    return {
        "name": HEAD_NAME,
        "version": VERSION,
        "is": "multinomial logistic regression on the last layer of EfficientNet-Lite2 and the rules' evidence",
        "network_sha256": manifest()["efficientnet-lite2"].sha256[VISION_FILE],
        "made_by": "python -m training.rooms",
        "data": data,
        "chosen_by_cross_validation": {
            "folds": f"{FOLDS}, by house; photos of rooms one by one",
            "criterion": "least mean -log confidence in the right room, both sets counting alike",
            **asdict(choice),
            "temperature": round(degrees, 4),
        },
        "abstains": {
            "below": float(head.metadata["abstain_below"]),
            "criterion": f"the highest confidence below which lie at most {MAY_ABSTAIN:.0%} of the cross-validated "
            f"answers, of which at most {DESERVED:.0%} were right",
            "silent_below": float(head.metadata["speaks_above"]),
            "silent_criterion": f"the share of sure signs of a home that {MAY_FALL_SILENT:.1%} of photos fall below",
        },
        "cross_validated": by_set,
        "limits": "six rooms and the fronts of houses; floor plans and what is no home are told by rules, not data. "
        "Labels of train-rooms are those of its source: some photos show two rooms or are mislabelled.",
    }


def main(arguments: list[str] | None = None) -> int:
    """Train and write. Returns the exit status: 1 when there are no photos or no network."""
    parser = argparse.ArgumentParser(prog="python -m training.rooms", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", default=SHARED, help="the folder with train-rooms/ and houses-train/"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", default=HEADS, help="where the head and its card go")
    parser.add_argument("--cache", type=Path, metavar="DIR", default=CACHE, help="where the network's answers are kept")
    options = parser.parse_args(arguments)
    console = Console()
    try:
        photos = labelled(options.photos)
        paths = [photo.path for photo in photos]
        whole, mirrored = (
            features_of(paths, console=console, view=view, cache_folder=options.cache) for view in ("whole", "mirrored")
        )
    except (OSError, MissingWeightsError) as error:
        console.print(f"[red]{error}[/]", soft_wrap=True)
        return 1
    head, card = trained(photos, whole, mirrored, console)
    show(console, card)
    sha256 = write_head(HEAD_NAME, head.tensors, card, options.out, head.metadata)
    console.print(f"wrote {options.out / HEAD_NAME}.safetensors, sha256 {sha256}", soft_wrap=True)
    return 0


def show(console: Console, card: dict[str, Any]) -> None:
    grid = Grid("set", "photos", "top-1", "top-3", "calibration error", "abstained", title="cross-validated")
    for name, found in card["cross_validated"].items():
        numbers = ("photos", "top_1", "top_3", "calibration_error", "abstained")
        grid.add_row(name, *(str(found[number]) for number in numbers))
    console.print(grid)
    console.print(card["chosen_by_cross_validation"], card["abstains"])


if __name__ == "__main__":
    raise SystemExit(main())
