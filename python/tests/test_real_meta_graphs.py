"""`.meta` files that TensorFlow 1.15.5 wrote: imported, restored through their own savers, saved again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import GOOD, TREE

import holdall.tf1 as tf

# What was saved through each graph's own saver. The second saver of "same_names" gave other names.
GRAPHS = [
    ("keep", "model-400"), ("optimizer", "train-3"), ("partitioned", "partitioned"), ("resource", "resource"),
    ("same_names", "all"), ("sharded", "sharded"), ("two_models_seeded", "save/model1"),
    ("two_models_tf2", "save_ref/model1"), ("two_models_tf2", "save_resource/model2"),
]  # fmt: skip


def stored(reader: Any, variable: Any, scope: str) -> Any:
    """The variable's value, or the part of it, as the checkpoint has it."""
    info = variable._get_save_slice_info()
    name = variable.op.name if info is None else info.full_name
    value = np.asarray(reader.get_tensor(name[len(scope) + 1 :]))
    if info is None:
        return value
    return value[tuple(slice(o, o + n) for o, n in zip(info.var_offset, info.var_shape))]


@pytest.mark.parametrize(("folder_name", "name"), GRAPHS, ids=[f"{a}-{b.replace('/', '-')}" for a, b in GRAPHS])
def test_a_real_graph_gives_its_variables_and_saver(folder_name: str, name: str, folder: Path) -> None:
    prefix = str(GOOD / folder_name / name)
    reader = tf.train.NewCheckpointReader(prefix)
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(f"{prefix}.meta", import_scope="here")
        assert saver is not None
        variables = tf.global_variables()
        assert variables
        saver.restore(session, prefix)
        for variable in variables:
            value = session.run(variable)
            assert np.array_equal(value, stored(reader, variable, "here")), variable.name
        again = saver.save(session, folder / "again")
    for end in (".index", ".data-00000-of-00001"):
        original = Path(prefix + end)
        if original.exists():
            assert Path(f"{again}{end}").read_bytes() == original.read_bytes()
    # And what was exported comes in again, as part of a larger graph.
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(f"{again}.meta", import_scope="there").restore(session, again)
        for variable in tf.global_variables():
            value = session.run(variable)
            assert np.array_equal(value, stored(reader, variable, "there/here")), variable.name


def test_the_averages_of_an_optimizers_checkpoint_take_the_place_of_the_weights() -> None:
    prefix = str(GOOD / "optimizer/train-3")
    reader = tf.train.NewCheckpointReader(prefix)
    averaged = {n: s for n, s in tf.train.list_variables(prefix) if n.endswith("/ExponentialMovingAverage")}
    assert averaged
    with tf.Graph().as_default(), tf.Session() as session:
        weights = [tf.get_variable(name.rsplit("/", 1)[0], shape) for name, shape in averaged.items()]
        names = tf.train.ExponentialMovingAverage(0.9).variables_to_restore(weights)
        assert sorted(names) == sorted(averaged)
        tf.train.Saver(names).restore(session, prefix)
        for weight in weights:
            expected = reader.get_tensor(f"{weight.op.name}/ExponentialMovingAverage")
            assert np.array_equal(session.run(weight), expected)


def test_text_form_is_the_same_graph() -> None:
    found = []
    for suffix in ("meta", "text.meta", "stripped.meta"):
        with tf.Graph().as_default() as graph:
            tf.train.import_meta_graph(GOOD / f"meta_collections/graph.{suffix}")
            found.append([(op.name, op.type, op.inputs and op.inputs[0].name) for op in graph.get_operations()])
            assert tf.get_collection("texts") == [b"abc", b"def"]
            assert tf.get_collection("numbers") == [7, 1099511627776]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("name", "old", "sharded"),
    [("partitioned/partitioned", "partitioned/partitioned_v1", False), ("sharded/sharded", "sharded/sharded_v1", True)],
)
def test_the_old_format_is_written_byte_for_byte(name: str, old: str, sharded: bool, folder: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(GOOD / f"{name}.meta").restore(session, GOOD / name)
        saver = tf.train.Saver(write_version=tf.train.SaverDef.V1, sharded=sharded, name="old")
        saved = saver.save(session, "./v1", write_state=False, write_meta_graph=False)
        written = sorted(path.name for path in folder.iterdir())
        expected = TREE / "src/formats/tf_v1/testdata" / old
        for each in written:
            theirs = expected.with_name(each.replace("v1", expected.name))
            assert (folder / each).read_bytes() == theirs.read_bytes(), each
        assert saved == ("./v1-?????-of-00003" if sharded else "./v1")
        assert len(written) == (3 if sharded else 1)
        saver.restore(session, saved)
