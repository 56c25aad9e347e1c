"""What people wrote, as an answer or a model may have it: words, and nothing that a page would act upon.

A client may show an answer as Markdown or as HTML. A picture that is loaded from elsewhere tells who reads the answer,
and carries away what stands in its address; a link leads to where its text does not say.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKUP: Final = re.compile(
    r"<!--.*?(?:-->|$)|<(?:script|style)\b.*?(?:</(?:script|style)\s*>|$)|</?[a-z!][^<>]*(?:>|$)", re.I | re.S
)
_MARKDOWN_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)?|\[[^\[\]]*\]|:\s*\S+)")
_ADDRESS: Final = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:javascript|data|vbscript|file|mailto)\s*:|(?<!\w)//[\w-]+\.)[^\s\"'<>]*",
    re.I,
)
_SIGNS_OF_MARKUP: Final = str.maketrans("", "", "<>`[]{}|")
_SPACES: Final = re.compile(r"\s+")
_INVISIBLE: Final = {"Cc", "Cf", "Co", "Cs"}
"""Controls, marks that turn the direction of writing or can't be seen, and signs that mean nothing to anybody else."""


def plain(words: str) -> str:
    """Without markup, links and signs that can't be seen; of a link its words stay."""
    text = _entities_read(words)
    text = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_seen(sign))
    for left_out, by in (
        (_MARKUP, " "),
        (_MARKDOWN_LINK, r"\1"),
        (_ADDRESS, ""),
        (_MARKUP, " "),
        (_ADDRESS, ""),
    ):
        before = None
        while text != before:  # what is taken away may leave another one behind: [![a](b)](c), <<b>script>
            before, text = text, left_out.sub(by, text)
    return _SPACES.sub(" ", text.translate(_SIGNS_OF_MARKUP)).strip()


def _entities_read(words: str) -> str:
    """`&lt;script&gt;` is a script to whoever reads it twice."""
    if "&" not in words:
        return words
    from html import unescape

    return unescape(unescape(words))


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in _INVISIBLE
