"""What ``progress=`` takes: nothing, a function, or True for a bar or a line of the package's own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Optional, TextIO, Union

Function = Callable[[int, int], object]
Progress = Union[None, Literal[True], Function]

if TYPE_CHECKING:
    Shown = Iterator[Optional[Function]]

# Seconds between two changes of the plain line.
_EVERY = 0.1


@contextmanager
def shown(progress: Progress | bool, what: str) -> Shown:
    """The function to call while ``what`` happens; whatever it draws is closed afterwards."""
    if progress is None or progress is False:
        yield None
    elif progress is not True:
        if not callable(progress):
            raise TypeError(
                f"progress is None, True or a function (done, total), not {type(progress).__name__}"
            )
        yield progress
    else:
        with (_tqdm(what) or _rich(what) or _line(what, sys.stderr)) as function:
            yield function


def _tqdm(what: str) -> Any:
    try:
        tqdm = import_module("tqdm.auto").tqdm
    except ImportError:
        return None

    @contextmanager
    def bar() -> Iterator[Function]:
        with tqdm(desc=what, unit="B", unit_scale=True, unit_divisor=1024) as drawn:

            def show(done: int, total: int) -> None:
                drawn.total = total
                drawn.update(done - drawn.n)

            yield show

    return bar()


def _rich(what: str) -> Any:
    try:
        rich = import_module("rich.progress")
        console = import_module("rich.console").Console(stderr=True)
    except ImportError:
        return None
    columns = (
        "{task.description}",
        rich.BarColumn(),
        rich.DownloadColumn(),
        rich.TransferSpeedColumn(),
        rich.TimeRemainingColumn(),
    )

    @contextmanager
    def bar() -> Iterator[Function]:
        with rich.Progress(*columns, console=console) as drawn:
            task = drawn.add_task(what, total=None)
            yield lambda done, total: drawn.update(task, completed=done, total=total)

    return bar()


@contextmanager
def _line(what: str, stream: TextIO) -> Iterator[Optional[Function]]:
    """A line that is written over, on a terminal; elsewhere nothing."""
    if not stream.isatty():
        yield None
        return
    next_at = 0.0

    def show(done: int, total: int) -> None:
        nonlocal next_at
        now = time.monotonic()
        if now < next_at and done < total:
            return
        next_at = now + _EVERY
        percent = 100 * done // total if total else 100
        stream.write(f"\r{what}: {percent} % of {total / 1e6:.1f} MB")
        stream.flush()

    try:
        yield show
    finally:
        if next_at > 0:
            stream.write("\n")
            stream.flush()
