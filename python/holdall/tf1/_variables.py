"""``tf.Variable``, ``tf.get_variable``, ``tf.variable_scope``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional, Union

from .. import _arrays, _core
from . import _dtypes, _ops
from ._graph import Graph, GraphKeys, Operation, Tensor, get_default_graph
from ._logging import deprecated
from ._shape import TensorShape


class _AutoReuse:
    """``tf.AUTO_REUSE``: a variable that does not exist is made, one that does is shared."""

    def __repr__(self) -> str:
        return "<_ReuseMode.AUTO_REUSE: 1>"


AUTO_REUSE = _AutoReuse()
Reuse = Union[bool, None, _AutoReuse]


class Variable:
    """A variable of a graph; its values live in sessions."""

    __array_priority__ = 100

    def __init__(
        self,
        initial_value: Any = None,
        trainable: Optional[bool] = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: Optional[str] = None,
        dtype: Any = None,
    ) -> None:
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        if collections is not None and not isinstance(collections, (list, tuple, set)):
            raise ValueError(
                "collections argument to Variable constructor must be a list, tuple, or set. "
                f"Got {collections} of type {type(collections)}"
            )
        self.graph = get_default_graph()
        value, type_name = _initial_value(initial_value, dtype)
        self._core = self.graph._core.variable(
            name or "Variable",
            value,
            trainable is None or bool(trainable),
            type_name,
            None if collections is None else list(collections),
        )
        self.graph._variables[self._core.name] = self

    @classmethod
    def _wrap(cls, core: _core.tf1.Variable, graph: Graph) -> Variable:
        variable = cls.__new__(cls)
        variable._core = core
        variable.graph = graph
        return variable

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def op(self) -> Operation:
        return self.graph._operation(self._core.op)

    @property
    def dtype(self) -> _dtypes.DType:
        return _dtypes.DType(self._core.dtype, is_ref=True)

    @property
    def shape(self) -> TensorShape:
        return TensorShape(self._core.shape)

    def get_shape(self) -> TensorShape:
        return self.shape

    @property
    def device(self) -> str:
        return self.op.device

    @property
    def trainable(self) -> bool:
        return self._core.trainable

    @property
    def initializer(self) -> Operation:
        return self.graph._operation(self._core.initializer)

    @property
    def initial_value(self) -> Tensor:
        return self.graph._tensor(self._core.initial_value)

    def value(self) -> Tensor:
        return self.graph._tensor(self._core.value)

    def _as_graph_element(self) -> Tensor:
        return self.value()

    def eval(self, session: Optional[Any] = None) -> Any:
        return self.value().eval(session=session)

    def assign(
        self, value: Any, use_locking: bool = False, name: Optional[str] = None
    ) -> Tensor:
        with self.graph.as_default():
            tensor = _ops.convert_to_tensor(value, _plain_dtype(value, self.dtype), "value")
            return self.graph._tensor(
                self.graph._core.assign(self._core, tensor._core, name or "Assign")
            )

    def __add__(self, other: Any) -> Tensor:
        return _ops.binary("add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return _ops.binary("add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return _ops.binary("sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return _ops.binary("sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return _ops.binary("mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return _ops.binary("mul", other, self)

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("'Variable' object is not iterable.")

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


Graph.wrap_variable = staticmethod(Variable._wrap)


def _plain_dtype(value: Any, dtype: _dtypes.DType) -> Optional[_dtypes.DType]:
    """The type that a plain Python value should take: a tensor keeps its own."""
    return None if hasattr(value, "graph") else dtype.base_dtype


def _initial_value(value: Any, dtype: Any) -> tuple[Any, Optional[str]]:
    """What the graph takes: a node that exists, or a tensor to make a constant of."""
    if callable(value) and not hasattr(value, "graph"):
        value = value()
    type_name = None if dtype is None else _dtypes.as_dtype(dtype).base_dtype.name
    if hasattr(value, "graph"):
        return _ops.convert_to_tensor(value)._core, type_name
    wanted = None if type_name is None else _dtypes.as_dtype(type_name)
    return _arrays.to_tensor(_ops._to_array(value, wanted)), type_name


class VariableScope:
    """What ``tf.variable_scope`` yields: the scope's name and what it hands on."""

    def __init__(self, state: _core.tf1.VariableScopeState, graph: Graph) -> None:
        self._state = state
        self._graph = graph

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

    @property
    def dtype(self) -> _dtypes.DType:
        return _dtypes.as_dtype(self._state.dtype)

    def reuse_variables(self) -> None:
        self._state.reuse = "true"

    def global_variables(self) -> list[Any]:
        return self._collection(GraphKeys.GLOBAL_VARIABLES)

    def trainable_variables(self) -> list[Any]:
        return self._collection(GraphKeys.TRAINABLE_VARIABLES)

    def _collection(self, key: str) -> list[Any]:
        return self._graph.get_collection(key, self.name + "/" if self.name else None)


def _reuse_word(reuse: Reuse) -> str:
    if reuse is AUTO_REUSE:
        return "auto"
    if reuse not in (None, False, True):
        raise ValueError("The reuse parameter must be True or False or None.")
    return "true" if reuse else "inherit"


def _core_initializer(initializer: Any) -> Any:
    """A callable of (shape, dtype name) that returns a core output, or a constant tensor."""
    if initializer is None:
        return None
    if inspect.isclass(initializer):
        initializer = initializer()
    if not callable(initializer):
        return _arrays.to_tensor(_ops._to_array(initializer, None))

    def build(shape: list[int], dtype: str) -> _core.tf1.Output:
        return _ops.convert_to_tensor(initializer(shape, dtype=_dtypes.as_dtype(dtype)))._core

    return build


@contextmanager
def variable_scope(
    name_or_scope: Union[str, VariableScope, None] = None,
    default_name: Optional[str] = None,
    values: Any = None,
    initializer: Any = None,
    reuse: Reuse = None,
    dtype: Any = None,
    auxiliary_name_scope: bool = True,
) -> Iterator[VariableScope]:
    """Prefixes the names of variables made inside."""
    word = _reuse_word(reuse)
    if name_or_scope is None and default_name is None:
        raise TypeError("If default_name is None then name_or_scope is required")
    if not isinstance(name_or_scope, (str, VariableScope, type(None))):
        raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
    graph = get_default_graph()
    with graph.as_default():
        scope = _core.tf1.VariableScope(
            graph._core,
            name_or_scope._state if isinstance(name_or_scope, VariableScope) else name_or_scope,
            default_name or "",
            word,
            _core_initializer(initializer),
            None if dtype is None else _dtypes.as_dtype(dtype).name,
            auxiliary_name_scope,
        )
        try:
            yield VariableScope(scope.state(), graph)
        finally:
            scope.leave(graph._core)


def get_variable_scope() -> VariableScope:
    """The scope that is open in this thread."""
    graph = get_default_graph()
    return VariableScope(_core.tf1.current_variable_scope(graph._core), graph)


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    trainable: Optional[bool] = None,
    collections: Any = None,
) -> Variable:
    """A variable of the current scope: made, or shared, as its ``reuse`` says."""
    graph = get_default_graph()
    variable: Variable = graph._variable(
        graph._core.get_variable(
            name,
            None if shape is None else _ops.shape_of(shape),
            None if dtype is None else _dtypes.as_dtype(dtype).base_dtype.name,
            _core_initializer(initializer),
            trainable is None or bool(trainable),
            None if collections is None else list(collections),
        )
    )
    return variable


def global_variables(scope: Optional[str] = None) -> list[Variable]:
    return get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def trainable_variables(scope: Optional[str] = None) -> list[Variable]:
    return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def local_variables(scope: Optional[str] = None) -> list[Variable]:
    return get_default_graph().get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def variables_initializer(var_list: Any, name: str = "init") -> Operation:
    """One operation that gives each variable its initial value."""
    graph = get_default_graph()
    variables = [variable._core for variable in var_list or []]
    return graph._operation(graph._core.variables_initializer(variables, name))


def global_variables_initializer() -> Operation:
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    return variables_initializer(local_variables())


def assign(
    ref: Variable, value: Any, use_locking: Optional[bool] = None, name: Optional[str] = None
) -> Tensor:
    return ref.assign(value, bool(use_locking), name)


@deprecated("ops.variables", "2017-03-02", "Please use tf.global_variables instead.")
def all_variables() -> list[Variable]:
    return global_variables()


@deprecated("ops.variables", "2017-03-02", "Use `tf.global_variables_initializer` instead.")
def initialize_all_variables() -> Operation:
    return global_variables_initializer()


@deprecated("ops.variables", "2017-03-02", "Use `tf.variables_initializer` instead.")
def initialize_variables(var_list: Any, name: str = "init") -> Operation:
    return variables_initializer(var_list, name)
