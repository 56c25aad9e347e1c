"""Photos of a listing without a database, as rules and orders see them."""

from typing import Any

from roomlens.listings.kinds import ListingPhoto
from roomlens.models import Analysis, Image
from roomlens.photos.facts import facts_of
from roomlens.vocabulary import ComplianceFlag, QualityFlag, RoomType, scene_of


def listed(
    image_id: int,
    room: RoomType = RoomType.KITCHEN,
    *,
    size: tuple[int, int] = (1600, 1200),
    faults: tuple[QualityFlag, ...] = (),
    flags: tuple[ComplianceFlag, ...] = (),
    tags: tuple[str, ...] = (),
) -> ListingPhoto:
    """A photo of a room that a model has looked at."""
    analysis: dict[str, Any] = {
        "image_id": image_id,
        "scene": scene_of(room),
        "room_type": room,
        "features": [{"tag": tag} for tag in tags],
        "quality_flags": list(faults),
        "compliance": [{"flag": flag, "confidence": 1.0} for flag in flags],
        "components": {},
        "reasons": {},
        "caption": "",
    }
    image = Image(id=image_id, width=size[0], height=size[1], correction=None)
    seen = Analysis(**analysis)
    return ListingPhoto(image, seen, facts_of(seen, None), None)
