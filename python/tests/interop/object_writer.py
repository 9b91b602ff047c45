"""Writes object-based checkpoints with TensorFlow 2, and what TensorFlow says is in them.

A program of its own, ``python object_writer.py FOLDER``: the other tests here switch TensorFlow 2's
behaviour off for their whole process. Beside each checkpoint PREFIX lies PREFIX.truth.npz, whose
arrays are numbered, and PREFIX.truth.json: name as stored, the variable's full name, by TensorFlow's
own reader of the graph, and the number of its array.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def write_truth(tf: Any, prefix: str) -> None:
    from tensorflow.core.protobuf import trackable_object_graph_pb2

    reader = tf.train.load_checkpoint(prefix)
    graph = trackable_object_graph_pb2.TrackableObjectGraph()
    graph.ParseFromString(reader.get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"))
    full_names: list[tuple[str, str]] = []
    for node in graph.nodes:
        full_names += [(a.checkpoint_key, a.full_name) for a in node.attributes]
    variables = [(key, name) for key, name in full_names if key.endswith("VARIABLE_VALUE")]
    arrays = {str(i): reader.get_tensor(key) for i, (key, _) in enumerate(variables)}
    np.savez(prefix + ".truth.npz", **arrays)
    rows = [[key, name, i] for i, (key, name) in enumerate(variables)]
    Path(prefix + ".truth.json").write_text(json.dumps({"variables": rows, "all": sorted(reader.get_variable_to_shape_map())}))


def nested(tf: Any) -> Any:
    class Dense(tf.Module):  # type: ignore[misc]
        def __init__(self, size: int) -> None:
            super().__init__()
            self.kernel = tf.Variable(np.random.rand(size, 3), name="kernel", dtype=tf.float32)
            self.bias = tf.Variable(np.random.rand(3), name="bias", dtype=tf.float64)

    root = tf.train.Checkpoint(first=Dense(2))
    root.blocks = [Dense(3), root.first, Dense(4)]
    root.by_name = {"a": Dense(1), "with/slash.and.dot": tf.Variable(7, name="odd")}
    root.pair = (tf.Variable([True, False]), tf.Variable(["text", ""]))
    # A cycle, and one object under two names.
    root.first.parent = root
    root.again = root.blocks[0]
    return root


def with_slots(tf: Any) -> Any:
    weights = tf.Variable(np.random.rand(4, 2), name="dense/kernel", dtype=tf.float32)
    bias = tf.Variable(np.random.rand(2), name="dense/bias", dtype=tf.float32)
    optimizer = tf.compat.v1.train.AdamOptimizer(0.1)
    for _ in range(3):
        optimizer.minimize(lambda: tf.reduce_sum(weights * weights) + tf.reduce_sum(bias * bias))
    return tf.train.Checkpoint(optimizer=optimizer, layer=tf.train.Checkpoint(k=weights, b=bias))


def keras_model(tf: Any) -> Any:
    model = tf.keras.Sequential(
        [tf.keras.Input((2,)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)]
    )
    model.compile(tf.keras.optimizers.Adam(use_ema=True), "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    return tf.train.Checkpoint(model=model, optimizer=model.optimizer)


def with_others(tf: Any) -> Any:
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    table.insert(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64))
    iterator = iter(tf.data.Dataset.range(5))
    next(iterator)
    return tf.train.Checkpoint(table=table, iterator=iterator, v=tf.Variable(2.5, name="v"))


def managed(tf: Any, folder: str) -> None:
    step = tf.Variable(0, name="step")
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(step=step), folder, max_to_keep=3)
    for _ in range(5):
        step.assign_add(1)
        manager.save()
    assert tf.train.latest_checkpoint(folder) == f"{folder}/ckpt-5"


def saved_model(tf: Any, folder: str) -> None:
    class Model(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.w = tf.Variable(np.random.rand(3, 2), name="w", dtype=tf.float32)
            self.layers = [tf.Variable(np.random.rand(2), name=f"b{i}") for i in range(3)]

        @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32)])
        def __call__(self, x: Any) -> Any:
            return x @ self.w

    tf.saved_model.save(Model(), folder)
    loaded = tf.saved_model.load(folder)
    variables = [loaded.w, *loaded.layers]
    np.savez(folder + ".truth.npz", **{v.name.split(":")[0]: v.numpy() for v in variables})


def main(folder: str) -> None:
    import tensorflow as tf

    np.random.seed(1)
    for name, make in [("nested", nested), ("slots", with_slots), ("keras", keras_model),
                       ("others", with_others)]:  # fmt: skip
        write_truth(tf, make(tf).save(f"{folder}/{name}/m"))
    managed(tf, f"{folder}/managed")
    saved_model(tf, f"{folder}/export")


if __name__ == "__main__":
    main(sys.argv[1])
