"""POST /api/uploads: announces photos that come straight into the bucket, and batches of photos that lie there."""

from fastapi import Response

from roomlens import tasks
from roomlens.http import SessionDep, create_app, lambda_handler, to_follow
from roomlens.http_callers import counted
from roomlens.rates import Kind, take
from roomlens.schemas import BatchRequest, Started, UploadRequest, UploadStarted

app = create_app("uploads")


@app.post("/api/uploads", dependencies=[counted(Kind.UPLOAD)], status_code=201)
async def announce_upload(wanted: UploadRequest, session: SessionDep, response: Response) -> UploadStarted:
    """A presigned POST for one photo, which pins its size, type and key. Its task is there before its bytes are."""
    task = tasks.start_upload(session, wanted)
    response.headers["location"] = f"/api/tasks/{task.id}"
    return UploadStarted.model_validate(
        {"task_id": task.id, "image_id": task.image_id, "upload": tasks.upload_of(task)}
    )


@app.post("/api/uploads/batch", status_code=202)
async def start_batch(wanted: BatchRequest, session: SessionDep, response: Response) -> Started:
    """Up to 10,000 photos as one task with an item each: announced (its items say how to send them), or lying under
    `imports/` of the bucket, by their keys or by a prefix."""
    take(Kind.UPLOAD, len(wanted.photos or [wanted.prefix]))
    return to_follow(response, tasks.start_batch(session, wanted))


handler = lambda_handler(app)
