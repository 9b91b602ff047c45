"""The variable scopes that are open, and what each hands on."""

from __future__ import annotations

import threading
from typing import Any, Callable, ClassVar, Optional, Union

from .. import _core
from . import _dtypes
from ._graph import Graph, GraphKeys, get_default_graph


class _AutoReuse:
    """``tf.AUTO_REUSE``: a variable that does not exist is made, one that does is shared."""

    def __repr__(self) -> str:
        return "<_ReuseMode.AUTO_REUSE: 1>"


AUTO_REUSE = _AutoReuse()
Reuse = Union[bool, None, _AutoReuse]
# What a scope hands on besides what the library itself keeps.
HANDED_ON = (
    "initializer", "regularizer", "caching_device", "partitioner", "custom_getter", "use_resource", "dtype",
)  # fmt: skip


class VariableScope:
    """What ``tf.variable_scope`` yields: the scope's name and what it hands on."""

    def __init__(self, state: _core.tf1.VariableScopeState, graph: Graph, **handed_on: Any) -> None:
        self._state = state
        self._graph = graph
        self.constraint = handed_on.pop("constraint", None)
        for key in HANDED_ON:
            setattr(self, key, handed_on.get(key))
        if self.dtype is None:
            self.dtype = _dtypes.float32

    initializer: Any
    regularizer: Any
    caching_device: Any
    partitioner: Any
    custom_getter: Any
    use_resource: Optional[bool]
    dtype: Any

    @property
    def name(self) -> str:
        return self._state.name

    @property
    def original_name_scope(self) -> str:
        return self._state.original_name_scope

    @property
    def reuse(self) -> Reuse:
        if self._state.reuse == "auto":
            return AUTO_REUSE
        return self._state.reuse == "true"

    def reuse_variables(self) -> None:
        self._state.reuse = "true"

    def set_initializer(self, initializer: Any) -> None:
        self.initializer = initializer

    def set_regularizer(self, regularizer: Any) -> None:
        self.regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        self.caching_device = caching_device

    def set_partitioner(self, partitioner: Any) -> None:
        self.partitioner = partitioner

    def set_custom_getter(self, custom_getter: Any) -> None:
        self.custom_getter = custom_getter

    def set_dtype(self, dtype: Any) -> None:
        self.dtype = _dtypes.as_dtype(dtype)

    def set_use_resource(self, use_resource: Optional[bool]) -> None:
        self.use_resource = use_resource

    def global_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def trainable_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def local_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_collection(self, name: str) -> list[Any]:
        return self._graph.get_collection(name, self.name + "/" if self.name else None)

    def get_variable(self, var_store: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        return type(self)._make_variable(self, name, *args, **kwargs)

    _make_variable: ClassVar[Callable[..., Any]]  # what makes variables gives itself here




def stack_of(graph: Graph) -> list[VariableScope]:
    """The scopes that this thread has open in the graph; the root first."""
    stack = graph.__dict__.setdefault("_scope_stacks", {})
    thread = threading.get_ident()
    if thread not in stack:
        root = VariableScope(_core.tf1.current_variable_scope(graph._core), graph)
        stack[thread] = [root]
    found: list[VariableScope] = stack[thread]
    return found


def get_variable_scope() -> VariableScope:
    """The scope that is open in this thread."""
    return stack_of(get_default_graph())[-1]
