"""Which variables there are, what initialises them, and global steps."""

from __future__ import annotations

from typing import Any, Optional

from .. import _core
from . import _array_ops, _dtypes, _ops
from ._elements import Operation, Tensor
from ._graph import Graph, GraphKeys, get_default_graph, name_scope
from ._logging import deprecated, logger
from ._math_ops import logical_not
from ._nodes import constant, make
from ._scopes import get_variable
from ._variable import Variable, is_variable_initialized


def _list_of(key: str) -> Any:
    def function(scope: Optional[str] = None) -> list[Any]:
        return get_default_graph().get_collection(key, scope)

    return function


global_variables = _list_of(GraphKeys.GLOBAL_VARIABLES)
trainable_variables = _list_of(GraphKeys.TRAINABLE_VARIABLES)
local_variables = _list_of(GraphKeys.LOCAL_VARIABLES)
model_variables = _list_of(GraphKeys.MODEL_VARIABLES)
moving_average_variables = _list_of(GraphKeys.MOVING_AVERAGE_VARIABLES)


def all_saveable_objects(scope: Optional[str] = None) -> list[Any]:
    graph = get_default_graph()
    keys = (GraphKeys.GLOBAL_VARIABLES, GraphKeys.SAVEABLE_OBJECTS)
    return [each for key in keys for each in graph.get_collection(key, scope)]


def variables_initializer(var_list: Any, name: str = "init") -> Operation:
    """One operation that gives each variable its initial value."""
    graph = get_default_graph()
    parts = [part for variable in var_list or [] for part in _parts(variable)]
    return graph._operation(graph._core.variables_initializer([v._core for v in parts], name))


def _parts(variable: Any) -> list[Any]:
    return [variable] if isinstance(variable, Variable) else list(variable)


def global_variables_initializer() -> Operation:
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    return variables_initializer(local_variables())


def tables_initializer(name: str = "init_all_tables") -> Operation:
    initializers = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
    return _ops.group(*initializers, name=name) if initializers else _ops.no_op(name)


def report_uninitialized_variables(
    var_list: Any = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """Names of the variables that have no value when it is run."""
    if var_list is None:
        var_list = global_variables() + local_variables()
    with name_scope(name):
        if not var_list:
            return constant([], _dtypes.string, shape=[0])
        flags = _array_ops.stack([is_variable_initialized(variable) for variable in var_list])
        names = constant([variable.op.name for variable in var_list], _dtypes.string)
        return _array_ops.boolean_mask(names, logical_not(flags))


def assert_variables_initialized(var_list: Any = None) -> Any:
    """Reads all of them: one that has no value is an error."""
    if var_list is None:
        var_list = global_variables() + local_variables()
    return _array_ops.stack([_array_ops.rank(variable.value()) for variable in var_list]) if var_list else None


@deprecated("ops.variables", "2017-03-02", "Please use tf.global_variables instead.")
def all_variables() -> list[Any]:
    return list(global_variables())


@deprecated("ops.variables", "2017-03-02", "Use `tf.global_variables_initializer` instead.")
def initialize_all_variables() -> Operation:
    return global_variables_initializer()


@deprecated("ops.variables", "2017-03-02", "Use `tf.local_variables_initializer` instead.")
def initialize_local_variables() -> Operation:
    return local_variables_initializer()


@deprecated("ops.variables", "2017-03-02", "Use `tf.variables_initializer` instead.")
def initialize_variables(var_list: Any, name: str = "init") -> Operation:
    return variables_initializer(var_list, name)


# ------------------------------------------------------------------------------------- global step


def assert_global_step(global_step_tensor: Any) -> None:
    core = getattr(global_step_tensor, "_core", None)
    if not isinstance(core, (_core.tf1.Variable, _core.tf1.Output)):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.')
    _core.tf1.assert_global_step(core)


def get_global_step(graph: Optional[Graph] = None) -> Any:
    """The graph's step counter, or None."""
    graph = graph or get_default_graph()
    graph._write_lists()
    found = _core.tf1.get_global_step(graph._core)
    if found is None and len(graph.get_collection(GraphKeys.GLOBAL_STEP)) > 1:
        logger().error("Multiple tensors in global_step collection.")
    return None if found is None else graph._wrap(found)


def create_global_step(graph: Optional[Graph] = None) -> Any:
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP, [], _dtypes.int64, _zeros, trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )  # fmt: skip


def _zeros(shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
    return _ops.zeros(shape, dtype)


def get_or_create_global_step(graph: Optional[Graph] = None) -> Any:
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The counter's value, as a number."""
    return int(sess.run(global_step_tensor))
