"""POST /api/upload/: takes a photo by HTTP, and analyses it now or starts a task."""

from typing import Annotated

from fastapi import File, Form, Response, UploadFile

from roomlens import tasks
from roomlens.callbacks import refuse_unless_later
from roomlens.fields import OptionalId, OptionalLine, OptionalTime, readable_filename
from roomlens.http import SessionDep, both_slashes, create_app, lambda_handler, to_follow
from roomlens.http_callers import counted
from roomlens.listings.refreshing import refresh_afterwards
from roomlens.photos import intake
from roomlens.photos.presenting import model_of, predictions
from roomlens.photos.records import Arrival
from roomlens.rates import Kind
from roomlens.schemas import Queued, Uploaded
from roomlens.storage import s3_path

app = create_app("upload")


@both_slashes(app.post, "/api/upload/", dependencies=[counted(Kind.UPLOAD)], responses={202: {"model": Queued}})
async def upload(
    response: Response,
    session: SessionDep,
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP, GIF or HEIC.")],
    listing_id: Annotated[OptionalId, Form(description="Empty for a photo of no listing.")] = None,
    captured_at: Annotated[OptionalTime, Form(description="RFC 3339; otherwise what the camera wrote.")] = None,
    asynchronous: Annotated[
        bool, Form(alias="async", description="Answer 202 at once, with a task to follow.")
    ] = False,
    callback_url: Annotated[OptionalLine, Form(description="With `async`: told when the task is over.")] = None,
) -> Uploaded | Queued:
    """Takes one photo. The same photo of the same listing is analysed once; then `deduplicated` is true."""
    arrival = Arrival("", readable_filename(file.filename), listing_id, captured_at)
    if asynchronous:
        image = intake.queue_upload(session, file.file.read(), arrival)
        task = tasks.start_analysis(session, image, callback_url=callback_url)
        return Queued(task_id=to_follow(response, task).task_id, image_id=image.id)
    refuse_unless_later(callback_url, "async=true")
    taken = intake.upload(session, file.file.read(), arrival)
    refresh_afterwards(session, listing_id)
    return Uploaded(
        image_id=taken.image.id,
        listing_id=taken.image.listing_id,
        deduplicated=taken.deduplicated,
        s3_path=s3_path(taken.image.s3_key),
        predictions=predictions(taken.analysis, taken.image.correction),
        model=model_of(taken.analysis),
    )


handler = lambda_handler(app)
