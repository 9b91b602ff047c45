"""Checkpoint: one saved set of tensors, opened for reading."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Optional, Union, cast

from . import _arrays, _core, _html
from ._closed import Closed
from ._log import logger
from ._progress import Progress, shown
from ._session import Globs, Io, PathLike

if TYPE_CHECKING:
    import numpy as np


Names = Literal["auto", "raw", "object", "variable"]


class TensorInfo(NamedTuple):
    """What a checkpoint says of one tensor."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size_bytes: int
    pieces: list[tuple[str, int, int]]  # file, offset, bytes
    problem: Optional[str]  # why it cannot be read, if it cannot
    stored_name: str  # what the file calls it
    role: str  # "weight", "optimizer", "ema" or "step", as `holdall ls` shows it


class Checkpoint(Mapping[str, "np.ndarray[Any, Any]"]):
    """Names to arrays. Opening reads indexes only; each look-up reads and verifies one tensor.

    As a context manager it closes its files at the end.
    """

    def __init__(self, checkpoint: _core.Checkpoint) -> None:
        self._checkpoint = checkpoint

    @property
    def path(self) -> str:
        """The prefix or file that was opened, whatever the spelling was."""
        return self._checkpoint.path

    @property
    def format(self) -> str:
        """Its format's name: ``holdall.formats()`` lists them."""
        return self._checkpoint.format

    @property
    def files(self) -> list[str]:
        """The files that the tensors lie in."""
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
        """Stored bytes of all tensors."""
        return self._checkpoint.size_bytes

    def info(self, name: str) -> TensorInfo:
        """Dtype, shape and place of a tensor, without reading it."""
        row = self._checkpoint.describe(name)
        if row is None:
            self._checkpoint.read(name)  # raises the error that says which names are near
            raise KeyError(name)
        return TensorInfo(*row)

    def read(
        self,
        name: str,
        box: tuple[Sequence[int], Sequence[int]] | None = None,
        *,
        io: Io = "auto",
        verify: bool = True,
        threads: int = 0,
        progress: Progress = None,
        verify_parts: bool = False,
        slice: Optional[str] = None,
    ) -> _core.Tensor:
        """A tensor, or the part of it that ``slice`` spells ("0:2,:,3", as ``holdall show`` takes it),
        or that starts and lengths in ``box`` say.

        Of a part only its own bytes are read, which no checksum vouches for; ``verify_parts`` reads
        and verifies the stored pieces that it lies in.
        """
        part = None if box is None else (list(box[0]), list(box[1]))
        with shown(progress, "read") as function:
            return self._checkpoint.read(
                name, part, io, verify, threads, function, verify_parts, slice
            )

    def numpy(
        self,
        *,
        select: Globs = (),
        io: Io = "auto",
        verify: bool = True,
        threads: int = 0,
        progress: Progress = None,
    ) -> dict[str, np.ndarray[Any, Any]]:
        """All tensors, or those that globs select, as a dictionary, read in parallel in one step."""
        globs = [select] if isinstance(select, str) else list(select)
        with shown(progress, "read") as function:
            return self._checkpoint.read_arrays(globs, io, verify, threads, function)

    def close(self) -> None:
        """Lets go of the files; tensors that were read stay."""
        self._checkpoint = cast(_core.Checkpoint, Closed("checkpoint"))

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return _arrays.to_numpy(self._checkpoint.read(name))

    def __contains__(self, name: object) -> bool:
        return name in self._checkpoint

    def __iter__(self) -> Iterator[str]:
        return map(self._checkpoint.name_at, range(len(self)))

    def __len__(self) -> int:
        return self._checkpoint.count

    def __repr__(self) -> str:
        if isinstance(self._checkpoint, Closed):
            return "<holdall.Checkpoint, closed>"
        return f"<holdall.Checkpoint {self.path!r}, {len(self)} tensors, {self.format}>"

    def _repr_html_(self) -> str:
        infos = [self.info(name) for name in islice(self, _html.MAX_ROWS)]
        rows = [
            (info.name, info.dtype, str(list(info.shape)), str(info.size_bytes), info.problem or "")
            for info in infos
        ]
        header = ("tensor", "dtype", "shape", "bytes", "problem")
        return _html.table(header, rows, f"{self.path}, {self.format}", len(self))


def open(
    path: PathLike, names: Names = "auto", *, only: Union[str, Sequence[str]] = ()
) -> Checkpoint:
    """Opens a checkpoint: a prefix, one of its files, a state file, a directory, or a file of
    another format.

    A directory stands for its newest complete checkpoint, or for a SavedModel's variables. ``names``
    says how tensors of TensorFlow 2's object-based checkpoints are called: as stored ("raw"), by the
    path to their object ("object"), or as the variables themselves ("variable").

    With ``only``, the checkpoint has these tensors and no others. Of TensorFlow's checkpoints nothing
    else of the index is read then, so that one tensor of a million is there in a millisecond.

    >>> with holdall.open("DNA_default/") as checkpoint:
    ...     print(checkpoint["res_layer1/branch1/conv1/weights"])
    """
    wanted = [only] if isinstance(only, str) else list(only)
    checkpoint = Checkpoint(_core.open_checkpoint(os.fspath(path), names, wanted))
    for sentence in checkpoint.notes:
        logger.info("%s: %s", checkpoint.path, sentence)
    return checkpoint


def read_tensor(
    path: PathLike,
    name: str,
    *,
    names: Names = "auto",
    slice: Optional[str] = None,
    io: Io = "auto",
    verify: bool = True,
) -> np.ndarray[Any, Any]:
    """One tensor of a checkpoint that is wanted for nothing else, or a part of it.

    What ``tf.train.load_variable`` is in TensorFlow.

    >>> holdall.read_tensor("DNA_default/", "global_step")
    """
    with open(path, names, only=name) as checkpoint:
        return _arrays.to_numpy(checkpoint.read(name, io=io, verify=verify, slice=slice))


def latest(
    directory: PathLike, *, verify: bool = False, threads: int = 0, progress: Progress = None
) -> str:
    """The prefix of the newest checkpoint in a directory all of whose files are there.

    With ``verify``, of the newest whose every checksum holds. What the state file says counts first,
    if it can be read and names what is there.
    """
    with shown(progress, "verify") as function:
        return _core.find_latest_checkpoint(os.fspath(directory), verify, threads, function)


latest_checkpoint = latest
