"""Which checkpoints there are, and what is in one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any, Callable, Optional

from .. import _arrays, _core
from .._session import PathLike
from . import _dtypes
from ._logging import logger


def latest_checkpoint(checkpoint_dir: PathLike, latest_filename: Optional[str] = None) -> Optional[str]:
    """The newest checkpoint that the directory's state file names, if its files are there."""
    directory, filename = os.fspath(checkpoint_dir), latest_filename or "checkpoint"
    found = _core.tf1.latest_checkpoint(directory, filename)
    if found is None:
        state, _ = _core.tf1.find_checkpoint_state(directory, filename)
        if state is not None:
            logger().error("Couldn't match files for checkpoint %s", state[0])
    return found


def _message(state: Any) -> Any:
    from ._messages import CheckpointState

    newest, paths, times, preserved = state
    message = CheckpointState(
        model_checkpoint_path=newest, all_model_checkpoint_paths=paths, all_model_checkpoint_timestamps=times
    )
    if preserved is not None:
        message.last_preserved_timestamp = preserved
    return message


def get_checkpoint_state(checkpoint_dir: PathLike, latest_filename: Optional[str] = None) -> Any:
    """What the state file says, with paths that start from the directory; None without one."""
    state, warning = _core.tf1.find_checkpoint_state(os.fspath(checkpoint_dir), latest_filename or "checkpoint")
    if warning:
        logger().warning(warning)
    return None if state is None else _message(state)


def generate_checkpoint_state_proto(
    save_dir: PathLike, model_checkpoint_path: PathLike, all_model_checkpoint_paths: Any = None,
    all_model_checkpoint_timestamps: Any = None, last_preserved_timestamp: Optional[float] = None,
) -> Any:  # fmt: skip
    return _message(
        _core.tf1.make_checkpoint_state(
            os.fspath(save_dir), os.fspath(model_checkpoint_path), list(all_model_checkpoint_paths or []),
            list(all_model_checkpoint_timestamps or []), last_preserved_timestamp,
        )  # fmt: skip
    )


def update_checkpoint_state(
    save_dir: PathLike, model_checkpoint_path: PathLike, all_model_checkpoint_paths: Any = None,
    latest_filename: Optional[str] = None, all_model_checkpoint_timestamps: Any = None,
    last_preserved_timestamp: Optional[float] = None,
) -> None:  # fmt: skip
    _core.tf1.update_checkpoint_state(
        os.fspath(save_dir), os.fspath(model_checkpoint_path), list(all_model_checkpoint_paths or []),
        list(all_model_checkpoint_timestamps or []), last_preserved_timestamp, latest_filename or "checkpoint",
        False,
    )  # fmt: skip


def checkpoint_exists(checkpoint_prefix: PathLike) -> bool:
    return _core.tf1.checkpoint_exists(os.fspath(checkpoint_prefix))


def get_checkpoint_mtimes(checkpoint_prefixes: Any) -> list[float]:
    """When each was last written; those that are not there are left out."""
    times = [_core.tf1.checkpoint_mtime(os.fspath(prefix)) for prefix in checkpoint_prefixes]
    return [at for at in times if at is not None]


def remove_checkpoint(checkpoint_prefix: PathLike, checkpoint_format_version: int = 2, meta_graph_suffix: str = "meta") -> None:
    _core.tf1.remove_checkpoint(os.fspath(checkpoint_prefix), int(checkpoint_format_version), meta_graph_suffix)


def meta_graph_filename(checkpoint_filename: str, meta_graph_suffix: str = "meta") -> str:
    return _core.tf1.meta_graph_filename(checkpoint_filename, meta_graph_suffix)


class CheckpointReader:
    """Reads tensors of a checkpoint by name."""

    def __init__(self, filepattern: PathLike) -> None:
        self._reader = _core.tf1.CheckpointReader(os.fspath(filepattern))

    def has_tensor(self, tensor_str: str) -> bool:
        return tensor_str == "" or self._reader.has(tensor_str)

    def get_tensor(self, tensor_str: str) -> Any:
        return _arrays.to_scalar_or_array(self._reader.read(tensor_str))

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        return {name: list(shape) for name, _, shape in self._reader.list()}

    def get_variable_to_dtype_map(self) -> dict[str, _dtypes.DType]:
        return {name: _dtypes.as_dtype(dtype) for name, dtype, _ in self._reader.list()}

    def debug_string(self) -> bytes:
        lines = [
            f"{name} (DT_{_dtypes.enum_word(dtype)}) [{','.join(str(size) for size in shape)}]\n"
            for name, dtype, shape in self._reader.list()
        ]
        return "".join(lines).encode("utf-8", "surrogateescape")


NewCheckpointReader = CheckpointReader


def _prefix_of(ckpt_dir_or_file: PathLike) -> str:
    path = os.fspath(ckpt_dir_or_file)
    try:
        return _core.tf1.find_checkpoint(path)
    except ValueError:
        latest_checkpoint(path)  # which logs what is wrong with the one that is named
        raise


def load_checkpoint(ckpt_dir_or_file: PathLike) -> CheckpointReader:
    return CheckpointReader(_prefix_of(ckpt_dir_or_file))


def load_variable(ckpt_dir_or_file: PathLike, name: str) -> Any:
    if name.endswith(":0"):
        name = name[:-2]
    reader = _core.tf1.CheckpointReader(_prefix_of(ckpt_dir_or_file), [name])
    return _arrays.to_scalar_or_array(reader.read(name))


def list_variables(ckpt_dir_or_file: PathLike) -> list[tuple[str, list[int]]]:
    shapes = load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map()
    return [(name, shapes[name]) for name in sorted(shapes)]


def wait_for_new_checkpoint(
    checkpoint_dir: PathLike, last_checkpoint: Optional[str] = None, seconds_to_sleep: float = 1,
    timeout: Optional[float] = None,
) -> Optional[str]:  # fmt: skip
    """The next newest checkpoint; None if none comes in time."""
    end = None if timeout is None else time.time() + timeout
    while True:
        found = _core.tf1.latest_checkpoint(os.fspath(checkpoint_dir), "checkpoint")
        if found is not None and found != last_checkpoint:
            return found
        if end is not None and time.time() + seconds_to_sleep > end:
            return None
        time.sleep(seconds_to_sleep)


def checkpoints_iterator(
    checkpoint_dir: PathLike, min_interval_secs: float = 0, timeout: Optional[float] = None,
    timeout_fn: Optional[Callable[[], bool]] = None,
) -> Iterator[str]:  # fmt: skip
    """Each new newest checkpoint of a directory."""
    last = None
    while True:
        found = wait_for_new_checkpoint(checkpoint_dir, last, timeout=timeout)
        if found is None:
            if not timeout_fn or timeout_fn():
                return
            continue
        start = time.time()
        last = found
        yield found
        time.sleep(max(0.0, start + min_interval_secs - time.time()))
