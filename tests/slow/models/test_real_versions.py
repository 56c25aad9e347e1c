"""The named models that run inside the function, side by side in one process."""

from typing import Any

from roomlens import versions
from roomlens.text import embedder_called, text_embedder
from roomlens.versions import model_in_force, version_of
from roomlens.vision import photo_analyzer
from tests.unit.vision.drawings import room


def looks_of(name: str) -> tuple[Any, Any]:
    with versions.using(name):
        assert photo_analyzer().model == model_in_force() == version_of(name).model
        return photo_analyzer(), photo_analyzer().analyze(room())


def test_two_models_look_in_one_process_and_share_what_they_have_in_common() -> None:
    (all_heads, seen), (rules, seen_by_rules) = looks_of("embedded"), looks_of("embedded-rules")
    assert all_heads is not rules
    assert all_heads._network is rules._network
    assert (seen.image_vector == seen_by_rules.image_vector).all()
    assert set(seen.condition_components) > set(seen_by_rules.condition_components)
    assert looks_of("embedded")[0] is all_heads


def test_what_changes_a_look_changes_the_version_and_what_places_vectors_their_models() -> None:
    names = ("embedded", "embedded-rules", "bedrock", "bedrock-vision", "bedrock-text")
    made = {name: version_of(name) for name in names}
    assert len({version.embedder for version in made.values()}) == len(names)
    assert made["embedded"].text_model == made["embedded-rules"].text_model == made["bedrock-vision"].text_model
    assert made["embedded"].image_model == made["embedded-rules"].image_model == made["bedrock-text"].image_model
    assert made["bedrock"].text_model != made["embedded"].text_model
    assert made["bedrock"].image_model == made["bedrock-vision"].image_model != made["embedded"].image_model


def test_a_model_of_texts_is_found_by_what_rows_call_it() -> None:
    assert embedder_called(text_embedder().model.label) is text_embedder()
    hosted = embedder_called(version_of("bedrock").text_model)
    assert hosted is not None
    assert hosted.model.name == "cohere.embed-v4:0"
    assert embedder_called("all-minilm-l6-v2@0") is None
