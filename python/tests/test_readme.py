"""The README's Python text does what it says, in an empty folder. Its commands: tests/documents."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from conftest import TREE

import holdall
import holdall.tf1

sys.path.insert(0, str(TREE / "scripts"))
from documents import blocks  # noqa: E402

BLOCKS = blocks((TREE / "README.md").read_text())
PYTHON = [block.text for block in BLOCKS if block.language == "python"]
CLASSIC = TREE / "examples/classic"


def run_example(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CLASSIC / name), *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def saved(folder: Path) -> Path:
    for name in ("save_model1.py", "save_model2.py"):
        done = run_example(name, "1")
        assert done.returncode == 0, done.stderr
    return folder


def test_the_classic_block(saved: Path) -> None:
    out = io.StringIO()
    with redirect_stdout(out), holdall.tf1.Graph().as_default():
        exec(PYTHON[0], {})  # noqa: S102
    assert out.getvalue() == "w1 : [-0.67086124  0.22357145]\n"


def test_the_direct_block(saved: Path) -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        exec(PYTHON[1], {})  # noqa: S102
    assert out.getvalue() == "[-0.67086124  0.22357145]\n"
    assert len(holdall.open("both")) == 4
    session = holdall.Session()
    out = io.StringIO()
    with redirect_stdout(out):
        exec(PYTHON[2], {"holdall": holdall, "session": session})  # noqa: S102
    assert out.getvalue() == "all 2 would match with:  strip student/\n"
    assert sorted(session["again"]) == ["model1/w1", "model1/w2"]
    assert len(PYTHON) == 3, "a new block needs a test"


def test_the_programs_print_what_was_saved(saved: Path) -> None:
    restored = run_example("restore.py")
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.splitlines() == [
        "w1 : [-0.67086124  0.22357145]",
        "w2 : [-0.47795692  0.88442147 -0.62377393 -0.951011   -0.9606378 ]",
        "w3 : [-0.67086124  0.22357145  0.79727304]",
        "w4 : [-0.47795692  0.88442147 -0.62377393 -0.951011  ]",
        "Model restored.",
    ]


def test_the_wrong_program_fails_as_shown(saved: Path) -> None:
    done = run_example("restore_wrong.py")
    assert done.returncode == 1
    assert done.stdout == ""
    shown = next(block.text for block in BLOCKS if "Also missing" in block.text)
    for line in shown.splitlines()[1:]:
        assert line in done.stderr


def test_unseeded_programs_agree_with_each_other(folder: Path) -> None:
    for name in ("save_model1.py", "save_model2.py"):
        assert run_example(name).returncode == 0
    first, second = run_example("restore.py"), run_example("restore.py")
    assert first.stdout == second.stdout
    assert "-0.67086124" not in first.stdout
