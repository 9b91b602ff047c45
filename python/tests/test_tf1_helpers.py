"""Helpers around variables and checkpoints: tf.contrib.framework, tf.app, what is not provided."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import holdall.tf1 as tf

framework = tf.contrib.framework


@pytest.fixture(autouse=True)
def fresh_graph(quiet: None) -> None:
    tf.reset_default_graph()


def make_net() -> None:
    with tf.variable_scope("net"):
        framework.model_variable("w", [2], initializer=tf.ones_initializer())
        framework.variable("b", [], initializer=tf.zeros_initializer(), trainable=False)
    framework.local_variable(1.0, name="local")
    tf.Variable(2.0, name="network/x")


def names(variables: list[tf.Variable]) -> list[str]:
    return [variable.op.name for variable in variables]


def test_variables_are_found_by_scope_name_and_pattern() -> None:
    make_net()
    assert names(framework.get_variables()) == ["net/w", "net/b", "network/x"]
    assert names(framework.get_variables("net/")) == ["net/w", "net/b"]
    assert names(framework.get_variables(suffix="x")) == ["network/x"]
    assert names(framework.get_model_variables()) == ["net/w"]
    assert names(framework.get_local_variables()) == ["local"]
    assert names(framework.get_trainable_variables()) == ["net/w", "network/x"]
    assert names(framework.get_variables_by_name("w")) == ["net/w"]
    assert framework.get_unique_variable("net/b").op.name == "net/b"
    assert names(framework.get_variables_to_restore(exclude=["net/"])) == ["network/x"]
    assert names(framework.filter_variables(tf.global_variables(), ["net"], ["work"])) == ["net/w", "net/b"]
    with pytest.raises(ValueError, match="Couldn't find variable"):
        framework.get_unique_variable("none")
    with pytest.raises(TypeError):
        framework.get_variables_to_restore(include="net")


def test_values_are_assigned_from_arrays_and_checkpoints(folder: Path) -> None:
    make_net()
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        framework.assign_from_values_fn({"net/w": np.float32([5, 6])})(sess)
        path = tf.train.Saver().save(sess, "./m")
        w, b = framework.get_variables("net/")
        sess.run([w.assign([0.0, 0.0]), b.assign(9.0)])
        operation, feeds = framework.assign_from_checkpoint(path, [w])
        sess.run(operation, feeds)
        assert sess.run(w).tolist() == [5, 6]
        framework.assign_from_checkpoint_fn(path, {"net/b": b, "none": w}, ignore_missing_vars=True)(sess)
        assert sess.run(b) == 0
        flat = tf.Variable([[0.0], [0.0]], name="flat")
        framework.assign_from_checkpoint_fn(path, {"net/w": flat}, reshape_variables=True)(sess)
        assert sess.run(flat).tolist() == [[5], [6]]
    with pytest.raises(ValueError, match=r"missing variable \[none\]"):
        framework.assign_from_checkpoint(path, {"none": w})
    with pytest.raises(ValueError, match="cannot be empty"):
        framework.assign_from_checkpoint_fn(path, [])


def test_what_is_not_provided_says_what_to_use() -> None:
    for call in (tf.train.AdamOptimizer, tf.summary.scalar, tf.nn.conv2d, tf.train.Coordinator, tf.gradients):
        with pytest.raises(tf.errors.UnimplementedError, match="is not provided: .* "):
            call(0.1)
    with pytest.raises(AttributeError, match="tf.nothing_such is not provided"):
        tf.nothing_such  # noqa: B018
    assert tf.compat.v1 is tf
    assert not tf.executing_eagerly()


def test_a_program_with_flags_runs(folder: Path) -> None:
    program = folder / "program.py"
    program.write_text(
        "import holdall.tf1 as tf\n"
        "flags = tf.app.flags\n"
        "flags.DEFINE_string('name', 'nobody', 'who')\n"
        "def main(_):\n"
        "    print(flags.FLAGS.name)\n"
        "    return 3\n"
        "if __name__ == '__main__':\n"
        "    tf.app.run()\n"
    )
    done = subprocess.run(
        [sys.executable, str(program), "--name=somebody"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, "somebody\n"), done.stderr


def test_vocabularies_move_rows(folder: Path) -> None:
    (folder / "old").write_text("a\nb\nc\n")
    (folder / "new").write_text("c\nx\na\n")
    tf.get_variable("e", initializer=np.float32([[1], [2], [3]]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, "./m")
    tf.reset_default_graph()
    e = tf.get_variable("e", [4, 1])
    info = tf.train.VocabInfo("new", 3, 1, "old", backup_initializer=tf.zeros_initializer())
    tf.train.warm_start("./m", var_name_to_vocab_info={"e": info})
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(e).tolist() == [[3], [0], [1], [0]]
    with pytest.raises(ValueError, match="not used"):
        tf.train.warm_start("./m", None, var_name_to_prev_var_name={"none": "e"})


def test_new_checkpoints_are_waited_for(folder: Path) -> None:
    wait = tf.contrib.training.wait_for_new_checkpoint
    assert wait("nowhere", timeout=0.01, seconds_to_sleep=0.1) is None
    v = tf.Variable(1.0)
    with tf.Session() as sess:
        sess.run(v.initializer)
        path = tf.train.Saver().save(sess, "./c/m")
    assert wait("c", timeout=1) == "c/m"
    assert list(tf.train.checkpoints_iterator("c", timeout=0)) == ["c/m"]
    assert path == "./c/m"


def test_variable_creators_wrap_what_makes_variables() -> None:
    def renaming(next_creator: object, **kwargs: object) -> object:
        return next_creator(**{**kwargs, "name": "renamed"})  # type: ignore[operator]

    with tf.variable_creator_scope(renaming):
        v = tf.Variable(1.0, name="v")
    assert v.op.name == "renamed"
    assert tf.Variable(1.0, name="v").op.name == "v"


def test_devices_are_kept_with_nodes() -> None:
    with tf.device("/job:ps/task:1"):
        with tf.device("/gpu:0"):
            a = tf.no_op()
        b = tf.no_op()
    assert (a.device, b.device, tf.no_op().device) == ("/job:ps/task:1/device:GPU:0", "/job:ps/task:1", "")
