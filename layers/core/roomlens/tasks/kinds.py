"""What tasks there are, which state machine works on each, and which steps it takes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from roomlens.models import TaskStatus


class Kind(StrEnum):
    """What a task does. Those with items have one for each photo."""

    ANALYZE = "image.analyze"
    UPLOAD = "image.upload"
    """Its bytes come by a presigned upload, some time after the task is made."""
    IMPORT = "image.import"
    """Its bytes lie in the bucket already; an item only."""
    UPLOAD_BATCH = "photos.upload"
    """Each of its items is an upload with a state machine of its own; the batch itself has none."""
    IMPORT_BATCH = "photos.import"
    ANALYZE_BATCH = "photos.analyze"
    BACKFILL = "model.backfill"
    CHAT = "chat.answer"


WORKFLOWS: Final[Mapping[Kind, str]] = {
    Kind.ANALYZE: "analyze_photo",
    Kind.UPLOAD: "receive_upload",
    Kind.IMPORT_BATCH: "import_photos",
    Kind.ANALYZE_BATCH: "reanalyze_photos",
    Kind.BACKFILL: "backfill_model",
    Kind.CHAT: "answer_message",
}
"""By the file's name in statemachines/."""

STEPS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.ANALYZE: ("PreparePhoto", "AnalyzePhoto", "RecordSuccess"),
    Kind.UPLOAD: ("ReceiveUpload", "AnalyzePhoto", "RecordSuccess"),
    Kind.CHAT: ("AnswerMessage", "RecordSuccess"),
}
"""By what the progress of a task without items is counted."""

WITH_ITEMS: Final = (Kind.UPLOAD_BATCH, Kind.IMPORT_BATCH, Kind.ANALYZE_BATCH, Kind.BACKFILL)
OPEN: Final = (TaskStatus.QUEUED, TaskStatus.RUNNING)
TO_RETRY: Final = (TaskStatus.FAILED, TaskStatus.CANCELED)
"""What a retry of a batch runs again."""
