"""Tensors to arrays and back, for every element type."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

import holdall

DTYPES = [
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
    "uint64", "bool", "complex64", "complex128", "bfloat16", "float8_e5m2", "float8_e4m3fn",
    "float8_e4m3fnuz", "float8_e4m3b11fnuz", "float8_e5m2fnuz", "int4", "uint4", "int2", "uint2",
    "float4_e2m1fn",
]  # fmt: skip


def dtype_of(name: str) -> np.dtype:
    return np.dtype(getattr(ml_dtypes, name, name))


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 0, 3), (2, 3, 4)])
def test_arrays_come_back_as_they_were(name: str, shape: tuple[int, ...]) -> None:
    array = np.resize(np.arange(4).astype(dtype_of(name)), shape)
    tensor = holdall.tensor(array)
    assert tensor.dtype == name
    assert tensor.shape == shape
    assert tensor.size == array.size
    back = tensor.numpy()
    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize("name", DTYPES)
def test_every_type_survives_a_file(name: str, folder: Path) -> None:
    array = np.arange(4).astype(dtype_of(name)).reshape(2, 2)
    session = holdall.Session()
    session.assign({"t": array})
    session.save("f")
    read = holdall.open("f")["t"]
    assert read.dtype == array.dtype
    assert read.tobytes() == array.tobytes()


def test_strings_are_object_arrays_of_bytes() -> None:
    tensor = holdall.tensor(np.array([[b"", b"a\0b"], ["\u00e9", b"long" * 100]], dtype=object))
    assert tensor.dtype == "string"
    assert tensor.strings() == [b"", b"a\0b", "\u00e9".encode(), b"long" * 100]
    array = tensor.numpy()
    assert array.shape == (2, 2)
    assert array[0, 1] == b"a\0b"
    assert holdall.tensor(b"scalar").numpy().item() == b"scalar"
    with pytest.raises(TypeError, match="cannot hold list"):
        holdall.tensor(np.array([[1], None, [2, 3]], dtype=object))


def test_big_endian_and_strided_arrays_are_put_in_order() -> None:
    array = np.arange(12, dtype=">i4").reshape(3, 4)[:, ::2]
    np.testing.assert_array_equal(holdall.tensor(array).numpy(), array)


def test_numpy_takes_tensors() -> None:
    tensor = holdall.tensor(np.arange(3.0))
    np.testing.assert_array_equal(np.asarray(tensor), [0, 1, 2])
    assert np.asarray(tensor, dtype=np.float32).dtype == np.float32
    assert np.array(tensor).flags.writeable


def test_tensors_print_and_compare_as_values() -> None:
    tensor = holdall.tensor(np.array([-0.67086124, 0.22357145], np.float32))
    assert str(tensor) == "[-0.67086124  0.22357145]"
    assert repr(tensor) == "<holdall.Tensor float32 [2]>"
    assert tensor == holdall.tensor(tensor.numpy().copy())
    assert tensor != holdall.tensor(tensor.numpy() + 1)
    assert (tensor == 3) is False
