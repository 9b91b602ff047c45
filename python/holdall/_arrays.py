"""Tensors to NumPy arrays and back. NumPy is looked for when it is first needed, never before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import _core

if TYPE_CHECKING:
    import numpy as np

# Types that NumPy lacks and ml_dtypes has, under the same names.
_ML_DTYPES = {
    "bfloat16",
    "float8_e5m2",
    "float8_e4m3fn",
    "float8_e4m3fnuz",
    "float8_e4m3b11fnuz",
    "float8_e5m2fnuz",
    "int4",
    "uint4",
    "int2",
    "uint2",
    "float4_e2m1fn",
}


def _ml_dtype(name: str) -> Any:
    """The ml_dtypes type of that name, or None where the package (or the type) is absent."""
    try:
        import ml_dtypes
    except ImportError:
        return None
    return getattr(ml_dtypes, name, None)


def to_numpy(tensor: _core.Tensor) -> np.ndarray[Any, Any]:
    """A read-only view of the tensor's bytes; strings become an object array of ``bytes``.

    Types that NumPy lacks come as ml_dtypes' where that package is importable, else as unsigned
    integers of the same width.
    """
    import numpy as np

    if tensor.dtype == "string":
        array = np.array(tensor.strings() + [None], dtype=object)[:-1].reshape(tensor.shape)
        array.flags.writeable = False
        return array
    carrier: np.ndarray[Any, Any] = tensor.carrier_array()
    if tensor.dtype in _ML_DTYPES:
        ml_dtype = _ml_dtype(tensor.dtype)
        if ml_dtype is not None:
            return carrier.view(ml_dtype)
    return carrier


def as_array(tensor: _core.Tensor, dtype: Any, copy: bool | None) -> np.ndarray[Any, Any]:
    """What NumPy asks for by ``__array__``."""
    array = to_numpy(tensor)
    if dtype is not None and array.dtype != dtype:
        return array.astype(dtype)
    return array.copy() if copy else array


def to_tensor(value: Any, dtype: str | None = None) -> _core.Tensor:
    """A tensor of a copy of ``value``: a Tensor, an array, or what NumPy makes one of."""
    if isinstance(value, _core.Tensor):
        return value
    import numpy as np

    array = np.asarray(value)
    if array.dtype.kind in "OSU":
        return _strings_to_tensor(array)
    name = dtype or array.dtype.name
    if array.dtype.byteorder == ">" or (array.dtype.byteorder == "=" and not np.little_endian):
        array = array.astype(array.dtype.newbyteorder("="))
    contiguous = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return _core.make_tensor(name, list(array.shape), contiguous)


def _strings_to_tensor(array: np.ndarray[Any, Any]) -> _core.Tensor:
    strings: list[bytes] = []
    for item in array.reshape(-1).tolist():
        if isinstance(item, str):
            item = item.encode()
        if not isinstance(item, bytes):
            raise TypeError(f"a tensor cannot hold {type(item).__name__} objects")
        strings.append(item)
    return _core.make_string_tensor(list(array.shape), strings)


def to_scalar_or_array(tensor: _core.Tensor) -> Any:
    """A copy that the caller owns; a NumPy scalar (or ``bytes``) for a tensor without dimensions."""
    array = to_numpy(tensor).copy()
    return array[()] if not tensor.shape else array


def shape_list(shape: int | Sequence[int]) -> list[int]:
    """A shape as a list: a single size stands for one dimension."""
    return [int(shape)] if isinstance(shape, int) else [int(size) for size in shape]
