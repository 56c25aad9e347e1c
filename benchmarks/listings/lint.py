"""How many planted faults the rules find, and what they find where nothing was planted.

``python -m benchmarks.listings.lint`` takes the houses that are kept apart, four photos each. Into each house one fault
is planted at a time: a photo is blurred, darkened, made small or written on, an edited copy is added, or a room is left
out. Counted is whether the rule that is about it names that photo. Findings in houses as they are count as false; a
few are not, for real photos are dark or tilted, too.

The photos hold no person and no altered room, so the rules about these are not measured here.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(ROOT / "layers" / "core"), str(ROOT / "layers" / "models")]

import numpy as np  # noqa: E402 - after the path
from PIL import Image, ImageEnhance, ImageFilter  # noqa: E402
from rich.console import Console  # noqa: E402

from benchmarks.figures import Figure, show_figures  # noqa: E402
from benchmarks.looks import Edit, Look, looks_at  # noqa: E402
from benchmarks.photo_sets import SHARED, Labelled, eval_houses  # noqa: E402
from roomlens import models  # noqa: E402
from roomlens.duplicates import SAME_SCENE  # noqa: E402
from roomlens.listings.copies import pairs_of  # noqa: E402
from roomlens.listings.kinds import ListingPhoto  # noqa: E402
from roomlens.listings.linting.engine import findings  # noqa: E402
from roomlens.listings.linting.subject import Subject  # noqa: E402
from roomlens.photos.facts import facts_of  # noqa: E402
from roomlens.schemas import RulePack  # noqa: E402
from roomlens.vision import photo_analyzer, told  # noqa: E402
from roomlens.vision.hashes import perceptual_hash  # noqa: E402
from roomlens.vocabulary import RoomType  # noqa: E402
from training.overlays import OTHER_FACES, caption, screenshot, watermark  # noqa: E402

# The rules of the pack `default` as far as these photos can be held against them: their longest side is 512 pixels.
RULES: Final = RulePack.model_validate(
    {
        "name": "measured",
        "version": 1,
        "title": "What can be measured",
        "rules": [
            *({"rule": "required_room", "severity": "error", "rooms": [room]}
              for room in ("exterior", "kitchen", "bedroom", "bathroom")),
            {"rule": "resolution", "severity": "error", "long_side": 320, "short_side": 180},
            *({"rule": "quality", "severity": "error", "flag": flag}
              for flag in ("blurry", "dark", "overexposed", "tilted")),
            *({"rule": "compliance", "severity": "error", "flag": flag}
              for flag in ("text_overlay", "watermark", "screenshot")),
            {"rule": "duplicate", "severity": "error", "kind": "same_scene"},
            {"rule": "undeclared_edit", "severity": "error"},
        ],
    }
)  # fmt: skip


def _smaller(share: float) -> Edit:
    def shrink(image: Image.Image) -> Image.Image:
        return image.resize((round(image.width * share), round(image.height * share)))

    return Edit(f"lint-{share}", shrink)


def _drawn(name: str, draw: object) -> Edit:
    def apply(image: Image.Image) -> Image.Image:
        assert callable(draw)
        return draw(image, random.Random(zlib.crc32(image.tobytes())), OTHER_FACES)  # type: ignore[no-any-return]

    return Edit(f"lint-{name}", apply)


@dataclass(frozen=True)
class Fault:
    """What is done to a house's kitchen, or to a copy of it, and the rule that is about it."""

    name: str
    rule: str
    edit: Edit
    added: bool = False  # beside the kitchen, not in its place


FAULTS: Final = (
    Fault("blurred (Gauss, 4 pixels of 512)", "quality blurry",
          Edit("lint-blur", lambda i: i.filter(ImageFilter.GaussianBlur(4)))),
    Fault("a quarter of the light", "quality dark",
          Edit("lint-dark", lambda i: ImageEnhance.Brightness(i).enhance(0.25))),
    Fault("half as large", "resolution", _smaller(0.5)),
    Fault("a caption drawn over it", "compliance text_overlay", _drawn("caption", caption)),
    Fault("a watermark drawn over it", "compliance watermark", _drawn("watermark", watermark)),
    Fault("a screenshot of it", "compliance screenshot", _drawn("screenshot", screenshot)),
    Fault("a copy, brighter and smaller", "undeclared_edit",
          Edit("lint-copy", lambda i: ImageEnhance.Brightness(_smaller(0.8).apply(i)).enhance(1.15)), added=True),
    Fault("a copy, cut to 90 %", "duplicate same_scene",
          Edit("lint-cut", lambda i: i.crop((i.width // 20, i.height // 20, i.width * 19 // 20, i.height * 19 // 20))),
          added=True),
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A photo as rules see it, and what copies are told by."""

    photo: ListingPhoto
    vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def seen(number: int, path: Path, look: Look, edit: Edit | None) -> Seen:
    with Image.open(path) as image:
        picture = image.convert("RGB")
    shown = edit.apply(picture) if edit else picture
    row = models.Image(
        id=number,
        width=shown.width,
        height=shown.height,
        perceptual_hash=f"{perceptual_hash(np.asarray(shown)):016x}",
        correction=None,
    )
    analysis = models.Analysis(image_id=number, **look.values)
    return Seen(ListingPhoto(row, analysis, facts_of(analysis, None), None), look.image_vector)


def found(photos: Sequence[Seen]) -> list[tuple[str, int | None]]:
    """(what the rule is about, photo) of every finding."""
    threshold = SAME_SCENE.get(photo_analyzer().model.name)
    near = {
        (one.photo.id, other.photo.id): cosine
        for one, other in combinations(photos, 2)
        if threshold is not None and (cosine := float(one.vector @ other.vector)) >= threshold
    }
    hashes = {one.photo.id: one.photo.image.perceptual_hash for one in photos}
    subject = Subject([one.photo for one in photos], told(), copies=pairs_of(hashes, near, threshold))
    return [
        (rule.about, finding.image_id)
        for rule in RULES.rules
        for finding in findings(RULES.model_copy(update={"rules": [rule]}), subject)
    ]


def measure(photos: Sequence[Labelled], console: Console) -> list[Figure]:
    """Shares of planted faults that were found, and of houses and photos as they are in which something was."""
    looks = looks_at([photo.path for photo in photos], console=console, title="as they are")
    every = [
        (photo, seen(number, photo.path, look, None))
        for number, (photo, look) in enumerate(zip(photos, looks, strict=True), 1)
    ]
    houses = {house: list(some) for house, some in groupby(sorted(every, key=_by_house), key=_by_house)}
    kitchens = {
        house: (photo.path, one)
        for house, some in houses.items()
        for photo, one in some
        if photo.room is RoomType.KITCHEN
    }
    plain = {house: found([one for _, one in some]) for house, some in houses.items()}
    figures = [_planted(fault, houses, kitchens, console) for fault in FAULTS]
    return [*figures, _without_bathroom(houses), *_false(plain, len(every))]


def _by_house(one: tuple[Labelled, Seen]) -> str:
    return one[0].group


def _planted(
    fault: Fault,
    houses: Mapping[str, Sequence[tuple[Labelled, Seen]]],
    kitchens: Mapping[str, tuple[Path, Seen]],
    console: Console,
) -> Figure:
    looks = looks_at([path for path, _ in kitchens.values()], console=console, title=fault.name, edit=fault.edit)
    right = 0
    for (house, (path, kitchen)), look in zip(kitchens.items(), looks, strict=True):
        number = 1_000_000 if fault.added else kitchen.photo.id
        others = [one for _, one in houses[house] if fault.added or one is not kitchen]
        right += (fault.rule, number) in found([*others, seen(number, path, look, fault.edit)])
    return Figure(f"found: {fault.name} ({len(kitchens)})", 100 * right / len(kitchens), unit=" %")


def _without_bathroom(houses: Mapping[str, Sequence[tuple[Labelled, Seen]]]) -> Figure:
    """Houses whose only photo of a bathroom is left out."""
    right = [
        ("required_room bathroom", None) in found([one for photo, one in some if photo.room is not RoomType.BATHROOM])
        for some in houses.values()
    ]
    return Figure(f"found: no bathroom ({len(right)})", 100 * sum(right) / len(right), unit=" %")


def _false(plain: Mapping[str, Sequence[tuple[str, int | None]]], photos: int) -> list[Figure]:
    """By rule: of photos, or of houses where the rule is about the house."""
    counts = Counter(about for some in plain.values() for about, _ in some)
    clean = sum(not some for some in plain.values())
    figures = [Figure(f"houses as they are without a finding ({len(plain)})", 100 * clean / len(plain), unit=" %")]
    for rule in RULES.rules:
        of = len(plain) if rule.rule == "required_room" else photos
        name = f"as they are: {rule.about} ({counts[rule.about]} of {of})"
        figures.append(Figure(name, 100 * counts[rule.about] / of, unit=" %", digits=1))
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listings.lint", description=(__doc__ or "")[:72])
    parser.add_argument("--photos", type=Path, default=SHARED / "houses-train")
    options = parser.parse_args(arguments)
    photos, console = eval_houses(options.photos), Console()
    if not photos:
        console.print(f"No photos of houses in {options.photos}: nothing to measure.")
        return 2
    show_figures(console, f"Rules, on {len(photos)} photos of houses kept apart", measure(photos, console))
    return 0


if __name__ == "__main__":
    sys.exit(main())
