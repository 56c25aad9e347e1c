"""Work that outlives a request."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from roomlens.fields import ALTERNATIVE, Id, Line, Readable, Time
from roomlens.schemas.base import Answer, Request

_Status: TypeAlias = Literal["queued", "running", "success", "failed", "canceled", "partial"]

CallbackUrl = Annotated[
    str,
    Field(max_length=2_000, description="Told by a signed POST when the task is over: https, and no private address."),
    Readable,
]
Model = Annotated[str, Field(min_length=1, max_length=60)]
_LARGEST_OBJECT: Final = 5 * 2**40  # bytes, of S3
_LONGEST_KEY: Final = 1_024  # bytes in UTF-8, of S3
_KEY: Final = "imports/.*[^/]"


def _fits_s3(key: str) -> str:
    if len(key.encode()) > _LONGEST_KEY:
        raise ValueError(f"is longer than {_LONGEST_KEY:,} bytes")
    return key


def _names_an_object(key: str) -> str:
    if not re.fullmatch(_KEY, key):
        raise PydanticCustomError("string_pattern_mismatch", "A key begins with imports/ and names an object")
    return key


def _lies_in_imports(prefix: str) -> str:
    if not prefix.startswith("imports/"):
        raise PydanticCustomError("string_pattern_mismatch", "A prefix begins with imports/")
    return prefix


class Progress(Answer):
    done: int
    total: int


class Step(Answer):
    name: str
    status: str
    attempt: int
    run: int
    ms: float | None


class Callback(Answer):
    url: str
    status: Literal["pending", "delivered", "failed"] | None = Field(description="`null` while the task is not over.")


class PresignedUpload(Answer):
    """A form to be sent as multipart/form-data: the fields, and the file as the last of them, `file`."""

    url: str
    fields: dict[str, str]
    expires_at: Time


class ItemOut(Answer):
    """One photo of a batch, and what became of it."""

    task_id: str
    position: int
    name: str | None
    status: _Status
    image_id: int | None
    problem: dict[str, Any] | None
    upload: PresignedUpload | None = Field(description="How to send it, while its bytes are waited for.")
    links: dict[str, str]


class ItemPage(Answer):
    items: list[ItemOut]
    next_cursor: str | None


class TaskSummary(Answer):
    task_id: str
    kind: str
    asked: dict[str, Any] = Field(description="What for: such as the `model`, the `prefix` or the `message`.")
    status: _Status
    run: int = Field(description="1, and one more with each retry.")
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    callback: Callback | None
    created_at: Time
    updated_at: Time
    links: dict[str, str] = Field(description="`retry` and `cancel`, to be called by POST, while they can be.")


class TaskOut(TaskSummary):
    """`progress` counts items where there are any, else steps; `items` how many have which status."""

    progress: Progress
    items: dict[str, int] | None
    failed_items: list[ItemOut] = Field(description="The first of them; `links.items` has all.")
    steps: list[Step]
    upload: PresignedUpload | None = Field(None, description="How to send the photo, while its bytes are waited for.")


class TaskPage(Answer):
    tasks: list[TaskSummary]
    next_cursor: str | None


class Started(Answer):
    """The task to follow."""

    status: Literal["queued"] = "queued"
    task_id: str


# ---------------------------------------------------------------------------------------------------- what is asked


class _OfAPhoto(Request):
    listing_id: Id | None = None
    captured_at: Time | None = None


class UploadWanted(_OfAPhoto):
    """A photo that is about to be sent."""

    filename: Annotated[str, Field(min_length=1, max_length=255), Readable]
    content_type: Annotated[Line, StringConstraints(to_lower=True)]
    size: int = Field(ge=1, le=_LARGEST_OBJECT, description="In bytes, exactly.")
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None


class UploadRequest(UploadWanted):
    callback_url: CallbackUrl | None = None


class UploadStarted(Answer):
    image_id: int
    task_id: str
    upload: PresignedUpload


class ImportWanted(_OfAPhoto):
    """A photo that lies in the bucket."""

    key: Annotated[
        str,
        Field(max_length=_LONGEST_KEY, json_schema_extra={"pattern": f"^{_KEY}$"}),
        Readable,
        AfterValidator(_names_an_object),
        AfterValidator(_fits_s3),
    ]


def _kind_of(photo: object) -> str | None:
    """Which of the two a photo of a batch is meant to be, if that can be told."""
    if isinstance(photo, ImportWanted) or (isinstance(photo, dict) and "key" in photo):
        return f"{ALTERNATIVE}stored"
    if isinstance(photo, UploadWanted) or (isinstance(photo, dict) and photo.keys() & _ANNOUNCED):
        return f"{ALTERNATIVE}announced"
    return None


def _kind_of_all(photos: object) -> str:
    """The first one decides, so that what is wrong with the others is told of one kind and not of both."""
    return (_kind_of(photos[0]) if isinstance(photos, list) and photos else None) or f"{ALTERNATIVE}announced"


def _not_mixed(photos: object) -> object:
    if isinstance(photos, list):
        first = _kind_of_all(photos)
        other = next((at for at, photo in enumerate(photos) if _kind_of(photo) not in (None, first)), None)
        if other is not None:
            raise PydanticCustomError("mixed", _MIXED, {"at": other})
    return photos


_MIXED: Final = (
    "A batch is of photos to come (filename, content_type, size) or of stored ones (key), not of both; "
    "photos/{at} is not like the first"
)
_ANNOUNCED: Final = {"filename", "content_type", "size"}
_Many: Final = Field(min_length=1, max_length=10_000)
_Photos: TypeAlias = Annotated[
    Annotated[list[UploadWanted], _Many, Tag(f"{ALTERNATIVE}announced")]
    | Annotated[list[ImportWanted], _Many, Tag(f"{ALTERNATIVE}stored")],
    Discriminator(_kind_of_all),
    BeforeValidator(_not_mixed),
]


class BatchRequest(Request):
    """Either a list of uploads to come, or one of objects, or the prefix that objects have in common."""

    photos: _Photos | None = None
    prefix: (
        Annotated[
            str,
            Field(max_length=1_000, json_schema_extra={"pattern": "^imports/"}),
            Readable,
            AfterValidator(_lies_in_imports),
            AfterValidator(_fits_s3),
        ]
        | None
    ) = None
    listing_id: Id | None = Field(None, description="Of those photos that name no other.")
    callback_url: CallbackUrl | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.photos is None) == (self.prefix is None):
            raise ValueError("give either photos or prefix")
        for photo in self.photos or ():
            photo.listing_id = photo.listing_id or self.listing_id
        return self


class AnalyzeRequest(Request):
    model: Model | None = Field(None, description="By another model than the one in force; GET /api/models names them.")
    callback_url: CallbackUrl | None = None


class AnalyzeAllRequest(Request):
    listing_id: Id | None = Field(None, description="Of one listing; without it, of all.")
    callback_url: CallbackUrl | None = None


class BackfillRequest(Request):
    callback_url: CallbackUrl | None = None
