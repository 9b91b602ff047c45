"""``tf.train``: savers and checkpoint files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from .. import _core
from .._session import PathLike
from ._graph import Tensor, get_default_graph
from ._logging import logger
from ._session import BaseSession
from ._variables import Variable

__all__ = ["Saver", "latest_checkpoint"]


class Saver:
    """Saves variables of a session and restores them.

    Without ``var_list`` it takes every global variable that the default graph has now; a list takes
    just these, a dictionary gives each the name it has in the checkpoint.
    """

    def __init__(
        self,
        var_list: Any = None,
        max_to_keep: Optional[int] = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: Optional[str] = None,
        allow_empty: bool = False,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
    ) -> None:
        options = _core.tf1.SaverOptions(
            max_to_keep or 0,
            keep_checkpoint_every_n_hours,
            name or "",
            save_relative_paths,
            pad_step_number,
            allow_empty,
        )
        self._saver = _core.tf1.Saver(_core_variables(var_list), options)

    def save(
        self,
        sess: BaseSession,
        save_path: PathLike,
        global_step: Any = None,
        latest_filename: Optional[str] = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
    ) -> Optional[str]:
        """Writes the checkpoint, the state file and the ``.meta``; returns the prefix."""
        _check_session(sess)
        path = self._saver.save(
            sess._session,
            os.fspath(save_path),
            _step(sess, global_step),
            latest_filename or "checkpoint",
            meta_graph_suffix,
            write_meta_graph,
            write_state,
        )
        return path or None

    def restore(self, sess: BaseSession, save_path: Optional[PathLike]) -> None:
        """Gives the variables the values of the checkpoint; all of them or none."""
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        _check_session(sess)
        for warning in self._saver.restore(sess._session, os.fspath(save_path)):
            logger().warning(warning)

    @property
    def last_checkpoints(self) -> list[str]:
        return self._saver.last_checkpoints()


def _check_session(sess: Any) -> None:
    if not isinstance(sess, BaseSession):
        raise TypeError(f"'sess' must be a Session; {sess}")


def _core_variables(var_list: Any) -> Any:
    if var_list is None:
        return get_default_graph()._core
    if isinstance(var_list, Mapping):
        for key, value in var_list.items():
            if not isinstance(key, str):
                raise TypeError(
                    "names_to_saveables must be a dict mapping string names to trackable operations. "
                    f"Name is not a string: {key}"
                )
            if not isinstance(value, Variable):
                raise TypeError(
                    "names_to_saveables must be a dict mapping string names to Tensors/Variables. "
                    f"Not a variable: {value}"
                )
        return {key: value._core for key, value in var_list.items()}
    if not isinstance(var_list, Iterable) or isinstance(var_list, (str, bytes)):
        raise TypeError(
            "Variables to save should be passed in a dict or a list: " + str(var_list)
        )
    variables = list(var_list)
    for value in variables:
        if not isinstance(value, Variable):
            raise TypeError(f"Variable to save is not a Variable: {value}")
    return [value._core for value in variables]


def _step(sess: BaseSession, global_step: Any) -> Optional[int]:
    if global_step is None or isinstance(global_step, int):
        return global_step
    if isinstance(global_step, (Tensor, Variable, str)):
        return int(sess.run(global_step))
    return int(global_step)


def latest_checkpoint(
    checkpoint_dir: PathLike, latest_filename: Optional[str] = None
) -> Optional[str]:
    """The newest checkpoint that the directory's state file names, if its files are there."""
    return _core.tf1.latest_checkpoint(os.fspath(checkpoint_dir), latest_filename or "checkpoint")
