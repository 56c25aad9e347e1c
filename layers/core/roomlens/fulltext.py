"""Full text, written once for both dialects: documents, and which of their words a question shares.

PostgreSQL keeps a document as a `tsvector` of English stems behind a GIN index. SQLite keeps the text itself and
compares words in Python (docs/adr/0008-a-second-dialect-for-tests.md).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Dialect, Index, Text, func, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

CONFIGURATION = "english"


class Document(TypeDecorator[str]):
    """A text that words can be found in. Written as text; what comes back is the dialect's own form of it."""

    impl = TSVECTOR
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else TSVECTOR())

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        return func.to_tsvector(text(f"'{CONFIGURATION}'"), bindvalue, type_=self)


def gin_index(table: str, column: str) -> Index:
    """The index of what a column contains: a document's words, a list's items."""
    index = Index(f"ix_{table}_{column}", column, postgresql_using="gin")
    return index.ddl_if(dialect="postgresql")


def joined(*columns: str) -> str:
    """The words of several columns as SQL, for a generated column."""
    words = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    return f"to_tsvector('{CONFIGURATION}', {words})"


def document_of(_configuration: str, words: str | None) -> str | None:
    """`to_tsvector` for SQLite, which keeps the words as they came: a function of its connections."""
    return words
