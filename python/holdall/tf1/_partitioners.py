"""Into how many parts variables are cut."""

from __future__ import annotations

from typing import Any, Optional

from .. import _core
from . import _dtypes
from ._partitions import Partitioner
from ._scopes import get_variable, variable_scope
from ._variable import Variable


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Partitioner:
    def partitioner(shape: Any, **unused: Any) -> list[int]:
        return _core.tf1.fixed_size_partitions(_sizes(shape), num_shards, axis)

    return partitioner


def _sizes(shape: Any) -> list[int]:
    return [int(size) for size in shape]


def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: Optional[int] = None
) -> Partitioner:
    options = _core.tf1.AxisSizeOptions(max_shard_bytes, axis, bytes_per_string_element, max_shards or None)

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        return _core.tf1.axis_size_partitions(_sizes(shape), _dtypes.as_dtype(dtype).name, options)

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1, axis: int = 0, min_slice_size: int = 256 << 10, bytes_per_string_element: int = 16
) -> Partitioner:
    def partitioner(shape: Any, dtype: Any) -> list[int]:
        return _core.tf1.min_max_partitions(
            _sizes(shape), _dtypes.as_dtype(dtype).name, max_partitions, axis, min_slice_size, bytes_per_string_element
        )

    return partitioner


def create_partitioned_variables(
    shape: Any, slicing: Any, initializer: Any, dtype: Any = _dtypes.float32, trainable: bool = True,
    collections: Any = None, name: Optional[str] = None, reuse: Any = None,
) -> list[Variable]:  # fmt: skip
    """The parts of a variable cut as ``slicing`` says."""
    if len(shape) != len(slicing):
        raise ValueError(f"The 'shape' and 'slicing' of a partitioned Variable must have the length: shape: {shape}, slicing: {slicing}")
    if any(count < 1 for count in slicing):
        raise ValueError(f"Partition sizes must be positive: {slicing}")
    with variable_scope(name, "PartitionedVariable", reuse=reuse):
        whole = get_variable(
            "part" if name is None else "weights", shape, dtype, initializer, trainable=trainable,
            collections=collections, partitioner=lambda **unused: list(slicing),
        )  # fmt: skip
    return list(whole)
