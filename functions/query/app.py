"""POST /api/query/: finds photos by meaning and by words, with words or with a photo."""

from typing import Annotated

from fastapi import File, Form, UploadFile
from pydantic import Json

from roomlens.http import SessionDep, both_slashes, create_app, lambda_handler
from roomlens.http_callers import counted
from roomlens.rates import Kind
from roomlens.schemas import PictureQuestion, QueryAnswer, QueryRequest
from roomlens.search import present, search, search_picture

app = create_app("query", creates=False)


@both_slashes(app.post, "/api/query/", dependencies=[counted(Kind.QUERY)])
async def query(asked: QueryRequest, session: SessionDep) -> QueryAnswer:
    """The `k` best photos, best first: of a listing, when it is named, and of those that the filters leave."""
    return present(search(session, asked))


@both_slashes(app.post, "/api/query/image", dependencies=[counted(Kind.QUERY)])
async def query_by_picture(
    session: SessionDep,
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP, GIF or HEIC. It is not stored.")],
    request: Annotated[
        Json[PictureQuestion] | None, Form(description="How to search, as JSON: what POST /api/query/ takes.")
    ] = None,
) -> QueryAnswer:
    """The `k` photos that look most like the one that is sent; with a `query`, like it, but with what the words say."""
    return present(search_picture(session, file.file.read(), request or PictureQuestion()))


handler = lambda_handler(app)
