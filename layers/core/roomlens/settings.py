"""Every environment variable that Roomlens reads, in small groups: a function that needs no database needs no
`DATABASE_URL`. Nobody else reads the environment, and nothing is read before it is asked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Literal, Self, TypeAlias, TypeVar

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic import ValidationError as PydanticValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from roomlens.errors import ConfigurationError

_FROM_ENVIRONMENT = SettingsConfigDict(case_sensitive=False, env_ignore_empty=True, frozen=True, extra="ignore")


class DatabaseSettings(BaseSettings):
    """Where PostgreSQL is, and who logs in there: a URL; or the ARN of a secret with username, password and, where they
    aren't said here, host, port and dbname; or a host, and a user for whom IAM vouches."""

    model_config = _FROM_ENVIRONMENT

    database_url: SecretStr | None = None
    database_secret_arn: str | None = None
    database_host: str | None = None
    database_user: str | None = None
    database_name: str | None = None
    database_port: int = Field(default=5432, ge=1, le=65_535)
    # With a secret or with IAM; a URL says it itself. Less than `require` sends the password as it is.
    database_sslmode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] = "require"

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        by_iam = self.database_host and self.database_user
        if not (self.database_url or self.database_secret_arn or by_iam):
            raise ValueError("set DATABASE_URL or DATABASE_SECRET_ARN, or DATABASE_HOST and DATABASE_USER")
        return self


class StorageSettings(BaseSettings):
    """The private bucket, and what may be put into it."""

    model_config = _FROM_ENVIRONMENT

    photo_bucket: str
    max_photo_bytes: int = Field(default=25 * 2**20, ge=1)
    max_photo_pixels: int = Field(default=50_000_000, ge=1)
    # Whoever holds a link may follow it: as long as a page takes to be looked through. SigV4 allows a week at most.
    download_url_seconds: int = Field(default=900, ge=1, le=604_800)
    upload_url_seconds: int = Field(default=3600, ge=1, le=604_800)
    upload_wait_hours: int = Field(default=24, ge=1, le=48)  # what has landed is kept for two days


class ModelSettings(BaseSettings):
    """Which models look at photos and read questions."""

    # `model_` is pydantic's own prefix; these fields do not use it, so nothing needs to be unprotected
    model_config = _FROM_ENVIRONMENT

    vision_backend: Literal["embedded", "bedrock"] = "embedded"
    text_backend: Literal["embedded", "bedrock"] = "embedded"
    # Whether rooms are told by the trained head, or by the data-free rules alone.
    room_head: Literal["trained", "zero_shot"] = "trained"
    # Whether things are told by the trained heads and the rules, or by the rules alone.
    tag_head: Literal["trained", "rules"] = "trained"
    # Whether the condition score uses the signs that were trained on prices and on tidy rooms.
    condition_heads: Literal["trained", "none"] = "trained"


# A model's id, an inference profile's id or the ARN of either; it has to fit into `analyses.model`.
_ModelId: TypeAlias = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$")]


class BedrockSettings(BaseSettings):
    """The hosted models, and how long a call may take. Read only when a backend is `bedrock`."""

    model_config = _FROM_ENVIRONMENT

    bedrock_vision_model: _ModelId = "amazon.nova-lite-v1:0"
    bedrock_image_model: _ModelId = "amazon.titan-embed-image-v1"
    bedrock_text_model: _ModelId = "cohere.embed-v4:0"
    # A look is one call of the first kind and two of the second, with a second each to connect: 25 s of an upload's 29.
    bedrock_vision_seconds: int = Field(default=14, ge=1, le=60)
    bedrock_embedding_seconds: int = Field(default=4, ge=1, le=60)


class ChatSettings(BaseSettings):
    """Who answers questions, and whether Bedrock may be asked by name, as a replay does, though another one is it; and
    how much an answer is told of what was said before."""

    model_config = _FROM_ENVIRONMENT

    chat_backend: Literal["embedded", "bedrock"] = "embedded"
    chat_allow_bedrock: Literal["no", "yes"] = "no"
    # 2,000 tokens at four characters each: some ten turns word for word, and a summary of those before them.
    chat_history_characters: int = Field(default=8_000, ge=2_000, le=100_000)


class BedrockChatSettings(BaseSettings):
    """The hosted model that answers questions, and what one answer may take of time, calls and words."""

    model_config = _FROM_ENVIRONMENT

    bedrock_chat_model: _ModelId = "amazon.nova-lite-v1:0"
    # No call begins that could end after the turn's limit, which leaves 5 s of a request's 29 for the database.
    bedrock_chat_seconds: int = Field(default=9, ge=1, le=60)
    bedrock_turn_seconds: int = Field(default=24, ge=2, le=120)
    bedrock_chat_rounds: int = Field(default=5, ge=2, le=10)
    bedrock_chat_tokens: int = Field(default=2_000, ge=200, le=5_000)  # Nova Lite writes 5,000 at most

    @model_validator(mode="after")
    def _a_call_fits_into_a_turn(self) -> Self:
        if self.bedrock_chat_seconds >= self.bedrock_turn_seconds:
            raise ValueError("BEDROCK_TURN_SECONDS must be more than BEDROCK_CHAT_SECONDS")
        return self


class TenantSettings(BaseSettings):
    """Whose data this is: of one tenant, or of whom each caller's token names."""

    model_config = _FROM_ENVIRONMENT

    # A stack for one company says its name here; its tokens then need no claim.
    tenant: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    # The claim of the token that names the tenant; `custom:` is how Cognito calls what it was not born with.
    tenant_claim: str = Field(default="custom:tenant_id", min_length=1, max_length=200)


class RateSettings(BaseSettings):
    """How many calls of a kind a tenant may make a minute (0: any number), and how many of them at once."""

    model_config = _FROM_ENVIRONMENT

    # Photos, however they are announced; the largest batch is let in when there was none before it.
    uploads_per_minute: int = Field(default=1_200, ge=0, le=1_000_000)
    uploads_at_once: int = Field(default=10_000, ge=1, le=1_000_000)
    queries_per_minute: int = Field(default=1_200, ge=0, le=1_000_000)
    queries_at_once: int = Field(default=300, ge=1, le=1_000_000)
    # Turns of conversations. A person reads an answer for some seconds: this is a hundred people at once.
    turns_per_minute: int = Field(default=300, ge=0, le=1_000_000)
    turns_at_once: int = Field(default=100, ge=1, le=1_000_000)


class TaskSettings(BaseSettings):
    """Where the state machines are: how their ARNs begin; the name of the workflow comes after it."""

    model_config = _FROM_ENVIRONMENT

    state_machines: str


_WEBHOOK_SECRET = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2,3}={0,2})?")


class CallbackSettings(BaseSettings):
    """Where messages on the end of tasks may go, nowhere when it is not said, and what they are signed with."""

    model_config = _FROM_ENVIRONMENT

    # `any` is for tests and for one's own machine: plain http, and addresses of private networks.
    callback_targets: Literal["public", "any"] | None = None
    callback_secret: SecretStr | None = None

    @field_validator("callback_secret")
    @classmethod
    def _as_standard_webhooks_has_it(cls, secret: SecretStr | None) -> SecretStr | None:
        """24 bytes at least, in base64: of other words each library for receivers would make another key."""
        if secret and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("must be whsec_ and at least 24 random bytes in base64")
        return secret


_Group = TypeVar("_Group", bound=BaseSettings)


def _from_environment(group: type[_Group]) -> _Group:
    try:
        return group()
    except PydanticValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper() or group.__name__}: {e['msg']}" for e in error.errors()
        )
        raise ConfigurationError(f"Wrong settings: {wrong}") from None


@cache
def database_settings() -> DatabaseSettings:
    return _from_environment(DatabaseSettings)


@cache
def storage_settings() -> StorageSettings:
    return _from_environment(StorageSettings)


@cache
def model_settings() -> ModelSettings:
    return _from_environment(ModelSettings)


@cache
def bedrock_settings() -> BedrockSettings:
    return _from_environment(BedrockSettings)


@cache
def chat_settings() -> ChatSettings:
    return _from_environment(ChatSettings)


@cache
def bedrock_chat_settings() -> BedrockChatSettings:
    return _from_environment(BedrockChatSettings)


@cache
def tenant_settings() -> TenantSettings:
    return _from_environment(TenantSettings)


@cache
def rate_settings() -> RateSettings:
    return _from_environment(RateSettings)


@cache
def task_settings() -> TaskSettings:
    return _from_environment(TaskSettings)


@cache
def callback_settings() -> CallbackSettings:
    return _from_environment(CallbackSettings)


_ACCESSORS = (
    database_settings, storage_settings, model_settings, bedrock_settings, chat_settings, bedrock_chat_settings,
    rate_settings, task_settings, tenant_settings, callback_settings,
)  # fmt: skip


def forget_settings() -> None:
    """Reads the environment anew at the next question; for whoever changes it within one process."""
    for accessor in _ACCESSORS:
        accessor.cache_clear()
