"""The programs of examples/ run, and say the same in C++ and in Python. scripts/demo and the step
"installed-package" run those of examples/classic and examples/direct too.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import CONSUMER, TREE

import holdall

LANGUAGES = ("cpp", "python")


def run(language: str, example: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = (
        [str(CONSUMER / example.replace("/", "_"))]
        if language == "cpp"
        else [sys.executable, str(TREE / f"examples/{example}.py")]
    )
    return subprocess.run([*program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_models(language: str, folder: Path) -> None:
    done = run(language, "direct/two_models", folder, "dna", "rna", "both")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "6 tensors saved to both · 693 B in 2 files"


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_names_are_told_with_the_rule_that_helps(language: str, folder: Path) -> None:
    done = run(language, "rename/with_other_names", folder, "old", "dna", "new")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Key conv/bias not found in checkpoint" in done.stderr
    assert done.stderr.endswith("all 3 would match with:  strip tower_0/\n")
    assert not (folder / "new.index").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_makes_other_names_fit(language: str, folder: Path) -> None:
    done = run(language, "rename/with_other_names", folder, "old", "dna", "new", "strip tower_0/")
    assert done.returncode == 0, done.stderr
    assert "conv/bias came from tower_0/conv/bias\n" in done.stdout
    renamed, meant = (holdall.open(folder / name) for name in ("new", "dna"))
    assert set(renamed) == set(meant)
    for name in meant:
        np.testing.assert_array_equal(renamed[name], meant[name])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_is_replaced_under_readers(language: str, folder: Path) -> None:
    done = run(language, "swap/under_readers", folder, "run/model-200", "run/model-300", "20")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "20 swaps under 4 readers, 0 mixtures seen\n"
