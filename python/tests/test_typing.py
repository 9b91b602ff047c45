"""The types hold: of the package, and of a program that uses it."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TREE

EXAMPLE = TREE / "examples/arrays/other_packages.py"


def test_package_and_example_pass_strict_checks(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path),
         str(TREE / "python/holdall"), str(EXAMPLE)],
        cwd=TREE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_example_does_what_it_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), str(folder)])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    out = capsys.readouterr().out.splitlines()
    assert out[:4] == ["net/n uint8 [1, 2]", "net/w float32 [3]", "net/words string [2]", "6.0"]
    assert out[-2:] == ["[1.0, 2.0, 3.0] mapped", "not-found dna"]
