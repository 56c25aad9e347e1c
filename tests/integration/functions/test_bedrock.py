"""A deployment that asks Bedrock, with the template's own settings and policies: upload, event, search, chat."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rig.handlers import Handlers, http_client
from rig.s3_events import ObjectChange, s3_event
from rig.stack import Stack
from rig.template import API_URL, load_stack
from roomlens.models import Analysis, Image, ImageVector, TextVector
from tests.factories import make_listing
from tests.fakes import generate_mock_embedding
from tests.fixtures.aws import BUCKET, Executions
from tests.fixtures.hosted import KITCHEN, Hosted, forget_models
from tests.fixtures.http import DATABASE
from tests.pictures import BLUE, RED, photo

LOOK = generate_mock_embedding(384, 1)
MEANING = generate_mock_embedding(1536, 2)
VISION, IMAGE, TEXT = "amazon.nova-lite-v1:0", "amazon.titan-embed-image-v1", "cohere.embed-v4:0"


@cache
def template() -> Stack:
    backends = dict.fromkeys(("VisionBackend", "TextBackend", "ChatBackend"), "bedrock")
    return load_stack(Path(__file__).parents[3] / "template.yaml", {**DATABASE, **backends})


@pytest.fixture
def deployed(db: Session, s3: Any, executions: Executions, hosted: Hosted) -> Iterator[Handlers]:
    """The functions as the template deploys them with all backends on Bedrock."""
    with Handlers(template()) as handlers:
        forget_models()
        yield handlers
        assert [str(use) for use in handlers.permissions.refused] == []
    forget_models()


@pytest.fixture
def api(deployed: Handlers) -> Iterator[Any]:
    with http_client(deployed.gateway, API_URL) as client:
        yield client


def upload(api: Any, body: bytes = b"", **data: str) -> Any:
    return api.post("/api/upload", files={"file": ("kitchen.jpg", body or photo(RED))}, data=data)


def answers_a_look(hosted: Hosted, answer: Any = KITCHEN) -> None:
    hosted.sees(answer)
    hosted.places_picture(LOOK)
    hosted.places_texts(MEANING)


def stored(db: Session) -> int:
    return db.scalar(select(func.count(Image.id))) or 0


def put(s3: Any, deployed: Handlers, key: str, body: bytes) -> Any:
    """Puts an object, and sends the event that S3 would send."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    event = s3_event(ObjectChange("s3:ObjectCreated:Put", BUCKET, key, len(body), "0"), "test")
    return deployed.invoke("InferenceFunction", event)


# ----------------------------------------------------------------------------------------------------------- upload


def test_an_upload_stores_what_the_hosted_models_saw(db: Session, api: Any, hosted: Hosted) -> None:
    answers_a_look(hosted)
    answer = upload(api)
    assert answer.status_code == 200, answer.text
    seen = answer.json()["predictions"]
    assert (seen["room_type"]["label"], seen["feature_tags"]) == ("kitchen", ["dishwasher", "granite_counters"])
    assert seen["condition_band"] == "C2"
    assert seen["natural_light_score"] is not None
    row = db.scalars(select(Analysis)).one()
    assert (row.scene, row.room_type, row.room_confidence) == ("interior", "kitchen", 0.92)
    assert row.reasons["condition"][1:] == ["The model saw new appliances."]
    assert row.components["quality"]["sharpness"] >= 0
    assert "dishwasher" in row.caption
    hosted.all_said()


def test_every_number_names_the_models_that_made_it(db: Session, api: Any, hosted: Hosted) -> None:
    answers_a_look(hosted)
    model = upload(api).json()["model"]
    row = db.scalars(select(Analysis)).one()
    assert model == {"name": row.model, "version": row.version, "weights_sha256": row.weights_sha256}
    assert row.model == VISION
    assert row.version.endswith(f" text={TEXT} image={IMAGE}")
    for table, vector in ((TextVector, MEANING), (ImageVector, np.pad(LOOK, (0, 384)))):
        found = db.scalars(select(table)).one()
        assert found.embedder == f"{row.model}@{row.version}"
        np.testing.assert_allclose(np.asarray(found.vector, np.float32), vector, atol=1e-3)


def test_each_model_is_asked_once_and_by_the_name_that_the_template_gives(api: Any, hosted: Hosted) -> None:
    answers_a_look(hosted)
    assert upload(api).json()["deduplicated"] is False
    assert upload(api).json()["deduplicated"] is True
    assert [asked["modelId"] for asked in hosted.asked] == [VISION, IMAGE, TEXT]


@pytest.mark.parametrize(
    ("operation", "code", "http_status", "status", "problem"),
    [
        ("converse", "ThrottlingException", 429, 503, "unavailable"),
        ("converse", "ModelTimeoutException", 408, 504, "inference-timeout"),
        ("converse", "ValidationException", 400, 502, "inference-failed"),
        ("invoke_model", "ModelNotReadyException", 429, 503, "unavailable"),
        ("converse", "AccessDeniedException", 403, 500, "internal"),
    ],
)
def test_an_upload_that_no_model_answers_is_a_problem_and_can_be_sent_again(
    db: Session, api: Any, hosted: Hosted, operation: str, code: str, http_status: int, status: int, problem: str
) -> None:
    if operation == "invoke_model":
        hosted.sees()
    hosted.refuses(operation, code, http_status, "arn:aws:bedrock:secret")
    answer = upload(api)
    assert (answer.status_code, answer.json()["code"]) == (status, problem)
    assert "arn:aws" not in answer.text
    assert stored(db) == 0
    answers_a_look(hosted)
    assert upload(api).status_code == 200


@pytest.mark.parametrize("answer", [None, {}, {"rooms": "kitchen"}, {"rooms": [{"room": "cave", "confidence": 1}]}])
def test_an_answer_that_can_t_be_read_stores_nothing(db: Session, api: Any, hosted: Hosted, answer: Any) -> None:
    hosted.sees(answer)
    refused = upload(api)
    assert (refused.status_code, refused.json()["code"]) == (502, "inference-failed")
    assert stored(db) == 0


# ----------------------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 429, "ModelBusyError"),
        ("ServiceUnavailableException", 503, "ModelBusyError"),
        ("ModelTimeoutException", 408, "InferenceTimeoutError"),
        ("AccessDeniedException", 403, "ConfigurationError"),
    ],
)
def test_an_event_that_finds_no_model_records_nothing_and_comes_again(
    db: Session, s3: Any, deployed: Handlers, hosted: Hosted, code: str, status: int, error: str
) -> None:
    key = f"incoming/{make_listing(db).id}/a.jpg"
    hosted.refuses("converse", code, status)
    failed = put(s3, deployed, key, photo(RED))
    assert (failed.error, failed.payload["errorType"]) == (True, error)
    assert stored(db) == 0
    answers_a_look(hosted)
    assert not put(s3, deployed, key, photo(RED)).error
    assert db.scalars(select(Image.status)).all() == ["analyzed"]


def test_a_photo_that_the_model_refuses_is_recorded_with_its_reason(
    db: Session, s3: Any, deployed: Handlers, hosted: Hosted
) -> None:
    hosted.sees(stopped="content_filtered")
    assert not put(s3, deployed, f"incoming/{make_listing(db).id}/a.jpg", photo(RED)).error
    image = db.scalars(select(Image)).one()
    assert (image.status, image.failure_code) == ("failed", "inference-failed")
    assert image.failure_detail == "The model refused to look at this photo."


# ----------------------------------------------------------------------------------------------------------- search


def test_a_question_finds_the_photo_whose_caption_lies_nearest(api: Any, hosted: Hosted) -> None:
    hosted.reads_words()
    shown = {}
    for colour, room in ((RED, "kitchen"), (BLUE, "garage")):
        hosted.sees(KITCHEN | {"rooms": [{"room": room, "confidence": 0.9}], "features": []})
        hosted.places_picture(LOOK)
        shown[room] = upload(api, photo(colour)).json()["image_id"]
    for room, image_id in shown.items():
        found = api.post("/api/query", json={"query": f"a {room}", "k": 2})
        assert found.status_code == 200, found.text
        assert found.json()["top_k"][0]["id"] == image_id
        assert found.json()["model"].startswith(f"{VISION}@")
    questions = [asked["body"] for asked in hosted.asked if '"search_query"' in asked.get("body", "")]
    assert [body for body in questions if '"a garage"' in body]


def test_a_question_is_answered_by_a_model_that_searches(api: Any, hosted: Hosted) -> None:
    hosted.reads_words()
    hosted.sees()
    hosted.places_picture(LOOK)
    image_id = upload(api).json()["image_id"]
    hosted.calls(("search_photos", {"query": "a kitchen with a dishwasher"}))
    hosted.calls(("answer", {"sentences": [{"text": "The kitchen has a dishwasher.", "image_ids": [image_id]}]}))
    answer = api.post("/api/chat", json={"message": "Is there a kitchen with a dishwasher?"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["citations"] == [{"sentence": "The kitchen has a dishwasher.", "image_ids": [image_id]}]
    assert answer.json()["model"].startswith(f"{VISION}@")
    asked = [request["modelId"] for request in hosted.asked[3:]]
    assert (asked[0], asked[-1], set(asked[1:-1])) == (VISION, VISION, {TEXT})
    hosted.all_said()


def test_a_picture_as_the_question_is_placed_and_not_looked_at(api: Any, hosted: Hosted) -> None:
    answers_a_look(hosted)
    alike = upload(api).json()["image_id"]
    hosted.places_picture(LOOK)
    found = api.post("/api/query/image", files={"file": ("mine.jpg", photo(BLUE))})
    assert found.status_code == 200, found.text
    assert [hit["id"] for hit in found.json()["top_k"]] == [alike]
    assert hosted.asked[-1]["modelId"] == IMAGE
    hosted.all_said()
