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


FACES = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
for module in sys.argv[1:]:
    __import__(module)
import holdall.tf1 as ours, tensorflow.compat.v1 as theirs
theirs.disable_v2_behavior()
for tf in (ours, theirs, ours):
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s"):
            v = tf.get_variable("v", initializer=tf.constant([1.5, 2.5]))
        session.run(v.initializer)
        path = tf.train.Saver().save(session, "./m")
        message = tf.train.export_meta_graph()
    for other in (ours, theirs):
        with other.Graph().as_default(), other.Session() as session:
            other.train.import_meta_graph(path + ".meta", import_scope="x").restore(session, path)
            print(session.run("x/s/v:0").tolist(), type(message).__name__, len(message.graph_def.node) > 0)
"""


@pytest.mark.parametrize(
    "order", [("tensorflow", "holdall.tf1"), ("holdall.tf1", "tensorflow"), ("holdall", "tensorflow")]
)
def test_both_faces_of_tensorflow_1_in_one_process(order: tuple[str, str], folder: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FACES, *order], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "[1.5, 2.5] MetaGraphDef True\n" * 6
