"""What makes the first values of variables that get_variable makes, whole or in parts."""

from __future__ import annotations

import inspect
from typing import Any, Optional

from .. import _arrays, _core
from . import _dtypes, _ops
from ._array_ops import slice_
from ._graph import Graph


class PartitionInfo:
    """Which part an initializer makes."""

    def __init__(self, full_shape: Any, var_offset: Any) -> None:
        for given, name in ((full_shape, "full_shape"), (var_offset, "var_offset")):
            if isinstance(given, str) or not hasattr(given, "__len__"):
                raise TypeError(f"`{name}` must be a sequence (like tuple or list) instead of {type(given).__name__}")
        if len(var_offset) != len(full_shape):
            raise ValueError(
                "Expected equal length, but `var_offset` is of length "
                f"{len(var_offset)} while full_shape is of length {len(full_shape)}."
            )
        for offset, size in zip(var_offset, full_shape):
            if offset < 0 or offset >= size:
                raise ValueError(f"Expected 0 <= offset < shape, but found offset={offset}, shape={size}")
        self.full_shape = list(full_shape)
        self.var_offset = list(var_offset)

    def single_offset(self, shape: Any) -> int:
        axis = self.single_slice_dim(shape)
        return 0 if axis is None else self.var_offset[axis]

    def single_slice_dim(self, shape: Any) -> Optional[int]:
        if isinstance(shape, str) or not hasattr(shape, "__len__"):
            raise TypeError(f"`shape` must be a sequence (like tuple or list) instead of {type(shape).__name__}")
        if len(shape) != len(self.full_shape):
            raise ValueError(f"Expected equal length, but received shape={shape} of length {len(shape)}")
        for i, size in enumerate(shape):
            if self.var_offset[i] + size > self.full_shape[i]:
                raise ValueError(f"With self.var_offset={self.var_offset}, a partition of shape={shape} would exceed")
        axes = [i for i, size in enumerate(shape) if size != self.full_shape[i]]
        if len(axes) > 1:
            raise ValueError(f"Cannot use single_slice_dim() with shape={shape}: there are more than one axes")
        return axes[0] if axes else None


def takes(function: Any, name: str) -> bool:
    """Whether it can be called with that keyword."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def core_initializer(initializer: Any, graph: Graph) -> Any:
    """A callable of (shape, dtype name) that returns a core output, or a constant tensor."""
    if initializer is None:
        return None
    if inspect.isclass(initializer):
        initializer = initializer()
    if not callable(initializer) and not hasattr(initializer, "graph"):
        return _arrays.to_tensor(_ops._to_array(initializer, None))

    def build(shape: list[int], dtype: str) -> _core.tf1.Output:
        part = graph._core.current_part()
        if hasattr(initializer, "graph") and part is not None:
            return slice_(initializer, part[1], shape)._core
        if hasattr(initializer, "graph"):
            return _ops.convert_to_tensor(initializer)._core
        more = {}
        if part is not None and takes(initializer, "partition_info"):
            more["partition_info"] = PartitionInfo(*part)
        return _ops.convert_to_tensor(initializer(shape, dtype=_dtypes.as_dtype(dtype), **more))._core

    return build


def takes_nothing(initializer: Any) -> bool:
    if inspect.isclass(initializer) or not callable(initializer):
        return False
    try:
        parameters = inspect.signature(initializer).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(p.default is not p.empty or p.kind in positional for p in parameters)
