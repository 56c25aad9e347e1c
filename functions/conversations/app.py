"""/api/conversations: shows what was said, and deletes it."""

from roomlens.chat import conversations, feedback
from roomlens.http import Cursor, Limit, PathId, QueryId, SessionDep, create_app, lambda_handler
from roomlens.paging import decode_cursor, page_of
from roomlens.schemas import ConversationOut, ConversationPage, ConversationRemoved, MessagePage

app = create_app("conversations")


@app.get("/api/conversations")
async def list_conversations(
    session: SessionDep, limit: Limit = 20, cursor: Cursor = None, listing_id: QueryId | None = None
) -> ConversationPage:
    """Conversations in the order they began."""
    rows = conversations.list_conversations(
        session, limit=limit + 1, after_id=decode_cursor(cursor), listing_id=listing_id
    )
    page, next_cursor = page_of(rows, limit, lambda row: row.id)
    return ConversationPage(
        conversations=[ConversationOut.model_validate(row) for row in page], next_cursor=next_cursor
    )


@app.get("/api/conversations/{conversation_id}/messages")
async def list_messages(
    session: SessionDep, conversation_id: PathId, limit: Limit = 20, cursor: Cursor = None
) -> MessagePage:
    """The messages of a conversation, oldest first."""
    rows = conversations.list_messages(session, conversation_id, limit=limit + 1, after_id=decode_cursor(cursor))
    page, next_cursor = page_of(rows, limit, lambda row: row.id)
    return MessagePage(messages=feedback.present_messages(session, page), next_cursor=next_cursor)


@app.delete("/api/conversations/{conversation_id}")
async def delete_conversation(session: SessionDep, conversation_id: PathId) -> ConversationRemoved:
    """Deletes a conversation with its messages and what was thought of them."""
    return conversations.delete_conversation(session, conversation_id)


handler = lambda_handler(app)
