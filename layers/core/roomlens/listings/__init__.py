"""Listings, and what all photos of one say together.

`records` makes, finds, changes and shows listings; `instances` tells which photos show one room, `aggregation` sums up
what they show, `changes` compares them across dates, `ordering` puts them in order, `alterations` keeps the originals
of altered photos, and `linting` holds them against packs of rules.
"""

from roomlens.listings.records import (
    change_listing,
    create_listing,
    entity_tag,
    get_listing,
    list_listings,
    present,
)

__all__ = ["change_listing", "create_listing", "entity_tag", "get_listing", "list_listings", "present"]
