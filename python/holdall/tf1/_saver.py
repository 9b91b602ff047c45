"""``tf.train.Saver``."""

from __future__ import annotations

import os
from typing import Any, Optional

from .. import _core
from .._session import PathLike
from ._elements import Tensor
from ._export_graphs import export_meta_graph
from ._graph import Graph, get_default_graph
from ._logging import logger
from ._saveables import to_cores
from ._session import BaseSession
from ._variable import Variable
from ._variable_lists import all_saveable_objects

V1, V2 = 1, 2


class Saver:
    """Saves variables of a session and restores them.

    Without ``var_list`` it takes every global variable that the default graph has now; a list takes
    just these, a dictionary gives each the name it has in the checkpoint.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: Optional[int] = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: Optional[str] = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: Optional[str] = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set defer_build=False or "
                "var_list=None."
            )
        self._options = options = _core.tf1.SaverOptions()
        options.max_to_keep = max_to_keep or 0
        options.keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        options.name = name or ""
        options.reshape = reshape
        options.sharded = sharded
        options.allow_empty = allow_empty
        options.version = write_version
        options.pad_step_number = pad_step_number
        options.save_relative_paths = save_relative_paths
        options.filename = filename or ""
        self._var_list = var_list
        self._saver: Any = None
        self._graph: Graph = get_default_graph()
        if saver_def is not None:
            self._adopt(saver_def, name)
        elif not defer_build:
            self.build()

    def _adopt(self, saver_def: Any, name: Optional[str]) -> None:
        if type(saver_def).__name__ != "SaverDef" or not hasattr(saver_def, "SerializeToString"):
            raise ValueError(f"saver_def must be a saver_pb2.SaverDef: must be a `tf.train.SaverDef`, got {saver_def!r}")
        for field in ("save_tensor_name", "restore_op_name"):
            if not getattr(saver_def, field):
                raise ValueError(f"saver_def must specify the {field}: {saver_def}")
        if name:
            moved = type(saver_def)()
            moved.CopyFrom(saver_def)
            for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
                setattr(moved, field, f"{name.rstrip('/')}/{getattr(saver_def, field)}")
            saver_def = moved
        self._use(_core.tf1.decode_saver_def(saver_def.SerializeToString()))

    def _use(self, definition: _core.tf1.SaverDef) -> None:
        self._saver = _core.tf1.adopt_saver(self._graph._core, definition, self._options)

    @classmethod
    def _wrap(cls, definition: _core.tf1.SaverDef, graph: Graph) -> Saver:
        """A Saver of nodes that the graph has."""
        saver = cls.__new__(cls)
        saver._options = _core.tf1.SaverOptions()
        saver._var_list = None
        saver._graph = graph
        saver._use(definition)
        return saver

    def build(self) -> None:
        """Makes the nodes, of the variables there are; once is enough."""
        if self._saver is not None:
            return
        self._graph = get_default_graph()
        var_list = all_saveable_objects() if self._var_list is None else self._var_list
        if var_list is None or (hasattr(var_list, "__len__") and len(var_list) == 0):
            if not self._options.allow_empty:
                raise ValueError("No variables to save")
            var_list = []
        cores = to_cores(var_list)
        graph = getattr(_first(var_list), "graph", None) or self._graph
        self._graph = graph
        self._saver = _core.tf1.make_saver(graph._core, cores, self._options)

    @property
    def _core(self) -> Any:
        return self._built().definition()

    def _built(self) -> Any:
        if self._saver is None:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        return self._saver

    @property
    def _is_empty(self) -> bool:
        return bool(self._built().is_empty())

    @property
    def saver_def(self) -> Any:
        from ._messages import SaverDef

        return None if self._is_empty else SaverDef.FromString(self._core.encode())

    def as_saver_def(self) -> Any:
        return self.saver_def

    def to_proto(self, export_scope: Optional[str] = None) -> Any:
        definition = self.saver_def
        if export_scope is None or definition is None:
            return definition
        scope = export_scope.rstrip("/") + "/"
        if not definition.save_tensor_name.startswith(scope):
            return None
        for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
            setattr(definition, field, getattr(definition, field)[len(scope) :])
        return definition

    @staticmethod
    def from_proto(saver_def: Any, import_scope: Optional[str] = None) -> Saver:
        return Saver(saver_def=saver_def, name=import_scope)

    def save(
        self,
        sess: BaseSession,
        save_path: PathLike,
        global_step: Any = None,
        latest_filename: Optional[str] = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Optional[str]:
        """Writes the checkpoint, the state file and the ``.meta``; returns the prefix."""
        saver = self._built()
        if self._options.version != V2:
            logger().warning("TensorFlow's V1 checkpoint format has been deprecated.")
            logger().warning("Consider switching to the more efficient V2 format:")
            logger().warning("   `tf.train.Saver(write_version=tf.train.SaverDef.V2)`")
        path = os.fspath(save_path)
        _check_session(sess)
        sess.graph._write_lists()
        saved = saver.save(
            sess._session,
            path,
            _step(sess, global_step),
            latest_filename or "checkpoint",
            meta_graph_suffix,
            write_meta_graph,
            write_state,
            strip_default_attrs,
        )
        return saved or None

    def restore(self, sess: BaseSession, save_path: Optional[PathLike]) -> None:
        """Gives the variables the values of the checkpoint; all of them or none."""
        saver = self._built()
        if saver.is_empty():
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        if not isinstance(save_path, (str, bytes, os.PathLike)):
            raise TypeError(f"Expected binary or unicode string, got {save_path!r}")
        _check_session(sess)
        logger().info("Restoring parameters from %s", save_path)
        for warning in saver.restore(sess._session, os.fspath(save_path)):
            logger().warning(warning)

    @property
    def last_checkpoints(self) -> list[str]:
        return list(self._built().last_checkpoints())

    def set_last_checkpoints(self, last_checkpoints: Any) -> None:
        if not isinstance(last_checkpoints, list):
            raise AssertionError("last_checkpoints must be a list")
        self._built().set_last_checkpoints([(path, None) for path in last_checkpoints])

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Any) -> None:
        if not isinstance(last_checkpoints_with_time, list):
            raise AssertionError("last_checkpoints_with_time must be a list")
        self._built().set_last_checkpoints(
            [(path, None if at == float("inf") else float(at)) for path, at in last_checkpoints_with_time]
        )

    def recover_last_checkpoints(self, checkpoint_paths: Any) -> None:
        """Takes up those that are there, with the times of their files."""
        times = [(path, _core.tf1.checkpoint_mtime(os.fspath(path))) for path in checkpoint_paths]
        self._built().set_last_checkpoints([(path, at) for path, at in times if at is not None])

    def export_meta_graph(
        self, filename: Optional[PathLike] = None, collection_list: Any = None, as_text: bool = False,
        export_scope: Optional[str] = None, clear_devices: bool = False, clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False, save_debug_info: bool = False,
    ) -> Any:  # fmt: skip
        return export_meta_graph(
            filename=filename, graph=self._graph, saver_def=self.saver_def, collection_list=collection_list,
            as_text=as_text, export_scope=export_scope, clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers, strip_default_attrs=strip_default_attrs,
        )  # fmt: skip


Graph._wrap_saver = staticmethod(Saver._wrap)


def _first(var_list: Any) -> Any:
    items = var_list.values() if hasattr(var_list, "values") else var_list
    for item in items:
        if isinstance(item, (list, tuple, set)):
            return _first(item)
        specs = getattr(item, "specs", None)
        return specs[0].tensor if specs else item
    return None


def _check_session(sess: Any) -> None:
    if not isinstance(sess, BaseSession):
        raise TypeError(f"'sess' must be a Session; {sess}")


def _step(sess: BaseSession, global_step: Any) -> Optional[int]:
    if global_step is None or isinstance(global_step, int):
        return global_step
    if isinstance(global_step, (Tensor, Variable, str)):
        return int(sess.run(global_step))
    return int(global_step)
