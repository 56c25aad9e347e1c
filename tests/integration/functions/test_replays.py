"""POST /api/conversations/{id}/replay: an old conversation asked again"""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from roomlens import versions, vision
from roomlens.chat import replaying
from roomlens.chat.backends import Asked, ChatBackend
from roomlens.chat.embedded import EmbeddedBackend
from roomlens.chat.history import History
from roomlens.chat.replies import Reply, Sentence
from roomlens.errors import ConfigurationError, InferenceFailedError
from roomlens.models import Conversation, IdempotencyKey, Image, Message
from roomlens.photos import intake
from roomlens.photos.records import get_image
from tests.factories import make_listing, make_photo
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, GREEN, RED

NEW = "embedded-rules"  # the fixture `candidate`, which takes kitchens for bathrooms


pytestmark = pytest.mark.usefixtures("analyzer")


@pytest.fixture
def photos(db: Session, client: TestClient) -> tuple[int, int]:
    """Of one listing: a kitchen and a bathroom."""
    listing = make_listing(db)
    kitchen, bathroom = (make_photo(db, colour, listing.id).image.id for colour in (RED, BLUE))
    return kitchen, bathroom


def ask(client: TestClient, *questions: str, image_id: int) -> int:
    """A conversation about the listing of a photo."""
    body = {"listing_id": client.get(f"/api/images/{image_id}").json()["listing_id"]}
    for question in questions:
        answer = client.post("/api/chat/", json={"message": question, **body})
        assert answer.status_code == 200, answer.json()
        body = {"conversation_id": answer.json()["conversation_id"]}
    return int(body["conversation_id"])


def replay(client: TestClient, conversation_id: int, **body: Any) -> Any:
    answer = client.post(f"/api/conversations/{conversation_id}/replay", json=body)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def stored(db: Session) -> list[Any]:
    db.expire_all()
    summaries = db.execute(select(Conversation.id, Conversation.summary, Conversation.summarized_id)).all()
    return [*summaries, *db.execute(select(Message.id, Message.content)).all()]


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Who answers by which name."""
    known: dict[str, Any] = {"embedded": EmbeddedBackend}
    monkeypatch.setattr("roomlens.chat.backends._BACKENDS", known)
    monkeypatch.setenv("CHAT_ALLOW_BEDROCK", "yes")
    from roomlens.settings import forget_settings

    forget_settings()
    return known


class Scripted:
    """Says what it is told to of each question, and remembers what it was told of the conversation."""

    label = "scripted@1"

    def __init__(self, **answers: Any) -> None:
        self.answers, self.heard = answers, list[History]()

    def answer(self, session: Session, asked: Asked) -> Reply:
        self.heard.append(asked.history)
        said = self.answers[asked.question]
        if isinstance(said, Exception):
            raise said
        return Reply(tuple(Sentence(*one) for one in said), abstained=not said)


def test_the_same_answers_come_from_the_same_backend_and_nothing_is_stored(
    db: Session, client: TestClient, photos: tuple[int, int]
) -> None:
    conversation_id = ask(client, "Is there a dishwasher?", "And a garage?", image_id=photos[0])
    before = stored(db)
    answer = replay(client, conversation_id)
    assert stored(db) == before
    first, second = answer["turns"]
    assert (first["question"], first["before"], first["same"]) == ("Is there a dishwasher?", first["after"], True)
    assert first["claims"]["kept"] == first["before"]["claims"] != []
    assert (second["after"]["abstained"], second["same"]) == (True, True)
    counts = {"turns": 2, "same": 2, "changed": 0, "failed": 0, "abstentions_gained": 0, "claims_kept": 1}
    assert counts.items() <= answer["summary"].items()
    assert (answer["conversation_id"], answer["truncated"], answer["next_cursor"]) == (conversation_id, False, None)
    assert (answer["model"], answer["photos_unseen"]) == (first["before"]["model"], 0)


def test_another_model_s_claims_are_compared_with_the_old_ones(
    db: Session, client: TestClient, photos: tuple[int, int], candidate: FakeAnalyzer
) -> None:
    kitchen, bathroom = photos
    conversation_id = ask(client, "Show me the kitchen", image_id=kitchen)
    make_photo(db, GREEN, make_listing(db).id)  # of another listing, and not seen by the new model either
    with versions.using(NEW):
        for image_id in photos:
            intake.analyze(db, get_image(db, image_id))
    db.expire_all()
    answer = replay(client, conversation_id, model=NEW)
    (turn,) = answer["turns"]
    assert [claim["image_ids"] for claim in turn["claims"]["removed"]] == [[kitchen]]
    assert [claim["image_ids"] for claim in turn["claims"]["added"]] == [[bathroom]]
    assert (turn["same"], answer["photos_unseen"]) == (False, 0)
    assert (answer["summary"]["changed"], answer["summary"]["claims_added"]) == (1, 1)
    assert answer["model"] == turn["after"]["model"] != turn["before"]["model"]
    with versions.using(NEW):
        assert vision.model_that_looks().label in answer["model"]


def test_photos_that_a_model_has_not_seen_and_photos_that_are_gone_are_told(
    db: Session, client: TestClient, photos: tuple[int, int]
) -> None:
    kitchen, _ = photos
    conversation_id = ask(client, "Is there a dishwasher?", image_id=kitchen)
    answer = replay(client, conversation_id, model=NEW)
    assert (answer["photos_unseen"], answer["summary"]["abstentions_gained"]) == (2, 1)
    db.delete(db.get_one(Image, kitchen))
    db.commit()
    (turn,) = replay(client, conversation_id)["turns"]
    assert (turn["photos_gone"], turn["after"]["claims"]) == ([kitchen], [])
    assert turn["before"]["claims"][0]["image_ids"] == [kitchen]


def test_another_backend_hears_what_was_said_then_and_a_turn_that_it_fails_at_hides_no_other(
    db: Session, client: TestClient, photos: tuple[int, int], backends: dict[str, Any]
) -> None:
    kitchen, _ = photos
    other = make_photo(db, RED, make_listing(db).id).image.id
    conversation_id = ask(client, "Is there a dishwasher?", "And a garage?", "And a sofa?", image_id=kitchen)
    ours = [("It has a dishwasher.", (kitchen,)), ("So has the neighbour.", (other,))]
    refused = InferenceFailedError("The model refused.")
    scripted = Scripted(**{"Is there a dishwasher?": ours, "And a garage?": refused, "And a sofa?": []})
    backends["bedrock"] = lambda: scripted
    answer = replay(client, conversation_id, backend="bedrock")
    first, second, third = answer["turns"]
    assert [(one["before"]["image_ids"], one["after"]) for one in first["claims"]["reworded"]] == [
        ([kitchen], {"sentence": "It has a dishwasher.", "image_ids": [kitchen]})
    ]
    assert "neighbour" not in first["after"]["reply"], "photos of another listing prove nothing"
    assert (second["after"], second["claims"], second["problem"]["code"]) == (None, None, "inference-failed")
    assert third["same"] is True
    assert {"same": 1, "changed": 1, "failed": 1, "claims_reworded": 1}.items() <= answer["summary"].items()
    assert [len(history.messages) for history in scripted.heard] == [0, 2, 4]
    assert scripted.heard[2].messages[1].content == first["before"]["reply"]


def test_what_does_not_fit_into_a_request_is_told_and_comes_with_the_next(
    db: Session, client: TestClient, photos: tuple[int, int], backends: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = ask(client, *("one", "two", "three", "four"), image_id=photos[0])
    monkeypatch.setattr(replaying, "MOST_TURNS", 2)
    first = replay(client, conversation_id, last=3)
    assert [turn["question"] for turn in first["turns"]] == ["two", "three"]
    assert (first["truncated"], first["summary"]["turns"]) == (True, 2)
    rest = replay(client, conversation_id, last=3, cursor=first["next_cursor"])
    assert ([turn["question"] for turn in rest["turns"]], rest["truncated"]) == (["four"], False)
    monkeypatch.setattr(replaying, "NO_MORE_AFTER", -1)
    scripted = Scripted(one=[], two=[])
    backends["embedded"] = lambda: scripted
    late = replay(client, conversation_id)
    assert ([turn["question"] for turn in late["turns"]], late["truncated"]) == (["one"], True)
    replay(client, conversation_id, cursor=late["next_cursor"])
    assert [len(history.messages) for history in scripted.heard] == [0, 2]


def test_a_conversation_without_a_turn_has_nothing_to_compare(db: Session, client: TestClient) -> None:
    db.add(conversation := Conversation())
    db.flush()
    db.add(Message(conversation_id=conversation.id, role="user", content="Hello?", citations=[]))
    db.commit()
    for body in ({}, {"last": 1}):
        answer = replay(client, conversation.id, **body)
        assert (answer["turns"], answer["summary"]["turns"], answer["truncated"]) == ([], 0, False)


class Broken:
    """Models that were never built."""

    label = "none"

    def answer(self, session: Session, asked: Asked) -> Reply:
        raise ConfigurationError("There are no weights.")


def test_models_that_can_not_be_run_are_the_caller_s_choice_or_the_operator_s_fault(
    client: TestClient, photos: tuple[int, int], backends: dict[str, Any]
) -> None:
    conversation_id = ask(client, "Hello?", image_id=photos[0])
    broken: ChatBackend = Broken()
    backends["embedded"] = lambda: broken
    path = f"/api/conversations/{conversation_id}/replay"
    codes = [client.post(path, json={"model": model}).json()["code"] for model in (NEW, None)]
    assert codes == ["conflict", "internal"]


REFUSED = (
    ({"model": "crystal-ball"}, 404),
    ({"backend": "bedrock"}, 409),  # which this deployment does not allow
    ({"backend": "oracle"}, 422),
    ({"last": 0}, 422),
    ({"cursor": "odd"}, 422),
)


def test_what_is_not_there_is_refused(db: Session, client: TestClient) -> None:
    db.add(conversation := Conversation())
    db.commit()
    path = f"/api/conversations/{conversation.id}/replay"
    assert [(body, client.post(path, json=body).status_code) for body, _ in REFUSED] == list(REFUSED)
    assert client.post("/api/conversations/99999/replay", json={}).status_code == 404
    assert client.post(path, json={"cursor": "odd"}).json()["errors"][0]["pointer"] == "/body/cursor"


def test_a_replay_takes_no_idempotency_key_for_it_makes_nothing(db: Session, client: TestClient) -> None:
    db.add(conversation := Conversation())
    db.commit()
    headers = {"idempotency-key": "one"}
    assert client.post(f"/api/conversations/{conversation.id}/replay", headers=headers).status_code == 200
    assert db.scalar(select(func.count()).select_from(IdempotencyKey)) == 0
