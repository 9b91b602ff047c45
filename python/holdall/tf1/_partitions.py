"""Partitioned variables: one name and one tensor in a checkpoint, several variables in the graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, Optional

from . import _dtypes
from ._array_ops import concat, split
from ._elements import Tensor
from ._graph import Graph, name_scope
from ._initial_values import core_initializer
from ._nodes import convert_to_tensor
from ._ops import identity
from ._shape import TensorShape
from ._variable import Variable

Partitioner = Callable[..., list[int]]


class PartitionedVariable:
    """The whole of a variable's parts."""

    def __init__(self, name: str, shape: Any, dtype: Any, variable_list: Any, partitions: Any) -> None:
        if not isinstance(variable_list, (list, tuple)):
            raise TypeError(f"variable_list is not a list or tuple: {variable_list}")
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(f"partitions is not a list or tuple: {partitions}")
        if any(count < 1 for count in partitions):
            raise ValueError(f"partition values must be positive: {partitions}")
        if not variable_list:
            raise ValueError("variable_list may not be empty")
        self._name = name
        self._shape = TensorShape(shape)
        self._dtype = _dtypes.as_dtype(dtype)
        self._variables = list(variable_list)
        self._partitions = list(partitions)
        self._whole: Optional[Tensor] = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtype(self) -> _dtypes.DType:
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        return self._shape

    def get_shape(self) -> TensorShape:
        return self._shape

    @property
    def graph(self) -> Graph:
        graph: Graph = self._variables[0].graph
        return graph

    def __iter__(self) -> Iterator[Variable]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def _get_variable_list(self) -> list[Variable]:
        return self._variables

    def _get_partitions(self) -> list[int]:
        return self._partitions

    def _partition_axes(self) -> list[int]:
        axes = [i for i, count in enumerate(self._partitions) if count > 1]
        return axes or [0]

    def as_tensor(self) -> Tensor:
        """The parts joined, in a node called like the whole."""
        if self._whole is None:
            with self.graph.as_default(), name_scope(self._name + "/ConcatPartitions/"):
                values = [part.value() for part in self._variables]
                joined = concat(values, self._partition_axes()[0]) if len(values) > 1 else values[0]
            with self.graph.as_default(), name_scope(None):
                self._whole = identity(joined, name=self._name)
        return self._whole

    def _as_graph_element(self) -> Tensor:
        return self.as_tensor()

    def _slices(self, value: Any) -> list[Any]:
        axis = self._partition_axes()[0]
        if isinstance(value, (list, tuple)) and len(value) == len(self) and hasattr(value[0], "graph"):
            return list(value)
        sizes = [part.shape.as_list()[axis] for part in self._variables]
        whole = convert_to_tensor(value, None if hasattr(value, "graph") else self.dtype)
        return split(whole, sizes, axis) if len(sizes) > 1 else [whole]

    def assign(self, value: Any, use_locking: bool = False, name: Optional[str] = None, read_value: bool = True) -> list[Any]:
        pairs = zip(self._variables, self._slices(value))
        return [part.assign(each, read_value=read_value) for part, each in pairs]

    def assign_add(self, value: Any, use_locking: bool = False, name: Optional[str] = None, read_value: bool = True) -> list[Any]:
        pairs = zip(self._variables, self._slices(value))
        return [part.assign_add(each, read_value=read_value) for part, each in pairs]

    def assign_sub(self, value: Any, use_locking: bool = False, name: Optional[str] = None, read_value: bool = True) -> list[Any]:
        pairs = zip(self._variables, self._slices(value))
        return [part.assign_sub(each, read_value=read_value) for part, each in pairs]

    def __repr__(self) -> str:
        return f"<tf.PartitionedVariable {self.name!r} shape={self.shape} dtype={self.dtype.name} ({len(self)} parts)>"


def _wrap(core: Any, graph: Graph) -> PartitionedVariable:
    known: dict[str, PartitionedVariable] = graph.__dict__.setdefault("_partitioned", {})
    if core.name not in known:
        parts = [graph._variable(part) for part in core.parts]
        known[core.name] = PartitionedVariable(core.name, core.shape, core.dtype, parts, core.partitions)
    return known[core.name]


def find_partitions(graph: Graph, full_name: str, scope: Any) -> Any:
    """The partitioned variable of that name, if the scope shares what there is."""
    found = graph._core.find_partitioned_variable(full_name)
    return found if found is not None and scope.reuse else None


def get_partitioned(
    graph: Graph, scope: Any, name: str, shape: Any, type_name: Optional[str], initializer: Any, trainable: bool,
    collections: Any, partitioner: Any, use_resource: bool,
) -> PartitionedVariable:  # fmt: skip
    full = f"{scope.name}/{name}" if scope.name else name
    initial = core_initializer(initializer, graph)
    if shape is None and hasattr(initializer, "graph"):
        shape = initializer.shape
    is_constant = initial is not None and not callable(initial)
    if partitioner is None:
        found = graph._core.find_partitioned_variable(full)
        counts = list(found.partitions) if found is not None else []
    else:
        known = TensorShape(initial.shape if is_constant and shape is None else shape)
        counts = _partitions(partitioner, known, type_name or "float32", full)
    dims = None if shape is None else [int(size) for size in TensorShape(shape).as_list() if size is not None]
    core = graph._core.get_partitioned_variable(
        name, counts, dims, type_name, initial, trainable, collections, use_resource
    )
    return _wrap(core, graph)


def _partitions(partitioner: Partitioner, shape: TensorShape, type_name: str, name: str) -> list[int]:
    if not shape.is_fully_defined():
        raise ValueError(f"Shape of a new partitioned variable ({name}) must be fully defined, but instead was {shape}.")
    counts = partitioner(shape=shape, dtype=_dtypes.as_dtype(type_name))
    if isinstance(counts, str) or not hasattr(counts, "__len__"):
        raise ValueError(f"Partitioner must return a sequence, but saw: {counts}")
    return [int(count) for count in counts]
