"""POST /api/query/: finds photos by meaning, with words or with a photo."""

from roomlens.http import SessionDep, both_slashes, create_app, lambda_handler
from roomlens.schemas import QueryAnswer, QueryRequest
from roomlens.search import present, search

app = create_app("query")


@both_slashes(app.post, "/api/query/")
async def query(asked: QueryRequest, session: SessionDep) -> QueryAnswer:
    """The `k` nearest photos, best first; of one listing, when it is named."""
    return present(search(session, asked))


handler = lambda_handler(app)
