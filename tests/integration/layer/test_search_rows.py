"""Which photos a search compares, how it compares them, and what it makes of their scores."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from roomlens import search
from roomlens.errors import NotFoundError
from roomlens.schemas import QueryRequest
from roomlens.search import search_image
from roomlens.search.relevance import similarity
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, GREEN, GREY, RED

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def by_meaning(db: Session, query: str, **more: Any) -> search.Found:
    return search.search(db, QueryRequest(query=query, mode="vector", **more))


def ids(found: search.Found) -> list[int]:
    return [hit.image.id for hit in found.hits]


def looks_with(analyzer: FakeAnalyzer, version: str) -> None:
    analyzer.model = FakeAnalyzer(version).model


def test_neither_an_older_nor_a_newer_models_photos_are_compared(db: Session, analyzer: FakeAnalyzer) -> None:
    made = {}
    for seed, version in enumerate(("1", "2", "3")):
        looks_with(analyzer, version)
        made[version] = make_photo(db, RED, seed=seed).image.id
    looks_with(analyzer, "2")
    assert ids(by_meaning(db, "kitchen", k=10)) == [made["2"]]
    for version in ("1", "3"):
        with pytest.raises(NotFoundError, match=f"no analysed photo {made[version]}"):
            search_image(db, made[version], k=10)


def test_neither_an_earlier_nor_a_later_listings_photos_are_found(db: Session) -> None:
    listings = [make_listing(db).id for _ in range(3)]
    made = [make_photo(db, RED, listing).image.id for listing in listings]
    assert ids(by_meaning(db, "kitchen", k=10, listing_id=listings[1])) == [made[1]]
    assert ids(search_image(db, made[0], k=10, listing_id=listings[1])) == [made[1]]


def test_each_photo_finds_its_own_likeness_first_and_all_others_but_itself(db: Session) -> None:
    colours = (RED, GREEN, BLUE)
    first = [make_photo(db, colour, seed=0).image.id for colour in colours]
    second = [make_photo(db, colour, seed=1).image.id for colour in colours]
    for photo, likeness in [*zip(first, second, strict=True), *zip(second, first, strict=True)]:
        found = ids(search_image(db, photo, k=10))
        assert found[0] == likeness
        assert sorted([*found, photo]) == sorted(first + second)


def test_each_hit_is_a_photo_with_its_own_analysis_and_address(db: Session) -> None:
    made = [make_photo(db, colour).image for colour in (RED, BLUE, GREY)]
    answer = search.present(search.search(db, QueryRequest(query="kitchen with a dishwasher and white tiles", k=2)))
    assert [(hit.id, hit.room_type) for hit in answer.top_k] == [(made[0].id, "kitchen"), (made[1].id, "bathroom")]
    for hit, image in zip(answer.top_k, made, strict=False):
        assert f"/{image.sha256}/320.jpg?" in hit.thumbnail_url


@pytest.mark.parametrize("in_a_listing", [False, True])
def test_few_rows_and_those_of_a_listing_are_all_compared(db: Session, in_a_listing: bool) -> None:
    """By which way, the plans tell (test_index_plans.py)."""
    listing = make_listing(db).id if in_a_listing else None
    made = [make_photo(db, RED, listing, seed=seed).image.id for seed in range(5)]
    assert sorted(ids(by_meaning(db, "kitchen", k=10, listing_id=listing))) == made


@pytest.mark.parametrize("distance", [-1e-3, 0.0, 1.0, 2.0])
def test_a_score_is_never_outside_of_what_the_api_promises(distance: float) -> None:
    assert 0 <= similarity(distance) <= 1
