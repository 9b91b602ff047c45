"""``tf.train.init_from_checkpoint`` and ``warm_start``: variables that start with stored values."""

from __future__ import annotations

import os
from typing import Any, Optional

from .. import _arrays, _core
from . import _dtypes
from ._checkpoint_files import _prefix_of
from ._graph import GraphKeys, get_default_graph
from ._logging import logger
from ._partitions import PartitionedVariable
from ._variable import Variable


def _target(given: Any) -> Any:
    if isinstance(given, str):
        return given
    if isinstance(given, (list, tuple, PartitionedVariable)):
        return [part._core for part in given]
    return given._core


def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Any) -> None:
    """The variables start with the values of the checkpoint, once their initializers run."""
    pairs = assignment_map.items() if hasattr(assignment_map, "items") else assignment_map
    _core.tf1.init_from_checkpoint(
        get_default_graph()._core, _prefix_of(ckpt_dir_or_file), [(key, _target(each)) for key, each in pairs],
        logger().info,
    )  # fmt: skip


# -------------------------------------------------------------------------------------- warm start


class VocabInfo:
    """How the rows (or columns) of a variable follow a vocabulary."""

    def __init__(
        self, new_vocab: str, new_vocab_size: int, num_oov_buckets: int, old_vocab: str, old_vocab_size: int = -1,
        backup_initializer: Any = None, axis: int = 0,
    ) -> None:  # fmt: skip
        if axis not in (0, 1):
            raise ValueError(f"The only supported values for the axis argument are 0 and 1.  Provided axis: {axis}")
        self.new_vocab = new_vocab
        self.new_vocab_size = new_vocab_size
        self.num_oov_buckets = num_oov_buckets
        self.old_vocab = old_vocab
        self.old_vocab_size = old_vocab_size
        self.backup_initializer = backup_initializer
        self.axis = axis

    def _parts(self) -> tuple[str, int, str, int, Any, int]:
        backup = None if self.backup_initializer is None else self._backup_values
        paths = os.fspath(self.new_vocab), os.fspath(self.old_vocab)
        return paths[0], self.new_vocab_size, paths[1], self.old_vocab_size, backup, self.axis

    def _backup_values(self, shape: list[int], dtype: str) -> Any:
        import numpy as np

        from ._graph import Graph
        from ._session import Session

        with Graph().as_default():
            tensor = self.backup_initializer(shape)
            with Session() as session:
                values = np.asarray(session.run(tensor))
        return _arrays.to_tensor(values.astype(_dtypes.as_dtype(dtype).as_numpy_dtype))


def _matching(vars_to_warm_start: Any) -> list[Any]:
    graph = get_default_graph()
    if vars_to_warm_start is None:
        return []
    if isinstance(vars_to_warm_start, str):
        return graph.get_collection(GraphKeys.TRAINABLE_VARIABLES, vars_to_warm_start)
    if isinstance(vars_to_warm_start, list):
        if all(isinstance(each, str) for each in vars_to_warm_start):
            return [v for each in vars_to_warm_start for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES, each)]
        if all(isinstance(each, (Variable, PartitionedVariable)) for each in vars_to_warm_start):
            return list(vars_to_warm_start)
    raise ValueError("If `vars_to_warm_start` is a list, it must be all `Variable` or all `str`.")


def warm_start(
    ckpt_to_initialize_from: Any, vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Optional[dict[str, VocabInfo]] = None,
    var_name_to_prev_var_name: Optional[dict[str, str]] = None,
) -> None:  # fmt: skip
    """Variables start with the values that another checkpoint has for them."""
    path = _prefix_of(ckpt_to_initialize_from)
    variables = [
        part._core
        for each in _matching(vars_to_warm_start)
        for part in (each if isinstance(each, PartitionedVariable) else [each])
    ]
    vocabularies = {name: info._parts() for name, info in (var_name_to_vocab_info or {}).items()}
    _core.tf1.warm_start(
        get_default_graph()._core, path, variables, vocabularies, dict(var_name_to_prev_var_name or {}), logger().info
    )
