"""Two models of one code, saved by TensorFlow without a scope, put under scopes by Holdall, and restored
by TensorFlow through a Saver each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import holdall

v1 = tf.compat.v1


Values = dict[str, Any]


def save_model(path: Path, first: float) -> Values:
    with tf.Graph().as_default(), v1.Session() as session:
        value = np.full((2, 3), first, np.float32)
        variables = [
            v1.get_variable("global_step", initializer=np.int64(7), trainable=False),
            v1.get_variable("conv/kernel", initializer=value),
            v1.get_variable(
                "conv/kernel/ExponentialMovingAverage", initializer=value + 1, trainable=False
            ),
            v1.get_variable("conv/kernel/Adam", initializer=value * 2, trainable=False),
        ]
        session.run(v1.global_variables_initializer())
        v1.train.Saver(variables).save(session, str(path))
        return {variable.op.name: session.run(variable) for variable in variables}


def restore_by_tensorflow(path: Path, scope: str) -> Any:
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope(scope):
            kernel = v1.get_variable("conv/kernel", shape=(2, 3))
        v1.train.Saver([kernel]).restore(session, str(path))
        return session.run(kernel)


@pytest.fixture
def models(folder: Path) -> dict[str, Values]:
    return {name: save_model(folder / name, first) for name, first in (("a", 1.0), ("b", 5.0))}


def test_a_scoped_session_is_restored_by_a_saver_each(
    folder: Path, models: dict[str, Values]
) -> None:
    session = holdall.Session()
    session.load_all({name: (folder / name, {"skip_roles": ["optimizer", "step"]}) for name in models})
    session.save(folder / "both")
    for name, values in models.items():
        assert np.array_equal(restore_by_tensorflow(folder / "both", name), values["conv/kernel"])
    names = [name for name, _ in tf.train.list_variables(str(folder / "both"))]
    assert names == sorted(
        f"{name}/{inner}"
        for name in models
        for inner in ("conv/kernel", "conv/kernel/ExponentialMovingAverage")
    )


def test_averages_are_restored_under_the_names_of_their_variables(
    folder: Path, models: dict[str, Values]
) -> None:
    holdall.copy(
        {name: folder / name for name in models},
        folder / "averaged",
        prefer_ema=True,
        skip_roles=["optimizer", "step"],
    )
    for name, values in models.items():
        restored = restore_by_tensorflow(folder / "averaged", name)
        assert np.array_equal(restored, values["conv/kernel/ExponentialMovingAverage"])


def test_what_was_cut_into_slices_is_restored_by_tensorflow(
    folder: Path, models: dict[str, Values]
) -> None:
    holdall.copy(
        {name: folder / name for name in models},
        folder / "cut",
        partition="**/kernel=axis1:2",
        shard_count=2,
    )
    reader = tf.train.load_checkpoint(str(folder / "cut"))
    for name, values in models.items():
        for inner, value in values.items():
            assert np.array_equal(reader.get_tensor(f"{name}/{inner}"), value)
        assert np.array_equal(restore_by_tensorflow(folder / "cut", name), values["conv/kernel"])
