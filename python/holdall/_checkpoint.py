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


def open(path: PathLike) -> Checkpoint:
    """Opens a checkpoint: a prefix, one of its files, or a directory with a state file."""
    return Checkpoint(_core.open_checkpoint(os.fspath(path)))
