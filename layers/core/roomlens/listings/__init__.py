"""Listings, and what all photos of one say together.

`records` makes, finds and shows listings; `instances` tells which photos show one room, `aggregation` sums up what they
show, `changes` compares them across dates, `ordering` puts them in order, `alterations` keeps the originals of altered
photos, and `linting` holds them against packs of rules.
"""

from roomlens.listings.records import create_listing, get_listing, list_listings, present

__all__ = ["create_listing", "get_listing", "list_listings", "present"]
