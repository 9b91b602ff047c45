"""``tf.train``: savers, checkpoint files, step counters."""

from __future__ import annotations

from typing import Any

from ._averages import ExponentialMovingAverage
from ._checkpoint_files import (
    CheckpointReader,
    NewCheckpointReader,
    checkpoint_exists,
    checkpoints_iterator,
    generate_checkpoint_state_proto,
    get_checkpoint_mtimes,
    get_checkpoint_state,
    latest_checkpoint,
    list_variables,
    load_checkpoint,
    load_variable,
    meta_graph_filename,
    remove_checkpoint,
    update_checkpoint_state,
)
from ._init_from import VocabInfo, init_from_checkpoint, warm_start
from ._export_graphs import export_meta_graph, export_scoped_meta_graph, write_graph
from ._meta_graphs import copy_scoped_meta_graph, import_meta_graph, import_scoped_meta_graph
from ._objects import Checkpoint, CheckpointManager
from ._outside import train_names
from ._partitions import PartitionedVariable
from ._saveables import BaseSaverBuilder, ResourceVariableSaveable, SaveableObject, SaveSpec, VariableSaveable
from ._saver import Saver
from ._variable_lists import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
    global_step,
)

__all__ = [name for name in dir() if not name.startswith("_") and name not in ("annotations", "Any", "train_names")]

_MESSAGES = ("SaverDef", "CheckpointState")


def __getattr__(name: str) -> Any:
    if name in _MESSAGES:
        from . import _messages

        return getattr(_messages, name)
    if name in train_names:
        return train_names[name]
    raise AttributeError(f"module 'holdall.tf1.train' has no attribute {name!r}: TensorFlow's tf.train.{name} is not provided here")
