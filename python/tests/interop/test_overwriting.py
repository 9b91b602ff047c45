"""Checkpoints that Holdall saved over: TensorFlow reads, lists, deletes and overwrites them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdall
import holdall.tf1


@pytest.fixture(autouse=True)
def fresh_graphs(real_tf: Any) -> None:
    real_tf.reset_default_graph()
    holdall.tf1.reset_default_graph()


def save_holdall(prefix: Path, value: float, step: int | None = None) -> None:
    """One saver's worth: w = [value, value], n = value."""
    tf = holdall.tf1
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable([value, value], name="w")
        tf.Variable(value, name="n")
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, str(prefix), global_step=step)


def save_tensorflow(tf: Any, prefix: Path, value: float) -> None:
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable([value, value], name="w")
        tf.Variable(value, name="n")
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, str(prefix))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def overwritten(tmp_path: Path) -> Path:
    save_holdall(tmp_path / "m", 1.0)
    assert "m.data-00000-of-00001" in names(tmp_path)
    save_holdall(tmp_path / "m", 2.0)
    assert names(tmp_path) == ["checkpoint", "m.data-00000-of-00002", "m.index", "m.meta"]
    return tmp_path / "m"


def test_readers_of_every_sort_read_it(overwritten: Path, real_tf: Any) -> None:
    import tensorflow

    reader = tensorflow.train.load_checkpoint(str(overwritten))
    np.testing.assert_array_equal(reader.get_tensor("w"), [2.0, 2.0])
    listed = tensorflow.train.list_variables(str(overwritten))
    assert listed == [("n", []), ("w", [2])]
    assert real_tf.train.latest_checkpoint(str(overwritten.parent)) == str(overwritten)
    assert real_tf.train.checkpoint_exists(str(overwritten))


def test_a_saver_restores_it(overwritten: Path, real_tf: Any) -> None:
    tf = real_tf
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable([0.0, 0.0], name="w")
        n = tf.Variable(0.0, name="n")
        tf.train.Saver().restore(sess, str(overwritten))
        np.testing.assert_array_equal(sess.run(w), [2.0, 2.0])
        assert sess.run(n) == 2.0


def test_many_shards_are_read_too(tmp_path: Path, real_tf: Any) -> None:
    import tensorflow

    for value in (1.0, 2.0, 3.0):
        save_holdall(tmp_path / "one", value)
        holdall.copy(tmp_path / "one", tmp_path / "m", shard_count=2)
        reader = tensorflow.train.load_checkpoint(str(tmp_path / "m"))
        np.testing.assert_array_equal(reader.get_tensor("w"), [value, value])
        assert reader.get_tensor("n") == value
    assert len(list(tmp_path.glob("m.data-*"))) == 2


def test_tensorflow_deletes_all_of_it(overwritten: Path, real_tf: Any) -> None:
    real_tf.train.remove_checkpoint(str(overwritten))
    assert names(overwritten.parent) == ["checkpoint"]


def test_it_stays_when_tensorflow_deletes_others(tmp_path: Path, real_tf: Any) -> None:
    for step in (1, 2, 2):
        save_holdall(tmp_path / "m", float(step), step)
    real_tf.train.remove_checkpoint(str(tmp_path / "m-1"))
    assert names(tmp_path) == ["checkpoint", "m-2.data-00000-of-00002", "m-2.index", "m-2.meta"]


def test_each_overwrites_the_other(tmp_path: Path, real_tf: Any) -> None:
    import tensorflow

    prefix = tmp_path / "m"
    save = [lambda value: save_holdall(prefix, value), lambda value: save_tensorflow(real_tf, prefix, value)]
    for value, writer in enumerate([0, 1, 0, 0, 1, 1, 0]):
        save[writer](float(value))
        np.testing.assert_array_equal(
            tensorflow.train.load_checkpoint(str(prefix)).get_tensor("w"), [value, value]
        )
        np.testing.assert_array_equal(holdall.open(str(prefix))["w"], [value, value])
    # TensorFlow's own data file has the plain name, Holdall's the other or the plain one.
    assert set(names(tmp_path)) <= {
        "checkpoint", "m.index", "m.meta", "m.data-00000-of-00001", "m.data-00000-of-00002",
    }  # fmt: skip


# Of its own, since the other tests switch TensorFlow 2's behaviour off for their whole process.
OBJECTS = """
import sys
import tensorflow as tf
import holdall

folder = sys.argv[1]
variable = tf.Variable([1.0, 2.0])
written = tf.train.Checkpoint(v=variable).write(folder + "/source")
for _ in range(2):
    holdall.copy(written, folder + "/m")
variable.assign([0.0, 0.0])
tf.train.Checkpoint(v=variable).read(folder + "/m").assert_consumed()
print(variable.numpy().tolist())
"""


def test_object_based_checkpoints_restore_it(tmp_path: Path, real_tf: Any) -> None:
    done = subprocess.run([sys.executable, "-c", OBJECTS, str(tmp_path)], check=True, capture_output=True, text=True)
    assert done.stdout == "[1.0, 2.0]\n"
    assert (tmp_path / "m.data-00000-of-00002").exists()


def test_its_retention_takes_what_was_overwritten_away(tmp_path: Path, real_tf: Any) -> None:
    tf = real_tf
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable([1.0, 1.0], name="w")
        tf.Variable(1.0, name="n")
        sess.run(tf.global_variables_initializer())
        saver = tf.train.Saver(max_to_keep=2)
        saver.save(sess, str(tmp_path / "m"), global_step=1)
        # In place, under data files of another name.
        save_holdall(tmp_path / "m", 5.0, step=1)
        assert "m-1.data-00000-of-00002" in names(tmp_path)
        saver.save(sess, str(tmp_path / "m"), global_step=2)
        assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "m-2")
        saver.save(sess, str(tmp_path / "m"), global_step=3)
    assert not [name for name in names(tmp_path) if name.startswith("m-1.")]
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "m-3")
