"""Savers, state files and meta graphs of one restored by the other."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
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


SAVE = """
with tf.variable_scope("model1"):
    w1 = tf.Variable(tf.random_normal(shape=[2], seed=3), name="w1")
    w2 = tf.Variable(tf.random_normal(shape=[5], seed=4), name="w2")
    n = tf.get_variable("n", [2, 3], initializer=tf.truncated_normal_initializer(stddev=0.1, seed=5))
    step = tf.Variable(7, trainable=False, name="step")
saver = tf.train.Saver(max_to_keep=2)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in (1, 2, 3):
    print(saver.save(sess, "./save/model1", global_step=i))
print(saver.last_checkpoints)
"""

RESTORE = """
with tf.variable_scope("model1"):
    w1 = tf.Variable(tf.zeros([2]), name="w1")
    w2 = tf.Variable(tf.zeros([5]), name="w2")
    n = tf.get_variable("n", [2, 3])
    step = tf.Variable(0, trainable=False, name="step")
saver = tf.train.Saver([v for v in tf.global_variables() if "model1" in v.name])
sess = tf.Session()
path = tf.train.latest_checkpoint("./save")
saver.restore(sess, path)
print(path)
for v in (w1, w2, n, step):
    print(v.name, v.eval(sess))
"""


def run(program: str, tf: Any) -> str:
    out = io.StringIO()
    with redirect_stdout(out), tf.Graph().as_default():
        tf.set_random_seed(1)
        exec(program, {"tf": tf})  # noqa: S102
    return out.getvalue()


def test_one_program_two_libraries_the_same_files(real_tf: Any, folder: Path, monkeypatch: Any) -> None:
    texts = []
    for name, tf in (("theirs", real_tf), ("ours", holdall.tf1)):
        (folder / name).mkdir()
        monkeypatch.chdir(folder / name)
        texts.append(run(SAVE, tf))
    assert texts[0] == texts[1]
    for path in sorted((folder / "theirs/save").iterdir()):
        ours = folder / "ours/save" / path.name
        assert ours.exists(), path.name
        if path.suffix != ".meta":
            assert ours.read_bytes() == path.read_bytes(), path.name
    assert {p.name for p in (folder / "ours/save").iterdir()} == {
        p.name for p in (folder / "theirs/save").iterdir()
    }


@pytest.mark.parametrize("direction", ["theirs to ours", "ours to theirs"])
def test_each_restores_what_the_other_saved(direction: str, real_tf: Any, folder: Path) -> None:
    saver, restorer = real_tf, holdall.tf1
    if direction == "ours to theirs":
        saver, restorer = restorer, saver
    run(SAVE, saver)
    assert run(RESTORE, restorer) == run(RESTORE, saver)


def test_tensorflow_imports_our_meta_graph(real_tf: Any, folder: Path) -> None:
    run(SAVE, holdall.tf1)
    tf = real_tf
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        saver = tf.train.import_meta_graph("./save/model1-3.meta")
        assert [v.name for v in tf.global_variables()] == [
            "model1/w1:0", "model1/w2:0", "model1/n:0", "model1/step:0",
        ]  # fmt: skip
        assert [v.name for v in tf.trainable_variables()] == ["model1/w1:0", "model1/w2:0", "model1/n:0"]
        saver.restore(sess, "./save/model1-3")
        ours = holdall.open("save/model1-3")
        for v in tf.global_variables():
            np.testing.assert_array_equal(sess.run(v), ours[v.op.name])
        # The rest of the graph works too: initialising gives the seeded values again.
        sess.run([v.initializer for v in tf.global_variables()])
        np.testing.assert_array_equal(sess.run("model1/n:0"), ours["model1/n"])
        saver.save(sess, "./save/theirs")
        assert graph.get_operation_by_name("save/restore_all").type == "NoOp"
    for suffix in (".index", ".data-00000-of-00001"):
        assert (folder / f"save/theirs{suffix}").read_bytes() == (folder / f"save/model1-3{suffix}").read_bytes()


def test_tensorflow_imports_our_meta_graph_under_a_scope(real_tf: Any, folder: Path) -> None:
    run(SAVE, holdall.tf1)
    tf = real_tf
    with tf.Graph().as_default(), tf.Session() as sess:
        for scope in ("one", "two"):
            saver = tf.train.import_meta_graph("./save/model1-3.meta", import_scope=scope)
            saver.restore(sess, "./save/model1-3")
        np.testing.assert_array_equal(sess.run("one/model1/w2:0"), sess.run("two/model1/w2:0"))


def test_load_checkpoint_reads_a_scoped_session(real_tf: Any, folder: Path) -> None:
    run(SAVE, real_tf)
    session = holdall.Session()
    session.load("save", scope="a")
    session.load("save/model1-2", scope="b")
    session.save("both")
    reader = real_tf.train.load_checkpoint("./both")
    names = {name: list(session.scope("")[name].shape) for name in session.scope("")}
    assert reader.get_variable_to_shape_map() == names
    for name in names:
        np.testing.assert_array_equal(reader.get_tensor(name), session.scope("")[name])
    assert real_tf.train.latest_checkpoint(".") == "./both"


def test_each_saves_over_the_others_checkpoint(real_tf: Any, folder: Path) -> None:
    values = {}
    for i, tf in enumerate((real_tf, holdall.tf1, real_tf, holdall.tf1)):
        with tf.Graph().as_default(), tf.Session() as sess:
            v = tf.Variable(np.full(3 + i, i, np.float32), name="v")
            sess.run(v.initializer)
            tf.train.Saver().save(sess, "./m")
            values["last"] = sess.run(v)
        np.testing.assert_array_equal(holdall.open("m")["v"], values["last"])
        np.testing.assert_array_equal(real_tf.train.load_variable("./m", "v"), values["last"])


@pytest.mark.parametrize("name", ["plain", "模型", "quo\"te'", "tab\there"])
def test_state_files_are_read_both_ways(name: str, real_tf: Any, folder: Path) -> None:
    texts = []
    for tf in (real_tf, holdall.tf1):
        with tf.Graph().as_default(), tf.Session() as sess:
            v = tf.Variable([1.0], name="v")
            sess.run(v.initializer)
            tf.train.Saver().save(sess, "./d/" + name, write_meta_graph=False)
        texts.append((folder / "d/checkpoint").read_bytes())
        assert holdall.tf1.train.latest_checkpoint("./d") == "./d/" + name
        assert real_tf.train.latest_checkpoint("./d") == "./d/" + name
        assert holdall.open("d").path == "d/" + name
    # TensorFlow 1.15 escapes what is not ASCII, and so do we; later ones write it as it is.
    assert texts[0] == texts[1] or not name.isascii()


def test_object_based_checkpoints_are_read(folder: Path) -> None:
    import subprocess
    import sys

    program = """
import tensorflow as tf
model = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]), inner=tf.train.Checkpoint(k=tf.Variable(3)))
model.save("./o/ckpt")
"""
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    checkpoint = holdall.open("o")
    assert checkpoint["v/.ATTRIBUTES/VARIABLE_VALUE"].tolist() == [1, 2]
    assert checkpoint["inner/k/.ATTRIBUTES/VARIABLE_VALUE"] == 3
    assert b"VARIABLE_VALUE" in checkpoint.read("_CHECKPOINTABLE_OBJECT_GRAPH").strings()[0]


def test_the_wrong_saver_fails_alike(real_tf: Any, folder: Path) -> None:
    run(SAVE, real_tf)
    texts = []
    for tf in (real_tf, holdall.tf1):
        with tf.Graph().as_default(), tf.Session() as sess:
            with tf.variable_scope("model1"):
                tf.Variable(tf.zeros([2]), name="w1")
            with tf.variable_scope("model2"):
                tf.Variable(tf.zeros([3]), name="w3")
                tf.Variable(tf.zeros([4]), name="w4")
            with pytest.raises(tf.errors.NotFoundError) as caught:
                tf.train.Saver().restore(sess, "./save/model1-3")
            texts.append(str(caught.value))
    for text in texts:
        assert text.startswith("Restoring from checkpoint failed. This is most likely due to a Variable name")
        assert "Key model2/w3 not found in checkpoint" in text
    assert "Also missing: model2/w4" in texts[1]
