"""Tensors to other packages' arrays and back. Those packages are looked for when they are needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
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
}
# Of these, those that take less than a byte, which DLPack packs.
_PACKED = {"int4", "uint4", "int2", "uint2", "float4_e2m1fn"}


def _ml_dtype(name: str) -> Any:
    """The ml_dtypes type of that name, or None where the package (or the type) is absent."""
    try:
        import ml_dtypes
    except ImportError:
        return None
    return getattr(ml_dtypes, name, None)


def _import(package: str, title: str, wish: str) -> Any:
    """The package; ImportError says what wants it and how it is had."""
    try:
        return import_module(package)
    except ImportError as error:
        raise ImportError(
            f"{wish} takes {title}, which is not installed: pip install {package}"
        ) from error


def to_numpy(tensor: _core.Tensor) -> np.ndarray[Any, Any]:
    """A read-only view of the tensor's bytes; strings become an object array of ``bytes``.

    Types that NumPy lacks come as ml_dtypes' where that package is importable, else as unsigned
    integers of the same width.
    """
    if tensor.dtype == "string":
        _import("numpy", "NumPy", "an array")
        import numpy as np

        array = np.array(tensor.strings() + [None], dtype=object)[:-1].reshape(tensor.shape)
        array.flags.writeable = False
        return array
    try:
        carrier: np.ndarray[Any, Any] = tensor.carrier_array()
    except (ImportError, TypeError):
        _import("numpy", "NumPy", "an array")  # says how it is had
        raise
    if tensor.dtype in _ML_DTYPES or tensor.dtype in _PACKED:
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


def to_torch(tensor: _core.Tensor) -> Any:
    """The same memory as a PyTorch tensor."""
    return _import("torch", "PyTorch", "torch()").from_dlpack(tensor)


def to_jax(tensor: _core.Tensor) -> Any:
    """The tensor as a JAX array."""
    jax = _import("jax", "JAX", "jax()")
    # What DLPack has no word for comes by way of NumPy.
    if tensor.dtype in _PACKED:
        return jax.numpy.asarray(to_numpy(tensor))
    return import_module("jax.dlpack").from_dlpack(tensor)


def to_tensor(value: Any, dtype: str | None = None) -> _core.Tensor:
    """A tensor of a copy of ``value``.

    It may be a Tensor (which is not copied), an array of any package that has ``__dlpack__`` or
    ``__array_interface__`` (PyTorch, JAX, NumPy, ...) and lies in the CPU's memory, a buffer
    (``bytearray``, ``array.array``, ``memoryview``), ``bytes`` or ``str`` (a tensor of one string),
    or what NumPy makes an array of: numbers, lists.
    """
    if isinstance(value, _core.Tensor):
        return value
    if isinstance(value, (bytes, str)):
        return _core.make_string_tensor([], [value.encode() if isinstance(value, str) else value])
    refusal: Exception | None = None
    if dtype is None and not _is_numpy(value):
        for read in _protocols(value):
            try:
                return read(value)
            except Exception as error:  # each package has its own; another protocol may do
                refusal = refusal or error
    try:
        return _from_numpy(value, dtype)
    except Exception:
        # What its own package says of it is more to the point.
        if refusal is not None:
            raise refusal from None
        raise


def _is_numpy(value: Any) -> bool:
    np = sys.modules.get("numpy")
    return np is not None and isinstance(value, (np.ndarray, np.generic))


def _protocols(value: Any) -> list[Callable[[Any], _core.Tensor]]:
    protocols: list[Callable[[Any], _core.Tensor]] = []
    # TensorFlow ends the process when it is asked for DLPack of a tensor of strings.
    is_tensorflow = type(value).__module__.partition(".")[0] == "tensorflow"
    has_dlpack = hasattr(value, "__dlpack__") and hasattr(value, "__dlpack_device__")
    if has_dlpack and not is_tensorflow:
        protocols.append(_core.from_dlpack)
    if isinstance(value, (bytearray, memoryview)) or _is_buffer(value):
        protocols.append(_core.from_buffer)
    if hasattr(value, "__array_interface__"):
        protocols.append(_core.from_array_interface)
    return protocols


def _is_buffer(value: Any) -> bool:
    try:
        memoryview(value).release()
    except (TypeError, BufferError, ValueError):
        return False
    return True


def _from_numpy(value: Any, dtype: str | None) -> _core.Tensor:
    _import("numpy", "NumPy", f"a tensor of a {type(value).__name__}")
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


def reduce_tensor(tensor: _core.Tensor) -> tuple[Any, ...]:
    """What pickle wants to know."""
    elements = tensor.strings() if tensor.dtype == "string" else tensor.tobytes()
    return _rebuild, (tensor.dtype, list(tensor.shape), elements)


def _rebuild(dtype: str, shape: list[int], elements: Any) -> _core.Tensor:
    if dtype == "string":
        return _core.make_string_tensor(shape, elements)
    return _core.make_tensor(dtype, shape, elements)


def to_scalar_or_array(tensor: _core.Tensor) -> Any:
    """A copy that the caller owns; a NumPy scalar (or ``bytes``) for a tensor without dimensions."""
    array = to_numpy(tensor).copy()
    if array.dtype.kind in "iu":
        array = array.view(tensor.dtype)  # of C's types of that size the one that NumPy prefers
    return array[()] if not tensor.shape else array


def shape_list(shape: int | Sequence[int]) -> list[int]:
    """A shape as a list: a single size stands for one dimension."""
    return [int(shape)] if isinstance(shape, int) else [int(size) for size in shape]
