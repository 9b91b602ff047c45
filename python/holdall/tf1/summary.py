"""``tf.summary``: not provided; each name says what to do instead."""

from __future__ import annotations

from typing import Any

from ._outside import summary_names


def __getattr__(name: str) -> Any:
    if name in summary_names:
        return summary_names[name]
    raise AttributeError(f"module 'holdall.tf1.summary' has no attribute {name!r}: tf.summary.{name} is not provided here")
