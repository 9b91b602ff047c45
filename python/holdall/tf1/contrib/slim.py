"""``tf.contrib.slim``: what it has of ``tf.contrib.framework``; no networks."""

from .framework import *  # noqa: F403
from .framework import __all__ as __all__
