"""What ``progress=`` takes, on every long call."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdall

Function = Callable[[int, int], object]


@pytest.fixture
def model(folder: Path) -> Path:
    session = holdall.Session()
    session.assign({"w": np.arange(1000, dtype=np.float32), "n": np.int64([7])})
    session.save("model")
    return folder / "model"


def loaded(model: Path) -> holdall.Session:
    session = holdall.Session()
    session.load(model)
    return session


CALLS: dict[str, Callable[[Path, Any], object]] = {
    "load": lambda path, p: holdall.Session().load(path, progress=p),
    "load_all": lambda path, p: holdall.Session().load_all({"a": path, "b": path}, progress=p),
    "restore": lambda path, p: loaded(path).restore(path, progress=p),
    "restore_all": lambda path, p: loaded(path).restore_all({"": path}, progress=p),
    "save": lambda path, p: loaded(path).save("saved", progress=p),
    "copy": lambda path, p: holdall.copy(path, "copied.safetensors", progress=p),
    "diff": lambda path, p: holdall.diff(path, path, progress=p),
    "verify": lambda path, p: holdall.verify(path, progress=p),
    "read": lambda path, p: holdall.open(path).read("w", progress=p),
    "read_box": lambda path, p: holdall.open(path).read("w", ([1], [2]), progress=p),
    "numpy": lambda path, p: holdall.open(path).numpy(progress=p),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_is_told_how_far_it_is(name: str, model: Path) -> None:
    seen: list[tuple[int, int]] = []
    threads = set()

    def show(done: int, total: int) -> None:
        seen.append((done, total))
        threads.add(threading.current_thread())

    CALLS[name](model, show)
    totals = {total for _, total in seen}
    done = [each for each, _ in seen]
    assert len(totals) == 1
    assert done == sorted(done)
    assert done[-1] == totals.pop() > 0
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("name", CALLS)
def test_what_the_function_raises_stops_the_call(name: str, model: Path, folder: Path) -> None:
    before = sorted(folder.iterdir())

    def stop(done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        CALLS[name](model, stop)
    assert sorted(folder.iterdir()) == before


def test_a_load_that_is_stopped_leaves_the_session_as_it_was(model: Path) -> None:
    session = holdall.Session()
    session.assign({"kept": [1]})
    generation = session.generation

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.load(model, scope="a", progress=stop)
    assert session.generation == generation
    assert list(session.scope()) == ["kept"]


def test_small_steps_are_not_all_told(folder: Path) -> None:
    session = holdall.Session()
    session.assign({f"t{i}": np.uint8([1]) for i in range(20000)})
    calls = 0

    def count(done: int, total: int) -> None:
        nonlocal calls
        calls += 1

    session.save("many", progress=count)
    assert 10 < calls < 3000


@pytest.mark.parametrize("value", [5, "yes"])
def test_anything_else_is_refused(value: Any, model: Path) -> None:
    with pytest.raises(TypeError, match="progress is None, True or a function"):
        holdall.verify(model, progress=value)


PROGRAM = """
import sys
for name in sys.argv[2].split(","):
    sys.modules[name] = None  # as if it were not installed
import holdall
holdall.Session().load(sys.argv[1], progress=True)
holdall.verify(sys.argv[1], progress=None)
"""


def run_without(packages: str, model: Path, stderr: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(model), packages],
        stdout=subprocess.PIPE,
        stderr=stderr,
        check=True,
        text=True,
    )
    return done.stdout


def on_terminal(packages: str, model: Path) -> str:
    """What the program writes to a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    try:
        assert run_without(packages, model, theirs) == ""
    finally:
        os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    return text.decode()


def test_true_is_a_bar_of_tqdm(model: Path) -> None:
    text = on_terminal("rich", model)
    assert "load: 100%" in text
    assert "3.91k/3.91k" in text or "3.91kB" in text


def test_true_is_a_bar_of_rich_where_that_is_there(model: Path) -> None:
    text = on_terminal("tqdm,tqdm.auto", model)
    assert "load" in text
    assert "4.0/4.0 kB" in text


def test_true_is_a_plain_line_where_neither_is(model: Path) -> None:
    text = on_terminal("tqdm,tqdm.auto,rich,rich.console", model)
    assert text.startswith("\rload: ")
    assert text.endswith("\rload: 100 % of 0.0 MB\r\n")


def test_the_plain_line_is_for_terminals(model: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(model), "tqdm,tqdm.auto,rich,rich.console"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == done.stderr == ""
