"""holdall.tf1, as programs for TensorFlow 1 meet it."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import GOOD

import holdall
import holdall.tf1 as tf


@pytest.fixture(autouse=True)
def fresh_graph() -> None:
    tf.reset_default_graph()


def test_seeded_values_are_tensorflows() -> None:
    tf.set_random_seed(1)
    with tf.variable_scope("model1"):
        w1 = tf.Variable(tf.random_normal(shape=[2]), name="w1")
        w2 = tf.Variable(tf.random_normal(shape=[5]), name="w2")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        values = sess.run([w1, w2])
    expected1 = np.array([-0.67086124, 0.22357145], np.float32)
    expected2 = np.array(
        [-0.47795692, 0.88442147, -0.62377393, -0.951011, -0.9606378], np.float32
    )
    assert values[0].tobytes() == expected1.tobytes()
    assert values[1].tobytes() == expected2.tobytes()


def test_unseeded_values_differ_between_sessions() -> None:
    w = tf.Variable(tf.random_normal([4]), name="w")
    init = tf.global_variables_initializer()
    values = []
    for _ in range(2):
        with tf.Session() as sess:
            sess.run(init)
            values.append(sess.run(w))
    assert values[0].tobytes() != values[1].tobytes()


def test_names_and_reprs() -> None:
    with tf.variable_scope("model1") as scope:
        w = tf.Variable(tf.zeros([2]), name="w")
        again = tf.Variable(0.5, name="w")
    assert scope.name == "model1"
    assert w.name == "model1/w:0"
    assert w.op.name == "model1/w"
    assert again.name == "model1/w_1:0"
    assert repr(w) == "<tf.Variable 'model1/w:0' shape=(2,) dtype=float32_ref>"
    assert repr(w.value()) == "<tf.Tensor 'model1/w/read:0' shape=(2,) dtype=float32>"
    assert repr(w.initializer) == "<tf.Operation 'model1/w/Assign' type=Assign>"
    assert w.dtype != tf.float32
    assert w.dtype.base_dtype == tf.float32
    assert str(tf.float32) == "<dtype: 'float32'>"


def test_variables_keep_their_identity() -> None:
    a = tf.Variable(1.0, name="a")
    b = tf.get_variable("b", [2])
    assert tf.global_variables() == [a, b]
    assert tf.global_variables()[0] is a
    assert {a: 1, b: 2}[tf.trainable_variables()[1]] == 2
    assert tf.get_default_graph().get_tensor_by_name("b:0") is tf.get_default_graph().get_tensor_by_name("b:0")


def test_reopened_scope_names_nodes_and_variables_apart() -> None:
    with tf.variable_scope("net"):
        a = tf.Variable(0.0, name="p")
        b = tf.get_variable("q", [])
    with tf.variable_scope("net"):
        c = tf.Variable(0.0, name="p")
        d = tf.get_variable("r", [])
        with pytest.raises(ValueError, match="Variable net/q already exists, disallowed"):
            tf.get_variable("q", [])
    assert [v.name for v in (a, b, c, d)] == ["net/p:0", "net/q:0", "net_1/p:0", "net/r:0"]


def test_reuse_shares_variables() -> None:
    with tf.variable_scope("s"):
        first = tf.get_variable("v", [2, 3])
    with tf.variable_scope("s", reuse=True) as scope:
        assert tf.get_variable("v", [2, 3]) is first
        assert scope.reuse is True
        with pytest.raises(ValueError, match="does not exist, or was not created with tf.get_variable"):
            tf.get_variable("other", [1])
        with pytest.raises(ValueError, match=r"specified shape \(3, 2\) and found shape \(2, 3\)"):
            tf.get_variable("v", [3, 2])
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("v", [2, 3]) is first
        assert tf.get_variable("new", [1]).name == "s/new:0"
    with tf.variable_scope(scope):
        tf.get_variable_scope().reuse_variables()
        assert tf.get_variable("v", [2, 3]) is first


def test_initializers() -> None:
    with tf.variable_scope("s", initializer=tf.constant_initializer(0.25)):
        inherited = tf.get_variable("a", [2])
    zeros = tf.get_variable("z", [3], initializer=tf.zeros_initializer)
    ones = tf.get_variable("o", [2], tf.int32, initializer=tf.ones_initializer())
    listed = tf.get_variable("l", [2, 2], initializer=tf.constant_initializer([1, 2, 3]))
    tensor = tf.get_variable("t", initializer=np.array([7, 8], np.int64))
    drawn = tf.get_variable("r", [100], initializer=tf.random_uniform_initializer(2, 3, seed=1))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(inherited).tolist() == [0.25, 0.25]
        assert sess.run(zeros).tolist() == [0, 0, 0]
        assert sess.run(ones).dtype == np.int32
        assert sess.run(listed).tolist() == [[1, 2], [3, 3]]
        assert sess.run(tensor).tolist() == [7, 8]
        values = sess.run(drawn)
        assert 2 <= values.min() and values.max() < 3
    with pytest.raises(ValueError, match="do not specify shape"):
        tf.get_variable("x", [1], initializer=np.array([1.0]))


def test_an_initializer_of_ones_own_may_fail() -> None:
    def broken(shape: Any, dtype: Any = None) -> Any:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        tf.get_variable("w", [2], initializer=broken)
    assert tf.get_variable("w2", [2]).name == "w2:0"


def test_building_from_many_threads_at_once() -> None:
    graph = tf.get_default_graph()

    def build(index: int) -> None:
        with graph.as_default(), tf.variable_scope(f"t{index}"):
            for i in range(20):
                tf.get_variable(f"v{i}", [2], initializer=lambda shape, dtype: tf.ones(shape, dtype))

    threads = [threading.Thread(target=build, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "deadlock"
    assert len(tf.global_variables()) == 160
    assert {v.name.split("/")[0] for v in tf.global_variables()} == {f"t{i}" for i in range(8)}


def test_run_keeps_the_structure_of_its_fetches() -> None:
    a = tf.constant(2.0)
    b = tf.constant([1, 2])
    with tf.Session() as sess:
        out = sess.run({"x": a, "y": [b, (a, "Const:0")], "none": a.op})
        assert isinstance(out["x"], np.float32) and out["x"] == 2
        assert out["y"][0].tolist() == [1, 2]
        assert out["y"][1] == (2, 2)
        assert out["none"] is None
        assert sess.run([]) == []
        assert (sess.run(a + 1), sess.run(3 - a), sess.run(a * 4)) == (3, 1, 8)
        assert sess.run(a + 1, {a: 10}) == 11
        with pytest.raises(TypeError, match="Fetch argument None has invalid type"):
            sess.run(None)
        with pytest.raises(TypeError, match="has invalid type"):
            sess.run(3)
        with pytest.raises(ValueError, match="cannot be interpreted as a Tensor"):
            sess.run("nothing:0")
        with pytest.raises(TypeError, match="Cannot interpret feed_dict key"):
            sess.run(a, {"nothing:0": 1})


def test_sessions_and_their_defaults() -> None:
    w = tf.Variable([1.0, 2.0], name="w")
    with pytest.raises(ValueError, match="No default session is registered"):
        w.eval()
    with tf.Session() as sess:
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
            w.eval()
        w.initializer.run()
        assert w.eval().tolist() == [1, 2]
        assert tf.get_default_session() is sess
        with pytest.raises(RuntimeError, match="not re-entrant"):
            sess.__enter__()
    with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
        sess.run(w)
    with pytest.raises(ValueError, match="different from the session's graph"):
        w.eval(tf.Session(graph=tf.Graph()))
    with pytest.raises(RuntimeError, match="graph is empty"):
        tf.Session(graph=tf.Graph()).run([])


def test_fetched_values_are_the_callers_own() -> None:
    w = tf.Variable([1.0, 2.0])
    sess = tf.Session()
    sess.run(w.initializer)
    value = sess.run(w)
    value[0] = 99
    assert sess.run(w).tolist() == [1, 2]


def test_assigning() -> None:
    w = tf.Variable([1, 2], name="w")
    sess = tf.Session()
    assert sess.run(w.assign([3, 4])).tolist() == [3, 4]
    assert sess.run(w).tolist() == [3, 4]
    with pytest.raises(ValueError, match="Dimension 0 in both shapes must be equal"):
        w.assign([1, 2, 3])
    with pytest.raises(TypeError, match="has type float32 that does not match type int32"):
        w.assign(tf.constant([1.0, 2.0]))


def make_two_models() -> list[Any]:
    variables = []
    for scope, names in (("model1", ("w1", "w2")), ("model2", ("w3", "w4"))):
        with tf.variable_scope(scope):
            for name, size in zip(names, {"model1": (2, 5), "model2": (3, 4)}[scope]):
                variables.append(tf.Variable(tf.random_normal(shape=[size]), name=name))
    return variables


def test_restores_what_tensorflow_saved() -> None:
    w = make_two_models()
    sess = tf.Session()
    for scope in ("model1", "model2"):
        saver = tf.train.Saver([v for v in tf.global_variables() if scope in v.name])
        saver.restore(sess, str(GOOD / "two_models_seeded/save" / scope))
    assert sess.run(w[0]).tolist() == np.array([-0.67086124, 0.22357145], np.float32).tolist()
    assert sess.run(w[2]).shape == (3,)


def test_the_wrong_saver_is_told_what_would_fit() -> None:
    make_two_models()
    sess = tf.Session()
    with pytest.raises(tf.errors.NotFoundError) as caught:
        tf.train.Saver().restore(sess, GOOD / "two_models_seeded/save/model1")
    text = str(caught.value)
    assert text.startswith("Restoring from checkpoint failed. This is most likely due to a Variable name")
    assert "Key model2/w3 not found in checkpoint\nAlso missing: model2/w4\n" in text
    assert "holds only scope 'model1'" in text
    assert caught.value.error_code == tf.errors.NOT_FOUND
    with pytest.raises(tf.errors.FailedPreconditionError):
        sess.run("model1/w1:0")


def test_saver_errors() -> None:
    with pytest.raises(ValueError, match="No variables to save"):
        tf.train.Saver()
    w = tf.Variable([1.0], name="w")
    with pytest.raises(ValueError, match="At least two variables have the same name: w"):
        tf.train.Saver([w, w])
    with pytest.raises(ValueError, match="The same saveable will be restored with two names"):
        tf.train.Saver({"a": w, "b": w})
    with pytest.raises(TypeError, match="Variables to save should be passed in a dict or a list: 3"):
        tf.train.Saver(3)
    with pytest.raises(TypeError, match="Variable to save is not a Variable"):
        tf.train.Saver([w.value()])
    with pytest.raises(TypeError, match="'sess' must be a Session"):
        tf.train.Saver().save(None, "x")
    sess = tf.Session()
    with pytest.raises(ValueError, match="Can't load save_path when it is None"):
        tf.train.Saver().restore(sess, None)
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint: nothing"):
        tf.train.Saver().restore(sess, "nothing")


def test_save_writes_what_it_says(folder: Path) -> None:
    w = tf.Variable([1.0, 2.0], name="w")
    sess = tf.Session()
    saver = tf.train.Saver({"renamed": w}, max_to_keep=2)
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
        saver.save(sess, "out/m")
    assert not (folder / "out/m.index").exists()
    sess.run(w.initializer)
    for step in (1, 2, 3):
        assert saver.save(sess, "./out/m", global_step=step) == f"./out/m-{step}"
    assert saver.last_checkpoints == ["./out/m-2", "./out/m-3"]
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "checkpoint", "m-2.data-00000-of-00001", "m-2.index", "m-2.meta",
        "m-3.data-00000-of-00001", "m-3.index", "m-3.meta",
    ]  # fmt: skip
    assert (folder / "out/checkpoint").read_text() == (
        'model_checkpoint_path: "m-3"\n'
        'all_model_checkpoint_paths: "m-2"\nall_model_checkpoint_paths: "m-3"\n'
    )
    assert tf.train.latest_checkpoint("./out") == "./out/m-3"
    assert list(holdall.open("out")) == ["renamed"]


def test_damaged_data_changes_no_value(folder: Path) -> None:
    a = tf.Variable([1.0, 2.0], name="a")
    b = tf.Variable([3.0, 4.0], name="b")
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    saver = tf.train.Saver()
    saver.save(sess, "m")
    sess.run([a.assign([5, 6]), b.assign([7, 8])])
    data = folder / "m.data-00000-of-00001"
    original = data.read_bytes()
    damaged = bytearray(original)
    damaged[-1] ^= 1
    for content, error, text in (
        (bytes(damaged), tf.errors.DataLossError, "Checksum does not match: stored"),
        (original[:-1], tf.errors.OutOfRangeError, "cut short"),
    ):
        data.write_bytes(content)
        with pytest.raises(error, match=text) as caught:
            saver.restore(sess, "m")
        assert "m.data-00000-of-00001" in str(caught.value)
        assert sess.run(a).tolist() == [5, 6]
    data.unlink()
    with pytest.raises(tf.errors.NotFoundError, match="m.data-00000-of-00001"):
        saver.restore(sess, "m")


def test_mismatches_are_told_all_at_once(folder: Path) -> None:
    tf.Variable([1.0, 2.0], name="a")
    tf.Variable([1.0], name="b")
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, "m")
    with tf.Graph().as_default():
        tf.Variable([1, 2], name="a")
        tf.Variable([1], name="b")
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            tf.train.Saver().restore(tf.Session(), "m")
        for name in "ab":
            line = f"tensor_name = {name}; expected dtype int32 does not equal original dtype float"
            assert line in str(caught.value)
    with tf.Graph().as_default():
        tf.Variable([1.0, 2.0, 3.0], name="a")
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            tf.train.Saver().restore(tf.Session(), "m")
        assert "lhs shape= [3] rhs shape= [2]" in str(caught.value)


def test_deprecated_names_warn_once_for_each_place() -> None:
    texts: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: texts.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("tensorflow")
    logger.addHandler(handler)
    try:
        for _ in range(3):
            tf.all_variables()
        tf.all_variables()
    finally:
        logger.removeHandler(handler)
    assert len(texts) == 2
    assert "all_variables (from tensorflow.python.ops.variables) is deprecated" in texts[0]
    assert "test_tf1.py" in texts[0]


def test_unknown_names_are_told() -> None:
    with pytest.raises(AttributeError, match="TensorFlow's tf.no_such_thing is not provided"):
        tf.no_such_thing  # noqa: B018


def test_collections() -> None:
    w = tf.Variable(1.0, name="w")
    marker = object()
    tf.add_to_collection("mine", w)
    tf.add_to_collection("mine", marker)
    tf.add_to_collection("mine", "text")
    tf.add_to_collections(["mine", "mine", "other"], 3)
    assert tf.get_collection("mine") == [w, marker, "text", 3]
    assert tf.get_collection("mine")[1] is marker
    assert tf.get_collection("none") == []
    assert tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="w") == [w]
    assert tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="x") == []
    keys = tf.get_default_graph().get_all_collection_keys()
    assert keys == ["mine", "other", "trainable_variables", "variables"]
