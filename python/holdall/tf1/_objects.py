"""``tf.train.Checkpoint`` and ``CheckpointManager``: variables in nested objects, saved by their places,
in files that TensorFlow 2 reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Callable, Optional

from .. import _core
from . import _ops
from ._default_stack import get_default_session
from ._graph import get_default_graph
from ._logging import logger
from ._variable import Variable, _use_resource


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


def _walk(root: Any) -> list[tuple[list[tuple[str, int]], Any]]:
    """The objects below a root, each once: what it calls others, and the variable that it is."""
    objects = [root]
    known = {id(root): 0}
    found = []
    for node in objects:
        children = []
        for name, child in _children(node):
            if id(child) not in known:
                known[id(child)] = len(objects)
                objects.append(child)
            children.append((name, known[id(child)]))
        found.append((children, node._core if isinstance(node, Variable) else None))
    return found


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
        self._core = _core.tf1.ObjectCheckpoint()
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
            graph = get_default_graph()
            self._counter = graph._variable(self._core.save_counter(graph._core, _use_resource(None)))
            self._tracked["save_counter"] = self._counter
        return self._counter

    def _now(self) -> _core.tf1.ObjectCheckpoint:
        """With the objects that there are now."""
        self._core.set_objects(_walk(self))
        return self._core

    def write(self, file_prefix: Any, session: Any = None, options: Any = None) -> str:
        """Writes exactly these files."""
        return self._now().write(_session(session)._session, os.fspath(file_prefix))

    def save(self, file_prefix: Any, session: Any = None, options: Any = None) -> str:
        """Writes the next of a series, "PREFIX-1" and so on, and the state file."""
        session = _session(session)
        _ = self.save_counter
        return self._now().save(session._session, os.fspath(file_prefix))

    def read(self, save_path: Any, session: Any = None, options: Any = None) -> Status:
        """Gives the variables the values that were saved of their places; those without one keep theirs."""
        if save_path is None:
            return Status([], [])
        return Status(*self._now().read(_session(session)._session, os.fspath(save_path)))

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
        self.checkpoint = checkpoint
        self.directory = os.fspath(directory)
        self.checkpoint_interval = checkpoint_interval
        self._init_fn = init_fn
        self._core = _core.tf1.open_manager(
            checkpoint._core, self.directory, max_to_keep, keep_checkpoint_every_n_hours, checkpoint_name,
            checkpoint_interval, None if step_counter is None else _ops.convert_to_tensor(step_counter)._core,
        )  # fmt: skip
        if self._core.warning:
            logger().warning(self._core.warning)

    @property
    def latest_checkpoint(self) -> Optional[str]:
        return self._core.latest_checkpoint

    @property
    def checkpoints(self) -> list[str]:
        return self._core.checkpoints

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None, session: Any = None
    ) -> Optional[str]:
        session = _session(session)
        _ = self.checkpoint.save_counter
        if checkpoint_number is not None and not isinstance(checkpoint_number, int):
            checkpoint_number = int(session.run(checkpoint_number))
        self.checkpoint._now()
        return self._core.save(session._session, checkpoint_number, check_interval)

    def restore_or_initialize(self, session: Any = None) -> Optional[str]:
        latest = self.latest_checkpoint
        if latest is not None:
            self.checkpoint.restore(latest, session)
        elif self._init_fn is not None:
            self._init_fn()
        return latest
