"""TensorFlow's eager tensors become ours, those of strings too.

In a program of its own: the other tests here have switched TensorFlow to graphs.
"""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import tensorflow as tf
import holdall

for value in (
    tf.constant([[1.0, 2.0]]), tf.constant(["a", "b"]), tf.constant([1], tf.bfloat16),
    tf.Variable([3.0]), tf.constant(True), tf.cast([1.0], tf.dtypes.experimental.float8_e5m2)
):
    tensor = holdall.tensor(value)
    print(tensor.dtype, tensor.shape, tensor)
print(tf.constant(holdall.tensor([4.0, 5.0])).numpy())
"""


def test_eager_tensors_come_in() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "float32 (1, 2) [[1. 2.]]",
        "string (2,) [b'a' b'b']",
        "bfloat16 (1,) [1.]",
        "float32 (1,) [3.]",
        "bool () True",
        "float8_e5m2 (1,) [0x3c]",
        "[4. 5.]",
    ], done.stderr
