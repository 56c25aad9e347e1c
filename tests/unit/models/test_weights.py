"""Weights that were never built are the operator's fault, and the message says what to do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roomlens.errors import ConfigurationError
from roomlens.text.embedded import MiniLMEmbedder
from roomlens.vision import embedded
from roomlens_models import weights


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    caches = (weights.manifest, embedded.model_version)
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize(
    "load", [MiniLMEmbedder.load, embedded.EmbeddedPhotoAnalyzer.load, embedded.model_version]
)
def test_without_weights_it_is_said_how_to_build_them(no_weights: None, load: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError, match=r"python -m tools\.build_models"):
        load()
