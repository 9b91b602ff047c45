"""Programs whose random values real TensorFlow 1.15.5 wrote down: every value, every node."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from conftest import TREE

import holdall.tf1 as tf

TRUTH = TREE / "src/tf1/testdata/random/truth.json"
CASES = json.loads(TRUTH.read_text())["cases"]

# Programs that need names which holdall.tf1 does not have yet, each with the first that is missing.
NOT_YET = {
    "glorot_uniform_initializer",
    "glorot_normal_initializer",
    "initializers",
    "variance_scaling_initializer",
    "uniform_unit_scaling_initializer",
    "orthogonal_initializer",
    "placeholder",
}


# A shape that is itself a tensor is not taken yet.
SHAPE_IS_TENSOR = "tf.random_normal(s)"


def missing_name(program: str) -> str | None:
    if SHAPE_IS_TENSOR in program:
        return SHAPE_IS_TENSOR
    return next((name for name in sorted(NOT_YET) if f"tf.{name}" in program), None)


BUILDABLE = [case for case in CASES if missing_name(case["program"]) is None]


def test_the_list_of_what_is_missing_is_true() -> None:
    assert len(CASES) == 56
    assert len(BUILDABLE) >= 44
    for name in NOT_YET:
        assert not hasattr(tf, name), f"tf.{name} is there now: its programs must run"
    with tf.Graph().as_default(), pytest.raises((TypeError, ValueError)):
        tf.random_normal(tf.constant([3]))


def check_values(values: list[Any], truth: list[dict[str, Any]]) -> None:
    for value, expected in zip(values, truth, strict=True):
        array = np.asarray(value)
        assert array.dtype.name == expected["dtype"]
        assert list(array.shape) == expected["shape"]
        assert hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() == expected["sha256"]


@pytest.mark.parametrize("case", BUILDABLE, ids=[case["name"] for case in BUILDABLE])
def test_values_and_nodes_are_tensorflows(case: dict[str, Any]) -> None:
    graph = tf.Graph()
    with graph.as_default():
        if case["graph_seed"] is not None:
            tf.set_random_seed(case["graph_seed"])
        names: dict[str, Any] = {"tf": tf, "OLD": True, "np": np}
        exec(case["program"], names)  # noqa: S102
        fetches = [names[name] for name in case["fetches"]]
        assert [[op.name, op.type] for op in graph.get_operations()] == case["nodes"]
        for truths in ([*case["runs_in_first_session"]], [case["run_in_second_session"]]):
            with tf.Session() as sess:
                for truth in truths:
                    if "init" in names:
                        sess.run(names["init"])
                    check_values(sess.run(fetches), truth)
