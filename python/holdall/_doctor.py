"""Diagnoses: what a path is, what is wrong with it, what would work; and salvage."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Optional, Union

from . import _core
from ._checkpoint import Checkpoint
from ._log import note_save
from ._progress import Progress, shown
from ._session import Durability, PathLike


def doctor(
    path: PathLike,
    *,
    read_data: bool = True,
    threads: int = 0,
    progress: Progress = None,
) -> _core.Diagnosis:
    """What lies at ``path``: ``cause`` says in one sentence what is wrong, ``findings`` all of it.

    Every checksum is compared unless ``read_data`` is False.
    """
    with shown(progress, "check") as function:
        return _core.diagnose(os.fspath(path), read_data, threads, function)


def salvage(
    checkpoint: Union[PathLike, Checkpoint],
    path: PathLike,
    *,
    format: str = "",
    durability: Durability = "durable",
    threads: int = 0,
    progress: Progress = None,
) -> tuple[_core.SaveReport, list[str]]:
    """Writes every tensor that holds to a new checkpoint; gives its report and who was left out.

    Of a path whose index is damaged in parts, tensors that the other parts list are written; the
    report's ``notes`` say between which names others are lost.
    """
    if not isinstance(checkpoint, Checkpoint):
        checkpoint = Checkpoint(_core.open_for_salvage(os.fspath(checkpoint)))
    with shown(progress, "salvage") as function:
        saving = {"format": format, "durability": durability, "threads": threads}
        report, left_out = _core.salvage(checkpoint._checkpoint, os.fspath(path), saving, function)
    return note_save(report), left_out


def propose_rules(wanted: Iterable[str], present: Iterable[str]) -> Optional[_core.NameRules]:
    """The shortest rules found that make names ``present`` in a checkpoint those ``wanted``."""
    names: Sequence[str] = list(present)
    proposal = _core.propose_rules(list(wanted), names)
    return None if proposal is None else _core.NameRules(proposal)
