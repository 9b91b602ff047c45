"""tf.train.Checkpoint and CheckpointManager over Python's objects; the library's tests have the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import holdall
import holdall.tf1 as tf


@pytest.fixture(autouse=True)
def fresh_graph(quiet: None) -> None:
    tf.reset_default_graph()


class Layer:
    def __init__(self, value: float) -> None:
        self.kernel = tf.Variable(np.float32([value]), name="kernel")
        self._hidden = tf.Variable(0.0, name="hidden")
        self.units = 3


def test_attributes_lists_and_dictionaries_are_walked(folder: Path) -> None:
    first, second = Layer(1.0), Layer(2.0)
    root = tf.train.Checkpoint(layers=[first, second], by_name={"a/b": first.kernel}, step=tf.Variable(7, name="step"))
    root.more = second
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert root.write("m", session) == "m"
        session.run([first.kernel.assign([9.0]), second.kernel.assign([9.0])])
        root.read("m", session).assert_consumed()
        assert session.run([first.kernel, second.kernel]) == [np.float32([1]), np.float32([2])]
    end = "/.ATTRIBUTES/VARIABLE_VALUE"
    assert [name for name, _ in tf.train.list_variables("m")] == [
        "_CHECKPOINTABLE_OBJECT_GRAPH", "by_name/a.Sb" + end, "more/kernel" + end, "step" + end,
    ]  # fmt: skip
    assert set(holdall.open("m", names="variable")) == {"kernel", "kernel_1", "step"}


def test_what_does_not_match_is_told(folder: Path) -> None:
    w, x = tf.Variable(1.0, name="w"), tf.Variable(2.0, name="x")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Checkpoint(w=w).save("m", session)
        status = tf.train.Checkpoint(x=x).restore(path, session)
        with pytest.raises(AssertionError, match="No checkpointed value for .*x/.ATTRIBUTES"):
            status.assert_existing_objects_matched()
        status.expect_partial()
        assert session.run(x) == 2


def test_managers_keep_the_newest(folder: Path) -> None:
    step = tf.Variable(0, dtype=tf.int64, name="step")
    root = tf.train.Checkpoint(step=step)
    with tf.Session() as session:
        session.run(step.initializer)
        manager = tf.train.CheckpointManager(root, "c", 2, step_counter=step, checkpoint_interval=2)
        assert manager.restore_or_initialize() is None
        saved = []
        for _ in range(6):
            saved.append(manager.save(session=session))
            session.run(step.assign_add(1))
        assert saved == ["c/ckpt-1", None, "c/ckpt-2", None, "c/ckpt-3", None]
        assert manager.checkpoints == ["c/ckpt-2", "c/ckpt-3"]
        again = tf.train.CheckpointManager(root, "c", 2)
        assert again.restore_or_initialize(session) == again.latest_checkpoint == "c/ckpt-3"
        assert session.run(step) == 4
        assert again.save(checkpoint_number=tf.constant(9), session=session) == "c/ckpt-9"
    assert sorted(path.name for path in Path("c").glob("*.index")) == ["ckpt-3.index", "ckpt-9.index"]
    with pytest.raises(ValueError, match="positive integer"):
        tf.train.CheckpointManager(root, "c", 0)
    with pytest.raises(ValueError, match="step_counter"):
        tf.train.CheckpointManager(root, "c", 1, checkpoint_interval=2)
