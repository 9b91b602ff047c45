"""Runs the answers of a document in a folder, and compares what they print with what the text says."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from pathlib import Path

from conftest import CONSUMER, PREFIX
from documents import Block, Command, agrees, commands, said_output

TIME_LIMIT_SECONDS = 120
_END = "=== status"


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PATH": f"{PREFIX / 'bin'}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=TIME_LIMIT_SECONDS, check=False)


def _check_output(said: list[str], printed: list[str], what: str) -> None:
    if not agrees(said, printed):
        lines = difflib.unified_diff(said, printed, "the text says", "it prints", lineterm="")
        raise AssertionError("\n".join([what, *lines]))


def _check_program(done: subprocess.CompletedProcess[str], said: list[str], what: str) -> None:
    assert done.returncode == 0, f"{what}: status {done.returncode}\n{done.stdout}{done.stderr}"
    _check_output(said, done.stdout.splitlines(), what)


def check_python(block: Block, folder: Path) -> None:
    done = _run([sys.executable, "-c", block.text], folder)
    _check_program(done, said_output(block.text), f"line {block.line}")


def check_cpp(block: Block, number: int, folder: Path) -> None:
    done = _run([str(CONSUMER / "guide"), str(number)], folder)
    _check_program(done, said_output(block.text), f"line {block.line}")


def _run_commands(given: list[Command], folder: Path) -> list[tuple[list[str], str]]:
    """What each printed on stdout and stderr, and how it ended."""
    script = "exec 2>&1\n" + "".join(f'{each.text}\nprintf "\\n{_END} %s\\n" "$?"\n' for each in given)
    done = _run(["bash", "-c", script], folder)
    found: list[tuple[list[str], str]] = []
    lines: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith(_END):
            # The line break in front of the mark is ours.
            found.append((lines[:-1] if lines[-1:] == [""] else lines, line.split()[-1]))
            lines = []
        else:
            lines.append(line)
    assert len(found) == len(given), f"a command ended the shell: {done.stdout}{done.stderr}"
    return found


def check_console(block: Block, folder: Path) -> None:
    """A command that fails must say so: by `; echo "status $?"` behind it."""
    given = commands(block.text)
    for command, (printed, status) in zip(given, _run_commands(given, folder)):
        what = f"line {block.line}: {command.text}"
        assert status == "0", f"{what}\nended with status {status}:\n" + "\n".join(printed)
        _check_output(command.output, printed, what)
