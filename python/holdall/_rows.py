"""Rows of plans and reports, read off their JSON form (docs/json.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

if TYPE_CHECKING:
    from ._core import RestorePlan, RestoreReport

    Restore = Union[RestorePlan, RestoreReport]


class RestoredTensor(NamedTuple):
    """A variable and the tensor that it gets."""

    name: str
    source_name: str
    file: Optional[str]
    dtype: str
    shape: tuple[int, ...]
    size_bytes: int
    role: str


class MissingVariable(NamedTuple):
    """A variable that the checkpoint does not have."""

    name: str
    nearest: tuple[str, ...]


class ReshapedVariable(NamedTuple):
    """A variable that gets a corner of a tensor of another shape."""

    name: str
    from_shape: tuple[int, ...]
    to_shape: tuple[int, ...]
    copied: tuple[int, ...]


class CastVariable(NamedTuple):
    """A variable of another dtype than its tensor."""

    name: str
    from_dtype: str
    to_dtype: str


def _rows(restore: Restore, member: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(restore.to_json())[member]
    return rows


def tensors(restore: Restore) -> list[RestoredTensor]:
    return [
        RestoredTensor(
            row["name"],
            row["source_name"],
            row.get("file"),
            row["dtype"],
            tuple(row["shape"]),
            row["size_bytes"],
            row["role"],
        )
        for row in _rows(restore, "restored")
    ]


def missing(restore: Restore) -> list[MissingVariable]:
    return [
        MissingVariable(row["name"], tuple(row["nearest"])) for row in _rows(restore, "missing")
    ]


def reshaped(restore: Restore) -> list[ReshapedVariable]:
    return [
        ReshapedVariable(row["name"], tuple(row["from"]), tuple(row["to"]), tuple(row["copied"]))
        for row in _rows(restore, "reshaped")
    ]


def cast(restore: Restore) -> list[CastVariable]:
    return [CastVariable(row["name"], row["from"], row["to"]) for row in _rows(restore, "cast")]


def backing(report: RestoreReport) -> str:
    told: dict[str, Any] = json.loads(report.to_json())
    return str(told["backing"])
