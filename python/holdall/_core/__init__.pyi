"""The library behind the package; its names are not for users."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy.typing
from typing_extensions import Buffer

from holdall._core import tf1 as tf1
import holdall._rows


def version() -> str: ...

def set_error_factories(native: object) -> None:
    """
    How errors become exceptions: called with code, reason, (scope, file, tensor, rule), text, errno.
    """

def set_tf1_error_factory(tf1: object) -> None:
    """The same for holdall.tf1: called with class name, message and text."""

class Tensor(Buffer):
    """An immutable value: dtype, shape and bytes."""

    @property
    def dtype(self) -> str:
        """Name of the element type: 'float32', 'bfloat16', 'string', ..."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes, outermost dimension first."""

    @property
    def size(self) -> int:
        """Number of elements."""

    @property
    def nbytes(self) -> int:
        """Bytes of the elements."""

    @property
    def backing(self) -> str:
        """Where the bytes live: 'owned', 'mapped' or 'borrowed'."""

    def strings(self) -> list[bytes]:
        """The elements of a tensor of strings."""

    def __eq__(self, other: object) -> bool: ...

    def __str__(self) -> str: ...

    def __repr__(self) -> str: ...

    def carrier_array(self) -> Any:
        """
        The elements as a read-only NumPy array; types NumPy lacks as unsigned integers.
        """

    def numpy(self) -> numpy.typing.NDArray[Any]:
        """
        A read-only view as a NumPy array; strings as an object array of bytes. Types that NumPy lacks are ml_dtypes' where that is installed, else unsigned integers.
        """

    def torch(self) -> Any:
        """
        The same memory as a PyTorch tensor. PyTorch has no read-only tensors: clone() it before anything is written to it.
        """

    def jax(self) -> Any:
        """
        The tensor as a JAX array; the same memory where JAX takes that. JAX keeps 64-bit numbers only where jax_enable_x64 is set.
        """

    def __reduce__(self) -> tuple[Any, ...]: ...

    def tobytes(self) -> bytes:
        """The elements' bytes in row-major order."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any: ...

    def __dlpack__(self, *, stream: Any = None, max_version: tuple[int, int] | None = None, dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> Any:
        """A DLPack capsule: read-only from version 1 on, a copy before."""

    def __dlpack_device__(self) -> tuple[int, int]: ...

def from_dlpack(value: Any) -> Tensor:
    """A tensor of a copy of what has __dlpack__."""

def from_buffer(value: Any) -> Tensor:
    """A tensor of a copy of a buffer."""

def from_array_interface(value: Any) -> Tensor:
    """A tensor of a copy of what has __array_interface__."""

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

    def describe(self, name: object) -> tuple[str, str, tuple[int, ...], int, list[tuple[str, int, int]], str | None, str, str] | None:
        """
        Name, dtype, shape, stored bytes, pieces (file, offset, bytes), problem, stored name and role of a tensor; None if there is none of the name.
        """

    def __contains__(self, name: object) -> bool: ...

    def name_at(self, index: int) -> str:
        """The names in ascending order, by number."""

    def read(self, name: str, box: tuple[Sequence[int], Sequence[int]] | None = None, io: str = 'auto', verify: bool = True, threads: int = 0, progress: Callable[[int, int], object] | None = None, verify_parts: bool = False, slice: str | None = None) -> Tensor: ...

    def read_arrays(self, select: Sequence[str], io: str, verify: bool, threads: int, progress: Callable[[int, int], object] | None) -> dict[str, numpy.typing.NDArray[Any]]: ...

def open_checkpoint(path: str, names: str = 'auto', only: Sequence[str] = []) -> Checkpoint: ...

def find_latest_checkpoint(directory: str, verify: bool, threads: int, progress: Callable[[int, int], object] | None) -> str: ...

def formats() -> list[tuple[str, str, bool]]: ...

class RestorePlan:
    """What a restore will do."""

    @property
    def checkpoint_path(self) -> str: ...

    @property
    def scope(self) -> str: ...

    @property
    def kept(self) -> list[str]:
        """Variables that keep their value."""

    @property
    def initialized(self) -> list[str]:
        """Variables whose initializer runs."""

    @property
    def skipped(self) -> list[tuple[str, str, str]]:
        """Tensors that are left out: name, role, reason."""

    @property
    def unmatched_rules(self) -> list[str]:
        """Rules that changed no name."""

    def to_json(self) -> str: ...

    @property
    def tensors(self) -> list[holdall._rows.RestoredTensor]:
        """
        What `restored` names: each with source_name, file, dtype, shape, size_bytes, role.
        """

    @property
    def missing(self) -> list[holdall._rows.MissingVariable]:
        """
        Variables that the checkpoint does not have, whatever became of them, and the names in it that are nearest.
        """

    @property
    def reshaped(self) -> list[holdall._rows.ReshapedVariable]:
        """Variables that got a corner of a tensor of another shape."""

    @property
    def cast(self) -> list[holdall._rows.CastVariable]:
        """Variables of another dtype than their tensor."""

    @property
    def restored(self) -> list[str]: ...

    @property
    def problems(self) -> list[tuple[str, str]]: ...

    @property
    def advice(self) -> str: ...

    @property
    def size_bytes(self) -> int: ...

    def check(self) -> None:
        """Raises the one error that tells all problems, if there is any."""

    def __str__(self) -> str: ...

    def __repr__(self) -> str: ...

def plan(checkpoint: Checkpoint, targets: Sequence[tuple[str, str, list[int] | None]] | None, **options: Any) -> RestorePlan: ...

def read_spec(path: str) -> list[tuple[str, str, list[int] | None]]: ...

def graph_targets(graph: tf1.Graph) -> list[tuple[str, str, list[int] | None]]: ...

class RestoreReport:
    """What a restore did."""

    @property
    def checkpoint_path(self) -> str: ...

    @property
    def scope(self) -> str: ...

    @property
    def kept(self) -> list[str]:
        """Variables that keep their value."""

    @property
    def initialized(self) -> list[str]:
        """Variables whose initializer runs."""

    @property
    def skipped(self) -> list[tuple[str, str, str]]:
        """Tensors that are left out: name, role, reason."""

    @property
    def unmatched_rules(self) -> list[str]:
        """Rules that changed no name."""

    def to_json(self) -> str: ...

    @property
    def tensors(self) -> list[holdall._rows.RestoredTensor]:
        """
        What `restored` names: each with source_name, file, dtype, shape, size_bytes, role.
        """

    @property
    def missing(self) -> list[holdall._rows.MissingVariable]:
        """
        Variables that the checkpoint does not have, whatever became of them, and the names in it that are nearest.
        """

    @property
    def reshaped(self) -> list[holdall._rows.ReshapedVariable]:
        """Variables that got a corner of a tensor of another shape."""

    @property
    def cast(self) -> list[holdall._rows.CastVariable]:
        """Variables of another dtype than their tensor."""

    @property
    def restored(self) -> list[str]: ...

    @property
    def bytes_read(self) -> int: ...

    @property
    def bytes_verified(self) -> int: ...

    @property
    def mapped_count(self) -> int: ...

    @property
    def backing_reason(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    @property
    def notes(self) -> list[str]:
        """What was done that nobody asked for, a sentence each."""

    def summary(self) -> str: ...

    def __repr__(self) -> str: ...

    @property
    def backing(self) -> str:
        """
        'mapped' if all values are pages of the file, else 'copied'; backing_reason says why.
        """

class KeepPlan:
    """Which checkpoints stay and which go."""

    @property
    def kept(self) -> list[tuple[str, str]]: ...

    @property
    def removed(self) -> list[str]: ...

    @property
    def size_bytes(self) -> int: ...

    def to_json(self) -> str: ...

    def __str__(self) -> str: ...

def keep(directory: str, last: int, every_steps: int, also: Sequence[str], is_dry_run: bool) -> KeepPlan: ...

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

    @property
    def file_sizes(self) -> list[int]:
        """Bytes of each of the files."""

    @property
    def notes(self) -> list[str]:
        """What could not be cleaned up, or is lost, a sentence each."""

    def to_json(self) -> str: ...

    def summary(self) -> str: ...

    def __repr__(self) -> str: ...

class ScopeView:
    @property
    def name(self) -> str: ...

    def __len__(self) -> int: ...

    def names(self) -> list[str]: ...

    def at(self, name: str) -> Tensor: ...

    def find(self, name: str) -> Tensor | None: ...

    def arrays(self) -> dict[str, numpy.typing.NDArray[Any]]:
        """All values as arrays by name."""

class Snapshot:
    @property
    def generation(self) -> int: ...

    def __len__(self) -> int: ...

    def scopes(self) -> list[str]: ...

    def scope(self, name: str) -> ScopeView: ...

    def find(self, name: str) -> Tensor | None: ...

class PendingSave:
    def is_done(self) -> bool: ...

    def wait_for(self, seconds: float) -> bool: ...

    def cancel(self) -> None: ...

    def wait(self) -> SaveReport: ...

class Session:
    def __init__(self, kept_bytes: int = 0, ready_bytes: int = 0, budget_bytes: int = 0, in_flight_bytes: int = 0) -> None: ...

    @property
    def used_bytes(self) -> int: ...

    @property
    def kept_bytes(self) -> int: ...

    def trim(self) -> int: ...

    def load(self, path: str, progress: Callable[[int, int], object] | None = None, **options: Any) -> RestoreReport: ...

    def load_all(self, sources: Sequence[tuple[str, dict[str, Any]]], progress: Callable[[int, int], object] | None = None) -> list[RestoreReport]: ...

    def restore_all(self, sources: Sequence[tuple[str, dict[str, Any]]], progress: Callable[[int, int], object] | None = None) -> list[RestoreReport]: ...

    def restore(self, path: str, progress: Callable[[int, int], object] | None = None, **options: Any) -> RestoreReport: ...

    def save(self, path: str, progress: Callable[[int, int], object] | None = None, **options: Any) -> SaveReport: ...

    def save_async(self, path: str, **options: Any) -> PendingSave: ...

    def snapshot(self) -> Snapshot: ...

    def assign_all(self, values: Sequence[tuple[str, Tensor]]) -> None: ...

    def drop_scope(self, name: str) -> int: ...

    def copy_scope(self, from_scope: str, to_scope: str) -> int: ...

def save_tensors(path: str, items: Sequence[tuple[str, Tensor, int, tuple[list[int], list[int], list[int]] | None]], **options: Any) -> SaveReport: ...

class DiffReport:
    """How two checkpoints differ."""

    @property
    def is_same(self) -> bool: ...

    @property
    def added(self) -> list[str]:
        """Tensors of b only."""

    @property
    def removed(self) -> list[str]:
        """Tensors of a only."""

    @property
    def changed(self) -> list[str]:
        """Tensors of both that are not the same; to_json() says by how much."""

    @property
    def equal(self) -> list[str]:
        """Tensors of both that are the same."""

    @property
    def bytes_compared(self) -> int: ...

    @property
    def seconds(self) -> float: ...

    def summary(self) -> str: ...

    def to_json(self) -> str: ...

    def __str__(self) -> str: ...

class VerifyReport:
    """Whether the bytes are those that were saved."""

    @property
    def is_whole(self) -> bool: ...

    @property
    def tensor_count(self) -> int: ...

    @property
    def tensors_verified(self) -> int: ...

    @property
    def bytes_verified(self) -> int: ...

    @property
    def bytes_without_checksum(self) -> int: ...

    @property
    def problems(self) -> list[str]:
        """All that is wrong, a sentence each."""

    @property
    def seconds(self) -> float: ...

    def summary(self) -> str: ...

    def to_json(self) -> str: ...

    def __str__(self) -> str: ...

def copy(sources: Sequence[tuple[Checkpoint, dict[str, Any]]], path: str, save: dict[str, Any], casts: Sequence[str], partitions: Sequence[str], progress: Callable[[int, int], object] | None) -> SaveReport: ...

def split(checkpoint: Checkpoint, pattern: str, save: dict[str, Any], casts: Sequence[str], partitions: Sequence[str], progress: Callable[[int, int], object] | None) -> list[SaveReport]: ...

def diff(a: Checkpoint, b: Checkpoint, options_a: dict[str, Any], options_b: dict[str, Any], tolerance: float, threads: int, progress: Callable[[int, int], object] | None) -> DiffReport: ...

def verify(checkpoint: Checkpoint, threads: int, progress: Callable[[int, int], object] | None) -> VerifyReport: ...

class DigestReport:
    """Whether files have the digests of a list."""

    @property
    def is_whole(self) -> bool: ...

    @property
    def file_count(self) -> int: ...

    @property
    def files_match(self) -> int: ...

    @property
    def bytes_match(self) -> int: ...

    @property
    def problems(self) -> list[str]:
        """All that is wrong, a sentence each."""

    @property
    def seconds(self) -> float: ...

    def summary(self) -> str: ...

    def to_json(self) -> str: ...

    def __str__(self) -> str: ...

def write_digests(checkpoint: Checkpoint, path: str, replace: bool, threads: int, progress: Callable[[int, int], object] | None) -> None: ...

def check_digests(checkpoint: Checkpoint, path: str, threads: int, progress: Callable[[int, int], object] | None) -> DigestReport: ...

class NameRules:
    """Rules that rename and select; docs/name_rules.md teaches them."""

    def __init__(self, rules: str | Iterable[str]) -> None: ...

    def __len__(self) -> int: ...

    def __str__(self) -> str: ...

    def apply(self, name: str) -> str | None:
        """What becomes of a name; None if it is left out."""

    @property
    def is_invertible(self) -> bool: ...

    def inverse(self) -> NameRules:
        """The rules that take names back."""

def propose_rules(wanted: Sequence[str], present: Sequence[str]) -> str | None: ...

class Diagnosis:
    """What a path is, what is wrong, what would work."""

    @property
    def path(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def cause(self) -> str: ...

    @property
    def checkpoint_path(self) -> str: ...

    @property
    def format(self) -> str: ...

    @property
    def tensor_count(self) -> int: ...

    @property
    def sound_count(self) -> int: ...

    @property
    def is_healthy(self) -> bool: ...

    @property
    def damaged(self) -> list[str]: ...

    @property
    def others(self) -> list[str]: ...

    @property
    def findings(self) -> list[tuple[str, str, str, str, str, str]]:
        """Severity, kind, file, tensor, message and advice of each."""

    def to_json(self) -> str: ...

    def __str__(self) -> str: ...

def diagnose(path: str, read_data: bool, threads: int, progress: Callable[[int, int], object] | None) -> Diagnosis: ...

def open_for_salvage(path: str) -> Checkpoint: ...

def salvage(checkpoint: Checkpoint, path: str, save: dict[str, Any], progress: Callable[[int, int], object] | None) -> tuple[SaveReport, list[str]]: ...
