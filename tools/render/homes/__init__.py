"""The scenes: every picture of the two demonstration homes, by '<listing folder>/<file name>'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..furniture import Furniture
from . import (
    harbour_exterior,
    harbour_living,
    harbour_rooms,
    harbour_wet_rooms,
    maple_exterior,
    maple_kitchen,
    maple_rooms,
)

OUTDOORS_BALANCE = 0.1
INDOORS_BALANCE = 0.5


@dataclass(frozen=True)
class Scene:
    """How to build a picture's scene, and how its developer should expose and balance it."""

    build: Callable[[Furniture], None]
    brightness: float = 0.64
    white_balance: float = INDOORS_BALANCE


SCENES: dict[str, Scene] = {
    "maple-street/exterior": Scene(maple_exterior.exterior, 0.56, OUTDOORS_BALANCE),
    "maple-street/kitchen_before": Scene(maple_kitchen.kitchen_before, 0.55, 0.3),
    "maple-street/kitchen_after": Scene(maple_kitchen.kitchen_after),
    "maple-street/living_room": Scene(maple_rooms.living_room),
    "maple-street/bedroom": Scene(maple_rooms.bedroom),
    "maple-street/bathroom": Scene(maple_rooms.bathroom),
    "maple-street/dining_room": Scene(maple_rooms.dining_room),
    "harbour-view/exterior": Scene(harbour_exterior.exterior, 0.56, OUTDOORS_BALANCE),
    "harbour-view/kitchen": Scene(harbour_wet_rooms.kitchen),
    "harbour-view/living_room": Scene(harbour_living.living_room),
    "harbour-view/bedroom": Scene(harbour_rooms.bedroom),
    "harbour-view/bathroom": Scene(harbour_wet_rooms.bathroom),
    "harbour-view/dining_room": Scene(harbour_rooms.dining_room),
}
