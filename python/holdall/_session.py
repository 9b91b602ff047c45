"""Session and Scope: models' variables and their values."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Optional, Union, cast

from . import _arrays, _core, _html
from ._closed import Closed
from ._log import note, note_save
from ._progress import Progress, shown

if TYPE_CHECKING:
    import numpy as np

PathLike = Union[str, "os.PathLike[str]"]
Globs = Union[str, Sequence[str]]
Rules = Union[str, Sequence[str], _core.NameRules]
Roles = Sequence[Literal["weight", "optimizer", "ema", "step"]]
Io = Literal["auto", "copy", "map", "map-copy", "direct"]
Names = Literal["auto", "raw", "object", "variable"]
Durability = Literal["durable", "atomic", "none"]
# By scope: a path, or a path and further options.
Sources = Mapping[str, Union[PathLike, tuple[PathLike, Mapping[str, Any]]]]


def _rows(sources: Sources) -> list[tuple[str, dict[str, Any]]]:
    rows: list[tuple[str, dict[str, Any]]] = []
    for scope, source in sources.items():
        path, options = source if isinstance(source, tuple) else (source, {})
        rows.append((os.fspath(path), {**options, "scope": scope}))
    return rows


class Scope(Mapping[str, "np.ndarray[Any, Any]"]):
    """One model's variables as they were when it was asked for: names inside the scope to arrays.

    ``scope[name]`` is a read-only NumPy view without a copy; ``scope.at(name)`` the Tensor.
    """

    def __init__(self, view: _core.ScopeView) -> None:
        self._view = view

    @property
    def name(self) -> str:
        """The scope's name; "" for the whole session."""
        return self._view.name

    def at(self, name: str) -> _core.Tensor:
        """The variable's value; NotFound (a KeyError) with the nearest names if there is none."""
        return self._view.at(name)

    def numpy(self) -> dict[str, np.ndarray[Any, Any]]:
        """All of it as a dictionary, in one step: names to read-only views without copies."""
        return self._view.arrays()

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        return _arrays.to_numpy(self._view.at(name))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._view.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._view.names())

    def __len__(self) -> int:
        return len(self._view)

    def __repr__(self) -> str:
        return f"<holdall.Scope {self.name!r}, {len(self)} variables>"

    def _repr_html_(self) -> str:
        names = self._view.names()
        tensors = [(name, self._view.at(name)) for name in names[: _html.MAX_ROWS]]
        rows = [
            (name, tensor.dtype, str(list(tensor.shape)), str(tensor.nbytes))
            for name, tensor in tensors
        ]
        caption = f"scope {self.name or '(root)'}, {len(names)} variables"
        return _html.table(("variable", "dtype", "shape", "bytes"), rows, caption, len(names))


class Snapshot:
    """All variables of a session as they were at one moment, whatever becomes of them later."""

    def __init__(self, snapshot: _core.Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def generation(self) -> int:
        """Grows by one with each change of the session."""
        return self._snapshot.generation

    @property
    def scopes(self) -> list[str]:
        """The scopes that something was loaded into."""
        return self._snapshot.scopes()

    def scope(self, name: str = "") -> Scope:
        """The variables whose names start with ``name/``; all of them for ``""``."""
        return Scope(self._snapshot.scope(name))

    def __len__(self) -> int:
        return len(self._snapshot)

    def __repr__(self) -> str:
        return f"<holdall.Snapshot {self.generation}, {len(self)} variables>"


class PendingSave:
    """A save that goes on while the program works on. Leaving it behind waits for it."""

    def __init__(self, pending: _core.PendingSave) -> None:
        self._pending = pending

    def done(self) -> bool:
        return self._pending.is_done()

    def result(self, timeout: Optional[float] = None) -> _core.SaveReport:
        """Waits for the save and returns its report, or raises what went wrong.

        TimeoutError after so many seconds, and KeyboardInterrupt, leave the save going on.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self._pending.wait_for(0.05 if end is None else min(0.05, end - time.monotonic())):
            if end is not None and time.monotonic() >= end:
                raise TimeoutError("the save is still going on")
        return note_save(self._pending.wait())

    def cancel(self) -> None:
        """Asks it to stop. If that comes in time, what had the path stays as it was."""
        self._pending.cancel()

    def __repr__(self) -> str:
        return f"<holdall.PendingSave, {'done' if self.done() else 'going on'}>"


class Session(Mapping[str, Scope]):
    """Any number of models' variables, each model under its own scope.

    >>> session = holdall.Session()
    >>> session.load("DNA_default/", scope="dna")
    >>> session["dna"]["res_layer1/branch1/conv1/weights"]

    As a context manager it lets go of its variables at the end.

    Memory of values that nobody holds any more waits for the next ones, up to `kept_bytes`: to fill
    it takes a third of the time that fresh memory takes. 0: it goes back to the system at once.
    `ready_bytes` of it are made in the background as soon as the session is there.

    With `budget_bytes`, values that are read take no more memory than that, as long as anybody holds
    them: a load that needs more raises `Exhausted` and changes nothing. Pages of mapped files take
    none. With `in_flight_bytes`, no more than that is being read at once, by all threads together.
    """

    def __init__(
        self,
        *,
        kept_bytes: int = 0,
        ready_bytes: int = 0,
        budget_bytes: int = 0,
        in_flight_bytes: int = 0,
    ) -> None:
        self._session = _core.Session(kept_bytes, ready_bytes, budget_bytes, in_flight_bytes)

    @property
    def used_bytes(self) -> int:
        """How much memory the values that were read take, with what waits."""
        return self._session.used_bytes

    @property
    def kept_bytes(self) -> int:
        """How much memory waits."""
        return self._session.kept_bytes

    def trim(self) -> int:
        """Gives the memory that waits back to the system, and returns how many bytes it was."""
        return self._session.trim()

    def close(self) -> None:
        """Lets go of all variables; arrays and snapshots that are held elsewhere keep theirs."""
        self._session = cast(_core.Session, Closed("session"))

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def load(
        self,
        path: PathLike,
        scope: str = "",
        *,
        select: Globs = (),
        rules: Rules = (),
        skip_roles: Roles = (),
        prefer_ema: bool = False,
        replace: bool = False,
        names: Names = "auto",
        io: Io = "auto",
        verify: bool = True,
        verify_parts: Optional[bool] = None,
        threads: int = 0,
        progress: Progress = None,
    ) -> _core.RestoreReport:
        """Restores the tensors of a checkpoint under ``scope``; all or nothing.

        ``path`` is a prefix, one of the checkpoint's files, or a directory. ``select`` are globs over
        names in the checkpoint, ``rules`` rename what they let through, before the scope is put in
        front. With ``replace``, a scope that is taken gives way. A checksum is of a whole stored piece:
        with ``verify_parts`` False, pieces of which a part is wanted are not read whole to compare
        it. ``progress`` is True for a bar, or
        a function that is called with the bytes done and the bytes in all; what it raises, and
        Ctrl-C, stops the load and leaves the session as it was.
        """
        with shown(progress, "load") as function:
            report = self._session.load(
                os.fspath(path),
                progress=function,
                scope=scope,
                select=select,
                rules=rules,
                skip_roles=skip_roles,
                prefer_ema=prefer_ema,
                replace=replace,
                names=names,
                io=io,
                verify=verify,
                verify_parts=verify_parts,
                threads=threads,
            )
        return note(report)

    def load_all(
        self,
        sources: Sources,
        *,
        progress: Progress = None,
    ) -> list[_core.RestoreReport]:
        """Several checkpoints by scope, which arrive together or not at all.

        A source is a path, or a path and a mapping of further options of ``load``; how bytes come in
        (``io``, ``verify``, ``verify_parts``, ``threads``) the first one says for all.

        >>> session.load_all({"dna": "DNA_default/", "rna": ("RNA_default/", {"rules": "strip x/"})})
        """
        with shown(progress, "load") as function:
            reports = self._session.load_all(_rows(sources), function)
        return [note(report) for report in reports]

    def restore(
        self,
        path: PathLike,
        scope: str = "",
        *,
        select: Globs = (),
        rules: Rules = (),
        skip_roles: Roles = (),
        prefer_ema: bool = False,
        missing: Literal["error", "keep"] = "error",
        unexpected: Literal["error", "skip"] = "error",
        shape: Literal["error", "keep", "overlap"] = "error",
        dtype: Literal["error", "cast", "cast_lossy"] = "error",
        names: Names = "auto",
        io: Io = "auto",
        verify: bool = True,
        verify_parts: Optional[bool] = None,
        threads: int = 0,
        progress: Progress = None,
    ) -> _core.RestoreReport:
        """New values, from a checkpoint, for the variables that ``scope`` holds; all or nothing.

        Variables and tensors that have no counterpart, or another shape or dtype, are dealt with as
        ``missing``, ``unexpected``, ``shape`` and ``dtype`` say. The rest is as for ``load``.
        """
        with shown(progress, "restore") as function:
            report = self._session.restore(
                os.fspath(path),
                progress=function,
                scope=scope,
                select=select,
                rules=rules,
                skip_roles=skip_roles,
                prefer_ema=prefer_ema,
                missing=missing,
                unexpected=unexpected,
                shape=shape,
                dtype=dtype,
                names=names,
                io=io,
                verify=verify,
                verify_parts=verify_parts,
                threads=threads,
            )
        return note(report)

    def restore_all(self, sources: Sources, *, progress: Progress = None) -> list[_core.RestoreReport]:
        """New values for the variables of several scopes, of all or of none; as ``load_all``.

        >>> session.restore_all({"dna": "dna-2000", "rna": ("rna-2000", {"missing": "keep"})})
        """
        with shown(progress, "restore") as function:
            reports = self._session.restore_all(_rows(sources), function)
        return [note(report) for report in reports]

    def save(
        self,
        path: PathLike,
        *,
        format: str = "",
        scope: str = "",
        inside_scope: bool = False,
        rules: Rules = (),
        shard_count: int = 1,
        alignment: int = 0,
        compress: bool = False,
        durability: Durability = "durable",
        reread: bool = False,
        update_state: bool = True,
        threads: int = 0,
        progress: Progress = None,
    ) -> _core.SaveReport:
        """Saves all variables, or one scope's, under their full names.

        The format is told from the path's ending (``.safetensors``, ``.npz``) unless it is given; a
        path without one is a TensorFlow checkpoint's prefix. With ``inside_scope`` names lack the
        scope; ``rules`` rename what is left: the inverse of a load's rules give a checkpoint its
        own names back. ``durability`` says what the checkpoint survives once the call is over: a
        power cut, the end of the program ("atomic"), or for scratch nothing in particular ("none";
        docs/reliability.md). With ``reread`` what was written is read back from the device and compared
        before it becomes the checkpoint. ``progress`` is as for ``load``; a save that is stopped
        leaves what had the path as it was.
        """
        with shown(progress, "save") as function:
            report = self._session.save(
                os.fspath(path),
                progress=function,
                format=format,
                scope=scope,
                inside_scope=inside_scope,
                rules=rules,
                shard_count=shard_count,
                alignment=alignment,
                compress=compress,
                durability=durability,
                reread=reread,
                update_state=update_state,
                threads=threads,
            )
        return note_save(report)

    def save_async(
        self,
        path: PathLike,
        *,
        format: str = "",
        scope: str = "",
        inside_scope: bool = False,
        rules: Rules = (),
        shard_count: int = 1,
        alignment: int = 0,
        compress: bool = False,
        durability: Durability = "durable",
        reread: bool = False,
        update_state: bool = True,
        threads: int = 0,
    ) -> PendingSave:
        """As ``save``, in a thread of its own: what is saved is what the session holds now.

        What can be said before a byte is written (a name, a format, too little space) is raised
        here, the rest by ``result()`` of what is returned.
        """
        pending = self._session.save_async(
            os.fspath(path),
            format=format,
            scope=scope,
            inside_scope=inside_scope,
            rules=rules,
            shard_count=shard_count,
            alignment=alignment,
            compress=compress,
            durability=durability,
            reread=reread,
            update_state=update_state,
            threads=threads,
        )
        return PendingSave(pending)

    def scope(self, name: str = "") -> Scope:
        """The variables whose names start with ``name/``; all of them for ``""``."""
        return Scope(self._session.snapshot().scope(name))

    def snapshot(self) -> Snapshot:
        """All variables as they are now."""
        return Snapshot(self._session.snapshot())

    @property
    def generation(self) -> int:
        """Grows by one with each change."""
        return self._session.snapshot().generation

    def assign(self, values: Mapping[str, Any]) -> None:
        """Gives variables new values in one step, by full name; makes those that do not exist.

        A value is whatever ``holdall.tensor`` takes.
        """
        self._session.assign_all(
            [(name, _arrays.to_tensor(value)) for name, value in values.items()]
        )

    def drop_scope(self, name: str) -> int:
        """Removes a scope's variables and returns how many there were."""
        return self._session.drop_scope(name)

    def copy_scope(self, from_scope: str, to_scope: str) -> int:
        """The variables of one scope under another as well, sharing values until one is assigned."""
        return self._session.copy_scope(from_scope, to_scope)

    def __getitem__(self, name: str) -> Scope:
        scope = self.scope(name)
        if not scope:
            scope.at("")  # raises the error that says which scopes there are
        return scope

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.snapshot().scopes())

    def __len__(self) -> int:
        return len(self._session.snapshot().scopes())

    def __repr__(self) -> str:
        if isinstance(self._session, Closed):
            return "<holdall.Session, closed>"
        snapshot = self._session.snapshot()
        return f"<holdall.Session {len(snapshot)} variables, scopes {snapshot.scopes()}>"

    def _repr_html_(self) -> str:
        snapshot = self._session.snapshot()
        rows = [(scope, str(len(snapshot.scope(scope)))) for scope in snapshot.scopes()]
        return _html.table(("scope", "variables"), rows, f"{len(snapshot)} variables")
