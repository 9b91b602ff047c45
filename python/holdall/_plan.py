"""Plans: what a restore will do, and which checkpoints of a directory stay."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Optional, Union

from . import _arrays, _core
from ._checkpoint import Checkpoint, open
from ._session import Globs, Names, PathLike, Roles, Rules, Session

# Name, dtype ("" for any), shape (None for any).
_Target = tuple[str, str, Optional[list[int]]]


def _of_tensor(name: str, value: Any) -> _Target:
    tensor = _arrays.to_tensor(value)
    return name, tensor.dtype, list(tensor.shape)


def _targets(into: Any) -> list[_Target]:
    core = getattr(into, "_core", None)
    if isinstance(core, _core.tf1.Graph):
        return _core.graph_targets(core)
    if isinstance(into, Checkpoint):
        infos = [into.info(name) for name in into]
        return [(info.name, info.dtype, list(info.shape)) for info in infos]
    if isinstance(into, Session):
        scope = into.scope()
        return [_of_tensor(name, scope.at(name)) for name in scope]
    if isinstance(into, Mapping):
        return [_of_tensor(name, value) for name, value in into.items()]
    path = os.fspath(into)
    if path.endswith(".json") and not path.endswith(".index.json"):
        return _core.read_spec(path)
    return _targets(open(path))


def plan(
    checkpoint: Union[PathLike, Checkpoint],
    scope: str = "",
    *,
    into: Any = None,
    select: Globs = (),
    rules: Rules = (),
    skip_roles: Roles = (),
    prefer_ema: bool = False,
    missing: Literal["error", "keep"] = "error",
    unexpected: Literal["error", "skip"] = "error",
    shape: Literal["error", "keep", "overlap"] = "error",
    dtype: Literal["error", "cast", "cast_lossy"] = "error",
    names: Names = "auto",
) -> _core.RestorePlan:
    """What a restore would do, from indexes alone.

    ``into`` are the variables there are: a session, a graph of ``holdall.tf1``, a mapping of names to
    arrays, another checkpoint, or a spec file (docs/json.md); without it, the tensors become new variables under ``scope``.
    """
    source = checkpoint if isinstance(checkpoint, Checkpoint) else open(checkpoint, names)
    return _core.plan(
        source._checkpoint,
        None if into is None else _targets(into),
        scope=scope,
        select=select,
        rules=rules,
        skip_roles=skip_roles,
        prefer_ema=prefer_ema,
        missing=missing,
        unexpected=unexpected,
        shape=shape,
        dtype=dtype,
    )


def keep(
    directory: PathLike,
    *,
    last: int = 0,
    every_steps: int = 0,
    also: Sequence[str] = (),
    dry_run: bool = False,
) -> _core.KeepPlan:
    """Removes old checkpoints of a directory, by the numbers in their names.

    Of each series ("model-100", "model-200") the ``last`` ones stay, those whose step is a multiple
    of ``every_steps``, and those that match a glob of ``also``. ``dry_run`` only says what would go.
    """
    return _core.keep(os.fspath(directory), last, every_steps, list(also), dry_run)
