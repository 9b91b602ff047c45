"""``tf.contrib``: helpers about variables and checkpoints."""

from . import framework, layers, slim, training

__all__ = ["framework", "layers", "slim", "training"]
