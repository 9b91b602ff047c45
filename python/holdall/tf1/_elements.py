"""What a graph is made of: ``tf.Operation`` and ``tf.Tensor``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Optional

from .. import _arrays, _core
from . import _dtypes
from ._default_stack import session_for
from ._shape import TensorShape

if TYPE_CHECKING:
    from ._graph import Graph


def _attribute(value: Any) -> Any:
    """An attribute as TensorFlow's Python shows it."""
    if not isinstance(value, tuple):
        return value
    tag, content = value[0], value[1]
    if tag == "type":
        return _dtypes.as_dtype(content)
    if tag == "types":
        return [_dtypes.as_dtype(each) for each in content]
    if tag == "shape":
        return TensorShape(content)
    if tag == "shapes":
        return [TensorShape(each) for each in content]
    return content


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

    @property
    def node_def(self) -> Any:
        from ._messages import NodeDef

        return NodeDef.FromString(self._core.node_def())

    def get_attr(self, name: str) -> Any:
        value = self._core.attr(name)
        if value is None:
            raise ValueError(f"Operation {self.name!r} has no attr named {name!r}.")
        if isinstance(value, tuple) and value[0] == "tensor":
            return self.node_def.attr[name].tensor
        return _attribute(value)

    def run(self, feed_dict: Any = None, session: Optional[Any] = None) -> None:
        session_for(session, self.graph, False).run(self, feed_dict)

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


class Operators:
    """Arithmetic that makes nodes: a tensor's, and a variable's."""

    __array_priority__ = 100

    # What the operators make; set by the modules of operations, which stand above this one.
    _binary: ClassVar[Callable[[str, Any, Any], Tensor]]
    _unary: ClassVar[Callable[[str, Any], Tensor]]
    _slice: ClassVar[Callable[[Any, Any], Tensor]]

    def __add__(self, other: Any) -> Tensor:
        return Operators._binary("add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return Operators._binary("add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return Operators._binary("sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return Operators._binary("sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return Operators._binary("mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return Operators._binary("mul", other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return Operators._binary("truediv", self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return Operators._binary("truediv", other, self)

    def __floordiv__(self, other: Any) -> Tensor:
        return Operators._binary("floordiv", self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return Operators._binary("floordiv", other, self)

    def __mod__(self, other: Any) -> Tensor:
        return Operators._binary("mod", self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return Operators._binary("mod", other, self)

    def __pow__(self, other: Any) -> Tensor:
        return Operators._binary("pow", self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return Operators._binary("pow", other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return Operators._binary("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return Operators._binary("matmul", other, self)

    def __lt__(self, other: Any) -> Tensor:
        return Operators._binary("Less", self, other)

    def __le__(self, other: Any) -> Tensor:
        return Operators._binary("LessEqual", self, other)

    def __gt__(self, other: Any) -> Tensor:
        return Operators._binary("Greater", self, other)

    def __ge__(self, other: Any) -> Tensor:
        return Operators._binary("GreaterEqual", self, other)

    def __and__(self, other: Any) -> Tensor:
        return Operators._binary("and", self, other)

    def __or__(self, other: Any) -> Tensor:
        return Operators._binary("or", self, other)

    def __invert__(self) -> Tensor:
        return Operators._unary("LogicalNot", self)

    def __neg__(self) -> Tensor:
        return Operators._unary("Neg", self)

    def __abs__(self) -> Tensor:
        return Operators._unary("Abs", self)

    def __getitem__(self, key: Any) -> Tensor:
        return Operators._slice(self, key)


class Tensor(Operators):
    """One output of a node."""

    def __init__(self, core: _core.tf1.Output, graph: Graph) -> None:
        self._core = core
        self.graph = graph
        self._narrowed: Optional[TensorShape] = None

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
        return self._narrowed or TensorShape(self._core.shape)

    def get_shape(self) -> TensorShape:
        return self.shape

    def set_shape(self, shape: Any) -> None:
        self._narrowed = self.shape.merge_with(shape)

    @property
    def device(self) -> str:
        return self.op.device

    def consumers(self) -> list[Operation]:
        return [op for op in self.graph.get_operations() if self in op.inputs]

    def eval(self, feed_dict: Any = None, session: Optional[Any] = None) -> Any:
        return session_for(session, self.graph, True).run(self, feed_dict)

    def _constant(self) -> Any:
        """The array of a constant node, or None."""
        value = self._core.op.attr("value") if self._core.op.type == "Const" else None
        if not isinstance(value, tuple):
            return None
        import numpy as np

        return np.broadcast_to(_arrays.to_numpy(value[1]), value[2])

    def __iter__(self) -> Iterator[Tensor]:
        raise TypeError("Tensor objects are only iterable when eager execution is enabled.")

    def __bool__(self) -> bool:
        raise TypeError(
            "Using a `tf.Tensor` as a Python `bool` is not allowed. Use `if t is not None:` instead "
            "of `if t:` to test if a tensor is defined."
        )

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = self.shape
        known = f", shape={shape}" if shape.ndims is not None else ""
        return f'Tensor("{self.name}"{known}, dtype={self.dtype.name})'
