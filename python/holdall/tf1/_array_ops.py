"""Shapes, parts, joining: elements that change places."""

from __future__ import annotations

from typing import Any, Optional

from . import _dtypes
from ._elements import Operators, Tensor
from ._graph import name_scope
from ._nodes import apply, constant, convert_to_tensor, make, make_operation

_INT32 = ("type", "int32")


def reshape(tensor: Any, shape: Any, name: Optional[str] = None) -> Tensor:
    with name_scope(name, "Reshape") as scope:
        value = convert_to_tensor(tensor, name="tensor")
        sizes = convert_to_tensor(_sizes(shape), None if hasattr(shape, "graph") else _dtypes.int32, "shape")
        attrs = {"Tshape": ("type", sizes.dtype.base_dtype.name)}
        return make("Reshape", [value, sizes], attrs, scope)


def _sizes(shape: Any) -> Any:
    """Sizes as numbers, if they are none of the graph's."""
    if hasattr(shape, "graph") or not hasattr(shape, "as_list"):
        return shape
    return [-1 if size is None else size for size in shape.as_list()]


def shape(input: Any, name: Optional[str] = None, out_type: Any = _dtypes.int32) -> Tensor:
    with name_scope(name, "Shape") as scope:
        value = convert_to_tensor(input, name="input")
        wanted = _dtypes.as_dtype(out_type)
        if value.shape.is_fully_defined():
            return constant(value.shape.as_list(), wanted, shape=[value.shape.ndims], name=scope)
        return make("Shape", [value], {"out_type": ("type", wanted.name)}, scope)


def size(input: Any, name: Optional[str] = None, out_type: Any = _dtypes.int32) -> Tensor:
    with name_scope(name, "Size") as scope:
        value = convert_to_tensor(input, name="input")
        wanted = _dtypes.as_dtype(out_type)
        if value.shape.is_fully_defined():
            return constant(value.shape.num_elements(), wanted, name=scope)
        return make("Size", [value], {"out_type": ("type", wanted.name)}, scope)


def rank(input: Any, name: Optional[str] = None) -> Tensor:
    with name_scope(name, "Rank") as scope:
        value = convert_to_tensor(input, name="input")
        if value.shape.ndims is not None:
            return constant(value.shape.ndims, _dtypes.int32, name=scope)
        return make("Rank", [value], {}, scope)


def range_(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> Tensor:
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "range") as scope:
        if dtype is None:
            numbers = [each for each in (start, limit, delta)]
            floating = any(
                isinstance(each, float) or (hasattr(each, "dtype") and _dtypes.as_dtype(each.dtype).is_floating)
                for each in numbers
            )
            wide = any(hasattr(each, "graph") and each.dtype.base_dtype == _dtypes.int64 for each in numbers)
            dtype = _dtypes.float32 if floating else (_dtypes.int64 if wide else _dtypes.int32)
        names = ("start", "limit", "delta")
        parts = [convert_to_tensor(each, dtype, key) for key, each in zip(names, (start, limit, delta))]
        attrs = {"Tidx": ("type", _dtypes.as_dtype(dtype).name)}
        return make("Range", parts, attrs, scope)


def expand_dims(input: Any, axis: Any = None, name: Optional[str] = None, dim: Any = None) -> Tensor:
    where = axis if axis is not None else dim
    if where is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return apply("ExpandDims", name, {"input": input, "dim": where}, {"Tdim": _INT32})


def squeeze(input: Any, axis: Any = None, name: Optional[str] = None, squeeze_dims: Any = None) -> Tensor:
    where = axis if axis is not None else squeeze_dims
    axes = [] if where is None else ([int(where)] if not isinstance(where, (list, tuple)) else list(where))
    return apply("Squeeze", name, {"input": input}, {"squeeze_dims": axes})


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    with name_scope(name, "transpose") as scope:
        value = convert_to_tensor(a, name="a")
        if perm is None:
            count = value.shape.ndims
            if count is None:
                raise ValueError("the rank of what is transposed is not known: give perm")
            perm = list(range(count))[::-1]
        order = convert_to_tensor(perm, _dtypes.int32 if not hasattr(perm, "graph") else None, "perm")
        return make("Transpose", [value, order], {"Tperm": _INT32}, scope)


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    if not isinstance(values, (list, tuple)):
        values = [values]
    with name_scope(name, "concat") as scope:
        tensors = [convert_to_tensor(each, name=f"values_{i}") for i, each in enumerate(values)]
        if len(tensors) == 1:
            from ._ops import identity

            return identity(tensors[0], name=scope)
        where = convert_to_tensor(axis, _dtypes.int32, "axis")
        return make("ConcatV2", [*tensors, where], {"N": len(tensors), "Tidx": _INT32}, scope)


def stack(values: Any, axis: int = 0, name: str = "stack") -> Tensor:
    tensors = [convert_to_tensor(each, name=f"values_{i}") for i, each in enumerate(values)]
    return make("Pack", tensors, {"N": len(tensors), "axis": int(axis)}, name)


pack = stack


def unstack(value: Any, num: Optional[int] = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    tensor = convert_to_tensor(value)
    if num is None:
        num = tensor.shape.as_list()[axis]
        if num is None:
            raise ValueError(f"Cannot infer num from shape {tensor.shape}")
    return make_operation("Unpack", [tensor], {"num": int(num), "axis": int(axis)}, name).outputs


def split(value: Any, num_or_size_splits: Any, axis: int = 0, num: Optional[int] = None, name: str = "split") -> list[Tensor]:
    with name_scope(name, "split") as scope:
        tensor = convert_to_tensor(value, name="value")
        if isinstance(num_or_size_splits, int):
            where = convert_to_tensor(axis, _dtypes.int32, "split_dim")
            attrs = {"num_split": num_or_size_splits, "T": ("type", tensor.dtype.base_dtype.name)}
            return make_operation("Split", [where, tensor], attrs, scope).outputs
        sizes = convert_to_tensor(num_or_size_splits, name="Const")
        where = convert_to_tensor(axis, _dtypes.int32, "split_dim")
        count = num if num is not None else len(num_or_size_splits)
        attrs = {"num_split": count, "Tlen": ("type", sizes.dtype.base_dtype.name)}
        return make_operation("SplitV", [tensor, sizes, where], attrs, scope).outputs


def slice_(input_: Any, begin: Any, size: Any, name: Optional[str] = None) -> Tensor:
    attrs = {"Index": _INT32}
    return apply("Slice", name, {"input": input_, "begin": begin, "size": size}, attrs)


def strided_slice(
    input_: Any, begin: Any, end: Any, strides: Any = None, begin_mask: int = 0, end_mask: int = 0,
    ellipsis_mask: int = 0, new_axis_mask: int = 0, shrink_axis_mask: int = 0, var: Any = None,
    name: Optional[str] = None,
) -> Tensor:  # fmt: skip
    attrs = {
        "Index": _INT32, "begin_mask": begin_mask, "end_mask": end_mask, "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask, "shrink_axis_mask": shrink_axis_mask,
    }  # fmt: skip
    strides = [1] * len(begin) if strides is None else strides
    inputs = {"input": input_, "begin": begin, "end": end, "strides": strides}
    return apply("StridedSlice", name, inputs, attrs)


def _get_item(tensor: Any, key: Any) -> Tensor:
    """``tensor[key]``, as NumPy reads it."""
    keys = key if isinstance(key, tuple) else (key,)
    begin, end, strides = [], [], []
    masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
    for i, item in enumerate(keys):
        bit = 1 << i
        first, last, step = 0, 0, 1
        if item is Ellipsis:
            masks["ellipsis_mask"] |= bit
        elif item is None:
            masks["new_axis_mask"] |= bit
            last = 1
        elif isinstance(item, slice):
            step = 1 if item.step is None else int(item.step)
            masks["begin_mask"] |= bit if item.start is None else 0
            masks["end_mask"] |= bit if item.stop is None else 0
            first = 0 if item.start is None else int(item.start)
            last = 0 if item.stop is None else int(item.stop)
        else:
            masks["shrink_axis_mask"] |= bit
            first = int(item)
            last = first + 1
        begin.append(first)
        end.append(last)
        strides.append(step)
    with name_scope(None, "strided_slice") as scope:
        value = convert_to_tensor(tensor)
        packed = [
            constant(numbers, _dtypes.int32, shape=[len(numbers)], name=name)
            for name, numbers in (("stack", begin), ("stack_1", end), ("stack_2", strides))
        ]
        attrs: dict[str, Any] = {"Index": _INT32, **masks}
        return make("StridedSlice", [value, *packed], attrs, scope)


Operators._slice = staticmethod(_get_item)


def gather(params: Any, indices: Any, validate_indices: Any = None, name: Optional[str] = None, axis: Any = None) -> Tensor:
    with name_scope(name, "GatherV2") as scope:
        values = convert_to_tensor(params, name="params")
        places = convert_to_tensor(indices, name="indices")
        where = convert_to_tensor(0 if axis is None else axis, _dtypes.int32, "axis")
        attrs = {
            "Tparams": ("type", values.dtype.base_dtype.name),
            "Tindices": ("type", places.dtype.base_dtype.name),
            "Taxis": _INT32, "batch_dims": 0,
        }  # fmt: skip
        return make("GatherV2", [values, places, where], attrs, scope)


def where(condition: Any, x: Any = None, y: Any = None, name: Optional[str] = None) -> Tensor:
    if x is None and y is None:
        return apply("Where", name, {"condition": condition}, {"T": ("type", "bool")})
    with name_scope(name, "Select") as scope:
        chosen = convert_to_tensor(condition, name="condition")
        first = convert_to_tensor(x, name="t")
        second = convert_to_tensor(y, None if hasattr(y, "graph") else first.dtype.base_dtype, "e")
        return make("Select", [chosen, first, second], {"T": ("type", first.dtype.base_dtype.name)}, scope)


def reverse(tensor: Any, axis: Any, name: Optional[str] = None) -> Tensor:
    axes = axis if isinstance(axis, (list, tuple)) or hasattr(axis, "graph") else [axis]
    return apply("ReverseV2", name, {"tensor": tensor, "axis": axes}, {"Tidx": _INT32})


def tile(input: Any, multiples: Any, name: Optional[str] = None) -> Tensor:
    return apply("Tile", name, {"input": input, "multiples": multiples}, {"Tmultiples": _INT32})


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask") -> Tensor:
    """The elements of a vector where the mask is true."""
    with name_scope(name, "boolean_mask"):
        values = convert_to_tensor(tensor, name="tensor")
        chosen = convert_to_tensor(mask, name="mask")
        return gather(values, squeeze(where(chosen), axis=[1]))


def stop_gradient(input: Any, name: Optional[str] = None) -> Tensor:
    return apply("StopGradient", name, {"input": input})


def linspace(start: Any, stop: Any, num: int, name: Optional[str] = None) -> Tensor:
    import numpy as np

    if any(hasattr(each, "graph") for each in (start, stop, num)):
        from .errors import UnimplementedError

        raise UnimplementedError(None, None, "tf.linspace of tensors: give numbers")
    return constant(np.linspace(start, stop, num, dtype=np.float32), name=name or "LinSpace")


def string_join(inputs: Any, separator: str = "", name: Optional[str] = None) -> Tensor:
    tensors = [convert_to_tensor(each, _dtypes.string if not hasattr(each, "graph") else None) for each in inputs]
    attrs = {"N": len(tensors), "separator": separator}
    return make("StringJoin", tensors, attrs, name or "StringJoin")
