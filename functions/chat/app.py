"""POST /api/chat/: answers a question about listings, with the photos that prove the answer."""

from fastapi import Response

from roomlens.callbacks import refuse_unless_later
from roomlens.chat.later import queue_turn
from roomlens.chat.turns import take_turn
from roomlens.http import PreferAsync, SessionDep, both_slashes, create_app, lambda_handler, to_follow
from roomlens.http_callers import Subject, counted
from roomlens.rates import Kind
from roomlens.schemas import ChatAnswer, ChatRequest, Started, said_by

from . import looking_back

app = create_app("chat")
looking_back.add_routes(app)


@both_slashes(app.post, "/api/chat/", dependencies=[counted(Kind.CHAT)], responses={202: {"model": Started}})
async def chat(
    asked: ChatRequest, session: SessionDep, response: Response, subject: Subject, later: PreferAsync = False
) -> ChatAnswer | Started:
    """One turn of a conversation; `abstained` says that the photos don't answer the question."""
    asked = said_by(subject, asked)
    if later:
        return to_follow(response, queue_turn(session, asked))
    refuse_unless_later(asked.callback_url, "Prefer: respond-async")
    return take_turn(session, asked)


handler = lambda_handler(app)
