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

# LAPACK's decomposition, which these values go through, is ours only up to rounding.
ROUNDED = "orthogonal"


def test_there_are_all_programs() -> None:
    assert len(CASES) == 56


def check_values(values: list[Any], truth: list[dict[str, Any]], is_rounded: bool) -> None:
    for value, expected in zip(values, truth, strict=True):
        array = np.asarray(value)
        assert array.dtype.name == expected["dtype"]
        assert list(array.shape) == expected["shape"]
        if is_rounded:
            first = [float(each) for each in expected["first_values"]]
            np.testing.assert_allclose(array.reshape(-1)[: len(first)], first, rtol=2e-5, atol=2e-6)
            continue
        assert hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() == expected["sha256"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
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
                    check_values(sess.run(fetches), truth, ROUNDED in case["program"])
