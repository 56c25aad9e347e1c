"""The tools of a language model: their schemas, and arguments that are none."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from roomlens.chat.backends import Scope
from roomlens.chat.tools import TOOLS, Toolbox, WrongCallError, tool_spec


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("drop_tables", {}),
        ("search_photos", {}),
        ("search_photos", {"query": " "}),
        ("search_photos", {"query": "a" * 301}),
        ("search_photos", {"query": "\ud800"}),
        ("search_photos", {"query": "a", "most": 1000}),
        ("search_photos", {"query": "a", "room_type": "cave"}),
        ("search_photos", {"query": "a", "tags": ["gold"]}),
        ("search_photos", "kitchen"),
        ("search_photos", None),
        ("photo_details", {"image_ids": []}),
        ("photo_details", {"image_ids": [10**30]}),
        ("photo_details", {"image_ids": [0]}),
        ("photo_details", {"image_ids": list(range(1, 50))}),
        ("listing_changes", {"from_date": "yesterday"}),
    ],
)
def test_wrong_arguments_are_told_to_the_model_in_few_words(name: str, arguments: Any) -> None:
    with pytest.raises(WrongCallError) as wrong:
        Toolbox(Session(), Scope(None)).use(name, arguments)
    assert 0 < len(str(wrong.value)) <= 300


def test_schemas_keep_to_what_all_models_read() -> None:
    def names(schema: dict[str, Any]) -> set[str]:
        inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
        return set(schema).union(*map(names, inner))

    for name, tool in TOOLS.items():
        spec = tool_spec(name, tool.about, tool.arguments)["toolSpec"]
        schema = spec["inputSchema"]["json"]
        assert names(schema) <= {"type", "properties", "required", "items", "enum", "description"}
        assert set(schema) <= {"type", "properties", "required"}  # more is not read at the top by Nova
        assert "-" not in name
