"""What the API takes and gives (docs/openapi.json is made from these). No table is imported here."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from roomlens.fields import Id, Line, Readable, Score, Time


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Health(Answer):
    status: Literal["healthy"] = "healthy"
    version: str


# ------------------------------------------------------------------------------------------------------------ photos


class Candidate(Answer):
    label: str
    confidence: Score


class RoomType(Candidate):
    alternatives: list[Candidate] = []


class Feature(Answer):
    tag: str
    group: str
    confidence: Score


class Model(Answer):
    """Which model made a number."""

    name: str
    version: str
    weights_sha256: str


class Predictions(Answer):
    """What was seen in a photo. `null` means "can't be told", never zero; `condition_*` is an estimate."""

    room_type: RoomType
    condition_score: Score | None
    condition_band: str | None
    condition_reason: str | None
    natural_light_score: Score | None
    feature_tags: list[str]
    features: list[Feature]
    caption: str


class AnalysisOut(Answer):
    predictions: Predictions
    components: dict[str, dict[str, float]]
    model: Model
    analysis_ms: float
    created_at: Time


class Failure(Answer):
    code: str
    detail: str


class ImageOut(Answer):
    id: int
    listing_id: int | None
    status: Literal["queued", "running", "analyzed", "failed"]
    filename: str
    s3_path: str
    content_type: str | None
    byte_size: int | None
    width: int | None
    height: int | None
    sha256: str | None
    captured_at: Time | None
    created_at: Time
    thumbnail_url: str | None
    image_url: str | None
    predictions: Predictions | None
    analysis_ms: float | None
    failure: Failure | None


class ImageDetail(ImageOut):
    analyses: list[AnalysisOut]


class ImagePage(Answer):
    images: list[ImageOut]
    next_cursor: str | None


class Uploaded(Answer):
    status: Literal["success"] = "success"
    image_id: int
    listing_id: int | None
    deduplicated: bool
    s3_path: str
    predictions: Predictions
    model: Model


class Queued(Answer):
    status: Literal["queued"] = "queued"
    task_id: str
    image_id: int


# ------------------------------------------------------------------------------------------------------------ search


class QueryRequest(Request):
    """Ask with words (`query`) or with a stored photo (`image_id`)."""

    query: Annotated[str, Field(max_length=2_000), Readable] | None = None
    image_id: Id | None = None
    k: Annotated[int, Field(ge=1, le=100)] = 10
    listing_id: Id | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.query is None) == (self.image_id is None):
            raise ValueError("give either query or image_id")
        if self.query is not None and not self.query.strip():
            raise ValueError("query is empty")
        return self


class HitOut(Answer):
    id: int
    listing_id: int | None
    score: Score
    relevance: Literal["strong", "weak", "noise"]
    thumbnail_url: str
    room_type: str
    feature_tags: list[str]
    caption: str


class QueryAnswer(Answer):
    top_k: list[HitOut]
    space: Literal["text", "image"]
    model: str
    next_cursor: None = None


# -------------------------------------------------------------------------------------------------------------- chat


class ChatRequest(Request):
    message: Annotated[str, Field(max_length=4_000), Readable]
    conversation_id: Id | None = None
    listing_id: Id | None = None
    user_id: Line | None = None


class Citation(Answer):
    """A sentence of the reply, and the photos that it rests on."""

    sentence: str
    image_ids: list[int]


class Evidence(Answer):
    """A photo that an answer rests on."""

    image_id: int
    listing_id: int | None
    room_type: str
    caption: str
    score: Score | None
    thumbnail_url: str


class ChatAnswer(Answer):
    conversation_id: int
    message_id: int
    reply: str
    context_used: list[Evidence]
    citations: list[Citation]
    abstained: bool
    model: str


class MessageOut(Answer):
    id: int
    role: Literal["user", "assistant"]
    content: str
    citations: list[Citation]
    created_at: Time


class MessagePage(Answer):
    messages: list[MessageOut]
    next_cursor: str | None


class ConversationOut(Answer):
    id: int
    listing_id: int | None
    user_id: str | None
    created_at: Time


class ConversationPage(Answer):
    conversations: list[ConversationOut]
    next_cursor: str | None


# ---------------------------------------------------------------------------------------------------------- listings


class ListingRequest(Request):
    title: Line | None = None
    address: Annotated[str, Field(max_length=300), Readable] | None = None
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    beds: Annotated[float, Field(ge=0, le=1000)] | None = None
    baths: Annotated[float, Field(ge=0, le=1000)] | None = None
    area_sqft: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    status: Literal["draft", "active", "pending", "sold", "withdrawn"] = "active"
    external_ref: Annotated[str, Field(min_length=1, max_length=100), Readable] | None = None


class ListingOut(ListingRequest):
    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: Time
    updated_at: Time
    photo_counts: dict[str, int]
    cover: str | None


class ListingPage(Answer):
    listings: list[ListingOut]
    next_cursor: str | None


# ------------------------------------------------------------------------------------------------------------- tasks


class Progress(Answer):
    done: int
    total: int


class Step(Answer):
    name: str
    status: str
    attempt: int
    ms: float | None


class TaskOut(Answer):
    task_id: str
    kind: str
    status: Literal["queued", "running", "success", "failed", "canceled", "partial"]
    progress: Progress
    steps: list[Step]
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    created_at: Time
    updated_at: Time
    links: dict[str, str]


# ------------------------------------------------------------------------------------------------------------ errors


class FieldError(Answer):
    pointer: str
    detail: str
    code: str


class Problem(Answer):
    """RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[FieldError] | None = None
    request_id: str | None = None
