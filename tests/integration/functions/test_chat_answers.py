"""POST /api/chat/: what answers are made of besides single photos, and how few statements they take"""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from chat.app import handler
from listings.app import handler as listings
from roomlens.models import Alteration
from tests.factories import make_listing, make_photo
from tests.http import call
from tests.pictures import BLUE, RED

pytestmark = pytest.mark.usefixtures("s3", "analyzer")


def ask(message: str, **body: Any) -> Any:
    answer = call(handler, "POST", "/api/chat/", json={"message": message, **body})
    assert answer.status == 200, answer.body
    return answer.json()


def cited(answer: Any) -> list[int]:
    return [image_id for citation in answer["citations"] for image_id in citation["image_ids"]]


def test_without_a_listing_it_is_told_which_listings_show_it(db: Session) -> None:
    ours, theirs = make_listing(db), make_listing(db)
    kitchen = make_photo(db, RED, ours.id).image.id
    bathroom = make_photo(db, BLUE, theirs.id).image.id
    make_photo(db, RED, seed=1)  # of no listing
    with_dishwasher = ask("Which listings have a dishwasher?")
    assert with_dishwasher["reply"] == f"Listing {ours.id}: photo {kitchen} shows a kitchen with a dishwasher."
    for question in ("Which home has the brightest bathroom?", "Which home has the darkest bathroom?"):
        assert cited(ask(question)) == [bathroom]
    for question in ("Which listing has the best bathroom?", "Which listing has the bathroom in the worst condition?"):
        assert cited(ask(question)) == [bathroom]
    assert cited(ask("Which home is the brightest?")) in ([kitchen, bathroom], [bathroom, kitchen])
    assert ask("Which listings have a bedroom?")["abstained"] is True
    assert ask("What should I improve?")["reply"].startswith("Tell me which listing you mean")


def test_a_follow_up_is_answered_about_what_was_said_before(db: Session) -> None:
    listing = make_listing(db)
    kitchen, bathroom = (make_photo(db, colour, listing.id).image.id for colour in (RED, BLUE))
    first = ask("How bright is the kitchen?", listing_id=listing.id)
    assert cited(first) == [kitchen]
    second = ask("And the bathrom?", conversation_id=first["conversation_id"])
    assert (cited(second), "daylight" in second["reply"]) == ([bathroom], True)
    third = ask("why?", conversation_id=first["conversation_id"])
    assert cited(third) == [bathroom]
    assert "The picture is" in third["reply"]


def test_an_answer_that_rests_on_altered_photos_says_so(db: Session) -> None:
    listing = make_listing(db)
    kitchen, bathroom = (make_photo(db, colour, listing.id).image.id for colour in (RED, BLUE))
    db.add(Alteration(image_id=kitchen, kind="virtual_staging", disclosure="Staged."))
    db.commit()
    said = ask("What is in the kitchen?", listing_id=listing.id)
    told = {"sentence": f"Photo {kitchen} was digitally altered: not all that it shows is there."}
    assert said["citations"][-1].items() >= {**told, "image_ids": [kitchen]}.items()
    assert "altered" not in ask("What is in the bathroom?", listing_id=listing.id)["reply"]
    db.add(Alteration(image_id=bathroom, kind="other", disclosure="Altered."))
    db.commit()
    both = ask("Show me the kitchen and the bathroom", listing_id=listing.id)["reply"]
    assert both.endswith(f"Photos {kitchen} and {bathroom} were digitally altered: not all that they show is there.")


def test_the_cover_and_what_was_altered_are_told_as_the_listing_has_them(db: Session) -> None:
    listing = make_listing(db)
    kitchen, bathroom = (make_photo(db, colour, listing.id).image.id for colour in (RED, BLUE))
    first = ask("Which photo is the cover?", listing_id=listing.id)
    order = call(listings, "GET", f"/api/listings/{listing.id}/photo-order").json()
    assert cited(first) == [place["image_id"] for place in order["order"]]
    assert ask("Which photos are altered?", listing_id=listing.id)["abstained"] is True
    db.add(Alteration(image_id=kitchen, original_image_id=bathroom, kind="virtual_staging", disclosure="Staged."))
    db.commit()
    altered = ask("Which photos are altered?", listing_id=listing.id)
    said = {
        "sentence": f"Photo {kitchen} is virtually staged; photo {bathroom} is its original.",
        "image_ids": [kitchen, bathroom],
    }
    assert altered["citations"][0].items() >= said.items()


def test_rooms_gaps_and_changes_of_a_listing_are_spoken_of(db: Session) -> None:
    listing = make_listing(db)
    taken = [make_photo(db, RED, listing.id, seed=seed).image for seed in (0, 1)]
    for image, year in zip(taken, (2024, 2025), strict=True):
        image.captured_at = datetime(year, 5, 1, tzinfo=UTC)
    db.flush()
    both = [image.id for image in taken]
    assert cited(ask("How many kitchens are there?", listing_id=listing.id)) == both
    assert sorted(cited(ask("What is missing?", listing_id=listing.id))) == both
    changed = ask("What has changed since last year?", listing_id=listing.id)
    assert cited(changed) == both
    assert "between photo" in changed["reply"]
    assert cited(ask("Show me the kitchen in May 2024", listing_id=listing.id)) == both[:1]


@pytest.mark.parametrize("question", ["What has changed?", "What should I improve?"])
def test_more_photos_are_no_more_statements(db: Session, question: str) -> None:
    small, large = make_listing(db), make_listing(db)
    for listing, count in ((small, 1), (large, 3)):
        for seed in range(count):
            for colour in (RED, BLUE):
                make_photo(db, colour, listing.id, seed=seed)
    statements: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))

    def needed(listing_id: int) -> int:
        ask(question, listing_id=listing_id)  # stores what all photos say together
        db.expire_all()
        statements.clear()
        ask(question, listing_id=listing_id)
        return len(statements)

    assert needed(large.id) <= needed(small.id) + 1
