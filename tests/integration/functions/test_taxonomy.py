"""GET /api/taxonomy"""

import pytest

from models.app import handler
from roomlens import vision
from roomlens.settings import forget_settings
from roomlens.vocabulary import HEADS_TELL, RULES_TELL, QualityFlag, RoomType, Tag
from tests.http import call

pytestmark = pytest.mark.usefixtures("db")


def test_the_vocabulary_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vision, "_embedded", lambda: pytest.fail("the model was asked for"))
    monkeypatch.setattr(vision, "_embedded_version", lambda: pytest.fail("the model was asked for"))
    answer = call(handler, "GET", "/api/taxonomy")
    assert (answer.status, answer.headers["cache-control"]) == (200, "public, max-age=60")
    words = answer.json()
    assert [room["name"] for room in words["rooms"]] == list(RoomType)
    assert [tag["name"] for tag in words["tags"]] == list(Tag)
    rooms, tags = ({word["name"]: word for word in words[kind]} for kind in ("rooms", "tags"))
    assert rooms["wine_cellar"] == {
        "name": "wine_cellar", "label": "wine cellar", "scene": "interior", "reso_image_of": "WineCellar",
        "told": False,
    }  # fmt: skip
    assert rooms["kitchen"]["told"] is True
    assert (tags["ev_charger"]["told"], tags["ev_charger"]["precision"]) == (False, None)
    assert tags["bed"]["told"] is True
    assert 0.5 < tags["bed"]["precision"] <= 1
    assert [band["lowest"] for band in words["condition_bands"]] == [0.95, 0.82, 0.65, 0.45, 0.22, 0.0]
    assert set(words["quality_flags"]) == set(QualityFlag)
    assert words["copy_kinds"] == ["identical", "edited", "same_scene"]
    assert words["score_scale"] == "0-1, high is better"


def test_every_word_of_a_hosted_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_BACKEND", "bedrock")
    forget_settings()
    words = call(handler, "GET", "/api/taxonomy").json()
    assert all(word["told"] for word in words["rooms"] + words["tags"])
    assert {(tag["precision"], tag["measured_photos"]) for tag in words["tags"]} == {(None, None)}


def test_a_tag_s_precision_is_that_of_what_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def bathtub() -> int | None:
        forget_settings()
        words = call(handler, "GET", "/api/taxonomy").json()["tags"]
        return next(word["measured_photos"] for word in words if word["name"] == "bathtub")

    assert bathtub() == HEADS_TELL[Tag.BATHTUB].told
    monkeypatch.setenv("TAG_HEAD", "rules")
    assert bathtub() == RULES_TELL[Tag.BATHTUB].told
