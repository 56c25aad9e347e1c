"""Named tensors in one file."""

from pathlib import Path

import numpy as np
import pytest

from roomlens_models.tensorfile import read_tensors, write_tensors

TENSORS = {
    "half": np.linspace(-1, 1, 6, dtype=np.float16).reshape(2, 3),
    "single": np.arange(4, dtype=np.float32),
    "bytes": np.array([[-128], [127]], np.int8),
    "transposed": np.arange(6, dtype=np.float32).reshape(2, 3).T,
}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    write_tensors(path, TENSORS, {"made": "here"})
    file = read_tensors(path)
    assert file.metadata == {"made": "here"}
    assert file.tensors.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert file.tensors[name].dtype == tensor.dtype
        np.testing.assert_array_equal(file.tensors[name], tensor)


def test_the_bytes_do_not_depend_on_the_order_of_the_tensors(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_tensors(first, TENSORS, {"a": "1", "b": "2"})
    write_tensors(second, dict(reversed(TENSORS.items())), {"b": "2", "a": "1"})
    assert first.read_bytes() == second.read_bytes()


def test_nothing_else_is_left_behind(tmp_path: Path) -> None:
    write_tensors(tmp_path / "one.safetensors", TENSORS, {})
    assert [path.name for path in tmp_path.iterdir()] == ["one.safetensors"]


@pytest.mark.parametrize("length", [0, 5, 40, -1])
def test_a_file_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut"
    write_tensors(path, TENSORS, {})
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match="cut"):
        read_tensors(path)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0" * 100)
    with pytest.raises(ValueError, match="not a tensor file"):
        read_tensors(path)
