"""Small programs about variables, scopes, sessions and savers print what they print under TensorFlow.
interop/test_programs_alike.py shows that what is expected is what TensorFlow prints."""

from __future__ import annotations

from pathlib import Path

import program_runs
import pytest

import holdall.tf1 as tf


@pytest.mark.parametrize("name", program_runs.NAMES)
def test_program_prints_what_tensorflow_prints(name: str, tmp_path: Path, quiet: None) -> None:
    assert program_runs.output_of(name, tf, tmp_path) == program_runs.expected(name)


def test_there_are_enough_programs() -> None:
    assert len(program_runs.NAMES) >= 60
