"""Checkpoint: one saved set of tensors, opened for reading."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Optional

from . import _arrays, _core
from ._session import PathLike

if TYPE_CHECKING:
    import numpy as np


class TensorInfo(NamedTuple):
    """What a checkpoint says of one tensor."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size_bytes: int
    pieces: list[tuple[str, int, int]]  # file, offset, bytes
    problem: Optional[str]  # why it cannot be read, if it cannot
    stored_name: str  # what the file calls it
    role: Optional[str]  # "weight", "optimizer", "ema" or "step", where the file itself tells


class Checkpoint(Mapping[str, "np.ndarray[Any, Any]"]):
    """Names to arrays. Opening reads indexes only; each look-up reads and verifies one tensor."""

    def __init__(self, checkpoint: _core.Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._infos = {row[0]: TensorInfo(*row) for row in checkpoint.describe()}

    @property
    def path(self) -> str:
        return self._checkpoint.path

    @property
    def format(self) -> str:
        return self._checkpoint.format

    @property
    def files(self) -> list[str]:
        return self._checkpoint.files

    @property
    def notes(self) -> list[str]:
        """What was done that the path did not ask for, one sentence each."""
        return self._checkpoint.notes

    @property
    def is_object_based(self) -> bool:
        """Whether TensorFlow 2 saved it by objects; its names then depend on ``names`` of open()."""
        return self._checkpoint.is_object_based

    @property
    def size_bytes(self) -> int:
        return self._checkpoint.size_bytes

    def info(self, name: str) -> TensorInfo:
        """Dtype, shape and place of a tensor, without reading it."""
        return self._infos[name]

    def read(
        self,
        name: str,
        box: tuple[Sequence[int], Sequence[int]] | None = None,
        *,
        io: Literal["copy", "map"] = "copy",
        verify: bool = True,
        threads: int = 0,
    ) -> _core.Tensor:
        """A tensor, or the part of it that starts and lengths in ``box`` say."""
        part = None if box is None else (list(box[0]), list(box[1]))
        return self._checkpoint.read(name, part, io, verify, threads)

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return _arrays.to_numpy(self.read(name))

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)

    def __repr__(self) -> str:
        return f"<holdall.Checkpoint {self.path!r}, {len(self)} tensors, {self.format}>"


def open(
    path: PathLike, names: Literal["auto", "raw", "object", "variable"] = "auto"
) -> Checkpoint:
    """Opens a checkpoint: a prefix, one of its files, a state file, a directory, or a file of
    another format.

    A directory stands for its newest complete checkpoint, or for a SavedModel's variables. ``names``
    says how tensors of TensorFlow 2's object-based checkpoints are called: as stored ("raw"), by the
    path to their object ("object"), or as the variables themselves ("variable").
    """
    return Checkpoint(_core.open_checkpoint(os.fspath(path), names))


def latest_checkpoint(directory: PathLike) -> str:
    """The prefix of the newest checkpoint in a directory all of whose files are there."""
    return _core.latest_checkpoint(os.fspath(directory))
