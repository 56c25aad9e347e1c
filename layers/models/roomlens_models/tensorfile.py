"""Named tensors in one file, in the safetensors layout.

Eight bytes of little-endian header length, a JSON header (``name -> dtype, shape, data_offsets``),
then the raw tensors. The file is memory-mapped, so that reading it costs nothing until a tensor is
touched, and processes on one machine share the pages. Layout: the format's public description.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[Any]

# Upper bound of a believable header. The largest one here has 103 tensors in about 11 kB.
_MAX_HEADER_BYTES = 1 << 24
_DTYPES = {"F32": "<f4", "F16": "<f2", "I8": "|i1", "I64": "<i8"}
_DTYPE_NAMES = {np.dtype(code): name for name, code in _DTYPES.items()}
# Tensors start on cache lines, whatever the header's length.
_ALIGNMENT = 64


@dataclass(frozen=True)
class TensorFile:
    """What a file holds: read-only tensors by name, and free text about them."""

    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]


def read_tensors(path: Path) -> TensorFile:
    """Map a file into memory.

    Raises:
        ValueError: the file is cut short, or is not of this layout.
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise ValueError(f"{path.name} is empty") from error
    header_bytes = int.from_bytes(data[:8], "little")
    if not 2 <= header_bytes <= min(_MAX_HEADER_BYTES, len(data) - 8):
        raise ValueError(f"{path.name} is not a tensor file, or is cut short")
    header = json.loads(data[8 : 8 + header_bytes])
    metadata = header.pop("__metadata__", {})
    start = 8 + header_bytes
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        if start + last > len(data):
            raise ValueError(f"{path.name} is cut short: it ends inside {name}")
        dtype = np.dtype(_DTYPES[entry["dtype"]])
        count = (last - first) // dtype.itemsize
        flat = np.frombuffer(data, dtype=dtype, count=count, offset=start + first)
        tensors[name] = flat.reshape(entry["shape"])
    return TensorFile(tensors, metadata)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write a file whose bytes depend on nothing but the arguments, and put it in place whole."""
    header: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))}
    offset = 0
    arrays = [(name, np.ascontiguousarray(tensor)) for name, tensor in sorted(tensors.items())]
    for name, array in arrays:
        header[name] = {
            "dtype": _DTYPE_NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-(8 + len(encoded)) % _ALIGNMENT)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little"))
        file.write(encoded)
        for _, array in arrays:
            file.write(array.tobytes())
    unfinished.replace(path)
