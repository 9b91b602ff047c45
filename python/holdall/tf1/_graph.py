"""``tf.Graph``, and the stack of default graphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, ClassVar, Optional, Union

from .. import _core
from ._default_stack import stacks
from ._devices import merged
from ._elements import Operation, Tensor
from ._graph_keys import GraphKeys as GraphKeys

Element = Union[Tensor, Operation]


class Graph:
    """Declared variables and the nodes around them."""

    # Makes the object for a variable; set by the module of variables, which stands above this one.
    _wrap_variable: ClassVar[Callable[[_core.tf1.Variable, Graph], Any]]
    _wrap_saver: ClassVar[Callable[[_core.tf1.SaverDef, Graph], Any]]

    def __init__(self) -> None:
        self._core = _core.tf1.Graph()
        self._seed: Optional[int] = None
        # One object a node, output and variable, so that identity means what it does in TensorFlow.
        self._operations: dict[str, Operation] = {}
        self._tensors: dict[str, Tensor] = {}
        self._variables: dict[str, Any] = {}
        self._savers: dict[str, Any] = {}
        self._lists: dict[str, list[Any]] = {}  # collections whose live list is out
        self._other_collections: dict[Any, list[Any]] = {}  # under keys that are not strings
        self._unfeedable: set[Any] = set()
        self._texts: dict[str, set[bytes]] = {}  # in collections, that were given as str

    def _operation(self, core: _core.tf1.Operation) -> Operation:
        return self._operations.setdefault(core.name, Operation(core, self))

    def _tensor(self, core: _core.tf1.Output) -> Tensor:
        return self._tensors.setdefault(core.name, Tensor(core, self))

    def _variable(self, core: _core.tf1.Variable) -> Any:
        known = self._variables.get(core.name)
        if known is None:
            known = self._variables[core.name] = Graph._wrap_variable(core, self)
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
        if isinstance(obj, bytes):
            obj = obj.decode()
        if isinstance(obj, str) and ":" in obj and not allow_tensor:
            raise ValueError(f"Name {obj!r} appears to refer to a Tensor, not a Operation.")
        if isinstance(obj, str) and allow_tensor and (":" in obj or not allow_operation):
            return self.get_tensor_by_name(obj)
        if isinstance(obj, str) and allow_operation:
            return self.get_operation_by_name(obj)
        kinds = " or ".join(["Tensor"] * allow_tensor + ["Operation"] * allow_operation)
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {kinds}.")

    def _own(self, element: Element) -> Element:
        if element.graph is not self:
            kind = type(element).__name__
            raise ValueError(f"{kind} {element if kind == 'Tensor' else repr(element)} is not an element of this graph.")
        return element

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        return self._core.unique_name(name, mark_as_used)

    def get_name_scope(self) -> str:
        return self._core.name_scope()

    def as_graph_def(self, from_version: Optional[int] = None, add_shapes: bool = False) -> Any:
        from ._messages import GraphDef

        return GraphDef.FromString(self._core.graph_def())

    @property
    def version(self) -> int:
        return self._core.node_count()

    def finalize(self) -> None:
        self._core.finalize()

    @property
    def finalized(self) -> bool:
        return self._core.is_finalized()

    @contextmanager
    def control_dependencies(self, control_inputs: Any) -> Iterator[None]:
        """Nodes made inside wait for these; None: for nobody."""
        waits: Optional[list[Any]] = None
        if control_inputs is not None:
            elements = [self.as_graph_element(each) for each in control_inputs]
            waits = [getattr(each, "op", each)._core for each in elements]
        scope = _core.tf1.ControlDependencies(self._core, waits)
        try:
            yield
        finally:
            scope.leave()

    @contextmanager
    def device(self, device_name_or_function: Any) -> Iterator[None]:
        """Nodes made inside say that they belong there; nothing is placed anywhere."""
        device = device_name_or_function
        if callable(device):
            yield
            return
        outer = self.__dict__.get("_device", "")
        name = "" if device is None else merged(outer, str(device))
        scope = _core.tf1.DeviceScope(self._core, name)
        self.__dict__["_device"] = name
        try:
            yield
        finally:
            self.__dict__["_device"] = outer
            scope.leave()

    @contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        yield

    @contextmanager
    def container(self, container_name: str) -> Iterator[None]:
        yield

    def is_feedable(self, tensor: Any) -> bool:
        return tensor not in self._unfeedable

    def prevent_feeding(self, tensor: Any) -> None:
        self._unfeedable.add(tensor)

    @contextmanager
    def name_scope(self, name: Optional[str]) -> Iterator[str]:
        scope = _core.tf1.NameScope(self._core, name or "")
        try:
            yield scope.name
        finally:
            scope.leave()

    def add_to_collection(self, name: str, value: Any) -> None:
        if not isinstance(name, str):
            self._other_collections.setdefault(name, []).append(value)
            return
        core = _item_of(value)
        if isinstance(value, str):
            self._texts.setdefault(name, set()).add(value.encode())
        if isinstance(core, _core.tf1.SaverDef):
            self._savers[core.restore_op_name] = value
        self._core.add_to_collection(name, core)
        if name in self._lists:
            self._lists[name].append(value)

    def get_collection_ref(self, name: str) -> list[Any]:
        """The live list: what is done to it counts."""
        if not isinstance(name, str):
            return self._other_collections.setdefault(name, [])
        if name not in self._lists:
            self._lists[name] = self.get_collection(name)
        return self._lists[name]

    def _write_lists(self) -> None:
        """Collections whose live lists are out become what these hold now."""
        for name, items in self._lists.items():
            self._core.clear_collection(name)
            for item in items:
                self._core.add_to_collection(name, _item_of(item))

    def add_to_collections(self, names: Any, value: Any) -> None:
        for name in {names: None} if isinstance(names, str) else dict.fromkeys(names):
            self.add_to_collection(name, value)

    def get_collection(self, name: str, scope: Optional[str] = None) -> list[Any]:
        """A copy; with ``scope`` only items whose names match that regular expression at the start."""
        if not isinstance(name, str):
            return list(self._other_collections.get(name, []))
        items = self._lists.get(name)
        if items is None:
            texts = self._texts.get(name, set())
            items = [self._wrap(item, texts) for item in self._core.collection(name)]
        if scope is None:
            return list(items)
        pattern = re.compile(scope)
        return [item for item in items if hasattr(item, "name") and pattern.match(item.name)]

    def _wrap(self, item: Any, texts: Any = ()) -> Any:
        # Text from a message is bytes, as in TensorFlow; the program's own is what it was.
        if isinstance(item, bytes):
            return item.decode() if item in texts else item
        if isinstance(item, _core.tf1.Variable):
            return self._variable(item)
        if isinstance(item, _core.tf1.Output):
            return self._tensor(item)
        if isinstance(item, _core.tf1.Operation):
            return self._operation(item)
        if isinstance(item, _core.tf1.SaverDef):
            known = self._savers.get(item.restore_op_name)
            if known is None:
                known = self._savers[item.restore_op_name] = Graph._wrap_saver(item, self)
            return known
        if isinstance(item, _core.tf1.AnyMessage):
            from google.protobuf import any_pb2  # type: ignore[import-untyped,unused-ignore]

            return any_pb2.Any.FromString(item.message)
        return item

    def _mark_texts(self, texts: list[tuple[str, bytes]]) -> None:
        """Texts of collections that count as names are str from then on, as in TensorFlow."""
        for key, text in texts:
            if _is_text(text):
                self._texts.setdefault(key, set()).add(text)

    def get_all_collection_keys(self) -> list[str]:
        return self._core.collection_keys()

    @property
    def collections(self) -> list[str]:
        return self.get_all_collection_keys()

    def clear_collection(self, name: str) -> None:
        self._lists.pop(name, None)
        self._core.clear_collection(name)


def _is_text(item: bytes) -> bool:
    try:
        item.decode()
    except UnicodeDecodeError:
        return False
    return True


def _item_of(value: Any) -> Any:
    """What the library holds of an item of a collection."""
    if getattr(getattr(value, "DESCRIPTOR", None), "full_name", "") == "google.protobuf.Any":
        return _core.tf1.AnyMessage(value.SerializeToString())
    return getattr(value, "_core", value)


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


def op_scope(values: Any, name: Optional[str], default_name: Optional[str] = None) -> Any:
    """The old spelling of name_scope."""
    return name_scope(name, default_name, values)


def add_to_collection(name: str, value: Any) -> None:
    get_default_graph().add_to_collection(name, value)


def add_to_collections(names: Any, value: Any) -> None:
    get_default_graph().add_to_collections(names, value)


def get_collection_ref(key: str) -> list[Any]:
    return get_default_graph().get_collection_ref(key)


def control_dependencies(control_inputs: Any) -> Any:
    return get_default_graph().control_dependencies(control_inputs)


def device(device_name_or_function: Any) -> Any:
    return get_default_graph().device(device_name_or_function)


def colocate_with(op: Any, ignore_existing: bool = False) -> Any:
    return get_default_graph().colocate_with(op, ignore_existing)


def container(container_name: str) -> Any:
    return get_default_graph().container(container_name)


def get_seed(op_seed: Optional[int]) -> tuple[Optional[int], Optional[int]]:
    """The seeds that a random operation made now would get."""
    graph = get_default_graph()
    if graph.seed is not None:
        second = graph._core.node_count() if op_seed is None else op_seed
        seeds = (graph.seed % (2**31 - 1), second % (2**31 - 1))
    elif op_seed is not None:
        seeds = (87654321, op_seed % (2**31 - 1))
    else:
        return None, None
    return seeds if seeds != (0, 0) else (0, 2**31 - 1)


def get_collection(key: str, scope: Optional[str] = None) -> list[Any]:
    return get_default_graph().get_collection(key, scope)
