"""TensorFlow's warnings: on its logger, once for each place that calls."""

from __future__ import annotations

import logging
import sys
from typing import Any, Callable, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])
_seen: set[tuple[str, int, str]] = set()


def logger() -> logging.Logger:
    """The logger that programs know how to silence; it writes to stderr if nobody set one up."""
    log = logging.getLogger("tensorflow")
    if not log.handlers and not logging.getLogger().handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
        log.addHandler(handler)
        log.propagate = False
    return log


def deprecated(module: str, date: str, instead: str) -> Callable[[_Function], _Function]:
    """Marks a function that TensorFlow deprecated: it works, and warns its caller once."""

    def decorate(function: _Function) -> _Function:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            caller = sys._getframe(1)
            place = (caller.f_code.co_filename, caller.f_lineno, function.__name__)
            if place not in _seen:
                _seen.add(place)
                logger().warning(
                    "From %s:%d: %s (from tensorflow.python.%s) is deprecated and will be removed "
                    "after %s.\nInstructions for updating:\n%s",
                    *place,
                    module,
                    date,
                    instead,
                )
            return function(*args, **kwargs)

        wrapped.__name__ = function.__name__
        wrapped.__doc__ = function.__doc__
        return wrapped  # type: ignore[return-value]

    return decorate
