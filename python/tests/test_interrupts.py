"""Ctrl-C during a long call: it ends with KeyboardInterrupt, and everything is as it was.

Each program works through a file that is far larger than what it has read when the signal comes. How
much it read in all, as the system counts, tells whether the call stopped or went on to its end.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sparse_files import write_sparse_npz

import holdall

GIB = 1 << 30
UNDER_WAY = 64 << 20  # bytes read; what a program's start takes is far less

PROGRAM = """
import holdall

session = holdall.Session()
session.assign({"kept": b"value"})
generation = session.generation
try:
    CALL
except KeyboardInterrupt:
    with open("/proc/self/io") as counters:
        print("interrupted", session.generation == generation, counters.readline().split()[1])
"""

CALLS = {
    "load": ("session.load('big.npz', scope='a')", 6),
    "load_all": ("session.load_all({'a': 'big.npz'})", 6),
    "read": ("holdall.open('big.npz').read('w')", 6),
    "numpy": ("holdall.open('big.npz').numpy()", 6),
    "verify": ("holdall.verify('big.npz')", 16),
    "diff": ("holdall.diff('big.npz', 'big.npz')", 16),
    "copy": ("holdall.copy('big.npz', 'out')", 16),
}


def bytes_read(process: subprocess.Popen[str]) -> int:
    return int(Path(f"/proc/{process.pid}/io").read_text().split()[1])


def interrupt(call: str, folder: Path) -> list[str]:
    """Sends the program the signal once it is under way; what it prints."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("CALL", call)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None and bytes_read(process) < UNDER_WAY:
            pass
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate()
    assert process.returncode == 0, errors
    return out.split()


@pytest.mark.parametrize("name", CALLS)
def test_a_signal_stops_a_long_call(name: str, folder: Path) -> None:
    call, size_gib = CALLS[name]
    write_sparse_npz(folder / "big.npz", size_gib * GIB)
    told, is_unchanged, read = interrupt(call, folder)
    assert (told, is_unchanged) == ("interrupted", "True")
    assert int(read) < size_gib * GIB
    assert [path.name for path in folder.iterdir()] == ["big.npz"]


WITH_PROGRESS = """
import signal
import holdall

told = []

def seen(done, total):
    told.append(done < total)
    if len(told) == 1:
        print("under way", flush=True)

session = holdall.Session()
try:
    CALL
except KeyboardInterrupt:
    print(told[-1], session.generation)
"""


@pytest.mark.parametrize(
    "call",
    [
        "session.load('big.npz', io='map', progress=seen)",
        "session.load('big.npz', io='map', verify=False); session.save('out.npz', progress=seen)",
    ],
)
def test_a_signal_stops_a_call_that_is_watched(call: str, folder: Path) -> None:
    write_sparse_npz(folder / "big.npz", 24 * GIB)
    (folder / "out.npz").write_bytes(b"before")
    with subprocess.Popen(
        [sys.executable, "-c", WITH_PROGRESS.replace("CALL", call)],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "under way\n"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    assert out == f"True {int('save' in call)}\n"
    assert (folder / "out.npz").read_bytes() == b"before"
    assert sorted(path.name for path in folder.iterdir()) == ["big.npz", "out.npz"]


def test_a_handler_that_does_not_raise_lets_the_call_go_on(folder: Path) -> None:
    write_sparse_npz(folder / "big.npz", 16 << 20)
    program = """
import os, signal, holdall
calls = []
signal.signal(signal.SIGUSR1, lambda *_: calls.append("handled"))
report = holdall.verify("big.npz", progress=lambda *_: os.kill(os.getpid(), signal.SIGUSR1))
print(calls[0], report.is_whole)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stdout == "handled False\n", done.stderr


def test_a_call_in_another_thread_leaves_python_to_others_and_stops_when_told(folder: Path) -> None:
    write_sparse_npz(folder / "big.npz", 16 * GIB)
    under_way = threading.Event()
    stop = threading.Event()
    ended: list[BaseException] = []

    def watch(done: int, total: int) -> None:
        under_way.set()
        if stop.is_set():
            raise TimeoutError("stopped")

    def work() -> None:
        try:
            holdall.verify("big.npz", progress=watch)
        except TimeoutError as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert under_way.wait(60)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert [str(error) for error in ended] == ["stopped"]
