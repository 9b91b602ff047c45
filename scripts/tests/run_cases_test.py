"""cli/tests/run_cases.py: whose program it runs, and that it refuses what is none."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

RUN_CASES = Path(__file__).resolve().parents[2] / "cli/tests/run_cases.py"
EXPECTED = RUN_CASES.with_name("version.stdout")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN_CASES), *words, "version"]
    return subprocess.run(command, capture_output=True, text=True)


def program(path: Path, mode: int) -> None:
    path.write_text(f"#!/bin/sh\ncat '{EXPECTED}'\n")
    path.chmod(mode)


def test_a_relative_path_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "holdall", 0o755)
    monkeypatch.chdir(tmp_path)
    for path in ("holdall", "./holdall", os.path.relpath(tmp_path / "holdall")):
        done = run("--program", path)
        assert (done.returncode, done.stdout) == (0, "1 passed, 0 failed\n"), path


def test_what_is_no_program_is_refused_before_anything_is_rewritten(tmp_path: Path) -> None:
    before = EXPECTED.read_bytes()
    program(tmp_path / "plain", 0o644)
    for path in ("plain", "missing", "."):
        done = run("--program", str(tmp_path / path), "--rewrite")
        assert done.returncode == 2, path
        assert "is no program" in done.stderr
        assert EXPECTED.read_bytes() == before


def test_a_report_can_be_read_whatever_the_program_printed(tmp_path: Path) -> None:
    odd = tmp_path / "holdall"
    odd.write_text("#!/bin/sh\nprintf 'a\\033[1mb\\r\\000\\n'\n")
    odd.chmod(0o755)
    report = tmp_path / "report.xml"
    assert run("--program", str(odd), "--junitxml", str(report)).returncode == 1
    failure = ElementTree.parse(report).find("testcase/failure")
    assert failure is not None and failure.text is not None
    assert "+a\\x1b[1mb" in failure.text
