"""Reading an old PyTorch checkpoint without PyTorch, and without trusting it."""

import io
import pickle
import sys
import types
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from tools.build_models.checkpoint import read_checkpoint

MAGIC = 0x1950A86A20F9469CFC6C
VALUES = np.arange(12, dtype="<f4")


class FakeTensor:
    """Pickles itself as PyTorch's tensors did: a call of the rebuilding function."""

    def __init__(self, offset: int, shape: tuple[int, ...], stride: tuple[int, ...]) -> None:
        self.arguments = (StorageReference(), offset, shape, stride, False, OrderedDict())

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments


class StorageReference:
    """Stands for the one storage of the stream."""


class Writer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, StorageReference):
            return ("storage", sys.modules["torch"].FloatStorage, "0", "cpu", len(VALUES), None)
        return None


@pytest.fixture(autouse=True)
def pretended_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two names that the pickles refer to; only for writing them."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    storage = type("FloatStorage", (), {"__module__": "torch"})

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    monkeypatch.setattr(torch, "FloatStorage", storage, raising=False)
    monkeypatch.setattr(utils, "_rebuild_tensor_v2", _rebuild_tensor_v2, raising=False)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def checkpoint(state: dict[str, Any], magic: int = MAGIC) -> bytes:
    stream = io.BytesIO()
    for part in (magic, 1001, {"little_endian": True}):
        pickle.dump(part, stream, 2)
    Writer(stream, 2).dump(OrderedDict(state))
    pickle.dump(["0"], stream, 2)
    stream.write(len(VALUES).to_bytes(8, "little") + VALUES.tobytes())
    return stream.getvalue()


def test_a_transposed_view_is_read_by_its_strides() -> None:
    tensors = read_checkpoint(
        checkpoint({"plain": FakeTensor(0, (3, 4), (4, 1)), "turned": FakeTensor(0, (4, 3), (1, 4))})
    )
    np.testing.assert_array_equal(tensors["plain"], VALUES.reshape(3, 4))
    np.testing.assert_array_equal(tensors["turned"], VALUES.reshape(3, 4).T)


def test_a_view_may_start_inside_its_storage() -> None:
    tensors = read_checkpoint(checkpoint({"end": FakeTensor(10, (2,), (1,))}))
    np.testing.assert_array_equal(tensors["end"], [10, 11])


@pytest.mark.parametrize(
    "tensor", [FakeTensor(10, (3,), (1,)), FakeTensor(5, (2,), (-1,)), FakeTensor(0, (2, 7), (7, 1))]
)
def test_a_view_outside_its_storage_is_refused(tensor: FakeTensor) -> None:
    with pytest.raises(ValueError, match="outside"):
        read_checkpoint(checkpoint({"wild": tensor}))


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("boom",)


def test_a_name_that_no_state_dictionary_needs_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="print, which is refused"):
        read_checkpoint(checkpoint({"bomb": Bomb()}))
    assert capsys.readouterr().out == ""


def test_a_checkpoint_cut_short_is_refused() -> None:
    with pytest.raises(ValueError, match="cut short"):
        read_checkpoint(checkpoint({"plain": FakeTensor(0, (3, 4), (4, 1))})[:-1])


def test_another_pickle_is_refused() -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        read_checkpoint(checkpoint({}, magic=7))
