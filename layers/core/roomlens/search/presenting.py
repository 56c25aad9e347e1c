"""Hits as the API shows them."""

from __future__ import annotations

from roomlens.photos.presenting import thumbnail_url
from roomlens.schemas import HitOut, QueryAnswer
from roomlens.search.kinds import Found


def present(found: Found) -> QueryAnswer:
    return QueryAnswer(
        top_k=[
            HitOut(
                id=hit.image.id,
                listing_id=hit.image.listing_id,
                score=hit.score,
                relevance=hit.relevance.value,
                thumbnail_url=thumbnail_url(hit.image.sha256 or ""),
                room_type=hit.analysis.room_type,
                feature_tags=[feature["tag"] for feature in hit.analysis.features],
                caption=hit.analysis.caption,
            )
            for hit in found.hits
        ],
        space=found.space.value,
        model=found.model,
    )
