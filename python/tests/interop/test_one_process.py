"""TensorFlow and Holdall in one process, imported in either order. TensorFlow brings its own RE2 and
Snappy, whose symbols everybody who is loaded later would get."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
for module in sys.argv[1:]:
    __import__(module)
import numpy as np, holdall, tensorflow as tf
session = holdall.Session()
session.assign({"conv_1/w": np.float32([1, 2]), "conv_1/b": np.float32([3])})
session.save("m")
other = holdall.Session()
other.load("m", scope="dna", rules="sub /conv_([0-9]+)/layer$1/")
print(sorted(other["dna"]))
try:
    other.restore("m", scope="dna")  # looks for rules to propose, by expressions
except holdall.Error as error:
    print("with:" in str(error))
print(tf.strings.regex_replace("a1b", "[0-9]", "-").numpy().decode())
print(tf.train.load_checkpoint("m").get_tensor("conv_1/w").tolist())
"""


@pytest.mark.parametrize("order", [("tensorflow", "holdall"), ("holdall", "tensorflow")])
def test_tensorflow_and_holdall_share_a_process(order: tuple[str, str], folder: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *order], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "['layer1/b', 'layer1/w']\nTrue\na-b\n[1.0, 2.0]\n"
