"""POST /api/chat/: answers a question about listings, with the photos that prove the answer."""

from roomlens.chat.turns import take_turn
from roomlens.http import SessionDep, both_slashes, create_app, lambda_handler
from roomlens.schemas import ChatAnswer, ChatRequest

app = create_app("chat")


@both_slashes(app.post, "/api/chat/")
async def chat(asked: ChatRequest, session: SessionDep) -> ChatAnswer:
    """One turn of a conversation; `abstained` says that the photos don't answer the question."""
    return take_turn(session, asked)


handler = lambda_handler(app)
