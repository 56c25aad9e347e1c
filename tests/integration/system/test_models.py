"""Another model takes the place of the one in force, in the running system."""

from typing import Any

from rig.cloud import Cloud
from tests.fakes import FakeAnalyzer
from tests.pictures import BLUE, RED, photo

NEW = "/api/models/embedded-rules"


def best_kitchen(api: Any) -> tuple[int, str]:
    answer = api.post("/api/query", json={"query": "kitchen with a dishwasher", "k": 1}).json()
    return answer["top_k"][0]["id"], answer["model"]


def test_a_model_is_filled_up_beside_the_one_in_force_and_then_takes_its_place(
    system: Cloud, api: Any, analyzer: FakeAnalyzer, candidate: FakeAnalyzer
) -> None:
    kitchen, bathroom = (
        api.post("/api/upload", files={"file": ("a.jpg", photo(colour))}).json()["image_id"] for colour in (RED, BLUE)
    )
    started = api.post(f"{NEW}/backfill")
    system.wait()
    task = api.get(started.headers["location"]).json()
    assert (task["status"], task["progress"]) == ("success", {"done": 2, "total": 2})
    shown = {one["embedder"]: one for one in api.get("/api/models").json()["versions"]}
    overlap = shown[candidate.model.label]["overlap"]
    assert (overlap["compared_with"], overlap["image"]) == (analyzer.model.label, {"mean": 1.0, "questions": 2})
    assert task["result"]["overlap"]["text"] == overlap["text"]
    assert best_kitchen(api) == (kitchen, analyzer.model.label)
    assert api.post(f"{NEW}/promote").status_code == 200
    assert best_kitchen(api) == (bathroom, candidate.model.label)
    assert api.post(f"{NEW}/rollback").status_code == 200
    assert best_kitchen(api) == (kitchen, analyzer.model.label)
