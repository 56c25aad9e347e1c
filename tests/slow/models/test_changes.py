"""The kitchen of the samples, before and after its renovation, by the real models and all the way through the API."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

KITCHEN = Path(__file__).parents[3] / "samples" / "maple-street"
DATES = ("2025-04-28T17:40:00Z", "2026-05-12T18:10:00Z")


@pytest.mark.parametrize(("dates", "verdict"), [(DATES, "improved"), (DATES[::-1], "worsened")])
def test_the_renovated_kitchen_is_improved_and_the_other_way_round_worsened(
    client: TestClient, dates: tuple[str, str], verdict: str
) -> None:
    listing = client.post("/api/listings", json={"title": "Maple Street", "beds": 2, "baths": 1}).json()["id"]
    photos = {}
    for name, taken in zip(("kitchen_before", "kitchen_after"), dates, strict=True):
        sent = {"file": (f"{name}.jpg", (KITCHEN / f"{name}.jpg").read_bytes())}
        told = {"listing_id": str(listing), "captured_at": taken}
        photos[name] = client.post("/api/upload/", files=sent, data=told).json()["image_id"]
    (change,) = client.get(f"/api/listings/{listing}/changes").json()["changes"]
    assert (change["verdict"], change["instance"], change["reason"]) == (verdict, "kitchen", None)
    assert (change["condition_delta"] > 0) is (verdict == "improved")
    new, gone = ("tags_added", "tags_removed") if verdict == "improved" else ("tags_removed", "tags_added")
    assert (change[new], change[gone]) == (["white_cabinets"], ["wood_cabinets"])
    kitchen = client.get(f"/api/listings/{listing}/aggregation").json()["rooms"][0]
    newest = photos["kitchen_after" if verdict == "improved" else "kitchen_before"]
    assert kitchen["condition"]["median_image_id"] == newest
