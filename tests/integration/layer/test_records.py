"""Photos as rows: each question finds its own rows, with others on either side of them."""

import pytest
from sqlalchemy.orm import Session

from roomlens.errors import NotFoundError, UnsupportedMediaError
from roomlens.models import ImageStatus
from roomlens.photos import intake
from roomlens.photos.records import Arrival, find_by_content, get_image, list_images, mark_failed, require_listing
from roomlens.photos.rows import settle_failure
from tests.factories import make_listing, make_photo
from tests.pictures import BLUE, GREEN, RED, photo

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def queued(db: Session, seed: int) -> int:
    return intake.queue_upload(db, photo(seed=seed), Arrival("", f"{seed}.jpg")).id


def test_one_photo_among_others_is_found_with_its_analyses(db: Session) -> None:
    made = [make_photo(db, colour) for colour in (RED, GREEN, BLUE)]
    db.expire_all()
    found = get_image(db, made[1].image.id)
    assert (found, found.analyses) == (made[1].image, [made[1].analysis])
    for missing in (made[0].image.id - 1, made[2].image.id + 1):
        with pytest.raises(NotFoundError, match=f"no photo {missing}"):
            get_image(db, missing)


def test_a_listing_that_exists_is_no_error_and_neither_is_none(db: Session) -> None:
    listing = make_listing(db).id
    require_listing(db, listing)
    require_listing(db, None)
    with pytest.raises(NotFoundError, match=f"no listing {listing + 1}"):
        require_listing(db, listing + 1)


def test_photos_are_listed_from_the_first_to_the_last_as_many_as_are_wanted(db: Session) -> None:
    made = [make_photo(db, seed=seed).image.id for seed in range(4)]
    assert [image.id for image in list_images(db, limit=10)] == made
    assert [image.id for image in list_images(db, limit=2)] == made[:2]
    assert [image.id for image in list_images(db, limit=10, after_id=made[1])] == made[2:]


def test_photos_are_listed_by_what_each_filter_names_and_nothing_beside_it(db: Session) -> None:
    listings = [make_listing(db).id for _ in range(3)]
    places = zip((BLUE, GREEN, RED), listings, strict=True)
    rooms = [make_photo(db, colour, listing).image for colour, listing in places]
    waiting = queued(db, 7)
    settle_failure(db, Arrival("incoming/1/bad.jpg", "bad.jpg"), UnsupportedMediaError("The file is a PDF."))
    assert list_images(db, limit=10, listing_id=listings[1]) == [rooms[1]]
    assert list_images(db, limit=10, room_type="exterior") == [rooms[1]]
    assert list_images(db, limit=10, status=ImageStatus.ANALYZED) == rooms
    assert [image.id for image in list_images(db, limit=10, status=ImageStatus.QUEUED)] == [waiting]
    assert [image.filename for image in list_images(db, limit=10, status=ImageStatus.FAILED)] == ["bad.jpg"]


def test_the_same_bytes_are_found_in_their_own_listing_only(db: Session) -> None:
    first, second, third = (make_listing(db).id for _ in range(3))
    made = {where: make_photo(db, RED, where).image for where in (second, None, third, first)}
    for seed in range(1, 4):
        make_photo(db, RED, second, seed)
    assert len({image.id for image in made.values()}) == 4
    for where, image in made.items():
        assert find_by_content(db, where, image.sha256 or "") == image
    assert find_by_content(db, second, "0" * 64) is None


def test_a_failure_is_noted_in_its_own_photo_only(db: Session) -> None:
    seen_before = make_photo(db, BLUE).image
    waiting = [queued(db, seed) for seed in (1, 2, 3)]
    seen_after = make_photo(db, GREEN).image
    for image_id in (seen_before.id, waiting[1], seen_after.id):
        mark_failed(db, [image_id], "unavailable", "The analysis took too long.")
    db.expire_all()
    images = {image.id: (image.status, image.failure_code) for image in list_images(db, limit=10)}
    assert images == {
        seen_before.id: ("analyzed", None),
        waiting[0]: ("queued", None),
        waiting[1]: ("failed", "unavailable"),
        waiting[2]: ("queued", None),
        seen_after.id: ("analyzed", None),
    }
