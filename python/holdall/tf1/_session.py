"""``tf.Session``: values for a graph's variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Optional

from .. import _arrays, _core
from ._default_stack import stacks
from ._graph import Graph, Operation, Tensor, get_default_graph


class _Fetches:
    """A nested structure of fetches, flattened for the run and put together again."""

    def __init__(self, graph: Graph, structure: Any) -> None:
        self._graph = graph
        self.outputs: list[Tensor] = []
        self.operations: list[Operation] = []
        self._structure = self._flatten(structure)

    def _flatten(self, item: Any) -> Any:
        if item is None:
            raise TypeError(f"Fetch argument {item!r} has invalid type {type(item)!r}")
        if isinstance(item, (list, tuple)):
            return [self._flatten(each) for each in item], item
        if isinstance(item, Mapping):
            return [self._flatten(each) for each in item.values()], item
        return self._add(item), None

    def _add(self, item: Any) -> Optional[int]:
        try:
            element = self._graph.as_graph_element(item)
        except TypeError as error:
            raise TypeError(
                f"Fetch argument {item!r} has invalid type {type(item)!r}, must be a string or "
                f"Tensor. ({error})"
            ) from None
        except (ValueError, KeyError) as error:
            raise ValueError(
                f"Fetch argument {item!r} cannot be interpreted as a Tensor. ({error.args[0]})"
            ) from None
        if isinstance(element, Operation):
            self.operations.append(element)
            return None
        self.outputs.append(element)
        return len(self.outputs) - 1

    def build(self, values: list[Any]) -> Any:
        return self._build(self._structure, values)

    def _build(self, flat: Any, values: list[Any]) -> Any:
        content, original = flat
        if original is None:
            return None if content is None else values[content]
        parts = [self._build(each, values) for each in content]
        if isinstance(original, Mapping):
            return type(original)(zip(original.keys(), parts))  # type: ignore[call-arg]
        if isinstance(original, tuple) and hasattr(original, "_fields"):
            return type(original)(*parts)
        return type(original)(parts)


class BaseSession:
    """What ``Session`` and ``InteractiveSession`` share."""

    def __init__(self, target: str = "", graph: Optional[Graph] = None, config: Any = None) -> None:
        if not isinstance(target, str):
            raise TypeError("target must be a string")
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        self._graph = graph or get_default_graph()
        self._session = _core.tf1.Session(self._graph._core)

    @property
    def graph(self) -> Graph:
        return self._graph

    def run(self, fetches: Any, feed_dict: Any = None) -> Any:
        """The values of ``fetches``, in its own structure; operations give None."""
        wanted = _Fetches(self._graph, fetches)
        tensors = self._session.run(
            [output._core for output in wanted.outputs],
            [operation._core for operation in wanted.operations],
            self._feeds(feed_dict or {}),
        )
        return wanted.build([_arrays.to_scalar_or_array(tensor) for tensor in tensors])

    def _feeds(self, feed_dict: Mapping[Any, Any]) -> list[tuple[_core.tf1.Output, _core.Tensor]]:
        feeds = []
        for key, value in feed_dict.items():
            try:
                tensor = self._graph.as_graph_element(key, allow_operation=False)
            except (KeyError, TypeError, ValueError) as error:
                raise TypeError(
                    f"Cannot interpret feed_dict key as Tensor: {error.args[0]}"
                ) from None
            if isinstance(value, Tensor):
                raise TypeError("The value of a feed cannot be a tf.Tensor object.")
            feeds.append((tensor._core, self._feed_value(tensor, value)))
        return feeds  # type: ignore[return-value]

    @staticmethod
    def _feed_value(tensor: Any, value: Any) -> _core.Tensor:
        import numpy as np

        dtype = tensor.dtype.base_dtype
        if dtype.name == "string":
            return _arrays.to_tensor(np.asarray(value, dtype=object))
        return _arrays.to_tensor(np.asarray(value, dtype=dtype.as_numpy_dtype))

    @contextmanager
    def as_default(self) -> Iterator[BaseSession]:
        stacks.sessions.append(self)
        try:
            yield self
        finally:
            stacks.sessions.remove(self)

    def close(self) -> None:
        """Drops the values; may be repeated."""
        self._session.close()


class Session(BaseSession):
    """Values for the variables of a graph, the default one if none is given."""

    def __init__(self, target: str = "", graph: Optional[Graph] = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._contexts: Optional[ExitStack] = None

    def __enter__(self) -> Session:
        if self._contexts is not None:
            raise RuntimeError(
                "Session context managers are not re-entrant. Use `Session.as_default()` if you want "
                "to enter a session multiple times."
            )
        self._contexts = ExitStack()
        self._contexts.enter_context(self._graph.as_default())
        self._contexts.enter_context(self.as_default())
        return self

    def __exit__(self, *exception: object) -> None:
        contexts, self._contexts = self._contexts, None
        if contexts is not None:
            contexts.close()
        self.close()


class InteractiveSession(BaseSession):
    """A session that is the default one from its making until it is closed."""

    def __init__(self, target: str = "", graph: Optional[Graph] = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        stacks.sessions.append(self)

    def close(self) -> None:
        super().close()
        if self in stacks.sessions:
            stacks.sessions.remove(self)
