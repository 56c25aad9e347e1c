"""Full text, written once for both dialects: documents, and which of their words a question shares.

PostgreSQL keeps a document as a `tsvector` of English stems behind a GIN index. SQLite keeps the text itself and
compares words in Python (docs/adr/0008-a-second-dialect-for-tests.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Dialect, Index, Text, bindparam, func, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

CONFIGURATION = "english"
# ASCII's signs part words, in documents as in questions. PostgreSQL's parser would read "Maple/Elm" as a file's name,
# "St.Paul" as a host and the digits of "MLS-12" as a negative number, and find none of them by its parts.
_SIGNS = r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+"


class Document(TypeDecorator[str]):
    """A text that words can be found in. Written as text; what comes back is the dialect's own form of it."""

    impl = TSVECTOR
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else TSVECTOR())

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        plain = func.regexp_replace(bindvalue, text(f"'{_SIGNS}'"), text("' '"), text("'g'"))
        return func.to_tsvector(text(f"'{CONFIGURATION}'"), plain, type_=self)


def gin_index(table: str, column: str) -> Index:
    """The index of what a column contains: a document's words, a list's items."""
    index = Index(f"ix_{table}_{column}", column, postgresql_using="gin")
    return index.ddl_if(dialect="postgresql")


def joined(*columns: str) -> str:
    """The words of several columns as SQL, for a generated column."""
    words = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    return f"to_tsvector('{CONFIGURATION}', regexp_replace({words}, '{_SIGNS}', ' ', 'g'))"


class _HasAny(FunctionElement[bool]):
    """Whether a document has at least one of some words; no word is read as an operator."""

    type = Boolean()
    name = "has_any_word"
    inherit_cache = True


class _IsWord(FunctionElement[bool]):
    """Whether a word can be found at all: "the" can't, it stands in no index."""

    type = Boolean()
    name = "is_word"
    inherit_cache = True


def has_any_word(document: ColumnElement[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a document has one of the words, in any form of it. By its GIN index, where that is cheaper."""
    return _HasAny(document, *(bindparam(None, word, Text, unique=True) for word in words))


def is_word(word: str) -> ColumnElement[bool]:
    """Whether a word is more than "the" or "with", which no index holds."""
    return _IsWord(bindparam(None, word, Text, unique=True))


def words_in(question: str) -> list[str]:
    """The words of a question, each once, in small letters. Quotes, minus signs and operators only part them.

    Words of more than 60 letters are left out: no name is so long, and PostgreSQL refuses those of 2,047 bytes. Small
    letters are those that PostgreSQL makes, so "Straße" keeps its letters.
    """
    return [word for word in dict.fromkeys(_WORD.findall(question.lower())) if len(word) <= _LONGEST]


@compiles(_HasAny)
def _as_tsquery(element: Any, compiler: Any, **options: Any) -> str:
    document, *words = [compiler.process(clause, **options) for clause in element.clauses]
    asked = " || ".join(f"plainto_tsquery('{CONFIGURATION}', {word})" for word in words)
    return f"({document} @@ ({asked}))"


@compiles(_HasAny, "sqlite")
def _as_comparison(element: Any, compiler: Any, **options: Any) -> str:
    return f"has_any_word({compiler.process(element.clauses, **options)})"


@compiles(_IsWord)
def _as_node_count(element: Any, compiler: Any, **options: Any) -> str:
    return f"(numnode(plainto_tsquery('{CONFIGURATION}', {compiler.process(element.clauses, **options)})) > 0)"


@compiles(_IsWord, "sqlite")
def _as_look_up(element: Any, compiler: Any, **options: Any) -> str:
    return f"is_word({compiler.process(element.clauses, **options)})"


# ------------------------------------------------------------------------------------------- functions of SQLite


def as_document(_configuration: str, words: str | None) -> str | None:
    """`to_tsvector`: SQLite keeps the words as they came."""
    return words


def without_signs(words: str | None, signs: str, instead: str, _all: str) -> str | None:
    """`regexp_replace`, of every match."""
    return None if words is None else re.sub(signs, instead, words)


def has_any_word_of_text(document: str | None, *words: str) -> bool:
    """`@@` for SQLite, which keeps a document as it came."""
    return document is not None and any(stem(word) in _stems(document) for word in words)


def is_word_of_text(word: str) -> bool:
    return word not in _STOP_WORDS


@lru_cache(maxsize=4096)
def _stems(document: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(document.lower()) if word not in _STOP_WORDS)


def stem(word: str) -> str:
    """What an English word's common forms share, nearly as PostgreSQL's own stemmer sees it: enough for tests."""
    for suffix, instead in _SUFFIXES:
        kept = word.removesuffix(suffix)
        if kept != word and len(kept) >= 3:
            word = kept + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]  # "runn" of "running"
    return word.removesuffix("e") if len(word) > 3 else word


_LONGEST: Final = 60
_WORD: Final = re.compile(r"[^\W_]+")
# The first that fits: "ss" and "us" keep their s.
_SUFFIXES: Final = (
    ("sses", "ss"), ("ss", "ss"), ("us", "us"), ("ies", "i"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", ""),
    ("ing", ""), ("ed", ""), ("y", "i"),
)  # fmt: skip
_STOP_WORDS: Final = frozenset(
    _WORD.findall(
        "a about above after all am an and any are as at be because been before being below between both but "
        "by can did do does doing down during each few for from further had has have having he her here hers "
        "him his how i if in into is it its just me more most my no nor not now of off on once only or other "
        "our out over own s same she should so some such t than that the their them then there these they "
        "this those through to too under until up very was we were what when where which while who whom why "
        "will with you your"
    )
)
