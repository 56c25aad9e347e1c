"""Homes for photos that have none: listings with invented names, addresses and references, in any database.

Every name is made of two parts and stands in one home alone, so it is what people look for and no model has learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from benchmarks.looks import Look
from benchmarks.photo_sets import Labelled
from roomlens.models import Analysis, Image, ImageStatus, Listing
from roomlens.photos.indexing import index_photo
from roomlens.text import ModelVersion

_FIRST = [
    "Alder",
    "Bram",
    "Calder",
    "Dun",
    "Elder",
    "Fern",
    "Glen",
    "Hazel",
    "Ivers",
    "Kes",
    "Larks",
    "Marl",
    "Nether",
    "Oxen",
    "Penn",
    "Quarr",
    "Rook",
    "Thorn",
]
_SECOND = ["beck", "combe", "dale", "ferry", "gill", "hollow", "ley", "mere", "ridge", "stead", "thwaite", "wick"]
_ROADS = ["bank", "croft", "field", "ford", "garth", "holm", "moor", "port", "shaw", "stow", "well", "wood"]
_STYLES = ("Craftsman", "Tudor", "Saltbox", "Victorian", "Mission", "Colonial", "Prairie", "Georgian")
_FORMS = ("bungalow", "cottage", "townhouse", "farmhouse", "duplex")
# As agents write them: a room in a title says nothing of the home's other photos.
_PRAISE = ("", " with a renovated kitchen", ", three bedrooms and two bathrooms", "", " with living and dining room")
_STREETS = ("Street", "Avenue", "Lane", "Road", "Drive", "Court")
_TOWNS = ("Port Ellery", "Fernbrook", "Saint Orla", "Millhaven", "Cobble Creek", "Westmarch", "Brindleton")

MOST_HOMES = len(_FIRST) * len(_SECOND)


@dataclass(frozen=True)
class Home:
    """A listing's words; `name` stands in its title and in no other listing. `called`: the title without praise."""

    name: str
    called: str
    title: str
    street: str
    address: str
    reference: str


def homes(count: int, *, first: int = 0) -> list[Home]:
    """Invented homes, always the same ones; `first` begins elsewhere among the names, which repeat after MOST_HOMES.

    Raises:
        ValueError: more homes than there are names, so that one could not be told from another.
    """
    if count > MOST_HOMES:
        raise ValueError(f"{count} homes are wanted, and only {MOST_HOMES} have different names: take fewer photos")
    return [_home(number) for number in range(first, first + count)]


def _home(number: int) -> Home:
    name, street = _name(number, _SECOND), _name(number + 101, _ROADS)
    called = f"{name} {_pick(_STYLES, number)} {_pick(_FORMS, number // 3)}"
    road = f"{17 + 7 * number % 400} {street} {_pick(_STREETS, number)}"
    return Home(
        name=name,
        called=called,
        title=called + _pick(_PRAISE, number),
        street=road,
        address=f"{road}, {_pick(_TOWNS, number // 2)}",
        reference=f"RL-{52_000 + 37 * number}",
    )


def _name(number: int, second: Sequence[str]) -> str:
    """Every pair once in 216 numbers: 5 has no factor in common with 18, and the second part moves on each round."""
    return _pick(_FIRST, 5 * number) + _pick(second, number + number // len(_FIRST))


def _pick(words: Sequence[str], number: int) -> str:
    return words[number % len(words)]


def households(photos: Sequence[Labelled]) -> list[int]:
    """The number of each photo's home: photos of a house are together; others by sixes, one of each room."""
    homes_of: dict[str, int] = {}
    seen: dict[str, int] = {}
    numbers = []
    for photo in photos:
        group = photo.group
        if group == str(photo.path):  # it has no house: the n-th of each room go together
            seen[photo.room] = seen.get(photo.room, -1) + 1
            group = f"together {seen[photo.room]}"
        numbers.append(homes_of.setdefault(group, len(homes_of)))
    return numbers


def move_in(
    session: Session,
    photos: Sequence[Labelled],
    looks: Sequence[Look],
    *,
    model: ModelVersion,
    text_model: ModelVersion,
    first: int = 0,
) -> tuple[list[int], list[Home]]:
    """Stores every photo with its analysis and its vectors, in a home. Nothing is committed.

    Returns the photos' ids in the order given, and the homes in the order of their listings, whose ids count from 1.
    """
    numbers = households(photos)
    invented = homes(max(numbers) + 1, first=first)
    for home in invented:
        session.add(Listing(external_ref=home.reference, title=home.title, address=home.address))
        session.flush()
    ids = [
        hang_photo(session, photo.path.name, look, number + 1, model, text_model)
        for photo, look, number in zip(photos, looks, numbers, strict=True)
    ]
    return ids, invented


def hang_photo(
    session: Session,
    filename: str,
    look: Look,
    listing_id: int,
    model: ModelVersion,
    text_model: ModelVersion,
    captured_at: datetime | None = None,
) -> int:
    """Stores one photo; returns its id."""
    image = Image(
        listing_id=listing_id,
        status=ImageStatus.ANALYZED,
        s3_key=f"{listing_id}/{look.sha256}/{filename}",
        filename=filename,
        sha256=look.sha256,
        captured_at=captured_at,
    )
    session.add(image)
    session.flush()
    analysis = Analysis(
        image_id=image.id,
        model=model.name,
        version=model.version,
        weights_sha256=model.weights_sha256,
        duration_ms=0.0,
        **look.values,
    )
    session.add(analysis)
    session.flush()
    index_photo(
        session,
        image,
        analysis,
        embedder=model.label,
        text_model=text_model,
        text_vector=look.text_vector,
        image_vector=look.image_vector,
    )
    return image.id
