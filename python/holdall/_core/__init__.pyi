"""The library behind the package; its names are not for users."""

from collections.abc import Sequence
from typing import Any

import numpy.typing

from holdall._core import tf1 as tf1


def version() -> str: ...

def set_error_factories(native: object) -> None:
    """
    How errors become exceptions: called with code, reason, (scope, file, tensor, rule), text, errno.
    """

def set_tf1_error_factory(tf1: object) -> None:
    """The same for holdall.tf1: called with class name, message and text."""

class Tensor:
    """An immutable value: dtype, shape and bytes."""

    @property
    def dtype(self) -> str:
        """Name of the element type: 'float32', 'bfloat16', 'string', ..."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def size(self) -> int:
        """Number of elements."""

    @property
    def nbytes(self) -> int: ...

    @property
    def backing(self) -> str:
        """Where the bytes live: 'owned', 'mapped' or 'borrowed'."""

    def carrier_array(self) -> Any:
        """
        The elements as a read-only NumPy array; types NumPy lacks as unsigned integers.
        """

    def numpy(self) -> numpy.typing.NDArray[Any]:
        """
        A read-only view as a NumPy array; strings as an object array of bytes.
        """

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any: ...

    def strings(self) -> list[bytes]: ...

    def __eq__(self, other: object) -> bool: ...

    def __str__(self) -> str: ...

    def __repr__(self) -> str: ...

def make_tensor(dtype: str, shape: Sequence[int], data: Any) -> Tensor:
    """A tensor of a copy of a contiguous buffer."""

def make_string_tensor(shape: Sequence[int], values: list[bytes]) -> Tensor: ...

class Checkpoint:
    @property
    def path(self) -> str: ...

    @property
    def format(self) -> str: ...

    @property
    def files(self) -> list[str]: ...

    @property
    def count(self) -> int: ...

    @property
    def notes(self) -> list[str]: ...

    @property
    def is_object_based(self) -> bool: ...

    @property
    def size_bytes(self) -> int: ...

    def to_json(self) -> str: ...

    def describe(self) -> list[tuple[str, str, tuple[int, ...], int, list[tuple[str, int, int]], str | None, str, str | None]]:
        """
        Name, dtype, shape, stored bytes, pieces (file, offset, bytes), problem, stored name and role of each tensor.
        """

    def read(self, name: str, box: tuple[Sequence[int], Sequence[int]] | None = None, io: str = 'copy', verify: bool = True, threads: int = 0) -> Tensor: ...

def open_checkpoint(path: str, names: str = 'auto') -> Checkpoint: ...

def latest_checkpoint(directory: str) -> str: ...

def formats() -> list[tuple[str, str, bool]]: ...

class RestoreReport:
    """What a restore did."""

    @property
    def checkpoint_path(self) -> str: ...

    @property
    def scope(self) -> str: ...

    @property
    def restored(self) -> list[str]: ...

    @property
    def unused(self) -> list[str]: ...

    @property
    def bytes_read(self) -> int: ...

    @property
    def bytes_verified(self) -> int: ...

    @property
    def mapped_count(self) -> int: ...

    @property
    def seconds(self) -> float: ...

    def summary(self) -> str: ...

    def __repr__(self) -> str: ...

class SaveReport:
    """What a save did."""

    @property
    def path(self) -> str: ...

    @property
    def files(self) -> list[str]: ...

    @property
    def tensor_count(self) -> int: ...

    @property
    def bytes_written(self) -> int: ...

    @property
    def seconds(self) -> float: ...

    def summary(self) -> str: ...

    def __repr__(self) -> str: ...

class ScopeView:
    @property
    def name(self) -> str: ...

    def __len__(self) -> int: ...

    def names(self) -> list[str]: ...

    def at(self, name: str) -> Tensor: ...

    def find(self, name: str) -> Tensor | None: ...

class Snapshot:
    @property
    def generation(self) -> int: ...

    def __len__(self) -> int: ...

    def scopes(self) -> list[str]: ...

    def scope(self, name: str) -> ScopeView: ...

    def find(self, name: str) -> Tensor | None: ...

class Session:
    def __init__(self) -> None: ...

    def load(self, path: str, scope: str = '', io: str = 'copy', verify: bool = True, threads: int = 0) -> RestoreReport: ...

    def save(self, path: str, **options: Any) -> SaveReport: ...

    def snapshot(self) -> Snapshot: ...

    def assign_all(self, values: Sequence[tuple[str, Tensor]]) -> None: ...

    def drop_scope(self, name: str) -> int: ...

def save_tensors(path: str, items: Sequence[tuple[str, Tensor, int, tuple[list[int], list[int], list[int]] | None]], **options: Any) -> SaveReport: ...
