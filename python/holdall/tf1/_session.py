"""``tf.Session``: values for a graph's variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Optional

from .. import _arrays, _core
from ._default_stack import stacks
from ._elements import Operation, Tensor
from ._graph import Graph, get_default_graph
from .errors import UnimplementedError


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
        if hasattr(type(item), "__attrs_attrs__"):
            names = [each.name for each in type(item).__attrs_attrs__]
            return [self._flatten(getattr(item, name)) for name in names], item
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
                f"Fetch argument {item!r} cannot be interpreted as a Tensor. ({error})"
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
            pairs = zip(original.keys(), parts)
            if isinstance(original, defaultdict):
                return defaultdict(original.default_factory, pairs)
            return type(original)(pairs)  # type: ignore[call-arg]
        if isinstance(original, tuple) and hasattr(original, "_fields"):
            return type(original)(*parts)
        if hasattr(type(original), "__attrs_attrs__"):
            return type(original)(*parts)
        return type(original)(parts)


class ConfigProto:
    """Options for sessions: taken, kept and not looked at."""

    def __init__(self, **options: Any) -> None:
        self.__dict__.update(options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = self.__dict__[name] = ConfigProto()
        return made


class GPUOptions(ConfigProto):
    """As ConfigProto."""


class RunOptions(ConfigProto):
    """As ConfigProto."""

    NO_TRACE, SOFTWARE_TRACE, HARDWARE_TRACE, FULL_TRACE = range(4)


class RunMetadata(ConfigProto):
    """As ConfigProto."""


class Device:
    """A device as ``list_devices`` tells of it."""

    def __init__(self, name: str, device_type: str) -> None:
        self.name = name
        self.device_type = device_type


def _flat_feeds(feed_dict: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """Keys may be tuples of tensors, matched with the value's structure."""
    for key, value in feed_dict.items():
        if isinstance(key, (tuple, list)):
            for inner_key, inner_value in zip(key, value):
                yield from _flat_feeds({inner_key: inner_value})
        else:
            yield key, value


class BaseSession:
    """What ``Session`` and ``InteractiveSession`` share."""

    def __init__(self, target: str = "", graph: Optional[Graph] = None, config: Any = None) -> None:
        if not isinstance(target, str):
            raise TypeError("target must be a string")
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        if config is not None and not isinstance(config, ConfigProto):
            raise TypeError(f"config must be a tf.ConfigProto, but got {type(config)}")
        self._graph = graph or get_default_graph()
        self._config = config
        self._session = _core.tf1.Session(self._graph._core)

    @property
    def graph(self) -> Graph:
        return self._graph

    @property
    def graph_def(self) -> Any:
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> str:
        return ""

    def list_devices(self) -> list[Any]:
        return [Device("/job:localhost/replica:0/task:0/device:CPU:0", "CPU")]

    def make_callable(self, fetches: Any, feed_list: Any = None, accept_options: bool = False) -> Any:
        """A function that runs the same thing again, with values for ``feed_list``."""
        feeds = list(feed_list or [])

        def call(*values: Any) -> Any:
            return self.run(fetches, dict(zip(feeds, values)))

        return call

    def partial_run(self, *args: Any, **kwargs: Any) -> Any:
        raise UnimplementedError(None, None, "partial runs: run all of it at once")

    partial_run_setup = partial_run

    @staticmethod
    def reset(target: str, containers: Any = None, config: Any = None) -> None:
        """Sessions have nothing outside them that could be reset."""

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """The values of ``fetches``, in its own structure; operations give None."""
        if self._graph._core.node_count() == 0 and not self._session.is_closed:
            raise RuntimeError("The Session graph is empty.  Add operations to the graph before calling run().")
        wanted = _Fetches(self._graph, fetches)
        tensors = self._session.run(
            [output._core for output in wanted.outputs],
            [operation._core for operation in wanted.operations],
            self._feeds(feed_dict or {}),
        )
        return wanted.build([_arrays.to_scalar_or_array(tensor) for tensor in tensors])

    def _feeds(self, feed_dict: Mapping[Any, Any]) -> list[tuple[_core.tf1.Output, _core.Tensor]]:
        feeds = []
        for key, value in _flat_feeds(feed_dict):
            try:
                tensor = self._graph.as_graph_element(key, allow_operation=False)
            except (KeyError, TypeError, ValueError) as error:
                raise TypeError(
                    f"Cannot interpret feed_dict key as Tensor: {error.args[0]}"
                ) from None
            if isinstance(value, Tensor):
                raise TypeError("The value of a feed cannot be a tf.Tensor object.")
            if not self._graph.is_feedable(tensor):
                raise ValueError(f"Tensor {tensor} may not be fed.")
            feeds.append((tensor._core, self._feed_value(tensor, value)))
        return feeds  # type: ignore[return-value]

    @staticmethod
    def _feed_value(tensor: Any, value: Any) -> _core.Tensor:
        import numpy as np

        dtype = tensor.dtype.base_dtype
        if dtype.name == "string":
            return _arrays.to_tensor(np.asarray(value, dtype=object))
        if isinstance(value, int) and dtype.is_integer and np.asarray(value).astype(dtype.as_numpy_dtype) != value:
            raise TypeError(
                f"Type of feed value {value} with type {type(value)} is not compatible with Tensor type "
                f"{dtype.as_numpy_dtype}. Try explicitly setting the type of the feed tensor to a larger type."
            )
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
