"""Copies, differences and verification: checkpoints without a session."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Union

from . import _core
from ._checkpoint import Checkpoint, open
from ._log import note_save
from ._progress import Progress, shown
from ._session import Durability, Globs, PathLike, Roles, Rules

Source = Union[PathLike, Checkpoint]


def _open(source: Source) -> _core.Checkpoint:
    return (source if isinstance(source, Checkpoint) else open(source))._checkpoint


def _texts(value: Union[str, Sequence[str]]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def copy(
    source: Union[Source, Mapping[str, Source]],
    path: PathLike,
    *,
    select: Globs = (),
    rules: Rules = (),
    skip_roles: Roles = (),
    prefer_ema: bool = False,
    dtype: Union[str, Sequence[str]] = (),
    partition: Union[str, Sequence[str]] = (),
    format: str = "",
    shard_count: int = 1,
    compress: bool = False,
    durability: Durability = "durable",
    reread: bool = False,
    threads: int = 0,
    progress: Progress = None,
) -> _core.SaveReport:
    """A new checkpoint of a checkpoint's tensors, streamed; of several, each under its scope.

    The format is told from the path's ending unless it is given. ``dtype`` casts floating tensors
    ("float16") or what a glob matches ("emb/**=int32"), ``partition`` cuts ("emb/**=axis0:8").
    ``progress`` is True for a bar, or a function that is called with the bytes done and the bytes
    in all; what it raises, and Ctrl-C, stops the copy, and nothing of it is left.

    >>> holdall.copy({"dna": "DNA_default/", "rna": "RNA_default/"}, "both")
    >>> holdall.copy("both", "dna.safetensors", select="dna/**", rules="strip dna/")
    """
    naming = {
        "select": select,
        "rules": rules,
        "skip_roles": skip_roles,
        "prefer_ema": prefer_ema,
    }
    named = source if isinstance(source, Mapping) and not isinstance(source, Checkpoint) else None
    sources: list[tuple[_core.Checkpoint, dict[str, Any]]] = (
        [(_open(source), naming)]  # type: ignore[arg-type]
        if named is None
        else [(_open(each), {**naming, "scope": scope}) for scope, each in named.items()]
    )
    saving = {
        "format": format,
        "shard_count": shard_count,
        "compress": compress,
        "durability": durability,
        "reread": reread,
        "threads": threads,
    }
    with shown(progress, "copy") as function:
        report = _core.copy(
            sources, os.fspath(path), saving, _texts(dtype), _texts(partition), function
        )
    return note_save(report)


def split(
    source: Source,
    pattern: PathLike,
    *,
    dtype: Union[str, Sequence[str]] = (),
    partition: Union[str, Sequence[str]] = (),
    format: str = "",
    shard_count: int = 1,
    compress: bool = False,
    durability: Durability = "durable",
    reread: bool = False,
    threads: int = 0,
    progress: Progress = None,
) -> list[_core.SaveReport]:
    """A new checkpoint for each scope of one, in which its tensors have their names inside the scope.

    In ``pattern``, "{scope}" stands for the scope's name. The rest is as for ``copy``; reports are
    in the order of the scopes.

    >>> holdall.split("both", "{scope}/model.ckpt")
    """
    saving = {
        "format": format,
        "shard_count": shard_count,
        "compress": compress,
        "durability": durability,
        "reread": reread,
        "threads": threads,
    }
    with shown(progress, "split") as function:
        reports = _core.split(
            _open(source), os.fspath(pattern), saving, _texts(dtype), _texts(partition), function
        )
    return [note_save(report) for report in reports]


def diff(
    a: Source,
    b: Source,
    *,
    select: Globs = (),
    rules_a: Rules = (),
    rules_b: Rules = (),
    tolerance: float = 0.0,
    threads: int = 0,
    progress: Progress = None,
) -> _core.DiffReport:
    """What two checkpoints, of any formats, do not have in common; ``is_same`` if nothing."""
    with shown(progress, "diff") as function:
        return _core.diff(
            _open(a),
            _open(b),
            {"select": select, "rules": rules_a},
            {"select": select, "rules": rules_b},
            tolerance,
            threads,
            function,
        )


def verify(
    checkpoint: Source, *, threads: int = 0, progress: Progress = None
) -> _core.VerifyReport:
    """Compares every stored checksum; all that is wrong is in the report."""
    with shown(progress, "verify") as function:
        return _core.verify(_open(checkpoint), threads, function)


def write_digests(
    checkpoint: Source,
    path: PathLike,
    *,
    replace: bool = False,
    threads: int = 0,
    progress: Progress = None,
) -> None:
    """Writes the SHA-256 of every file of the checkpoint, as ``sha256sum`` does.

    They cover what checksums do not. A list that is there stays, unless ``replace``.
    """
    with shown(progress, "digest") as function:
        _core.write_digests(_open(checkpoint), os.fspath(path), replace, threads, function)


def check_digests(
    checkpoint: Source, path: PathLike, *, threads: int = 0, progress: Progress = None
) -> _core.DigestReport:
    """Compares every file of the checkpoint with the list that ``write_digests`` made."""
    with shown(progress, "digest") as function:
        return _core.check_digests(_open(checkpoint), os.fspath(path), threads, function)
