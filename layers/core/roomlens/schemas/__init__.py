"""What the API takes and gives (docs/openapi.json is made from these). No table is imported here."""

from roomlens.schemas.base import Answer, Health, Request
from roomlens.schemas.chat import (
    ChatAnswer,
    ChatRequest,
    Citation,
    ConversationOut,
    ConversationPage,
    Evidence,
    MessageOut,
    MessagePage,
)
from roomlens.schemas.listings import ListingOut, ListingPage, ListingRequest
from roomlens.schemas.photos import (
    AnalysisOut,
    Candidate,
    CorrectionOut,
    CorrectionRequest,
    Failure,
    Feature,
    Flag,
    ImageDetail,
    ImageOut,
    ImagePage,
    Model,
    Predictions,
    Queued,
    RoomType,
    Uploaded,
)
from roomlens.schemas.problems import FieldError, Problem
from roomlens.schemas.search import HitOut, QueryAnswer, QueryRequest
from roomlens.schemas.tasks import Progress, Step, TaskOut

__all__ = [
    "AnalysisOut",
    "Answer",
    "Candidate",
    "ChatAnswer",
    "ChatRequest",
    "Citation",
    "ConversationOut",
    "ConversationPage",
    "CorrectionOut",
    "CorrectionRequest",
    "Evidence",
    "Failure",
    "Feature",
    "FieldError",
    "Flag",
    "Health",
    "HitOut",
    "ImageDetail",
    "ImageOut",
    "ImagePage",
    "ListingOut",
    "ListingPage",
    "ListingRequest",
    "MessageOut",
    "MessagePage",
    "Model",
    "Predictions",
    "Problem",
    "Progress",
    "QueryAnswer",
    "QueryRequest",
    "Queued",
    "Request",
    "RoomType",
    "Step",
    "TaskOut",
    "Uploaded",
]
