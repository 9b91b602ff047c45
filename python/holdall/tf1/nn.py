"""``tf.nn``: the few element-wise functions; no networks."""

from __future__ import annotations

from typing import Any

from ._math_ops import bias_add, relu, sigmoid, softmax, tanh, xw_plus_b
from ._outside import nn_names

__all__ = ["bias_add", "relu", "sigmoid", "softmax", "tanh", "xw_plus_b"]


def __getattr__(name: str) -> Any:
    if name in nn_names:
        return nn_names[name]
    raise AttributeError(f"module 'holdall.tf1.nn' has no attribute {name!r}: tf.nn.{name} is not provided here")
