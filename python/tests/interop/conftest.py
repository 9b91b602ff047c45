"""Real TensorFlow, or a counted skip that says so."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


@pytest.fixture(scope="session")
def real_tf():
    """TensorFlow 2 with its TF1 API in graph mode."""
    tensorflow = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    tensorflow.compat.v1.disable_v2_behavior()
    return tensorflow.compat.v1
