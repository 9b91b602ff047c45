"""The same programs under TensorFlow 2's TF1 API print the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import program_runs


@pytest.mark.parametrize("name", program_runs.NAMES)
def test_program_prints_the_same_under_tensorflow(name: str, tmp_path: Path, real_tf: Any) -> None:
    real_tf.logging.set_verbosity(real_tf.logging.ERROR)
    assert program_runs.output_of(name, real_tf, tmp_path) == program_runs.expected(name)
