"""Several data files, and variables stored in slices, in both directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graph_mode import tf_restore, tf_save

import holdall
from holdall import _core


def files(prefix: Path) -> dict[str, bytes]:
    return {
        path.name.replace(prefix.name, "", 1): path.read_bytes()
        for path in prefix.parent.glob(prefix.name + ".*")
    }


def item(name: str, array: Any, shard: int = 0, slice_: Any = None) -> Any:
    return name, holdall.tensor(array), shard, slice_


def test_merged_checkpoints_are_the_same_bytes(real_tf: Any, folder: Path) -> None:
    parts = [{"a": np.arange(4.0), "c": np.int32(3)}, {"b": np.ones((2, 2), np.float32)},
             {"d": np.array([b"text"], dtype=object)}]  # fmt: skip
    for i, part in enumerate(parts):
        tf_save(real_tf, f"t/part{i}", part)
    with real_tf.Graph().as_default(), real_tf.Session() as sess:
        sess.run(real_tf.raw_ops.MergeV2Checkpoints(
            checkpoint_prefixes=[f"t/part{i}" for i in range(3)], destination_prefix="theirs"))  # fmt: skip
    items = [item(name, array, i) for i, part in enumerate(parts) for name, array in part.items()]
    _core.save_tensors("ours", items, shard_count=3, update_state=False, alignment=1)
    assert files(folder / "ours") == files(folder / "theirs")
    theirs = holdall.open("theirs")
    assert len(theirs.files) == 3
    assert theirs["a"].tolist() == [0, 1, 2, 3]
    assert theirs.read("d").strings() == [b"text"]
    assert tf_restore(real_tf, "ours", {"b": "float32", "c": "int32"})["c"] == 3


def cut(array: Any, axis: int, count: int) -> list[tuple[tuple[list[int], list[int], list[int]], Any]]:
    """TensorFlow's partition: the first parts get one more row each."""
    pieces = []
    start = 0
    for i in range(count):
        size = array.shape[axis] // count + (i < array.shape[axis] % count)
        starts, lengths = [0] * array.ndim, list(array.shape)
        starts[axis], lengths[axis] = start, size
        index = tuple(slice(s, s + n) for s, n in zip(starts, lengths))
        pieces.append(((starts, lengths, list(array.shape)), np.ascontiguousarray(array[index])))
        start += size
    return pieces


CUTS = [((10, 4), 0, 2), ((3, 7), 1, 3), ((6,), 0, 6), ((2, 6, 3), 1, 4), ((25, 2), 0, 12)]


@pytest.mark.parametrize(("shape", "axis", "count"), CUTS)
def test_partitioned_variables_are_the_same_bytes(
    shape: tuple[int, ...], axis: int, count: int, real_tf: Any, folder: Path
) -> None:
    array = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    tf = real_tf
    with tf.Graph().as_default(), tf.Session() as sess:

        def part(shape: Any, dtype: Any, partition_info: Any) -> Any:
            where = zip(partition_info.var_offset, shape)
            return tf.constant(array[tuple(slice(start, start + size) for start, size in where)])

        tf.get_variable("emb/weights", shape, initializer=part, use_resource=False,
                        partitioner=tf.fixed_size_partitioner(count, axis))  # fmt: skip
        tf.get_variable("plain", initializer=np.float32(1), use_resource=False)
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, "theirs", write_meta_graph=False, write_state=False)
    # TensorFlow orders the parts by their variables' names as text: part_10 before part_2.
    parts = sorted(enumerate(cut(array, axis, count)), key=lambda p: f"part_{p[0]}:0")
    items = [item("emb/weights", piece, 0, where) for _, (where, piece) in parts]
    _core.save_tensors("ours", [*items, item("plain", np.float32(1))], update_state=False, alignment=1)
    assert files(folder / "ours") == files(folder / "theirs")
    theirs = holdall.open("theirs")
    np.testing.assert_array_equal(theirs["emb/weights"], array)
    assert len(theirs.info("emb/weights").pieces) == count


def test_our_slices_are_restored_into_other_cuts(real_tf: Any, folder: Path) -> None:
    array = np.arange(40, dtype=np.float32).reshape(10, 4)
    _core.save_tensors("ours", [item("v", piece, i % 2, where)
                                for i, (where, piece) in enumerate(cut(array, 0, 3))],
                       shard_count=2, update_state=False, alignment=1)  # fmt: skip
    tf = real_tf
    for partitioner in (None, tf.fixed_size_partitioner(3), tf.fixed_size_partitioner(4),
                        tf.fixed_size_partitioner(2, axis=1)):  # fmt: skip
        with tf.Graph().as_default(), tf.Session() as sess:
            v = tf.get_variable("v", [10, 4], partitioner=partitioner, use_resource=False)
            tf.train.Saver().restore(sess, "./ours")
            np.testing.assert_array_equal(sess.run(tf.convert_to_tensor(v)), array)


@pytest.mark.parametrize("name", ["float16", "uint16", "string", "bool"])
def test_slices_of_types_that_tensorflow_only_reads_in_their_own_cut(
    name: str, real_tf: Any, folder: Path
) -> None:
    """TensorFlow cannot join slices of half, uint16 or strings; we can."""
    if name == "string":
        array = np.array([[b"a", b"bb"], [b"", b"cccc"], [b"d", b"e" * 300]], dtype=object)
    else:
        array = np.arange(6).reshape(3, 2).astype(name)
    _core.save_tensors("ours", [item("v", piece, 0, where) for where, piece in cut(array, 0, 2)],
                       update_state=False, alignment=1)  # fmt: skip
    np.testing.assert_array_equal(holdall.open("ours")["v"], array)
    np.testing.assert_array_equal(
        holdall.open("ours").read("v", box=([1, 1], [2, 1])).numpy(), array[1:, 1:]
    )
    tf = real_tf
    with tf.Graph().as_default(), tf.Session() as sess:
        first, second = tf.raw_ops.RestoreV2(
            prefix="ours", tensor_names=["v", "v"], shape_and_slices=["3 2 0,2:0,2", "3 2 2,1:0,2"],
            dtypes=[tf.as_dtype(name)] * 2)  # fmt: skip
        values = sess.run([first, second])
    np.testing.assert_array_equal(np.concatenate(values), array)


def test_reading_any_box_of_a_partitioned_tensor(real_tf: Any, folder: Path) -> None:
    array = np.arange(2 * 7 * 5, dtype=np.int64).reshape(2, 7, 5)
    _core.save_tensors("ours", [item("v", piece, 0, where) for where, piece in cut(array, 1, 3)],
                       update_state=False, alignment=1)  # fmt: skip
    checkpoint = holdall.open("ours")
    rng = np.random.default_rng(3)
    for _ in range(60):
        starts = [int(rng.integers(0, n)) for n in array.shape]
        lengths = [int(rng.integers(1, n - s + 1)) for n, s in zip(array.shape, starts)]
        index = tuple(slice(s, s + n) for s, n in zip(starts, lengths))
        np.testing.assert_array_equal(checkpoint.read("v", box=(starts, lengths)).numpy(), array[index])
