"""``tf.contrib.training``: waiting for checkpoints."""

from .._checkpoint_files import checkpoints_iterator, wait_for_new_checkpoint

__all__ = ["checkpoints_iterator", "wait_for_new_checkpoint"]
