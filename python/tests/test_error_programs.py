"""The 112 small programs whose errors TensorFlow 1.15.5 wrote down: the same classes and texts."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import GOOD, TREE

import holdall.tf1 as tf
from holdall.tf1._default_stack import stacks

TRUTH = json.loads((TREE / "src/tf1/testdata/errors/truth.json").read_text())
CASES = {case["name"]: case for case in TRUTH["cases"]}

# Where we say something else, and why; each with the class that is raised (None: no error).
PATHS = "a path that is no prefix is told as such, with the one that stands for it"
DEPARTURES: dict[str, tuple[str, Any]] = {
    "restore_shape_differs_resource": ("a variable keeps its shape, whatever kind it is", "InvalidArgumentError"),
    "uninitialized_after_partial_restore_resource": ("the runtime's containers are not ours", "FailedPreconditionError"),
    "restore_path_no_such_directory": (PATHS, "ValueError"),
    "restore_path_directory": (PATHS, "ValueError"),
    "restore_path_index_file": (PATHS, "ValueError"),
    "restore_path_data_file": (PATHS, "ValueError"),
    "restore_path_meta_file": (PATHS, "ValueError"),
    "restore_path_state_file": (PATHS, "ValueError"),
    "reader_of_data_file": (PATHS, "NotFoundError"),
    "save_two_directories_missing": ("missing directories are made, however many", None),
    "data_file_missing": ("the file and the tensor are named", "NotFoundError"),
}


@pytest.mark.parametrize("name", CASES)
def test_program_ends_as_it_does_in_tensorflow(name: str, folder: Path, quiet: None) -> None:
    shutil.copytree(GOOD / "two_models_seeded/save", folder / "save")
    tf.reset_default_graph()
    truth = CASES[name]["tensorflow"]["1.15.5"]
    names: dict[str, Any] = {"tf": tf, "np": np, "os": os}
    raised: BaseException | None = None
    try:
        exec(TRUTH["prelude"], names)  # noqa: S102
        exec(CASES[name]["program"], names)  # noqa: S102
    except Exception as error:
        raised = error
    finally:
        stacks.graphs.clear()
        stacks.sessions.clear()
    got = None if raised is None else type(raised).__name__
    if name in DEPARTURES:
        assert got == DEPARTURES[name][1]
        return
    assert got == truth.get("error"), raised
    assert truth.get("message", "") in str(raised)


def test_departures_are_of_programs_that_there_are() -> None:
    assert len(CASES) == 112
    assert set(DEPARTURES) <= set(CASES)
