"""How much two versions agree, on vectors whose neighbours are known."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from roomlens import versions
from roomlens.errors import NotFoundError
from roomlens.models import ImageVector, ModelVersionRow, TextVector
from roomlens.overlap import measure, overlap, questions, share, spread
from roomlens.text import ModelVersion
from roomlens.vectors import IMAGE_DIMENSIONS
from roomlens.versions import Version
from tests.factories import make_photo
from tests.fakes import FakeAnalyzer, FakeEmbedder, FloatArray
from tests.fixtures.hosted import Hosted
from tests.pictures import BLUE, RED
from tests.rows import add_photo, pointing

pytestmark = pytest.mark.usefixtures("analyzer")
PHOTOS = 14


def version(number: str) -> Version:
    return Version("embedded", ModelVersion("fake-colours", number, "1" * 64), "fake-words@1", "fake-looks@1")


OLD, NEW = version("1"), version("2")


def at(place: int) -> FloatArray:
    """Places on a quarter of a circle: the nearest are those with the nearest numbers."""
    from math import cos, pi, sin

    angle = place / PHOTOS * pi / 2
    return pointing([cos(angle), sin(angle)], IMAGE_DIMENSIONS)


def both_look(db: Session, image_id: int, **vectors: Any) -> None:
    """The second version's rows of a photo, beside those that `add_photo` has made."""
    other = add_photo(db, version="2", **vectors)
    for table in (TextVector, ImageVector):
        db.execute(update(table).where(table.image_id == other).values(image_id=image_id))


def test_versions_whose_rows_are_the_same_agree_in_everything(db: Session) -> None:
    for place in range(PHOTOS):
        both_look(db, add_photo(db, look=at(place), caption=f"Room {place}."), look=at(place), caption=f"Room {place}.")
    found = overlap(db, OLD, NEW)
    assert (found["compared_with"], found["k"]) == (OLD.embedder, 10)
    assert found["text"] == {"mean": 1.0, "questions": len(questions())}
    assert found["image"] == {"mean": 1.0, "questions": PHOTOS}


def test_the_share_is_that_of_the_photos_which_both_find(db: Session) -> None:
    """The second version sees the circle's other end at its beginning: of a photo's ten nearest it finds the others."""
    ids = [add_photo(db, look=at(place)) for place in range(PHOTOS)]
    for place, image_id in enumerate(ids):
        both_look(db, image_id, look=at((place * 5) % PHOTOS))

    def nearest(place: int, places: dict[int, int]) -> set[int]:
        others = sorted(places, key=lambda one: (abs(places[one] - places[place]), ids[one]))
        return set(others[1:11])

    first, second = ({place: (place * factor) % PHOTOS for place in range(PHOTOS)} for factor in (1, 5))
    shares = [len(nearest(place, first) & nearest(place, second)) / 10 for place in range(PHOTOS)]
    assert 0 < sum(shares) < PHOTOS
    assert overlap(db, OLD, NEW)["image"] == {
        "mean": pytest.approx(sum(shares) / PHOTOS, abs=1e-4),
        "questions": PHOTOS,
    }
    assert overlap(db, OLD, NEW, pictures=2)["image"]["questions"] == 2


def test_a_version_that_finds_a_part_agrees_in_that_part(db: Session) -> None:
    ids = [add_photo(db, caption="Room.") for _ in range(4)]
    both_look(db, ids[0], caption="Room.")
    assert overlap(db, OLD, NEW)["text"]["mean"] == 0.25


def test_where_there_is_nothing_to_find_nothing_is_said(db: Session) -> None:
    found = overlap(db, OLD, NEW)
    assert (found["text"], found["image"]) == (None, None)


def test_what_was_measured_is_kept_with_the_version(
    db: Session, s3: Any, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    for colour in (RED, BLUE):
        make_photo(db, colour)
        with versions.using("embedded-rules"):
            make_photo(db, colour)
    found = measure(db, "embedded-rules")
    kept = db.query(ModelVersionRow).one()
    assert (kept.embedder, kept.overlap) == (candidate.model.label, found)
    assert found["compared_with"] == analyzer.model.label
    assert (found["text"]["mean"], found["image"]) == (1.0, {"mean": 1.0, "questions": 2})
    with pytest.raises(NotFoundError):
        measure(db, "crystal-ball")


def test_each_version_s_questions_are_read_by_its_own_model(db: Session, hosted: Hosted) -> None:
    from roomlens.text.bedrock import BedrockEmbedder

    hosted.reads_words()
    image_id = add_photo(db, caption="A kitchen.")
    both_look(db, image_id, caption="A kitchen.")
    other = Version("bedrock-text", NEW.model, BedrockEmbedder().model.label, NEW.image_model)
    assert overlap(db, OLD, other)["text"]["mean"] == 1.0
    (sent,) = hosted.asked
    assert '"search_query"' in sent["body"]


@pytest.mark.parametrize("refused", [True, False])
def test_a_model_of_texts_that_can_not_be_asked_leaves_the_words_out(
    db: Session, hosted: Hosted, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    from roomlens.text.bedrock import BedrockEmbedder

    other = Version("bedrock-text", NEW.model, BedrockEmbedder().model.label, NEW.image_model)
    if refused:
        hosted.refuses("invoke_model", "AccessDeniedException", 403)
    else:
        monkeypatch.setattr(FakeEmbedder, "model", ModelVersion("other-words", "1", "0" * 64))
        hosted.reads_words()
    assert overlap(db, OLD, other)["text"] is None


def test_the_questions_are_always_the_same_and_of_three_kinds() -> None:
    assert questions() == questions()
    assert len(set(questions())) == len(questions()) >= 50
    assert {"kitchen", "hardwood floors", "a comfortable bed"} <= set(questions())


@pytest.mark.parametrize(
    ("things", "most", "expected"),
    [([], 3, []), ([1, 2], 3, [1, 2]), (range(10), 4, [0, 3, 6, 9]), ([1, 2, 3], 1, [1]), (range(101), 2, [0, 100])],
)
def test_a_sample_is_spread_from_the_first_to_the_last(things: Any, most: int, expected: list[int]) -> None:
    assert list(spread(things, most)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [([], [], None), ([1], [], 0.0), ([1, 2], [2, 1], 1.0), ([1, 2, 3, 4], [4], 0.25), (range(10), range(5, 15), 0.5)],
)
def test_a_share_is_of_the_longer_list(one: Any, other: Any, expected: float | None) -> None:
    assert share(one, other) == expected
