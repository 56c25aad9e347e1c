"""What became of the claims of an answer when it was given anew. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence

from roomlens.schemas import Citation, ClaimChanges, Reworded


def compare(before: Sequence[Citation], after: Sequence[Citation]) -> ClaimChanges:
    """A claim is its photos and its words. The same words on the same photos are kept; other words on the same photos
    are taken for the same claim; whatever is left was added or removed. Each claim is counted once."""
    kept, old, new = _pair(before, after, lambda claim: (_photos(claim), _words(claim)))
    reworded, removed, added = _pair(old, new, _photos)
    return ClaimChanges(
        kept=[claim for _, claim in kept],
        reworded=[Reworded(before=old, after=new) for old, new in reworded],
        added=added,
        removed=removed,
    )


def _photos(claim: Citation) -> frozenset[int]:
    return frozenset(claim.image_ids)


def _words(claim: Citation) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", claim.sentence.casefold()))


def _pair(
    before: Sequence[Citation], after: Sequence[Citation], key: Callable[[Citation], Hashable]
) -> tuple[list[tuple[Citation, Citation]], list[Citation], list[Citation]]:
    """Those that agree in this, in the order of `before`, and what is left of both."""
    left, pairs, alone = list(after), [], []
    for claim in before:
        match = next((place for place, other in enumerate(left) if key(other) == key(claim)), None)
        if match is None:
            alone.append(claim)
        else:
            pairs.append((claim, left.pop(match)))
    return pairs, alone, left
