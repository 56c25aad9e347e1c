"""The names of the thousand ImageNet classes that the vision network tells apart.

``imagenet_classes.txt`` holds one class a line, in the network's order, all names of a class separated
by a comma. Source: ``imagenet1k_label_to_names.json`` of the package ``imagenet-classes`` 0.2.1 (MIT);
the names themselves are WordNet's, as in the ILSVRC 2012 list.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

CLASS_NAMES_FILE = Path(__file__).parent / "imagenet_classes.txt"


@cache
def class_names() -> tuple[str, ...]:
    """All names of each class, such as ``"stove"`` or ``"bathtub, bathing tub, bath, tub"``."""
    return tuple(CLASS_NAMES_FILE.read_text(encoding="utf-8").splitlines())


def class_indices(names: Iterable[str]) -> list[int]:
    """The classes whose *first* name is given, in the order given.

    Raises:
        ValueError: no class has that first name, or more than one has ("crane" is a bird and a
            machine), so that a list of names can never silently mean the wrong thing.
    """
    indices = []
    for name in names:
        found = _classes_by_first_name().get(name, [])
        if len(found) != 1:
            raise ValueError(f"{len(found)} ImageNet classes have the first name {name!r}")
        indices.append(found[0])
    return indices


@cache
def _classes_by_first_name() -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for index, names in enumerate(class_names()):
        owners.setdefault(names.split(", ")[0], []).append(index)
    return owners
