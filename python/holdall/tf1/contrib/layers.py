"""``tf.contrib.layers``: the initializer; no layers."""

from .._initializers import xavier_initializer

__all__ = ["xavier_initializer"]
