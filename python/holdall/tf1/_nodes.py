"""Making nodes as TensorFlow's functions do: under a scope of the function's name, with constants for
what is no tensor."""

from __future__ import annotations

from typing import Any, Optional

from .. import _arrays
from . import _dtypes
from ._elements import Operation, Tensor
from ._graph import get_default_graph, name_scope
from ._shape import TensorShape


def shape_of(shape: Any) -> list[int]:
    """A fully known shape as a list."""
    if isinstance(shape, Tensor):
        constant = shape._constant()
        if constant is None:
            raise ValueError(f"the shape {shape!r} is not known before the graph runs")
        shape = constant.tolist()
    dims = TensorShape(shape).as_list()
    if None in dims:
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {shape}")
    return [int(dim) for dim in dims if dim is not None]


def to_array(value: Any, dtype: Optional[_dtypes.DType]) -> Any:
    """A NumPy array as a constant has it: Python numbers are narrower than NumPy's."""
    import numpy as np

    if isinstance(value, TensorShape):
        value = shape_of(value)
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"setting an array element with a sequence: {error}") from None
    if dtype is not None and dtype.name == "string" and array.dtype.kind in "SUO":
        return array
    if dtype is not None and array.dtype.kind not in "OSU":
        _check_number(value, array, dtype)
        return array.astype(dtype.as_numpy_dtype)
    if dtype is not None and dtype.name != "string" and array.dtype.kind in "OSU":
        raise TypeError(f"Expected {dtype.name}, got {value!r} of type {type(value).__name__!r} instead.")
    if isinstance(value, (np.ndarray, np.generic)):
        return array
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64 and np.array_equal(array, array.astype(np.int32)):
        return array.astype(np.int32)
    return array


def _check_number(value: Any, array: Any, dtype: _dtypes.DType) -> None:
    """A Python float is no integer, as in TensorFlow."""
    import numpy as np

    if isinstance(value, (np.ndarray, np.generic)):
        return
    if array.dtype.kind == "f" and dtype.is_integer and array.size:
        first = array.reshape(-1)[0]
        raise TypeError(f"Expected {dtype.name}, got {first.item()!r} of type 'float' instead.")


def constant(
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A constant node. One value fills a larger ``shape``."""
    import numpy as np

    graph = get_default_graph()
    wanted = None if dtype is None else _dtypes.as_dtype(dtype).base_dtype
    array = to_array(value, wanted)
    if shape is None:
        return graph._tensor(graph._core.constant(_arrays.to_tensor(array), None, name))
    dims = shape_of(shape)
    if verify_shape and list(array.shape) != dims:
        raise TypeError(f"Expected Tensor's shape: {tuple(dims)}, got {array.shape}.")
    count = TensorShape(dims).num_elements() or 0
    if array.size > max(count, 1):
        raise ValueError(
            f"Too many elements provided. Needed at most {count}, but received {array.size}"
        )
    if array.size == 1 and count != 1:
        single = _arrays.to_tensor(array.reshape(()))
        return graph._tensor(graph._core.constant(single, dims, name))
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
    if isinstance(value, (list, tuple)) and any(hasattr(each, "graph") for each in value):
        parts = [convert_to_tensor(each, dtype) for each in value]
        return make("Pack", parts, {"N": len(parts), "axis": 0}, name or "packed")
    return constant(value, dtype or preferred_dtype, name=name or "Const")


def make_operation(
    kind: str, inputs: list[Tensor], attrs: dict[str, Any], name: str
) -> Operation:
    graph = get_default_graph()
    if inputs and "T" not in attrs:
        attrs = {"T": ("type", inputs[0].dtype.base_dtype.name), **attrs}
    node = graph._core.node(kind, name, [each._core for each in inputs], attrs)
    return graph._operation(node)


def make(kind: str, inputs: list[Tensor], attrs: dict[str, Any], name: str) -> Tensor:
    """A node with one output."""
    return make_operation(kind, inputs, attrs, name).outputs[0]


def apply(
    kind: str,
    name: Optional[str],
    inputs: dict[str, Any],
    attrs: Optional[dict[str, Any]] = None,
    scope_name: Optional[str] = None,
    dtypes: Optional[dict[str, Any]] = None,
) -> Tensor:
    """A node of ``inputs``, which are made constants called like the arguments where they are none."""
    with name_scope(name, scope_name or kind) as scope:
        tensors = [
            convert_to_tensor(value, (dtypes or {}).get(key), key) for key, value in inputs.items()
        ]
        return make(kind, tensors, attrs or {}, scope)
