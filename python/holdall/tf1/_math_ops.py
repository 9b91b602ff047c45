"""Small arithmetic: what programs do with values of variables, no networks."""

from __future__ import annotations

from typing import Any, Optional

from . import _dtypes
from ._elements import Tensor
from ._graph import name_scope
from ._nodes import apply, constant, convert_to_tensor, make
from ._ops import binary, unary


def _two(kind: str) -> Any:
    def function(x: Any, y: Any, name: Optional[str] = None) -> Tensor:
        return binary(kind, x, y, name)

    function.__name__ = kind
    return function


add = _two("Add")
subtract = _two("Sub")
multiply = _two("Mul")
divide = truediv = div = _two("truediv")
floordiv = _two("floordiv")
floormod = mod = _two("mod")
pow_ = _two("Pow")
maximum = _two("Maximum")
minimum = _two("Minimum")
less = _two("Less")
less_equal = _two("LessEqual")
greater = _two("Greater")
greater_equal = _two("GreaterEqual")
equal = _two("Equal")
not_equal = _two("NotEqual")
logical_and = _two("LogicalAnd")
logical_or = _two("LogicalOr")
squared_difference = _two("SquaredDifference")


def _one(kind: str) -> Any:
    def function(x: Any, name: Optional[str] = None) -> Tensor:
        return unary(kind, x, name)

    function.__name__ = kind
    return function


negative = _one("Neg")
square = _one("Square")
sqrt = _one("Sqrt")
rsqrt = _one("Rsqrt")
exp = _one("Exp")
log = _one("Log")
abs_ = _one("Abs")
sign = _one("Sign")
floor = _one("Floor")
ceil = _one("Ceil")
round_ = _one("Round")
reciprocal = _one("Reciprocal")
logical_not = _one("LogicalNot")
sigmoid = _one("Sigmoid")
tanh = _one("Tanh")


def relu(features: Any, name: Optional[str] = None) -> Tensor:
    return apply("Relu", name, {"features": features})


def softmax(logits: Any, axis: Optional[int] = None, name: Optional[str] = None, dim: Optional[int] = None) -> Tensor:
    last = convert_to_tensor(logits, name="logits")
    wanted = axis if axis is not None else dim
    if wanted is not None and wanted not in (-1, (last.shape.ndims or 0) - 1):
        from .errors import UnimplementedError

        raise UnimplementedError(None, None, "softmax along another axis than the last: transpose first")
    return apply("Softmax", name, {"logits": last})


def cast(x: Any, dtype: Any, name: Optional[str] = None) -> Tensor:
    """``x`` as another type; itself if it has that type."""
    wanted = _dtypes.as_dtype(dtype).base_dtype
    with name_scope(name, "Cast") as scope:
        tensor = convert_to_tensor(x, name="x")
        if tensor.dtype.base_dtype == wanted:
            return tensor
        attrs = {
            "SrcT": ("type", tensor.dtype.base_dtype.name),
            "DstT": ("type", wanted.name),
            "Truncate": False,
        }
        from ._graph import get_default_graph

        node = get_default_graph()._core.node("Cast", scope, [tensor._core], attrs)
        return get_default_graph()._tensor(node.outputs()[0])


def to_float(x: Any, name: str = "ToFloat") -> Tensor:
    return cast(x, _dtypes.float32, name)


def to_double(x: Any, name: str = "ToDouble") -> Tensor:
    return cast(x, _dtypes.float64, name)


def to_int32(x: Any, name: str = "ToInt32") -> Tensor:
    return cast(x, _dtypes.int32, name)


def to_int64(x: Any, name: str = "ToInt64") -> Tensor:
    return cast(x, _dtypes.int64, name)


def complex_(real: Any, imag: Any, name: Optional[str] = None) -> Tensor:
    parts = convert_to_tensor(real, name="real")
    wide = "complex128" if parts.dtype.base_dtype == _dtypes.float64 else "complex64"
    attrs = {"Tout": ("type", wide)}
    return apply("Complex", name, {"real": parts, "imag": imag}, attrs)


def _part(kind: str) -> Any:
    def function(input: Any, name: Optional[str] = None) -> Tensor:
        whole = convert_to_tensor(input, name="input")
        narrow = "float64" if whole.dtype.base_dtype == _dtypes.complex128 else "float32"
        return apply(kind, name, {"input": whole}, {"Tout": ("type", narrow)})

    return function


real = _part("Real")
imag = _part("Imag")


def matmul(
    a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: Optional[str] = None, **others: Any
) -> Tensor:
    with name_scope(name, "MatMul") as scope:
        left = convert_to_tensor(a, name="a")
        right = convert_to_tensor(b, left.dtype.base_dtype if not hasattr(b, "graph") else None, "b")
        attrs = {"transpose_a": bool(transpose_a), "transpose_b": bool(transpose_b)}
        return make("MatMul", [left, right], attrs, scope)


def _axes(tensor: Tensor, axis: Any) -> Any:
    """The axes that are reduced: all where none are told."""
    if axis is not None:
        return axis
    rank = tensor.shape.ndims
    if rank is None:
        from ._array_ops import range_, rank as rank_of

        return range_(0, rank_of(tensor))
    return constant(list(range(rank)), _dtypes.int32, shape=[rank])


def _reduction(kind: str) -> Any:
    def function(
        input_tensor: Any,
        axis: Any = None,
        keepdims: Optional[bool] = None,
        name: Optional[str] = None,
        reduction_indices: Any = None,
        keep_dims: Optional[bool] = None,
    ) -> Tensor:
        tensor = convert_to_tensor(input_tensor)
        axes = _axes(tensor, axis if axis is not None else reduction_indices)
        attrs = {"keep_dims": bool(keepdims or keep_dims), "Tidx": ("type", "int32")}
        inputs = {"input": tensor, "reduction_indices": axes}
        return apply(kind, name, inputs, attrs)

    function.__name__ = "reduce_" + kind.lower()
    return function


reduce_sum = _reduction("Sum")
reduce_mean = _reduction("Mean")
reduce_prod = _reduction("Prod")
reduce_max = _reduction("Max")
reduce_min = _reduction("Min")
reduce_all = _reduction("All")
reduce_any = _reduction("Any")


def _arg(kind: str) -> Any:
    def function(
        input: Any, axis: Any = None, name: Optional[str] = None, dimension: Any = None, output_type: Any = _dtypes.int64
    ) -> Tensor:
        where = axis if axis is not None else (dimension if dimension is not None else 0)
        attrs = {"output_type": ("type", _dtypes.as_dtype(output_type).name), "Tidx": ("type", "int32")}
        return apply(kind, name, {"input": input, "dimension": where}, attrs)

    return function


argmax = _arg("ArgMax")
argmin = _arg("ArgMin")


def add_n(inputs: Any, name: Optional[str] = None) -> Tensor:
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError("inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape")
    tensors = [convert_to_tensor(each, name="inputs") for each in inputs]
    if len(tensors) == 1:
        return tensors[0]
    return make("AddN", tensors, {"N": len(tensors)}, name or "AddN")


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: Optional[str] = None) -> Tensor:
    with name_scope(name, "clip_by_value") as scope:
        clipped: Tensor = maximum(minimum(t, clip_value_max), clip_value_min, name=scope)
        return clipped


def bias_add(value: Any, bias: Any, name: Optional[str] = None) -> Tensor:
    return binary("Add", value, bias, name or "BiasAdd")


def xw_plus_b(x: Any, weights: Any, biases: Any, name: Optional[str] = None) -> Tensor:
    with name_scope(name, "xw_plus_b") as scope:
        return binary("Add", matmul(x, weights), biases, scope)


def qr(input: Any, full_matrices: bool = False, name: Optional[str] = None) -> tuple[Tensor, Tensor]:
    from ._nodes import make_operation

    with name_scope(name, "Qr") as scope:
        tensor = convert_to_tensor(input, name="input")
        q, r = make_operation("Qr", [tensor], {"full_matrices": bool(full_matrices)}, scope).outputs
    return q, r


def diag_part(input: Any, name: Optional[str] = None) -> Tensor:
    return apply("DiagPart", name, {"input": input})
