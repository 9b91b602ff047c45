"""``tf.Variable``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, Optional

from .. import _arrays, _core
from . import _dtypes, _ops
from ._default_stack import get_default_session
from ._elements import Operation, Operators, Tensor
from ._graph import Graph, get_default_graph, name_scope
from ._nodes import make, make_operation
from ._scope_state import get_variable_scope
from ._shape import TensorShape


class _Defaults:
    """What holds for the whole process."""

    use_resource = False


def enable_resource_variables() -> None:
    _Defaults.use_resource = True


def disable_resource_variables() -> None:
    _Defaults.use_resource = False


def resource_variables_enabled() -> bool:
    return _Defaults.use_resource


class SaveSliceInfo:
    """Where a part lies in the whole."""

    def __init__(
        self, full_name: Any = None, full_shape: Any = None, var_offset: Any = None, var_shape: Any = None,
        save_slice_info_def: Any = None, import_scope: Optional[str] = None,
    ) -> None:  # fmt: skip
        if save_slice_info_def is not None:
            given = save_slice_info_def
            full_name, full_shape = given.full_name, list(given.full_shape)
            var_offset, var_shape = list(given.var_offset), list(given.var_shape)
        self.full_name = full_name
        self.full_shape = list(full_shape)
        self.var_offset = list(var_offset)
        self.var_shape = list(var_shape)

    @property
    def spec(self) -> str:
        shape = " ".join(str(size) for size in self.full_shape) + " "
        parts = [f"{first},{count}" for first, count in zip(self.var_offset, self.var_shape)]
        return shape + ":".join(parts)

    def to_proto(self, export_scope: Optional[str] = None) -> Any:
        from ._messages import SaveSliceInfoDef

        return SaveSliceInfoDef(
            full_name=self.full_name, full_shape=self.full_shape, var_offset=self.var_offset,
            var_shape=self.var_shape,
        )  # fmt: skip


class _Creating(type):
    """Making a variable goes by the creators that are entered."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        creators = _creators(get_default_graph())
        if not creators or cls is not Variable or kwargs.get("variable_def") is not None:
            return super().__call__(*args, **kwargs)
        return _create(creators, args, kwargs)


class Variable(Operators, metaclass=_Creating):
    """A variable of a graph; its values live in sessions."""

    SaveSliceInfo = SaveSliceInfo

    def __init__(
        self,
        initial_value: Any = None,
        trainable: Optional[bool] = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: Optional[str] = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: Optional[str] = None,
        constraint: Any = None,
        use_resource: Optional[bool] = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ) -> None:
        self.graph = get_default_graph()
        self.constraint = constraint
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            message = variable_def.SerializeToString()
            self._core = self.graph._core.variable_from_proto(message, import_scope or "")
            return
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        if collections is not None and not isinstance(collections, (list, tuple, set)):
            raise ValueError(
                "collections argument to Variable constructor must be a list, tuple, or set. "
                f"Got {collections} of type {type(collections)}"
            )
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        value, type_name = _initial_value(initial_value, dtype, name)
        _check_initial_value(self.graph, value, type_name, validate_shape)
        self._core = self.graph._core.variable(
            name or "Variable",
            value,
            _is_trainable(trainable, synchronization),
            type_name,
            None if collections is None else list(collections),
            validate_shape,
            _use_resource(use_resource),
        )
        self.graph._variables[self._core.name] = self

    @classmethod
    def _wrap(cls, core: _core.tf1.Variable, graph: Graph) -> Variable:
        variable = object.__new__(cls)
        variable._core = core
        variable.graph = graph
        variable.constraint = None
        return variable

    @staticmethod
    def from_proto(variable_def: Any, import_scope: Optional[str] = None) -> Variable:
        return Variable(variable_def=variable_def, import_scope=import_scope)

    def to_proto(self, export_scope: Optional[str] = None) -> Any:
        from ._messages import VariableDef

        if export_scope is not None and not self.name.startswith(export_scope):
            return None
        scope = export_scope.rstrip("/") + "/" if export_scope else ""
        return VariableDef.FromString(self._core.to_proto(scope))

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def _shared_name(self) -> str:
        return self.name[: self.name.index(":")]

    @property
    def op(self) -> Operation:
        return self.graph._operation(self._core.op)

    @property
    def dtype(self) -> _dtypes.DType:
        return _dtypes.DType(self._core.dtype, is_ref=not self._core.is_resource)

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

    @property
    def handle(self) -> Tensor:
        return self.graph._tensor(self._core.ref)

    def _ref(self) -> Tensor:
        return self.graph._tensor(self._core.ref)

    def value(self) -> Tensor:
        return self.graph._tensor(self._core.value)

    def read_value(self) -> Tensor:
        with self.graph.as_default():
            if self._core.is_resource:
                with name_scope("Read"):
                    value = make("ReadVariableOp", [self.handle], self._typed(), "ReadVariableOp")
                return _ops.identity(value)
            return _ops.identity(self._ref(), name="read")

    def _typed(self) -> dict[str, Any]:
        return {"dtype": ("type", self._core.dtype)}

    def initialized_value(self) -> Tensor:
        """The value if there is one, else the initial value."""
        with self.graph.as_default(), name_scope("cond"):
            predicate = is_variable_initialized(self)
            if self._core.is_resource:
                node = make_operation("RefSwitch", [self.handle, predicate], {"T": ("type", "resource")}, "Switch")
                taken = make("ReadVariableOp", [node.outputs[1]], self._typed(), "ReadVariableOp")
            else:
                attrs = {"T": ("type", self._core.dtype)}
                node = make_operation("RefSwitch", [self._ref(), predicate], attrs, "read_value/Switch")
                taken = make("Identity", [node.outputs[1]], attrs, "read_value")
            other = make_operation("Switch", [self.initial_value, predicate], {}, "Switch_1").outputs[0]
            return make_operation("Merge", [other, taken], {"N": 2}, "Merge").outputs[0]

    def _as_graph_element(self) -> Tensor:
        return self.value()

    def eval(self, session: Optional[Any] = None) -> Any:
        return self.value().eval(session=session)

    def load(self, value: Any, session: Optional[Any] = None) -> None:
        """Runs the initializer with ``value`` in place of the initial value."""
        session = session or get_default_session()
        if session is None:
            raise ValueError(
                "Either session argument should be provided or default session should be established"
            )
        session.run(self.initializer, {self.initializer.inputs[1]: value})

    def _value_tensor(self, value: Any) -> Tensor:
        return _ops.convert_to_tensor(value, None if hasattr(value, "graph") else self.dtype.base_dtype, "value")

    def _update(self, kind: str, value: Any, name: Optional[str], read_value: bool) -> Any:
        with self.graph.as_default():
            if not self._core.is_resource:
                with name_scope(name, kind) as scope:
                    tensor = self._value_tensor(value)
                    if kind == "Assign":
                        made = self.graph._tensor(
                            self.graph._core.assign(self._core, tensor._core, scope)
                        )
                    else:
                        _check_dtype(kind, self, tensor)
                        made = make(kind, [self._ref(), tensor], {"use_locking": False}, scope)
                return made if read_value else made.op
            operation = kind + "VariableOp"
            tensor = self._value_tensor(value)
            if tensor.dtype.base_dtype != self.dtype.base_dtype:
                raise ValueError(
                    f"Tensor conversion requested dtype {self.dtype.base_dtype.name} for Tensor with "
                    f"dtype {tensor.dtype.name}: {tensor!r}"
                )
            if not self.shape.is_compatible_with(tensor.shape):
                raise ValueError(f"Shapes {self.shape} and {tensor.shape} are incompatible")
            op = make_operation(operation, [self.handle, tensor], self._typed(), name or operation)
            if not read_value:
                return op
            with self.graph.control_dependencies([op]):
                return make("ReadVariableOp", [self.handle], self._typed(), "ReadVariableOp")

    def assign(self, value: Any, use_locking: bool = False, name: Optional[str] = None, read_value: bool = True) -> Any:
        return self._update("Assign", value, name, read_value)

    def assign_add(self, delta: Any, use_locking: bool = False, name: Optional[str] = None, read_value: bool = True) -> Any:
        return self._update("AssignAdd", delta, name, read_value)

    def assign_sub(self, delta: Any, use_locking: bool = False, name: Optional[str] = None, read_value: bool = True) -> Any:
        return self._update("AssignSub", delta, name, read_value)

    def count_up_to(self, limit: int) -> Tensor:
        with self.graph.as_default():
            return make("CountUpTo", [self._ref()], {"limit": int(limit)}, "CountUpTo")

    def set_shape(self, shape: Any) -> None:
        self.value().set_shape(shape)

    def _get_save_slice_info(self) -> Any:
        found = self._core.slice()
        return None if found is None else self.SaveSliceInfo(*found)

    _save_slice_info = property(_get_save_slice_info)

    def _set_save_slice_info(self, info: Any) -> None:
        self._core.set_slice(
            info.full_name, list(info.full_shape), list(info.var_offset), list(info.var_shape)
        )

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("'Variable' object is not iterable.")

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


Graph._wrap_variable = staticmethod(Variable._wrap)
RefVariable = Variable


def _check_dtype(kind: str, variable: Variable, tensor: Tensor) -> None:
    if tensor.dtype.base_dtype != variable.dtype.base_dtype:
        raise TypeError(
            f"Input 'value' of '{kind}' Op has type {tensor.dtype.base_dtype.name} that does not match "
            f"type {variable.dtype.base_dtype.name} of argument 'ref'."
        )


def _check_initial_value(graph: Graph, value: Any, type_name: Optional[str], validate_shape: bool) -> None:
    if not isinstance(value, _core.tf1.Output):
        return
    tensor = graph._tensor(value)
    if validate_shape and not tensor.shape.is_fully_defined():
        raise ValueError(f"initial_value must have a shape specified: {tensor}")
    if type_name is not None and type_name != tensor.dtype.base_dtype.name:
        raise ValueError(
            f"Tensor conversion requested dtype {type_name} for Tensor with dtype {tensor.dtype.base_dtype.name}: "
            f"{tensor!r}"
        )


def is_variable_initialized(variable: Any) -> Tensor:
    core = variable._core
    if core.is_resource:
        return make("VarIsInitializedOp", [variable.handle], {}, "VarIsInitializedOp")
    attrs = {"dtype": ("type", core.dtype)}
    with name_scope(None, "IsVariableInitialized") as scope:
        return make("IsVariableInitialized", [variable._ref()], attrs, scope)


def _is_trainable(trainable: Optional[bool], synchronization: Any) -> bool:
    if trainable is None:
        return getattr(synchronization, "name", None) != "ON_READ"
    return bool(trainable)


def _use_resource(wanted: Optional[bool]) -> bool:
    if wanted is None:
        wanted = get_variable_scope().use_resource
    return _Defaults.use_resource if wanted is None else bool(wanted)


def _initial_value(value: Any, dtype: Any, name: Optional[str]) -> tuple[Any, Optional[str]]:
    """What the graph takes: a node that exists, or a tensor to make a constant of."""
    if callable(value) and not hasattr(value, "graph"):
        value = value()
    type_name = None if dtype is None else _dtypes.as_dtype(dtype).base_dtype.name
    if hasattr(value, "graph") or hasattr(value, "_as_graph_element"):
        return _ops.convert_to_tensor(value)._core, type_name
    wanted = None if type_name is None else _dtypes.as_dtype(type_name)
    return _arrays.to_tensor(_ops._to_array(value, wanted)), type_name


# -------------------------------------------------------------------------------------- creators


def _creators(graph: Graph) -> list[Callable[..., Any]]:
    stack: list[Callable[..., Any]] = graph.__dict__.setdefault("_creator_stack", [])
    return stack


_POSITIONS = ("initial_value", "trainable", "collections", "validate_shape", "caching_device", "name")


def _create(creators: list[Callable[..., Any]], args: Any, kwargs: dict[str, Any]) -> Any:
    """A variable by the creators that are entered, the last one first."""
    graph = get_default_graph()
    given: dict[str, Any] = {**dict(zip(_POSITIONS, args)), **kwargs}

    def call(depth: int, **wanted: Any) -> Any:
        if depth == 0:
            outer, graph.__dict__["_creator_stack"] = creators, []
            try:
                return Variable(**wanted)
            finally:
                graph.__dict__["_creator_stack"] = outer
        return creators[depth - 1](lambda **more: call(depth - 1, **more), **wanted)

    return call(len(creators), **given)


@contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Variables made inside are made by ``variable_creator(next_creator, **arguments)``."""
    creators = _creators(get_default_graph())
    creators.append(variable_creator)
    try:
        yield
    finally:
        if not creators or creators[-1] is not variable_creator:
            raise RuntimeError("Exiting variable_creator_scope without proper nesting.")
        creators.pop()


def assign(
    ref: Any, value: Any, validate_shape: Optional[bool] = None, use_locking: Optional[bool] = None,
    name: Optional[str] = None,
) -> Any:  # fmt: skip
    if not isinstance(ref, Variable):
        raise AttributeError(f"{type(ref).__name__!r} object has no attribute 'assign': {ref!r} is no variable")
    if validate_shape is False and not ref._core.is_resource:
        with name_scope(name, "Assign") as scope:
            attrs = {"validate_shape": False, "use_locking": True}
            return make("Assign", [ref._ref(), ref._value_tensor(value)], attrs, scope)
    return ref.assign(value, bool(use_locking), name)


def assign_add(ref: Any, value: Any, use_locking: Optional[bool] = None, name: Optional[str] = None) -> Any:
    return ref.assign_add(value, bool(use_locking), name)


def assign_sub(ref: Any, value: Any, use_locking: Optional[bool] = None, name: Optional[str] = None) -> Any:
    return ref.assign_sub(value, bool(use_locking), name)


