"""/api/models"""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, RED, photo

NEW = "/api/models/embedded-rules"


@pytest.fixture
def api(client: TestClient, analyzer: FakeAnalyzer) -> TestClient:
    """With one photo, a kitchen."""
    client.post("/api/upload/", files={"file": ("a.jpg", photo(RED))})
    return client


def versions(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.json()
    return {one["embedder"]: one for one in answer.json()["versions"]}


def test_the_models_are_shown_by_name_and_by_version(
    api: TestClient, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    answer = api.get("/api/models")
    shown = versions(answer)
    assert [one["name"] for one in answer.json()["models"]] == [
        "embedded", "embedded-rules", "bedrock", "bedrock-vision", "bedrock-text",
    ]  # fmt: skip
    here, other = shown[analyzer.model.label], shown[candidate.model.label]
    assert (here["in_force"], here["photos"], here["missing"], here["overlap"]) == (True, 1, 0, None)
    assert (other["in_force"], other["photos"], other["missing"], other["runnable"]) == (False, 0, 1, True)
    assert here["model"]["name"] == "fake-colours"
    assert next(iter(shown)) == analyzer.model.label, "the one in force comes first"


def test_settings_without_a_name_have_one(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from roomlens.settings import forget_settings

    monkeypatch.setenv("TAG_HEAD", "rules")
    forget_settings()
    assert api.get("/api/models").json()["models"][-1]["name"] == "configured"
    assert api.post("/api/models/configured/promote").json()["versions"][0]["name"] == "configured"


def test_a_model_is_promoted_and_rolled_back(api: TestClient, analyzer: FakeAnalyzer, candidate: FakeAnalyzer) -> None:
    refused = api.post(f"{NEW}/promote")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "has yet to look at 1 photos" in refused.json()["detail"]
    promoted = versions(api.post(f"{NEW}/promote", json={"allow_missing": 1}))
    assert (promoted[candidate.model.label]["in_force"], promoted[analyzer.model.label]["previous"]) == (True, True)
    asked = {"query": "kitchen"}
    assert api.post("/api/query/", json=asked).json() == {
        "top_k": [], "space": "text", "model": candidate.model.label, "next_cursor": None,
    }  # fmt: skip
    api.post("/api/upload/", files={"file": ("b.jpg", photo(BLUE))})
    assert len(api.post("/api/query/", json=asked).json()["top_k"]) == 1
    back = versions(api.post(f"{NEW}/rollback"))
    assert (back[analyzer.model.label]["in_force"], back[analyzer.model.label]["missing"]) == (True, 1)
    assert api.post("/api/query/", json=asked).json()["model"] == analyzer.model.label
    assert api.post(f"{NEW}/rollback").status_code == 409


@pytest.mark.parametrize("what", ["promote", "rollback", "backfill"])
def test_an_unknown_name_is_not_found(api: TestClient, what: str) -> None:
    answer = api.post(f"/api/models/crystal-ball/{what}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_backfill_is_a_task(api: TestClient, executions: Any) -> None:
    answer = api.post(f"{NEW}/backfill")
    assert answer.status_code == 202
    task = api.get(answer.headers["location"]).json()
    assert (task["kind"], task["status"]) == ("model.backfill", "queued")


def test_what_the_model_in_force_can_tell_is_what_the_vocabulary_says(api: TestClient) -> None:
    def told() -> int:
        return sum(tag["told"] for tag in api.get("/api/taxonomy").json()["tags"])

    before = told()
    api.post(f"{NEW}/promote", json={"allow_missing": 1})
    assert told() < before


@pytest.mark.parametrize("body", [{"allow_missing": -1}, {"allow": 1}, []])
def test_a_malformed_promotion_is_refused(api: TestClient, body: Any) -> None:
    assert api.post(f"{NEW}/promote", json=body).status_code == 422


def test_a_request_asks_once_which_version_is_in_force_and_only_when_it_needs_one(
    api: TestClient, db: Session
) -> None:
    statements: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    (photo,) = api.get("/api/images").json()["images"]
    here = f"/api/images/{photo['id']}"

    def asked(method: str, path: str, **options: Any) -> int:
        statements.clear()
        assert api.request(method, path, **options).status_code == 200
        assert statements
        return sum("model_in_force" in statement for statement in statements)

    assert [asked("GET", path) for path in ("/api/images", here)] == [0, 0]
    assert asked("GET", "/api/images?room_type=kitchen") == asked("GET", f"{here}/duplicates") == 1
    assert asked("POST", "/api/query/", json={"query": "kitchen", "image_id": photo["id"], "explain": True}) == 1
    assert asked("POST", "/api/chat/", json={"message": "Is there a dishwasher?"}) == 1
