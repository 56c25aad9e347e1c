"""Whatever is sent to the API, its answer is one that docs/openapi.json promises, and never a server error."""

from typing import Any

import pytest
from hypothesis import settings
from starlette.testclient import TestClient

from tests.openapi_calls import OPERATIONS, WITHOUT_INPUT, Existing, answer, explore, operation
from tests.pictures import BLUE, photo

OTHER_ANSWERS = {
    "POST /api/listings": 201,
    "POST /api/uploads": 201,
    "POST /api/messages/{message_id}/feedback": 201,
    "POST /api/models/{name}/rollback": 409,  # nothing was promoted
    "POST /api/listings/{listing_id}/changes": 422,  # it is one photo
    **dict.fromkeys(
        [
            "POST /api/uploads/batch", "POST /api/images/{image_id}/analyze", "POST /api/images/analyze",
            "POST /api/tasks/{task_id}/retry", "POST /api/models/{name}/backfill",
        ],
        202,
    ),
}  # fmt: skip
FEW = settings(max_examples=5)  # and 20 in slow/properties, hundreds by `python -m tools.fuzz`
RUBBISH = {
    "nothing": b"",
    "a NUL": b"\0",
    "the beginning of a GIF": b"GIF89a",
    "half a photo": photo(BLUE)[:200],
    "another kind of file": b"%PDF-1.7",
    "a JPEG's first bytes": b"\xff\xd8\xff" + b"x" * 1000,
}


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_valid_call_gets_an_answer_of_the_document(label: str, client: TestClient, existing: Existing) -> None:
    explore(label, client, existing, FEW, valid=True)


@pytest.mark.parametrize("label", sorted(set(OPERATIONS) - WITHOUT_INPUT))
def test_every_malformed_call_gets_an_answer_of_the_document(
    label: str, client: TestClient, existing: Existing
) -> None:
    explore(label, client, existing, FEW, valid=False)


def good_call(label: str, existing: Existing) -> dict[str, Any]:
    """What is certainly answered with what was asked for."""
    return {
        "POST /api/upload/": {"body": {"file": photo(BLUE)}, "media_type": "multipart/form-data"},
        "GET /api/images": {"query": {"listing_id": existing.listing_id, "room_type": "kitchen"}},
        "GET /api/images/{image_id}": {"path_parameters": {"image_id": existing.image_id}},
        "PATCH /api/images/{image_id}": {
            "path_parameters": {"image_id": existing.image_id}, "body": {"room_type": "pantry"},
        },
        "DELETE /api/images/{image_id}": {"path_parameters": {"image_id": existing.image_id}},
        "GET /api/images/{image_id}/similar": {"path_parameters": {"image_id": existing.image_id}},
        "GET /api/images/{image_id}/duplicates": {"path_parameters": {"image_id": existing.image_id}},
        "POST /api/query/": {"body": {"query": "dishwasher", "listing_id": existing.listing_id}},
        "POST /api/query/image": {"body": {"file": photo(BLUE)}, "media_type": "multipart/form-data"},
        "POST /api/chat/": {"body": {"message": "And a sofa?", "conversation_id": existing.conversation_id}},
        "GET /api/conversations": {"query": {"listing_id": existing.listing_id}},
        "GET /api/conversations/{conversation_id}/messages": {
            "path_parameters": {"conversation_id": existing.conversation_id}
        },
        "DELETE /api/conversations/{conversation_id}": {
            "path_parameters": {"conversation_id": existing.conversation_id}
        },
        "POST /api/conversations/{conversation_id}/replay": {
            "path_parameters": {"conversation_id": existing.conversation_id}, "body": {"model": "embedded-rules"},
        },
        "POST /api/messages/{message_id}/feedback": {
            "path_parameters": {"message_id": existing.message_id}, "body": {"rating": "down", "category": "other"},
        },
        "POST /api/listings/{listing_id}/lint": {
            "path_parameters": {"listing_id": existing.listing_id}, "body": {"rule_pack": "swmls"},
        },
        "GET /api/listings/{listing_id}/photo-order": {"path_parameters": {"listing_id": existing.listing_id}},
        "PUT /api/listings/{listing_id}/photo-order": {
            "path_parameters": {"listing_id": existing.listing_id}, "body": {"image_ids": [existing.image_id]},
        },
        "GET /api/listings/{listing_id}/alterations": {"path_parameters": {"listing_id": existing.listing_id}},
        "PUT /api/images/{image_id}/alteration": {
            "path_parameters": {"image_id": existing.image_id}, "body": {"kind": "virtual_staging"},
        },
        "DELETE /api/images/{image_id}/alteration": {"path_parameters": {"image_id": existing.image_id}},
        "GET /api/tasks": {"query": {"kind": "image.analyze", "status": "queued"}},
        "GET /api/tasks/{task_id}": {"path_parameters": {"task_id": existing.task_id}},
        "GET /api/tasks/{task_id}/items": {"path_parameters": {"task_id": existing.task_id}},
        "POST /api/tasks/{task_id}/retry": {"path_parameters": {"task_id": existing.canceled_task_id}},
        "POST /api/tasks/{task_id}/cancel": {"path_parameters": {"task_id": existing.task_id}},
        "POST /api/uploads": {"body": {"filename": "a.jpg", "content_type": "image/jpeg", "size": 5}},
        "POST /api/uploads/batch": {"body": {"prefix": "imports/2026/", "listing_id": existing.listing_id}},
        "POST /api/images/{image_id}/analyze": {"path_parameters": {"image_id": existing.image_id}, "body": {}},
        "POST /api/images/analyze": {"body": {"listing_id": existing.listing_id}},
        "POST /api/listings": {"body": {"title": "Another house", "beds": 2.5}},
        "GET /api/listings": {"query": {"external_ref": "MLS-1", "status": "sold"}},
        "PATCH /api/listings/{listing_id}": {
            "path_parameters": {"listing_id": existing.listing_id}, "body": {"price": 640_000, "title": None},
        },
        "DELETE /api/listings/{listing_id}": {"path_parameters": {"listing_id": existing.listing_id}},
        "GET /api/listings/{listing_id}": {"path_parameters": {"listing_id": existing.listing_id}},
        "GET /api/listings/{listing_id}/aggregation": {
            "path_parameters": {"listing_id": existing.listing_id}, "query": {"as_of": "2025-09-01T00:00:00Z"},
        },
        "GET /api/listings/{listing_id}/changes": {
            "path_parameters": {"listing_id": existing.listing_id}, "query": {"from": "2025-01-01T00:00:00Z"},
        },
        "POST /api/listings/{listing_id}/changes": {
            "path_parameters": {"listing_id": existing.listing_id},
            "body": {"before_image_id": existing.image_id, "after_image_id": existing.image_id},
        },
        "GET /api/models": {},
        "POST /api/models/{name}/backfill": {"path_parameters": {"name": "embedded-rules"}, "body": {}},
        "POST /api/models/{name}/promote": {"path_parameters": {"name": "embedded"}},
        "POST /api/models/{name}/rollback": {"path_parameters": {"name": "embedded"}},
        "GET /api/health": {},
        "GET /api/health/ready": {},
        "GET /api/taxonomy": {},
    }[label]  # fmt: skip


@pytest.mark.parametrize("label", OPERATIONS)
def test_what_exists_is_answered_as_the_document_says(label: str, client: TestClient, existing: Existing) -> None:
    case = operation(label).Case(**good_call(label, existing))
    assert answer(client, case).status_code == OTHER_ANSWERS.get(label, 200)


def test_an_upload_that_is_not_waited_for_is_answered_as_the_document_says(
    client: TestClient, existing: Existing
) -> None:
    body = {"file": photo(BLUE), "listing_id": existing.listing_id, "async": True}
    case = operation("POST /api/upload/").Case(body=body, media_type="multipart/form-data")
    assert answer(client, case).status_code == 202


@pytest.mark.parametrize("what", RUBBISH)
def test_an_upload_of_rubbish_is_refused_as_the_document_says(what: str, client: TestClient, analyzer: object) -> None:
    case = operation("POST /api/upload/").Case(body={"file": RUBBISH[what]}, media_type="multipart/form-data")
    assert answer(client, case).status_code in (415, 422)
