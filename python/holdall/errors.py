"""What Holdall raises. Every exception is an :class:`Error` and also what a Python person would catch."""

from __future__ import annotations

from errno import ENOENT
from typing import Any

from . import _core

__all__ = [
    "Corrupt",
    "Error",
    "Exhausted",
    "InvalidArgument",
    "IoError",
    "NotFound",
    "Unsupported",
]


class Error(Exception):
    """Base of all. ``code`` says what to do next, the other attributes where it happened."""

    code: str = ""
    reason: str = ""
    scope: str = ""
    file: str = ""
    tensor: str = ""
    rule: str = ""

    def __reduce__(self) -> Any:
        # Two classes go by the public name NotFound, and OSError keeps its number elsewhere: an
        # exception comes back, in another process too, as it was made.
        if not self.code or type(self) not in _MADE:
            return super().__reduce__()
        place = (self.scope, self.file, self.tensor, self.rule)
        number = getattr(self, "errno", None) or 0
        return _make, (self.code, self.reason, place, str(self), number), vars(self)

    def __str__(self) -> str:
        # KeyError would show the text in quotes, OSError with a number.
        return str(self.args[0]) if self.args else ""


class NotFound(Error, LookupError):
    """Give another path or name."""


class _NameNotFound(NotFound, KeyError):
    __str__ = Error.__str__


class _FileNotFound(NotFound, FileNotFoundError):
    __str__ = Error.__str__


class InvalidArgument(Error, ValueError):
    """Fix the call."""


class Corrupt(Error, ValueError):
    """Fetch the file again: its bytes contradict the format."""


class Unsupported(Error, NotImplementedError):
    """Convert the file or update Holdall: the bytes are fine."""


class IoError(Error, OSError):
    """Look at disk, network, rights; maybe again later."""

    __str__ = Error.__str__


class Exhausted(Error, MemoryError):
    """Raise a limit or free memory."""


for _hidden in (_NameNotFound, _FileNotFound):
    _hidden.__name__ = _hidden.__qualname__ = "NotFound"

_CLASSES: dict[str, type[Error]] = {
    "invalid-argument": InvalidArgument,
    "corrupt": Corrupt,
    "unsupported": Unsupported,
    "io": IoError,
    "exhausted": Exhausted,
}


_MADE = {_NameNotFound, _FileNotFound, *_CLASSES.values()}


def _make(code: str, reason: str, place: tuple[str, str, str, str], text: str, number: int) -> Error:
    if code == "not-found":
        error: Error = (_FileNotFound if reason == "missing-file" else _NameNotFound)(text)
    else:
        error = _CLASSES[code](text)
    error.code = code
    error.reason = reason
    error.scope, error.file, error.tensor, error.rule = place
    if isinstance(error, OSError):
        error.errno = number or (ENOENT if isinstance(error, FileNotFoundError) else None)
        error.filename = error.file or None
    return error


_core.set_error_factories(_make)
