"""How the words for rooms and things stand in a sentence."""

from __future__ import annotations

# They are not counted, so they have no article.
_UNCOUNTED = frozenset(
    {"carpet", "crown molding", "open shelving", "parking", "recessed lighting", "storage", "waterfront"}
)
# Their first letter's name begins with a vowel.
_SPELT = ("EV ",)


def with_article(noun: str) -> str:
    """A label with "a" or "an"; several of a kind, and what is not counted, have neither."""
    if noun.endswith("s") or noun in _UNCOUNTED:
        return noun
    return f"{'an' if noun[0].lower() in 'aeio' or noun.startswith(('un', *_SPELT)) else 'a'} {noun}"


def capital(words: str) -> str:
    """As at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
