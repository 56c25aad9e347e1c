"""/api/listings/{id}/lint, /photo-order and /alterations: photos held against rules, put in order, and altered."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from roomlens.http import PathId, SessionDep
from roomlens.listings.alterations import ledger
from roomlens.listings.linting import lint_listing
from roomlens.listings.photo_order import photo_order, put_in_order
from roomlens.schemas import LedgerAnswer, LintAnswer, LintRequest, PhotoOrderAnswer, PhotoOrderRequest


async def lint_photos(session: SessionDep, listing_id: PathId, wanted: LintRequest | None = None) -> LintAnswer:
    """Holds the photos against a pack of rules: findings with their severity, photo and remedy. Changes nothing."""
    return lint_listing(session, listing_id, wanted or LintRequest())


async def show_photo_order(session: SessionDep, listing_id: PathId) -> PhotoOrderAnswer:
    """The photos in the order to show them in, each with the reason for its place. The first is the cover."""
    return photo_order(session, listing_id)


async def set_photo_order(session: SessionDep, listing_id: PathId, said: PhotoOrderRequest) -> PhotoOrderAnswer:
    """A person's order. Photos that it does not name follow in ours; `null` or an empty list takes it back."""
    return put_in_order(session, listing_id, said)


async def show_alterations(session: SessionDep, listing_id: PathId) -> LedgerAnswer:
    """The alteration ledger: every altered photo with its original, what was done, and what has to be said."""
    return ledger(session, listing_id)


def add_routes(app: FastAPI) -> None:
    path = "/api/listings/{listing_id}"
    # it reads, so there is nothing that a second call with the same Idempotency-Key could do twice
    app.router.add_api_route(f"{path}/lint", lint_photos, methods=["POST"], route_class_override=APIRoute)
    app.get(f"{path}/photo-order")(show_photo_order)
    app.put(f"{path}/photo-order")(set_photo_order)
    app.get(f"{path}/alterations")(show_alterations)
