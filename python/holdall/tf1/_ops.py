"""Functions that make nodes: constants, random values, sums."""

from __future__ import annotations

from typing import Any, Optional

from .. import _arrays
from . import _dtypes
from ._graph import Operation, Tensor, get_default_graph, name_scope
from ._shape import TensorShape


def shape_of(shape: Any) -> list[int]:
    """A fully known shape as a list."""
    dims = TensorShape(shape).as_list()
    if None in dims:
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {shape}")
    return [int(dim) for dim in dims if dim is not None]


def _to_array(value: Any, dtype: Optional[_dtypes.DType]) -> Any:
    import numpy as np

    array = np.asarray(value)
    if dtype is not None and array.dtype.kind not in "OSU":
        return array.astype(dtype.as_numpy_dtype)
    if isinstance(value, np.ndarray) or isinstance(value, np.generic):
        return array
    # TensorFlow's defaults for Python numbers are narrower than NumPy's.
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64 and np.array_equal(array, array.astype(np.int32)):
        return array.astype(np.int32)
    return array


def constant(
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A constant node. One value fills a larger ``shape``."""
    graph = get_default_graph()
    wanted = None if dtype is None else _dtypes.as_dtype(dtype).base_dtype
    array = _to_array(value, wanted)
    if shape is None:
        return graph._tensor(graph._core.constant(_arrays.to_tensor(array), None, name))
    dims = shape_of(shape)
    if verify_shape and list(array.shape) != dims:
        raise TypeError(f"Expected Tensor's shape: {tuple(dims)}, got {array.shape}.")
    count = TensorShape(dims).num_elements() or 0
    if array.size > count:
        raise ValueError(
            f"Too many elements provided. Needed at most {count}, but received {array.size}"
        )
    if array.size == 1 and count != 1:
        single = _arrays.to_tensor(array.reshape(()))
        return graph._tensor(graph._core.constant(single, dims, name))
    import numpy as np

    flat = array.reshape(-1)
    filled = np.concatenate([flat, np.repeat(flat[-1:], count - flat.size)]).reshape(dims)
    return graph._tensor(graph._core.constant(_arrays.to_tensor(filled), None, name))


def convert_to_tensor(
    value: Any, dtype: Any = None, name: Optional[str] = None, preferred_dtype: Any = None
) -> Tensor:
    """``value`` itself if it is a tensor, a variable's value, or a new constant."""
    if hasattr(value, "_as_graph_element"):
        value = value._as_graph_element()
    if isinstance(value, Tensor):
        if dtype is not None and value.dtype.base_dtype != _dtypes.as_dtype(dtype).base_dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {_dtypes.as_dtype(dtype).name} for Tensor with "
                f"dtype {value.dtype.name}: {value!r}"
            )
        return value
    return constant(value, dtype or preferred_dtype, name=name or "Const")


def binary(kind: str, x: Any, y: Any, name: Optional[str] = None) -> Tensor:
    """A sum, difference or product; a Python operand takes the other's type."""
    graph = get_default_graph()
    with name_scope(name, kind) as scope:
        if not hasattr(x, "graph"):
            y = convert_to_tensor(y)
            x = convert_to_tensor(x, y.dtype.base_dtype, "x")
        x = convert_to_tensor(x)
        y = convert_to_tensor(y, x.dtype.base_dtype, "y")
        make = {
            "Add": graph._core.add,
            "add": graph._core.add_v2,
            "sub": graph._core.subtract,
            "mul": graph._core.multiply,
        }[kind]
        return graph._tensor(make(x._core, y._core, scope))


Tensor.binary = staticmethod(binary)


def add(x: Any, y: Any, name: Optional[str] = None) -> Tensor:
    return binary("Add", x, y, name)


def subtract(x: Any, y: Any, name: Optional[str] = None) -> Tensor:
    return binary("sub", x, y, name or "Sub")


def multiply(x: Any, y: Any, name: Optional[str] = None) -> Tensor:
    return binary("mul", x, y, name or "Mul")


def zeros(shape: Any, dtype: Any = _dtypes.float32, name: Optional[str] = None) -> Tensor:
    graph = get_default_graph()
    dtype = _dtypes.as_dtype(dtype).base_dtype
    return graph._tensor(graph._core.zeros(shape_of(shape), dtype.name, name or "zeros"))


def ones(shape: Any, dtype: Any = _dtypes.float32, name: Optional[str] = None) -> Tensor:
    graph = get_default_graph()
    dtype = _dtypes.as_dtype(dtype).base_dtype
    return graph._tensor(graph._core.ones(shape_of(shape), dtype.name, name or "ones"))


def fill(dims: Any, value: Any, name: Optional[str] = None) -> Tensor:
    graph = get_default_graph()
    with name_scope(name, "Fill") as scope:
        sizes = convert_to_tensor(dims, name="dims")
        element = convert_to_tensor(value, name="value")
        return graph._tensor(graph._core.fill(sizes._core, element._core, scope))


def random_normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = _dtypes.float32,
    seed: Optional[int] = None,
    name: Optional[str] = None,
) -> Tensor:
    graph = get_default_graph()
    return graph._tensor(
        graph._core.random_normal(
            shape_of(shape), mean, stddev, _dtypes.as_dtype(dtype).name, seed, name or ""
        )
    )


def truncated_normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = _dtypes.float32,
    seed: Optional[int] = None,
    name: Optional[str] = None,
) -> Tensor:
    graph = get_default_graph()
    return graph._tensor(
        graph._core.truncated_normal(
            shape_of(shape), mean, stddev, _dtypes.as_dtype(dtype).name, seed, name or ""
        )
    )


def random_uniform(
    shape: Any,
    minval: float = 0,
    maxval: Optional[float] = None,
    dtype: Any = _dtypes.float32,
    seed: Optional[int] = None,
    name: Optional[str] = None,
) -> Tensor:
    graph = get_default_graph()
    return graph._tensor(
        graph._core.random_uniform(
            shape_of(shape), minval, maxval, _dtypes.as_dtype(dtype).name, seed, name or ""
        )
    )


def identity(input: Any, name: Optional[str] = None) -> Tensor:
    graph = get_default_graph()
    return graph._tensor(
        graph._core.identity(convert_to_tensor(input)._core, name or "Identity")
    )


def group(*inputs: Any, name: Optional[str] = None) -> Operation:
    """One operation that runs all the others."""
    graph = get_default_graph()
    operations = [getattr(each, "op", each)._core for each in inputs]
    return graph._operation(graph._core.group(operations, name or "group_deps"))


def no_op(name: Optional[str] = None) -> Operation:
    graph = get_default_graph()
    return graph._operation(graph._core.group([], name or "NoOp"))
