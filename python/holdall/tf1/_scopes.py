"""``tf.variable_scope`` and ``tf.get_variable``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, Optional, Union

from .. import _core
from . import _dtypes, _ops
from ._graph import Graph, GraphKeys, get_default_graph, name_scope
from ._initial_values import core_initializer, takes, takes_nothing
from ._partitions import find_partitions, get_partitioned
from ._scope_state import AUTO_REUSE, HANDED_ON, Reuse, VariableScope, get_variable_scope, stack_of
from ._shape import TensorShape
from ._variable import Variable, _is_trainable, _use_resource


def _reuse_word(reuse: Reuse) -> str:
    if reuse is AUTO_REUSE:
        return "auto"
    if not (reuse is None or isinstance(reuse, bool)):
        raise ValueError("The reuse parameter must be True or False or None.")
    return "true" if reuse else "inherit"


def _compose(inner: Any, outer: Any) -> Any:
    """A custom getter inside another one: it is called first, with a getter that calls that one."""
    if outer is None:
        return inner

    def composed(getter: Any, *args: Any, **kwargs: Any) -> Any:
        return inner(lambda *a, **k: outer(getter, *a, **k), *args, **kwargs)

    return composed


class variable_scope:
    """Prefixes the names of variables made inside."""

    def __init__(
        self,
        name_or_scope: Union[str, VariableScope, None] = None,
        default_name: Optional[str] = None,
        values: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        reuse: Reuse = None,
        dtype: Any = None,
        use_resource: Optional[bool] = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        self._reuse = _reuse_word(reuse)
        if name_or_scope is None and default_name is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(f"The auxiliary_name_scope must be `True` or `False`, while get {auxiliary_name_scope}")
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._auxiliary_name_scope = auxiliary_name_scope
        self._constraint = constraint
        self._given = {
            "initializer": initializer, "regularizer": regularizer, "caching_device": caching_device,
            "partitioner": partitioner, "custom_getter": custom_getter, "use_resource": use_resource,
            "dtype": None if dtype is None else _dtypes.as_dtype(dtype),
        }  # fmt: skip
        graphs = [each.graph for each in values or [] if hasattr(each, "graph")]
        self._graph = graphs[0] if graphs else get_default_graph()
        self._context: Any = None

    def __enter__(self) -> VariableScope:
        self._context = self._enter()
        scope: VariableScope = self._context.__enter__()
        return scope

    def __exit__(self, *exception: Any) -> Any:
        return self._context.__exit__(*exception)

    @contextmanager
    def _enter(self) -> Iterator[VariableScope]:
        wanted = self._name_or_scope
        if not isinstance(wanted, (str, VariableScope, type(None))):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        graph = self._graph
        with graph.as_default():
            stack = stack_of(graph)
            outer = wanted if isinstance(wanted, VariableScope) else stack[-1]
            scope = _core.tf1.VariableScope(
                graph._core,
                wanted._state if isinstance(wanted, VariableScope) else wanted,
                self._default_name or "",
                self._reuse,
                None,
                None,
                self._auxiliary_name_scope,
            )
            made = VariableScope(scope.state(), graph, **self._handed_on(outer))
            stack.append(made)
            try:
                yield made
            finally:
                if made in stack:
                    stack.remove(made)
                scope.leave(graph._core)

    def _handed_on(self, outer: VariableScope) -> dict[str, Any]:
        handed_on = {key: getattr(outer, key) for key in HANDED_ON}
        for key, value in self._given.items():
            if value is not None:
                handed_on[key] = value
        if self._given["custom_getter"] is not None:
            handed_on["custom_getter"] = _compose(self._given["custom_getter"], outer.custom_getter)
        handed_on["constraint"] = self._constraint
        return handed_on


def variable_op_scope(values: Any, name_or_scope: Any, default_name: Any = None, **others: Any) -> Any:
    return variable_scope(name_or_scope, default_name, values, **others)


def _find_or_make(
    scope: VariableScope, name: str, shape: Any, dtype: Any, initializer: Any, trainable: bool,
    collections: Any, partitioner: Any, use_resource: bool, validate_shape: bool,
) -> Any:  # fmt: skip
    graph = scope._graph
    type_name = None if dtype is None else _dtypes.as_dtype(dtype).base_dtype.name
    kept = None if collections is None else list(collections)
    full = f"{scope.name}/{name}" if scope.name else name
    if partitioner is not None and shape is not None and TensorShape(shape).ndims == 0:
        partitioner = None
    if partitioner is not None or find_partitions(graph, full, scope) is not None:
        return get_partitioned(
            graph, scope, name, shape, type_name, initializer, trainable, kept, partitioner, use_resource
        )
    if partitioner is None and graph._core.find_variable(full + "/part_0") is not None:
        raise ValueError(
            "No partitioner was provided, but a partitioned version of the variable was found: "
            f"{full}/part_0. Perhaps a variable of the same name was already created with partitioning?"
        )
    exists = graph._core.find_variable(full) is not None
    if not exists and shape is None and initializer is not None and takes_nothing(initializer):
        with name_scope(None):
            initializer = initializer()
    if not exists and shape is None and hasattr(initializer, "graph"):
        shape = _ops.convert_to_tensor(initializer).shape
        if type_name is None:
            type_name = _ops.convert_to_tensor(initializer).dtype.base_dtype.name
    elif hasattr(initializer, "graph") and shape is not None and not exists:
        raise ValueError("If initializer is a constant, do not specify shape.")
    core = graph._core.get_variable(
        name, None if shape is None else _ops.shape_of(shape), type_name,
        core_initializer(initializer, graph), trainable, kept, use_resource,
    )  # fmt: skip
    return graph._variable(core)


def _get_variable(
    scope: VariableScope,
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    reuse: Reuse = None,
    trainable: Optional[bool] = None,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: Optional[bool] = None,
    custom_getter: Any = None,
    constraint: Any = None,
    synchronization: Any = None,
    aggregation: Any = None,
) -> Any:
    regularizer = scope.regularizer if regularizer is None else regularizer
    partitioner = scope.partitioner if partitioner is None else partitioner
    initializer = scope.initializer if initializer is None else initializer
    getter = scope.custom_getter if custom_getter is None else custom_getter
    if custom_getter is not None and not callable(custom_getter):
        raise ValueError(f"Passed a custom_getter which is not callable: {custom_getter}")
    if custom_getter is not None and scope.custom_getter is not None:
        getter = custom_getter
    is_constant = initializer is not None and not callable(initializer)
    if dtype is None and not is_constant:
        dtype = scope.dtype

    def real(
        name: str, shape: Any = None, dtype: Any = None, initializer: Any = None, regularizer: Any = None,
        reuse: Any = None, trainable: Any = None, collections: Any = None, caching_device: Any = None,
        partitioner: Any = None, validate_shape: bool = True, use_resource: Any = None, constraint: Any = None,
        synchronization: Any = None, aggregation: Any = None,
    ) -> Any:  # fmt: skip
        prefix = scope.name + "/" if scope.name else ""
        inner = name[len(prefix) :] if prefix and name.startswith(prefix) else name
        before = scope._graph._core.node_count()
        variable = _find_or_make(
            scope, inner, shape, dtype, initializer, _is_trainable(trainable, synchronization), collections,
            partitioner, _use_resource(use_resource if use_resource is not None else scope.use_resource),
            validate_shape,
        )  # fmt: skip
        if constraint is not None and isinstance(variable, Variable):
            variable.constraint = constraint
        if regularizer is not None and scope._graph._core.node_count() > before:
            _regularize(variable, regularizer, scope._graph)
        return variable

    full = f"{scope.name}/{name}" if scope.name else name
    arguments: dict[str, Any] = {
        "shape": shape, "dtype": dtype, "initializer": initializer, "regularizer": regularizer,
        "trainable": trainable, "collections": collections, "caching_device": caching_device,
        "partitioner": partitioner, "validate_shape": validate_shape, "use_resource": use_resource,
        "synchronization": synchronization, "aggregation": aggregation,
    }  # fmt: skip
    if getter is None:
        return real(name=full, constraint=constraint, **arguments)
    if takes(getter, "constraint"):
        arguments["constraint"] = constraint
    return getter(real, name=full, reuse=scope.reuse, **arguments)


VariableScope._make_variable = staticmethod(_get_variable)


def _regularize(variable: Any, regularizer: Callable[[Any], Any], graph: Graph) -> None:
    with name_scope(variable.name.split(":")[0] + "/Regularizer/"):
        loss = regularizer(variable)
    if loss is not None:
        graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)


def get_variable(name: str, shape: Any = None, dtype: Any = None, initializer: Any = None,
                 regularizer: Any = None, trainable: Optional[bool] = None, collections: Any = None,
                 caching_device: Any = None, partitioner: Any = None, validate_shape: bool = True,
                 use_resource: Optional[bool] = None, custom_getter: Any = None, constraint: Any = None,
                 synchronization: Any = None, aggregation: Any = None) -> Any:  # fmt: skip
    """A variable of the current scope: made, or shared, as its ``reuse`` says."""
    return _get_variable(
        get_variable_scope(), name, shape, dtype, initializer, regularizer, None, trainable, collections,
        caching_device, partitioner, validate_shape, use_resource, custom_getter, constraint,
        synchronization, aggregation,
    )  # fmt: skip


def get_local_variable(name: str, *args: Any, **kwargs: Any) -> Any:
    """The same, in the collection of local variables and not trainable."""
    kwargs["trainable"] = False
    kwargs["collections"] = [*(kwargs.get("collections") or []), GraphKeys.LOCAL_VARIABLES]
    return get_variable(name, *args, **kwargs)


def no_regularizer(_: Any) -> None:
    """For a scope inside one that has a regularizer."""
    return None


