"""Holdall: many models' checkpoints in one session, each under its own scope.

>>> import holdall
>>> session = holdall.Session()
>>> session.load("DNA_default/", scope="dna")
>>> session.load("RNA_default/", scope="rna")
>>> session.save("both")
"""

from __future__ import annotations

from typing import NamedTuple

from ._load_core import load_core

load_core()  # before anything else imports the extension

from . import _core, errors
from ._arrays import to_tensor as tensor
from ._checkpoint import (
    Checkpoint,
    TensorInfo,
    latest,
    latest_checkpoint,
    open,
    read_tensor,
)
from ._copy import check_digests, copy, diff, split, verify, write_digests
from ._core import (
    Diagnosis,
    DiffReport,
    DigestReport,
    KeepPlan,
    NameRules,
    RestorePlan,
    RestoreReport,
    SaveReport,
    Tensor,
    VerifyReport,
)
from ._doctor import doctor, propose_rules, salvage
from ._plan import keep, plan
from ._session import PendingSave, Scope, Session, Snapshot
from .errors import (
    Corrupt,
    Error,
    Exhausted,
    InvalidArgument,
    IoError,
    NotFound,
    Unsupported,
)

__version__ = _core.version()

__all__ = [
    "Checkpoint",
    "Corrupt",
    "Diagnosis",
    "DiffReport",
    "DigestReport",
    "Error",
    "Exhausted",
    "Format",
    "InvalidArgument",
    "IoError",
    "KeepPlan",
    "NameRules",
    "NotFound",
    "PendingSave",
    "RestorePlan",
    "RestoreReport",
    "SaveReport",
    "Scope",
    "Session",
    "Snapshot",
    "Tensor",
    "TensorInfo",
    "Unsupported",
    "VerifyReport",
    "check_digests",
    "copy",
    "diff",
    "doctor",
    "errors",
    "formats",
    "keep",
    "latest",
    "latest_checkpoint",
    "open",
    "plan",
    "propose_rules",
    "read_tensor",
    "salvage",
    "split",
    "tensor",
    "verify",
    "write_digests",
]


class Format(NamedTuple):
    """A checkpoint format that this build knows."""

    name: str
    about: str
    can_write: bool


def formats() -> list[Format]:
    """The checkpoint formats that this build knows."""
    return [Format(*row) for row in _core.formats()]
