"""Hits as the API shows them."""

from __future__ import annotations

from dataclasses import asdict

from roomlens.photos.facts import captured_at
from roomlens.photos.presenting import thumbnail_url
from roomlens.schemas import HitListing, HitOut, QueryAnswer, Why
from roomlens.search import kinds


def present(found: kinds.Found) -> QueryAnswer:
    return QueryAnswer(
        top_k=[present_hit(hit) for hit in found.hits],
        space=found.space.value,
        model=found.model,
        next_cursor=found.next_cursor,
    )


def present_hit(hit: kinds.Hit) -> HitOut:
    """A photo by what counts of it; vectors only where they were asked for."""
    facts, listing, vectors = hit.facts, hit.listing, hit.embedding
    return HitOut(
        id=hit.image.id,
        listing_id=hit.image.listing_id,
        score=hit.score,
        relevance=hit.relevance.value,
        thumbnail_url=thumbnail_url(hit.image.sha256 or ""),
        room_type=facts.room_type,
        feature_tags=list(facts.tags),
        caption=facts.caption,
        condition_score=facts.condition_score,
        natural_light_score=facts.natural_light_score,
        captured_at=captured_at(hit.image),
        label_source="human" if facts.corrected else "model",
        listing=listing and _listing(listing),
        why=hit.why and Why.model_validate(asdict(hit.why)),
        embedding=vectors and {space.value: vector.tolist() for space, vector in vectors.items()},
    )


def _listing(found: kinds.HitListing) -> HitListing:
    shown = {name: getattr(found.listing, name) for name in ("id", "title", "address", "price", "status")}
    return HitListing.model_validate({**shown, "matches": found.matches})
