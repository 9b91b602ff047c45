"""``tf.Graph``, its nodes, and the stack of default graphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, ClassVar, Optional, Union

from .. import _core
from . import _dtypes
from ._default_stack import session_for, stacks
from ._shape import TensorShape


class GraphKeys:
    """Names of the standard collections."""

    GLOBAL_VARIABLES = "variables"
    VARIABLES = "variables"
    LOCAL_VARIABLES = "local_variables"
    MODEL_VARIABLES = "model_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    METRIC_VARIABLES = "metric_variables"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    CONCATENATED_VARIABLES = "concatenated_variables"
    REGULARIZATION_LOSSES = "regularization_losses"
    LOSSES = "losses"
    UPDATE_OPS = "update_ops"
    SUMMARIES = "summaries"
    SAVERS = "savers"
    SAVEABLE_OBJECTS = "saveable_objects"
    GLOBAL_STEP = "global_step"
    TRAIN_OP = "train_op"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"


class Operation:
    """A node of a graph."""

    def __init__(self, core: _core.tf1.Operation, graph: Graph) -> None:
        self._core = core
        self.graph = graph

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def type(self) -> str:
        return self._core.type

    @property
    def device(self) -> str:
        return self._core.device

    @property
    def inputs(self) -> list[Tensor]:
        return [self.graph._tensor(output) for output in self._core.inputs()]

    @property
    def control_inputs(self) -> list[Operation]:
        return [self.graph._operation(op) for op in self._core.control_inputs()]

    @property
    def outputs(self) -> list[Tensor]:
        return [self.graph._tensor(output) for output in self._core.outputs()]

    def run(self, feed_dict: Any = None, session: Optional[Any] = None) -> None:
        session_for(session, self.graph, "execute operation using `run()`").run(self, feed_dict)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


class Tensor:
    """One output of a node."""

    __array_priority__ = 100

    # What the operators make; set by the module of operations, which stands above this one.
    binary: ClassVar[Callable[[str, Any, Any], Tensor]]

    def __init__(self, core: _core.tf1.Output, graph: Graph) -> None:
        self._core = core
        self.graph = graph

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def op(self) -> Operation:
        return self.graph._operation(self._core.op)

    @property
    def value_index(self) -> int:
        return self._core.index

    @property
    def dtype(self) -> _dtypes.DType:
        return _dtypes.DType(self._core.dtype, self._core.is_ref)

    @property
    def shape(self) -> TensorShape:
        return TensorShape(self._core.shape)

    def get_shape(self) -> TensorShape:
        return self.shape

    @property
    def device(self) -> str:
        return self.op.device

    def eval(self, feed_dict: Any = None, session: Optional[Any] = None) -> Any:
        return session_for(session, self.graph, "evaluate tensor using `eval()`").run(
            self, feed_dict
        )

    def __add__(self, other: Any) -> Tensor:
        return Tensor.binary("add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return Tensor.binary("add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return Tensor.binary("sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return Tensor.binary("sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return Tensor.binary("mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return Tensor.binary("mul", other, self)

    def __iter__(self) -> Iterator[Tensor]:
        raise TypeError("Tensor objects are only iterable when eager execution is enabled.")

    def __bool__(self) -> bool:
        raise TypeError(
            "Using a `tf.Tensor` as a Python `bool` is not allowed. Use `if t is not None:` instead "
            "of `if t:` to test if a tensor is defined."
        )

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


Element = Union[Tensor, Operation]


class Graph:
    """Declared variables and the nodes around them."""

    # Makes the object for a variable; set by the module of variables, which stands above this one.
    wrap_variable: ClassVar[Callable[[_core.tf1.Variable, Graph], Any]]

    def __init__(self) -> None:
        self._core = _core.tf1.Graph()
        self._seed: Optional[int] = None
        # One object a node, output and variable, so that identity means what it does in TensorFlow.
        self._operations: dict[str, Operation] = {}
        self._tensors: dict[str, Tensor] = {}
        self._variables: dict[str, Any] = {}

    def _operation(self, core: _core.tf1.Operation) -> Operation:
        return self._operations.setdefault(core.name, Operation(core, self))

    def _tensor(self, core: _core.tf1.Output) -> Tensor:
        return self._tensors.setdefault(core.name, Tensor(core, self))

    def _variable(self, core: _core.tf1.Variable) -> Any:
        known = self._variables.get(core.name)
        if known is None:
            known = self._variables[core.name] = Graph.wrap_variable(core, self)
        return known

    @property
    def seed(self) -> Optional[int]:
        return self._seed

    @seed.setter
    def seed(self, value: Optional[int]) -> None:
        self._seed = value
        self._core.set_random_seed(value)

    @contextmanager
    def as_default(self) -> Iterator[Graph]:
        stacks.graphs.append(self)
        try:
            yield self
        finally:
            if not stacks.graphs or stacks.graphs[-1] is not self:
                raise AssertionError("Nesting violated for default stack of Graph objects")
            stacks.graphs.pop()

    def get_operations(self) -> list[Operation]:
        return [self._operation(op) for op in self._core.operations()]

    def get_operation_by_name(self, name: str) -> Operation:
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        return self._operation(self._core.operation_by_name(name))

    def get_tensor_by_name(self, name: str) -> Tensor:
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        return self._tensor(self._core.tensor_by_name(name))

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Element:
        if hasattr(obj, "_as_graph_element"):
            obj = obj._as_graph_element()
        if isinstance(obj, Tensor) and allow_tensor:
            return self._own(obj)
        if isinstance(obj, Operation) and allow_operation:
            return self._own(obj)
        if isinstance(obj, str) and allow_tensor and (":" in obj or not allow_operation):
            return self.get_tensor_by_name(obj)
        if isinstance(obj, str) and allow_operation:
            return self.get_operation_by_name(obj)
        kinds = " or ".join(["Tensor"] * allow_tensor + ["Operation"] * allow_operation)
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {kinds}.")

    def _own(self, element: Element) -> Element:
        if element.graph is not self:
            raise ValueError(f"{element} is not an element of this graph.")
        return element

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        return self._core.unique_name(name, mark_as_used)

    def get_name_scope(self) -> str:
        return self._core.name_scope()

    @contextmanager
    def name_scope(self, name: Optional[str]) -> Iterator[str]:
        scope = _core.tf1.NameScope(self._core, name or "")
        try:
            yield scope.name
        finally:
            scope.leave()

    def add_to_collection(self, name: str, value: Any) -> None:
        core = getattr(value, "_core", value)
        self._core.add_to_collection(name, core)

    def add_to_collections(self, names: Any, value: Any) -> None:
        for name in {names: None} if isinstance(names, str) else dict.fromkeys(names):
            self.add_to_collection(name, value)

    def get_collection(self, name: str, scope: Optional[str] = None) -> list[Any]:
        """A copy; with ``scope`` only items whose names match that regular expression at the start."""
        items = [self._wrap(item) for item in self._core.collection(name)]
        if scope is None:
            return items
        pattern = re.compile(scope)
        return [item for item in items if hasattr(item, "name") and pattern.match(item.name)]

    def _wrap(self, item: Any) -> Any:
        if isinstance(item, _core.tf1.Variable):
            return self._variable(item)
        if isinstance(item, _core.tf1.Output):
            return self._tensor(item)
        if isinstance(item, _core.tf1.Operation):
            return self._operation(item)
        return item

    def get_all_collection_keys(self) -> list[str]:
        return self._core.collection_keys()

    def clear_collection(self, name: str) -> None:
        self._core.clear_collection(name)


_global_default = Graph()


def get_default_graph() -> Graph:
    """The innermost graph that this thread made its default, else one for the whole process."""
    graph: Graph = stacks.graphs[-1] if stacks.graphs else _global_default
    return graph


def reset_default_graph() -> None:
    """Starts the process-wide default graph afresh."""
    global _global_default
    if stacks.graphs:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, "
            "exit the nesting and create a new graph."
        )
    _global_default = Graph()


def set_random_seed(seed: Optional[int]) -> None:
    get_default_graph().seed = seed


@contextmanager
def name_scope(
    name: Optional[str], default_name: Optional[str] = None, values: Any = None
) -> Iterator[str]:
    """Prefixes the names of nodes made inside; yields the scope with a slash at its end."""
    if name is None and default_name is None and values is not None:
        raise ValueError(
            "At least one of name (None) and default_name (None) must be provided."
        )
    with get_default_graph().name_scope(default_name if name is None else name) as scope:
        yield scope


def add_to_collection(name: str, value: Any) -> None:
    get_default_graph().add_to_collection(name, value)


def add_to_collections(names: Any, value: Any) -> None:
    get_default_graph().add_to_collections(names, value)


def get_collection(key: str, scope: Optional[str] = None) -> list[Any]:
    return get_default_graph().get_collection(key, scope)
