"""Trains the two signs of condition and measures them: ``python -m training.condition [--photos DIR] [--dry-run]``.

`finish` is a ridge from the network's features to what a house fetched beyond its place and size: the residual of
log(price / area) after the mean of the zip code, drawn towards the mean of all as by `_SHRINK` more houses, and after
area, bedrooms and bathrooms. `tidy` is a logistic regression on 192 tidy and messy rooms. Both are compared with rooms
of the same kind. Nothing is learnt or chosen on the houses kept apart (id divisible by 5); how the signs are added up
(`roomlens.vision.condition.SHARES`) was chosen on the ratings of other houses, with a ridge that had not seen the
house it judged.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from benchmarks.photo_sets import MISLABELLED, SHARED, SHOWN_AGAIN, is_kept_apart
from roomlens.vision import condition, quality
from roomlens.vision.condition_heads import HEAD_NAME, KNOWN_ROOMS, ConditionHeads
from roomlens.vision.pixels import light_of, reduced
from roomlens.vocabulary import scene_of
from roomlens_models.heads import HEADS
from training.cards import write_head
from training.features import features_of
from training.logistic import fit
from training.ratings import RATINGS, Rated, interval, ratings

Array = NDArray[np.float64]

# Of two houses that show the same one is learnt from, and none whose double is kept apart.
_DOUBLES = {again if is_kept_apart(house) else house for again, house in SHOWN_AGAIN.items()}
_LEFT_OUT = frozenset(int(house) for house in MISLABELLED | _DOUBLES)
# Of 0.5, 2, 8 and none at all the one that took most of the place away and still left something: the lower, the less a
# ridge finds (Spearman with the development ratings 0.20, 0.36, 0.49; 0.52 with the place left in).
_SHRINK = 8.0
# Regularise hard: 300 to 3000 do alike, less does worse.
_RIDGE = 1000.0
_TIDY_PENALTY = 0.01
_FOLDS = 10


@dataclass(frozen=True)
class House:
    """One sale."""

    number: int
    zipcode: str
    price: float
    area: float
    rooms: tuple[float, float]  # bedrooms, bathrooms


def houses_of(table: Path) -> list[House]:
    """The houses of `houses.csv` that may be learnt from.

    Raises:
        OSError: there is no such file.
    """
    with table.open(newline="", encoding="utf-8") as file:
        rows = [
            House(int(row["house"]), row["zipcode"], float(row["price_usd"]), float(row["area_sqft"]),
                  (float(row["bedrooms"]), float(row["bathrooms"])))
            for row in csv.DictReader(file)
        ]  # fmt: skip
    return [house for house in rows if not is_kept_apart(house.number) and house.number not in _LEFT_OUT]


def residuals(houses: Sequence[House]) -> dict[int, float]:
    """What each house fetched for its area beyond its place, area, bedrooms and bathrooms, as a logarithm."""
    places = np.array([house.zipcode for house in houses])
    price = np.log([[house.price / house.area] for house in houses])
    size = np.array([[np.log(house.area), *house.rooms] for house in houses])
    price, size = _within(price, places), _within(size, places)
    slopes = np.linalg.lstsq(size, price, rcond=None)[0]
    left = (price - size @ slopes)[:, 0]
    return {house.number: float(value) for house, value in zip(houses, left, strict=True)}


def _within(values: Array, places: NDArray[np.str_]) -> Array:
    """Values less their place's mean, which is drawn towards the mean of all."""
    left, everywhere = values.copy(), values.mean(0)
    for place in np.unique(places):
        here = places == place
        count = here.sum()
        left[here] -= (values[here].mean(0) * count + everywhere * _SHRINK) / (count + _SHRINK)
    return left


def ridge(x: Array, y: Array, penalty: float = _RIDGE) -> tuple[Array, float]:
    """Weights (width,) and bias of the least `|y - x w - b|^2 + penalty |w|^2`, solved over the photos."""
    middle = x.mean(0)
    centred = x - middle
    dual = np.linalg.solve(centred @ centred.T + penalty * np.eye(len(y)), y - y.mean())
    weights = centred.T @ dual
    return weights, float(y.mean() - middle @ weights)


@dataclass(frozen=True)
class Photos:
    """The interiors of houses-train with what is needed of them, in one order."""

    names: list[str]
    houses: NDArray[np.int64]  # (photos,)
    rooms: NDArray[np.int64]  # (photos,), into KNOWN_ROOMS
    features: Array  # (photos, 1280)

    def learnt(self, worth: Mapping[int, float]) -> NDArray[np.bool_]:
        """Which photos belong to houses that may be learnt from."""
        return np.isin(self.houses, list(worth))


def interiors(photos: Path, console: Console) -> Photos:
    """Those of all houses, kept apart or not."""
    kinds = [room.value for room in KNOWN_ROOMS]
    paths = [path for path in sorted((photos / "houses-train").glob("*.jpg")) if path.stem.split("_")[1] in kinds]
    seen = features_of(paths, console=console, title="houses")
    parts = [path.stem.split("_") for path in paths]
    return Photos(
        [path.name for path in paths],
        np.array([int(number) for number, _ in parts]),
        np.array([kinds.index(kind) for _, kind in parts]),
        np.asarray(seen.features, np.float64),
    )


def tidy_head(photos: Path, console: Console) -> tuple[tuple[Array, float], str]:
    """Weights and bias, positive for tidy, and how many rooms of its own `val` are told rightly."""
    told = {}
    for part in ("train", "val"):
        folders = [(photos / "tidy" / part / kind, kind == "clean") for kind in ("clean", "messy")]
        listed = [(path, tidy) for folder, tidy in folders for path in sorted(folder.iterdir())]
        seen = features_of([path for path, _ in listed], console=console, title=f"tidy {part}")
        told[part] = (np.asarray(seen.unit(), np.float64), np.array([float(tidy) for _, tidy in listed]))
    line = fit(*told["train"], _TIDY_PENALTY)
    x, tidy = told["val"]
    right = int(((line.scores(x) > 0) == (tidy > 0)).sum())
    return (line.weight, line.bias), f"{right} of {len(tidy)} rooms of its own val"


def trained(photos: Photos, worth: Mapping[int, float], tidy: tuple[Array, float]) -> dict[str, NDArray[np.float32]]:
    """The tensors of `ConditionHeads`, learnt from the photos of the houses in `worth`."""
    learnt = photos.learnt(worth)
    goal = np.array([worth[number] for number in photos.houses[learnt]])
    weights, bias = ridge(photos.features[learnt], goal)
    tensors = {
        "weights": np.stack([weights, tidy[0]]).astype(np.float32),
        "bias": np.array([bias, tidy[1]], np.float32),
        "means": np.zeros((len(KNOWN_ROOMS) + 1, 2), np.float32),
        "deviations": np.ones((len(KNOWN_ROOMS) + 1, 2), np.float32),
    }
    raw = ConditionHeads(tensors).raw(photos.features[learnt].astype(np.float32))
    rooms = photos.rooms[learnt]
    groups = [rooms == room for room in range(len(KNOWN_ROOMS))] + [np.ones(len(rooms), bool)]
    tensors["means"] = np.array([raw[group].mean(0) for group in groups], np.float32)
    tensors["deviations"] = np.array([raw[group].std(0) for group in groups], np.float32)
    return tensors


def scores(photos: Photos, tensors: Mapping[str, NDArray[np.float32]], folder: Path, names: Sequence[str]) -> Array:
    """Score, finish, tidy and technical of those photos, (photos, 4), by the rule that analyses use."""
    heads = ConditionHeads(tensors)
    rows = []
    for name in names:
        place = photos.names.index(name)
        room = KNOWN_ROOMS[photos.rooms[place]]
        with Image.open(folder / name) as picture:
            image = reduced(np.asarray(picture.convert("RGB")))
        measured = quality.measure(image, light_of(image))
        signs = heads.signs(photos.features[place].astype(np.float32), room)
        score, _, parts = condition.condition(room, scene_of(room), measured, signs)
        rows.append((score, parts["finish"], parts["tidy"], parts["technical"]))
    return np.array(rows, np.float64)


def cross_fitted(
    photos: Photos, worth: Mapping[int, float], tidy: tuple[Array, float], folder: Path, rated: Sequence[Rated]
) -> Array:
    """As `scores`, of photos whose house had no part in the ridge that judges them."""  # fmt: skip
    order = np.random.default_rng(0).permutation(sorted(worth))
    fold = {int(number): place % _FOLDS for place, number in enumerate(order)}
    found = np.zeros((len(rated), 4))
    for part in range(_FOLDS):
        mine = [place for place, one in enumerate(rated) if fold.get(one.house, 0) == part]
        if mine:
            others = {number: value for number, value in worth.items() if fold[number] != part}
            tensors = trained(photos, others, tidy)
            found[mine] = scores(photos, tensors, folder, [rated[place].file for place in mine])
    return found


def worth_of(found: Array, rated: Sequence[Rated]) -> dict[str, list[float]]:
    """Spearman's correlation with the ratings of condition, and its interval, for the score and for each sign."""
    goal = np.array([one.condition for one in rated])
    names = ("score", "finish", "tidy", "technical")
    return {name: [round(value, 3) for value in interval(found[:, place], goal)] for place, name in enumerate(names)}


_CARD = {
    "what": "two lines through EfficientNet-Lite2 features: finish (what a house fetched beyond size and, in part, "
    "place) and tidy; means and deviations for bathrooms, bedrooms, kitchens and all three",
    "learnt from": {
        "finish": "houses-train without the houses whose id is divisible by 5: H. Ahmed and M. Moustafa, House price "
        "estimation from visual and textual features, IJCCI 2016. No licence is stated; photos are third parties'",
        "tidy": "tidy/train of the repository GuanqiaoDing/messy-room-classifier; no licence is stated",
        "photos in this file": "none, nor can any be got back from two weights a feature",
    },
    "use": "an estimate for ranking photos. Trained on prices, it says in part 'expensive look'; no valuation, no "
    "appraisal. CONDITION_HEADS=none leaves it out",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, measure, print what the signs are worth, and write weights and card (but for `--dry-run`)."""
    parser = argparse.ArgumentParser(prog="python -m training.condition", description=__doc__)
    parser.add_argument("--photos", type=Path, default=SHARED, help="folder with houses-train and tidy")
    parser.add_argument("--out", type=Path, default=HEADS, help="folder for the weights and their card")
    parser.add_argument("--dry-run", action="store_true", help="measure, but write nothing")
    args = parser.parse_args(arguments)
    console = Console()
    folder = args.photos / "houses-train"
    photos, worth = interiors(args.photos, console), residuals(houses_of(folder / "houses.csv"))
    line, told = tidy_head(args.photos, console)
    tensors = trained(photos, worth, line)
    known = [one for one in ratings(RATINGS) if one.file in photos.names]
    chosen_by = [one for one in known if not one.kept_apart and one.house in worth]
    measured = [one for one in known if one.kept_apart]
    figures = {
        "tidy": told,
        "photos learnt from": int(photos.learnt(worth).sum()),
        f"Spearman with {len(chosen_by)} ratings by which the shares were chosen, the ridge without their house":
            worth_of(cross_fitted(photos, worth, line, folder, chosen_by), chosen_by),
        f"Spearman with {len(measured)} ratings of houses kept apart, and its 95 % interval":
            worth_of(scores(photos, tensors, folder, [one.file for one in measured]), measured),
    }  # fmt: skip
    console.print_json(data=figures)
    if not args.dry_run:
        console.print(write_head(HEAD_NAME, tensors, _CARD | {"figures": figures}, args.out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
