"""Reads a PyTorch checkpoint of the time before zip files, without PyTorch and without trust.

The layout: a pickled magic number, a protocol number, a description of the system, then the state
dictionary, whose tensors refer to storages by key; then the list of keys; then every storage as an
element count and its raw bytes. A pickle can call anything it names, so the reader resolves the five
names that a state dictionary needs and refuses every other.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_STORAGE_TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8", "IntStorage": "<i4"}


@dataclass
class _Storage:
    """A flat run of numbers, filled in once the stream reaches it."""

    dtype: np.dtype[Any]
    size: int
    data: NDArray[Any] | None = None


@dataclass(frozen=True)
class _View:
    """A tensor as the pickle describes it: a view of a storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def read(self) -> NDArray[Any]:
        """Copy out the view.

        The strides matter: convolution kernels converted from TensorFlow are transposed views, and
        reading them in storage order gives a network that runs and recognises nothing.
        """
        data = self.storage.data
        if data is None:
            raise ValueError("a tensor's storage is missing from the checkpoint")
        last = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.stride, strict=True))
        if min((*self.stride, *self.shape, self.offset), default=0) < 0 or last >= data.size:
            raise ValueError("a tensor reaches outside its storage")
        strides = [step * data.itemsize for step in self.stride]
        return np.lib.stride_tricks.as_strided(data[self.offset :], self.shape, strides).copy()


def _view(storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> _View:
    return _View(storage, offset, shape, stride)


class _Reader(pickle.Unpickler):
    """An unpickler that can name storages, tensors and an ordered dictionary, nothing else."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _STORAGE_TYPES:
            return np.dtype(_STORAGE_TYPES[name])
        allowed: dict[tuple[str, str], Callable[..., Any]] = {
            ("torch._utils", "_rebuild_tensor_v2"): _view,
            ("collections", "OrderedDict"): OrderedDict,
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"the checkpoint asks for {module}.{name}, which is refused")
        return allowed[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, _, size, _ = pid
        return self.storages.setdefault(key, _Storage(dtype, size))


def read_checkpoint(content: bytes) -> dict[str, NDArray[Any]]:
    """All tensors of a checkpoint by name.

    Raises:
        ValueError: not such a checkpoint, or cut short.
        pickle.UnpicklingError: it names something that a state dictionary has no need of.
    """
    file = io.BytesIO(content)
    if _Reader(file).load() != _MAGIC:
        raise ValueError("not a checkpoint of PyTorch's layout before 1.6")
    _Reader(file).load()  # protocol number
    _Reader(file).load()  # byte order and sizes of the machine that wrote it
    reader = _Reader(file)
    state = reader.load()
    for key in _Reader(file).load():
        storage = reader.storages[key]
        count = int.from_bytes(file.read(8), "little")
        raw = file.read(count * storage.dtype.itemsize)
        if count != storage.size or len(raw) != count * storage.dtype.itemsize:
            raise ValueError("the checkpoint is cut short")
        storage.data = np.frombuffer(raw, storage.dtype)
    return {name: view.read() for name, view in state.items() if isinstance(view, _View)}
