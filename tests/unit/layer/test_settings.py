"""Settings: each group alone, read when asked for, and documented."""

from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from roomlens import settings
from roomlens.errors import ConfigurationError
from roomlens.settings import (
    BedrockChatSettings,
    BedrockSettings,
    ChatSettings,
    DatabaseSettings,
    ModelSettings,
    StorageSettings,
    TaskSettings,
    forget_settings,
)

GROUPS: list[type[BaseSettings]] = [
    DatabaseSettings, StorageSettings, ModelSettings, BedrockSettings, ChatSettings, BedrockChatSettings, TaskSettings,
]  # fmt: skip
NAMES = [name.upper() for group in GROUPS for name in group.model_fields]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_its_row_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in (Path(__file__).parents[3] / "README.md").read_text()


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHOTO_BUCKET")
    forget_settings()
    with pytest.raises(ConfigurationError, match="PHOTO_BUCKET"):
        settings.storage_settings()


def test_a_database_needs_a_url_or_a_secret() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL or DATABASE_SECRET_ARN"):
        settings.database_settings()


def test_an_unknown_backend_is_refused_and_the_value_of_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_BACKEND", "crystal-ball")
    forget_settings()
    with pytest.raises(ConfigurationError, match="VISION_BACKEND"):
        settings.model_settings()
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://me:hunter2@host/db")
    assert "hunter2" not in repr(settings.database_settings())


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:db")
    assert settings.database_settings().database_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEDROCK_VISION_MODEL", "a" * 101),
        ("BEDROCK_TEXT_MODEL", "two words"),
        ("BEDROCK_IMAGE_MODEL", "../model"),
        ("BEDROCK_VISION_SECONDS", "0"),
        ("BEDROCK_EMBEDDING_SECONDS", "61"),
    ],
)
def test_a_hosted_model_that_can_t_be_asked_is_refused_at_once(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    forget_settings()
    with pytest.raises(ConfigurationError, match=name):
        settings.bedrock_settings()


@pytest.mark.parametrize(
    "name",
    [
        "amazon.nova-lite-v1:0",
        "us-gov.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    ],
)
def test_each_way_to_name_a_hosted_model_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDROCK_VISION_MODEL", name)
    forget_settings()
    assert settings.bedrock_settings().bedrock_vision_model == name
