"""First step of a presigned upload: checks what has come, stores it, and makes its thumbnails."""

from typing import Any

from roomlens import tasks
from roomlens.events import workflow_step
from roomlens.tasks.photo_steps import receive_upload


def handler(event: dict[str, Any], context: object) -> None:
    tasks.run_step(workflow_step(event), "ReceiveUpload", receive_upload)
