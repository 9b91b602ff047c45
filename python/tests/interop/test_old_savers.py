"""V1 checkpoints between TensorFlow's Saver and Holdall, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf.saver_pb2 import SaverDef

import holdall

v1 = tf.compat.v1

VALUES: dict[str, Any] = {
    "big": np.random.default_rng(1).standard_normal((1500, 400)).astype(np.float32),
    "mid": np.random.default_rng(2).standard_normal(100_000),
    "numbers": np.random.default_rng(3).integers(-(2**62), 2**62, (300, 100)),
    "bytes": np.arange(-128, 128, dtype=np.int8),
    "half": np.linspace(-1, 1, 7, dtype=np.float16),
    "flags": np.array([True, False]),
    "complex": np.array([1 + 2j], np.complex64),
    "scalar": np.float64(3.5),
    "words": np.array([b"a", b"", b"\0\xff"], object),
}


def variable(name: str, value: Any) -> Any:
    return v1.get_variable(name, initializer=tf.constant(value), use_resource=False)


@pytest.fixture
def saved(folder: Path) -> Path:
    """All of VALUES, and a variable "p/w" in three parts, by TensorFlow."""
    with tf.Graph().as_default(), v1.Session() as session:
        for name, value in VALUES.items():
            variable(name, value)
        with v1.variable_scope("p", partitioner=v1.fixed_size_partitioner(3)):
            variable("w", np.arange(14, dtype=np.float32).reshape(7, 2))
        session.run(v1.global_variables_initializer())
        saver = v1.train.Saver(write_version=SaverDef.V1)
        saver.save(session, str(folder / "saved"), write_meta_graph=False)
    return folder / "saved"


def test_what_tensorflow_saved_is_read(saved: Path) -> None:
    checkpoint = holdall.open(saved)
    assert checkpoint.format == "tf_v1"
    assert sorted(checkpoint) == sorted([*VALUES, "p/w"])
    for name, value in VALUES.items():
        np.testing.assert_array_equal(checkpoint[name], value)
    np.testing.assert_array_equal(checkpoint["p/w"].reshape(-1), np.arange(14))


def test_copies_have_tensorflows_bytes(saved: Path, folder: Path) -> None:
    parts = "p/w=axis0:3"
    holdall.copy(saved, folder / "again", format="tf_v1", partition=parts)
    assert (folder / "again").read_bytes() == saved.read_bytes()
    holdall.copy(saved, folder / "v2")
    holdall.copy(folder / "v2", folder / "back", format="tf_v1", partition=parts)
    assert (folder / "back").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("shards", [1, 3])
def test_what_holdall_saved_is_restored(saved: Path, folder: Path, shards: int) -> None:
    holdall.copy(saved, folder / "ours", format="tf_v1", shard_count=shards)
    path = folder / ("ours" if shards == 1 else "ours-?????-of-00003")
    with tf.Graph().as_default(), v1.Session() as session:
        variables = {
            name: variable(name, np.zeros_like(value) if name != "words" else [b""] * 3)
            for name, value in VALUES.items()
        }
        whole = variable("whole", np.zeros((7, 2), np.float32))
        v1.train.Saver({**variables, "p/w": whole}).restore(session, str(path))
        for name, value in VALUES.items():
            np.testing.assert_array_equal(session.run(variables[name]), value)
        np.testing.assert_array_equal(session.run(whole).reshape(-1), np.arange(14))
