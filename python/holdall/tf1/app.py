"""``tf.app``: ``run(main)``, and flags of absl where that package is."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Callable, Optional


def _flags() -> ModuleType:
    try:
        from absl import flags
    except ImportError as error:
        raise ImportError("tf.app.flags takes absl-py, which is not installed: pip install absl-py") from error
    return flags


def run(main: Optional[Callable[..., Any]] = None, argv: Any = None) -> None:
    """Parses the flags, if any are defined, calls ``main`` and ends the process with what it gives."""
    main = main or sys.modules["__main__"].main
    arguments = list(argv or sys.argv)
    if "absl.flags" in sys.modules:
        arguments = _flags().FLAGS(arguments, known_only=True)
    sys.exit(main(arguments))


def __getattr__(name: str) -> Any:
    if name == "flags":
        return _flags()
    raise AttributeError(f"module 'holdall.tf1.app' has no attribute {name!r}")
