"""Answers of the vision network, made up for tests."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from roomlens_models.efficientnet import Classification
from roomlens_models.imagenet import class_indices

FloatArray = NDArray[np.float32]


def logits(**shares: float) -> FloatArray:
    """Logits whose softmax gives the named classes (blanks for underscores) these shares, and the rest evenly."""
    probabilities = np.full(1000, (1 - sum(shares.values())) / (1000 - len(shares)), np.float32)
    probabilities[class_indices(name.replace("_", " ") for name in shares)] = list(shares.values())
    return np.log(probabilities)


def classified(answer: ArrayLike, features: ArrayLike | None = None) -> Classification:
    """What the network would return: 1000 logits, and 1280 features that are all alike unless given."""
    last = np.ones(1280) if features is None else features
    return Classification(np.asarray(last, np.float32), np.asarray(answer, np.float32))
