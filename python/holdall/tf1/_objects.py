"""``tf.train.Checkpoint`` and ``CheckpointManager``: variables in nested objects, saved by their places,
in files that TensorFlow 2 reads."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import Any, Callable, Optional

import holdall

from .. import _core
from . import _ops
from ._checkpoint_files import CheckpointReader
from ._default_stack import get_default_session
from ._graph import get_default_graph, name_scope
from ._logging import logger
from ._object_graph import GRAPH_KEY, encode_object_graph, escape, key_of
from ._variable import Variable


def _children(node: Any) -> list[tuple[str, Any]]:
    if isinstance(node, Variable):
        return []
    if isinstance(node, Mapping):
        return [(str(key), value) for key, value in node.items() if _is_tracked(value)]
    if isinstance(node, (list, tuple)):
        return [(str(i), value) for i, value in enumerate(node) if _is_tracked(value)]
    if isinstance(node, Checkpoint):
        return list(node._tracked.items())
    names = sorted(name for name in vars(node) if not name.startswith("_"))
    return [(name, getattr(node, name)) for name in names if _is_tracked(getattr(node, name))]


def _is_tracked(value: Any) -> bool:
    if isinstance(value, (Variable, list, tuple, Mapping, Checkpoint)):
        return True
    return hasattr(value, "__dict__") and not callable(value) and type(value).__module__ != "builtins"


class _Walk:
    """The objects below a root, each once, in the order of their distance."""

    def __init__(self, root: Any) -> None:
        self.objects: list[Any] = [root]
        self.children: list[list[tuple[str, int]]] = []
        self.paths: list[list[str]] = [[]]
        known = {id(root): 0}
        for place, node in enumerate(self.objects):
            found = []
            for name, child in _children(node):
                if id(child) not in known:
                    known[id(child)] = len(self.objects)
                    self.objects.append(child)
                    self.paths.append([*self.paths[place], escape(name)])
                found.append((name, known[id(child)]))
            self.children.append(found)

    def variables(self) -> Iterator[tuple[int, str, Variable]]:
        for place, node in enumerate(self.objects):
            if isinstance(node, Variable):
                yield place, key_of(self.paths[place]), node


class Status:
    """What a restore did, and what it did not find."""

    def __init__(self, missing: list[str], unused: list[str]) -> None:
        self._missing = missing
        self._unused = unused

    def assert_consumed(self) -> Status:
        self.assert_existing_objects_matched()
        if self._unused:
            raise AssertionError(f"Some Python objects were not bound to checkpointed values: {self._unused}")
        return self

    def assert_existing_objects_matched(self) -> Status:
        if self._missing:
            raise AssertionError(f"No checkpointed value for {self._missing}")
        return self

    def assert_nontrivial_match(self) -> Status:
        return self

    def expect_partial(self) -> Status:
        return self

    def initialize_or_restore(self, session: Any = None) -> None:
        """Values are there already."""

    run_restore_ops = initialize_or_restore


def _session(session: Any) -> Any:
    found = session or get_default_session()
    if found is None:
        raise ValueError("Either session argument should be provided or default session should be established")
    return found


class Checkpoint:
    """Saves and restores the variables of the objects it is made with, by their places."""

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._tracked: dict[str, Any] = {}
        self._counter: Any = None
        if root is not None:
            self._tracked.update(_children(root))
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and _is_tracked(value):
            self._tracked[name] = value
        object.__setattr__(self, name, value)

    @property
    def save_counter(self) -> Any:
        if self._counter is None:
            with get_default_graph().control_dependencies(None), name_scope(None):
                self._counter = Variable(_ops.constant(0, "int64"), name="save_counter", trainable=False)
            self._tracked["save_counter"] = self._counter
        return self._counter

    def write(self, file_prefix: Any, session: Any = None, options: Any = None) -> str:
        """Writes exactly these files."""
        session = _session(session)
        walk = _Walk(self)
        variables = list(walk.variables())
        values = session.run([variable for _, _, variable in variables])
        path = str(os.fspath(file_prefix))
        kept = holdall.Session()
        tensors = {key: value for (_, key, _), value in zip(variables, values)}
        names = {place: (variable._shared_name, key) for place, key, variable in variables}
        tensors[GRAPH_KEY] = encode_object_graph(walk.children, names)
        kept.assign(tensors)
        kept.save(path, format="tf_bundle", alignment=1, update_state=False)
        return path

    def save(self, file_prefix: Any, session: Any = None, options: Any = None) -> str:
        """Writes the next of a series, "PREFIX-1" and so on, and the state file."""
        session = _session(session)
        counter = self.save_counter
        if not session._session.is_initialized(counter._core):
            session.run(counter.initializer)
        number = int(session.run(counter.assign_add(1)))
        path = self.write(f"{os.fspath(file_prefix)}-{number}", session)
        directory = os.path.dirname(path)
        _core.tf1.update_checkpoint_state(directory, path, [], [], None, "checkpoint", True)
        return path

    def read(self, save_path: Any, session: Any = None, options: Any = None) -> Status:
        """Gives the variables the values that were saved of their places; those without one keep theirs."""
        if save_path is None:
            return Status([], [])
        session = _session(session)
        reader = CheckpointReader(save_path)
        walk = _Walk(self)
        missing, loaded = [], {}
        for _, key, variable in walk.variables():
            if reader.has_tensor(key):
                loaded[variable] = key
            else:
                missing.append(key)
        stored = {name for name in reader.get_variable_to_shape_map() if name != GRAPH_KEY}
        feeds = {variable.initializer.inputs[1]: reader.get_tensor(key) for variable, key in loaded.items()}
        if loaded:
            session.run([variable.initializer for variable in loaded], feeds)
        counter = key_of(["save_counter"])
        unused = sorted(stored - set(loaded.values()) - {counter})
        return Status([key for key in missing if key != counter], unused)

    def restore(self, save_path: Any, session: Any = None, options: Any = None) -> Status:
        if save_path is not None:
            _ = self.save_counter
        return self.read(save_path, session)


class CheckpointManager:
    """Keeps the newest few checkpoints of a directory."""

    def __init__(
        self, checkpoint: Checkpoint, directory: Any, max_to_keep: Optional[int],
        keep_checkpoint_every_n_hours: Optional[float] = None, checkpoint_name: str = "ckpt",
        step_counter: Any = None, checkpoint_interval: Optional[int] = None,
        init_fn: Optional[Callable[[], Any]] = None,
    ) -> None:  # fmt: skip
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}.")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None.")
        self.checkpoint = checkpoint
        self.directory = os.fspath(directory)
        self.checkpoint_interval = checkpoint_interval
        self._max_to_keep = max_to_keep
        self._every = keep_checkpoint_every_n_hours
        self._prefix = os.path.join(self.directory, checkpoint_name)
        self._step_counter = step_counter
        self._last_step: Optional[int] = None
        self._init_fn = init_fn
        self._kept: dict[str, float] = {}
        self._preserved = time.time() - 1
        self.latest_checkpoint: Optional[str] = None
        self._take_up()

    def _take_up(self) -> None:
        """What the directory's state file tells."""
        state, _ = _core.tf1.find_checkpoint_state(self.directory, "checkpoint")
        if state is None:
            return
        newest, paths, times, preserved = state
        now = time.time()
        self.latest_checkpoint = newest
        if preserved is not None and now < preserved:
            logger().warning("time.time() returned a value %s seconds behind the last preserved checkpoint timestamp.", now - preserved)
            preserved = now
        self._preserved = now if preserved is None else preserved
        for path, at in zip(paths, times or [self._preserved] * len(paths)):
            if min(at, now) > self._preserved:
                self._kept[path] = min(at, now)

    @property
    def checkpoints(self) -> list[str]:
        return list(self._kept)

    def _write_state(self) -> None:
        _core.tf1.update_checkpoint_state(
            self.directory, self.latest_checkpoint or "", list(self._kept), list(self._kept.values()),
            self._preserved, "checkpoint", True,
        )  # fmt: skip

    def _sweep(self) -> None:
        while self._max_to_keep is not None and len(self._kept) > self._max_to_keep:
            path, at = next(iter(self._kept.items()))
            del self._kept[path]
            if self._every and at - self._every * 3600.0 >= self._preserved:
                self._preserved = at
                continue
            _core.tf1.remove_checkpoint(path, 2, "meta")

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None, session: Any = None
    ) -> Optional[str]:
        session = _session(session)
        if self.checkpoint_interval is not None:
            step = int(session.run(self._step_counter))
            last = self._last_step
            if check_interval and last is not None and step - last < self.checkpoint_interval:
                return None
            if last == step:
                return None
            self._last_step = step
        counter = self.checkpoint.save_counter
        if not session._session.is_initialized(counter._core):
            session.run(counter.initializer)
        if checkpoint_number is None:
            checkpoint_number = session.run(counter.assign_add(1))
        elif not isinstance(checkpoint_number, int):
            checkpoint_number = session.run(checkpoint_number)
        path = self.checkpoint.write(f"{self._prefix}-{int(checkpoint_number)}", session)
        self.latest_checkpoint = path
        self._kept.pop(path, None)
        self._kept[path] = time.time()
        self._write_state()
        self._sweep()
        self._write_state()
        return path

    def restore_or_initialize(self, session: Any = None) -> Optional[str]:
        if self.latest_checkpoint is not None:
            self.checkpoint.restore(self.latest_checkpoint, session)
            return self.latest_checkpoint
        if self._init_fn is not None:
            self._init_fn()
        return None
