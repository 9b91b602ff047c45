"""Functions that make nodes: constants, random values, arithmetic, groups."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .. import _arrays
from . import _dtypes
from ._elements import Operation, Operators, Tensor
from ._graph import get_default_graph, name_scope
from ._nodes import (
    apply,
    constant,
    convert_to_tensor,
    make,
    shape_of,
)
from ._nodes import to_array as _to_array

__all__ = [
    "_to_array", "binary", "constant", "convert_to_tensor", "fill", "group", "identity", "no_op", "ones",
    "ones_like", "placeholder", "placeholder_with_default", "py_func", "random_normal", "random_uniform",
    "shape_of", "tuple_", "truncated_normal", "zeros", "zeros_like",
]  # fmt: skip

# What an operator or a function makes: the operation, and the name it goes by.
_BINARY = {
    "Add": ("Add", "Add"),
    "add": ("AddV2", "add"),
    "sub": ("Sub", "sub"),
    "Sub": ("Sub", "Sub"),
    "mul": ("Mul", "mul"),
    "Mul": ("Mul", "Mul"),
    "truediv": ("RealDiv", "truediv"),
    "floordiv": ("FloorDiv", "floordiv"),
    "mod": ("FloorMod", "mod"),
    "pow": ("Pow", "pow"),
    "matmul": ("MatMul", "matmul"),
    "and": ("LogicalAnd", "and"),
    "or": ("LogicalOr", "or"),
}
_INTEGER_QUOTIENTS = {"int32": "float64", "int64": "float64", "int16": "float32", "int8": "float32",
                      "uint8": "float32", "uint16": "float32"}  # fmt: skip


def binary(kind: str, x: Any, y: Any, name: Optional[str] = None) -> Tensor:
    """A node of two operands; a Python operand takes the other's type."""
    operation, default = _BINARY.get(kind, (kind, kind))
    with name_scope(name, default) as scope:
        if not hasattr(x, "graph") and hasattr(y, "graph"):
            y = convert_to_tensor(y)
            x = convert_to_tensor(x, y.dtype.base_dtype, "x")
        x = convert_to_tensor(x, name="x")
        if not hasattr(y, "graph"):
            y = convert_to_tensor(y, x.dtype.base_dtype, "y")
        y = convert_to_tensor(y)
        if x.dtype.base_dtype != y.dtype.base_dtype:
            raise TypeError(
                f"Input 'y' of '{operation}' Op has type {y.dtype.base_dtype.name} that does not match "
                f"type {x.dtype.base_dtype.name} of argument 'x'."
            )
        quotient = _INTEGER_QUOTIENTS.get(x.dtype.base_dtype.name) if kind == "truediv" else None
        if quotient is not None:
            x, y = (_cast(each, quotient) for each in (x, y))
        return make(operation, [x, y], {}, scope)


def _cast(x: Tensor, dtype: str) -> Tensor:
    attrs = {"SrcT": ("type", x.dtype.base_dtype.name), "DstT": ("type", dtype), "Truncate": False}
    node = get_default_graph()._core.node("Cast", "Cast", [x._core], attrs)
    return get_default_graph()._tensor(node.outputs()[0])


def unary(kind: str, x: Any, name: Optional[str] = None) -> Tensor:
    return apply(kind, name, {"x": x})


Operators._binary = staticmethod(binary)
Operators._unary = staticmethod(unary)


def zeros(shape: Any, dtype: Any = _dtypes.float32, name: Optional[str] = None) -> Tensor:
    if hasattr(shape, "graph") and shape._constant() is None:
        return fill(shape, constant(0, dtype), name or "zeros")
    graph = get_default_graph()
    dtype = _dtypes.as_dtype(dtype).base_dtype
    return graph._tensor(graph._core.zeros(shape_of(shape), dtype.name, name or "zeros"))


def ones(shape: Any, dtype: Any = _dtypes.float32, name: Optional[str] = None) -> Tensor:
    if hasattr(shape, "graph") and shape._constant() is None:
        return fill(shape, constant(1, dtype), name or "ones")
    graph = get_default_graph()
    dtype = _dtypes.as_dtype(dtype).base_dtype
    return graph._tensor(graph._core.ones(shape_of(shape), dtype.name, name or "ones"))


def zeros_like(tensor: Any, dtype: Any = None, name: Optional[str] = None, optimize: bool = True) -> Tensor:
    with name_scope(name, "zeros_like") as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.shape.is_fully_defined():
            return zeros(tensor.shape, dtype or tensor.dtype.base_dtype, name=scope)
        return make("ZerosLike", [tensor], {}, scope)


def ones_like(tensor: Any, dtype: Any = None, name: Optional[str] = None, optimize: bool = True) -> Tensor:
    with name_scope(name, "ones_like") as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        wanted = _dtypes.as_dtype(dtype or tensor.dtype.base_dtype)
        if not tensor.shape.is_fully_defined():
            return make("OnesLike", [tensor], {}, scope)
        sizes = constant(shape_of(tensor.shape), _dtypes.int32, name="Shape")
        one = constant(1, wanted, name="Const")
        attrs = {"index_type": ("type", "int32"), "T": ("type", wanted.name)}
        return make("Fill", [sizes, one], attrs, scope)


def fill(dims: Any, value: Any, name: Optional[str] = None) -> Tensor:
    graph = get_default_graph()
    with name_scope(name, "Fill") as scope:
        sizes = convert_to_tensor(dims, name="dims")
        element = convert_to_tensor(value, name="value")
        return graph._tensor(graph._core.fill(sizes._core, element._core, scope))


def _random_of(
    kind: str, name: Optional[str], shape: Any, dtype: Any, seed: Optional[int], offset: Any, factor: Any, words: tuple[str, str]
) -> Optional[Tensor]:
    """Random values of a shape that is a node; None for a shape that is known by itself."""
    if not hasattr(shape, "graph"):
        return None
    from ._graph import get_seed

    default = {"RandomStandardNormal": "random_normal", "TruncatedNormal": "truncated_normal"}.get(kind, "random_uniform")
    wanted = _dtypes.as_dtype(dtype)
    with name_scope(name, default) as scope:
        first, second = (constant(v, wanted, name=word) for v, word in zip((offset, factor), words))
        seeds = [each or 0 for each in get_seed(seed)]
        attrs = {"dtype": ("type", wanted.name), "T": ("type", shape.dtype.base_dtype.name), "seed": seeds[0], "seed2": seeds[1]}
        drawn = make(kind, [shape], attrs, kind)
        if kind == "RandomUniform":
            second = make("Sub", [second, first], {}, "sub")
        return make("Add", [make("Mul", [drawn, second], {}, "mul"), first], {}, scope)


def random_normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = _dtypes.float32,
    seed: Optional[int] = None,
    name: Optional[str] = None,
) -> Tensor:
    made = _random_of("RandomStandardNormal", name, shape, dtype, seed, mean, stddev, ("mean", "stddev"))
    if made is not None:
        return made
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
    made = _random_of("TruncatedNormal", name, shape, dtype, seed, mean, stddev, ("mean", "stddev"))
    if made is not None:
        return made
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
    high = 1 if maxval is None else maxval
    made = _random_of("RandomUniform", name, shape, dtype, seed, minval, high, ("min", "max"))
    if made is not None:
        return made
    graph = get_default_graph()
    return graph._tensor(
        graph._core.random_uniform(
            shape_of(shape), minval, maxval, _dtypes.as_dtype(dtype).name, seed, name or ""
        )
    )


def placeholder(dtype: Any, shape: Any = None, name: Optional[str] = None) -> Tensor:
    """A node whose value is fed."""
    from ._shape import TensorShape

    attrs = {
        "dtype": ("type", _dtypes.as_dtype(dtype).base_dtype.name),
        "shape": ("shape", TensorShape(shape).as_list() if shape is not None else None),
    }
    return make("Placeholder", [], attrs, name or "Placeholder")


def placeholder_with_default(input: Any, shape: Any, name: Optional[str] = None) -> Tensor:
    from ._shape import TensorShape

    with name_scope(name, "PlaceholderWithDefault") as scope:
        value = convert_to_tensor(input, name="input")
        attrs = {
            "dtype": ("type", value.dtype.base_dtype.name),
            "shape": ("shape", TensorShape(shape).as_list() if shape is not None else None),
        }
        graph = get_default_graph()
        node = graph._core.node("PlaceholderWithDefault", scope, [value._core], attrs)
        return graph._tensor(node.outputs()[0])


def identity(input: Any, name: Optional[str] = None) -> Tensor:
    with name_scope(name, "Identity") as scope:
        return make("Identity", [convert_to_tensor(input, name="input")], {}, scope)


def _flat(inputs: Any) -> list[Any]:
    if isinstance(inputs, (list, tuple)):
        return [each for nested in inputs for each in _flat(nested)]
    return [inputs]


def group(*inputs: Any, name: Optional[str] = None) -> Operation:
    """One operation that runs all the others."""
    graph = get_default_graph()
    operations: list[Any] = []
    for each in _flat(list(inputs)):
        element = graph.as_graph_element(each)
        operations.append(getattr(element, "op", element)._core)
    return graph._operation(graph._core.group(operations, name or "group_deps"))


def no_op(name: Optional[str] = None) -> Operation:
    graph = get_default_graph()
    return graph._operation(graph._core.group([], name or "NoOp"))


def tuple_(tensors: Any, name: Optional[str] = None, control_inputs: Any = None) -> list[Any]:
    """The same tensors, each of which is given only once all of them are there."""
    with name_scope(name, "tuple"):
        waits = [each for each in [*tensors, *(control_inputs or [])] if each is not None]
        gate = group(*waits)
        with get_default_graph().control_dependencies([gate]):
            return [None if each is None else identity(each, "control_dependency") for each in tensors]


def py_func(
    func: Callable[..., Any], inp: Any, Tout: Any, stateful: bool = True, name: Optional[str] = None
) -> Any:
    """A node that calls a Python function with the values of its inputs, as arrays."""
    graph = get_default_graph()
    is_list = isinstance(Tout, (list, tuple))
    dtypes = [_dtypes.as_dtype(each) for each in (Tout if is_list else [Tout])]

    def call(values: list[Any]) -> list[Any]:
        result = func(*[_arrays.to_scalar_or_array(value) for value in values])
        results = list(result) if isinstance(result, (list, tuple)) else [result]
        if result is None and not dtypes:
            results = []
        return [_arrays.to_tensor(_function_value(each)) for each in results]

    with name_scope(name, "PyFunc") as scope:
        tensors = [convert_to_tensor(each, name="input") for each in inp]
        node = graph._core.py_func(
            call, [each._core for each in tensors], [dtype.name for dtype in dtypes], scope
        )
    outputs = graph._operation(node).outputs
    if not is_list:
        return outputs[0]
    return outputs if outputs else graph._operation(node)


def _function_value(value: Any) -> Any:
    """What a function gives as an array; Python's strings and numbers are NumPy's here."""
    import numpy as np

    array = np.asarray(value, order="C")
    if array.dtype.kind == "U":
        return np.char.encode(array, "utf-8").astype(object) if array.ndim else np.array(str(value).encode(), object)
    return array
