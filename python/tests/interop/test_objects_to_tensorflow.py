"""What tf.train.Checkpoint and CheckpointManager write here, TensorFlow 2 reads by its own objects, and
the other way round."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import holdall.tf1 as tf

READ = """
import sys, tensorflow as tf
class Model(tf.Module):
    pass
net = tf.train.Checkpoint(w=tf.Variable([0., 0.]), layers=[tf.Variable(0), tf.Variable([[0.]])],
                          named={"a": tf.Variable(0., dtype=tf.float64)})
root = tf.train.Checkpoint(net=net, step=tf.Variable(0, dtype=tf.int64))
root.read(sys.argv[1]).assert_existing_objects_matched()
print(net.w.numpy().tolist(), net.layers[0].numpy(), net.layers[1].numpy().tolist(),
      net.named["a"].numpy(), root.step.numpy())
root.step.assign(8)
manager = tf.train.CheckpointManager(root, sys.argv[2], 3)
print(manager.save(), manager.latest_checkpoint)
"""


def make_root() -> tuple[tf.train.Checkpoint, list[tf.Variable]]:
    variables = [
        tf.Variable([1.0, 2.0], name="w"), tf.Variable(3, name="first"), tf.Variable([[4.0]], name="second"),
        tf.Variable(5.0, dtype=tf.float64, name="a"), tf.Variable(7, dtype=tf.int64, name="step"),
    ]  # fmt: skip
    w, first, second, a, step = variables
    net = tf.train.Checkpoint(w=w, layers=[first, second], named={"a": a})
    return tf.train.Checkpoint(net=net, step=step), variables


def test_tensorflow_reads_what_is_written_and_is_read_in_turn(tmp_path: Path) -> None:
    tf.reset_default_graph()
    root, variables = make_root()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = root.write(tmp_path / "objects", session)
        program = [sys.executable, "-c", READ, path, str(tmp_path / "managed")]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        written = str(tmp_path / "managed/ckpt-1")
        assert done.stdout == f"[1.0, 2.0] 3 [[4.0]] 5.0 7\n{written} {written}\n"
        session.run([variables[0].assign([0.0, 0.0]), variables[4].assign(0)])
        manager = tf.train.CheckpointManager(root, tmp_path / "managed", max_to_keep=2)
        assert manager.latest_checkpoint == written
        root.restore(written, session).assert_existing_objects_matched()
        values = session.run(variables)
        assert [value.tolist() for value in values] == [[1.0, 2.0], 3, [[4.0]], 5.0, 8]
        saved = [manager.save(session=session) for _ in range(3)]
    assert [Path(each).name for each in saved if each] == ["ckpt-2", "ckpt-3", "ckpt-4"]
    assert [Path(each).name for each in manager.checkpoints] == ["ckpt-3", "ckpt-4"]
    assert sorted(each.name for each in (tmp_path / "managed").glob("*.index")) == [
        "ckpt-3.index",
        "ckpt-4.index",
    ]
