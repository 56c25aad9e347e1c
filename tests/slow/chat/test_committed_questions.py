"""The questions of `benchmarks.chat`, asked of homes of drawn rooms: each is answered by the photos that people named.

What the benchmark measures besides is how well our model sees; here the analyser sees what was drawn.
"""

from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session

from benchmarks.chat.asking import STREET, Question, homes, questions
from benchmarks.chat.scoring import is_right, wanted
from benchmarks.chat.street import AFTER, BEFORE, House, Hung
from benchmarks.chat.talking import ask
from roomlens.photos import intake
from roomlens.photos.records import Arrival
from roomlens.search import words
from roomlens.vocabulary import RoomType
from tests.factories import make_listing
from tests.pictures import encoded
from tests.scenes import scene

pytestmark = pytest.mark.usefixtures("s3", "analyzer")
# Of two drawn bathrooms nobody can say that they are two: they look alike.
ASKED = [question for question in questions() if not question.read.get("misread") and not question.says]


@pytest.fixture
def known_words(monkeypatch: pytest.MonkeyPatch) -> None:
    right = (text for question in questions() if question.kind != "typo" for text in question.ask)
    known = frozenset(word.strip("?.,!'").lower() for text in right for word in text.split())
    monkeypatch.setattr(words, "_known_words", lambda: known)


def drawn(db: Session, kind: str, labels: tuple[str, ...], number: int) -> House:
    listing = make_listing(db)
    photos = []
    for place, label in enumerate(labels):
        name, _, later = label.partition("_")
        room = RoomType.EXTERIOR if name == "front" else RoomType(label if later in ("room",) else name)
        taken = (AFTER if later == "later" else BEFORE) if kind == "dated" else None
        body = encoded(scene(room, light=0.2 + place / 20, seed=10 * number + place))
        image = intake.upload(db, body, Arrival("", f"{label}.jpg", listing.id, captured_at=taken)).image
        photos.append(Hung(image.id, label, {}))
    return House(kind, listing.id, tuple(photos))


def mistaken(db: Session, houses: Mapping[str, House], question: Question) -> str | None:
    """What is wrong with the answer; None where nothing is, or where people would have to look at things."""
    of = tuple(houses.values()) if question.home == STREET else (houses[question.home],)
    wants = wanted(question, of) if question.expected != "thing" else None
    if wants is None:
        return None
    reply = ask(db, question, None if question.home == STREET else of[0].listing_id)
    return None if is_right(reply, question, wants) else f"{question.ask}: {reply.text} {reply.image_ids}, not {wants}"


@pytest.mark.usefixtures("known_words")
def test_what_was_drawn_is_what_is_cited(db: Session) -> None:
    houses = {kind: drawn(db, kind, labels, number) for number, (kind, labels) in enumerate(homes().items())}
    wrong = [found for question in ASKED if (found := mistaken(db, houses, question)) is not None]
    assert wrong == []
