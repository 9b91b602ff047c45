"""Other processes: forked while a session is in use, and spawned with nothing but what they are sent."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import holdall


@pytest.fixture
def model(folder: Path) -> Path:
    session = holdall.Session()
    session.assign({"w": np.arange(1 << 20, dtype=np.float32), "s": b"text"})
    session.save("model")
    return folder / "model"


def total(path: str) -> float:
    return float(holdall.open(path)["w"].sum(dtype=np.float64))


def fail(path: str) -> None:
    holdall.open(path).read("nothing")


SUM = float(np.arange(1 << 20, dtype=np.float64).sum())


def test_spawned_workers_read_and_their_errors_come_back(model: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(total, [str(model)] * 4) == [SUM] * 4
        with pytest.raises(holdall.NotFound) as error:
            pool.apply(fail, (str(model),))
        assert error.value.file == str(model)
        assert isinstance(error.value, KeyError)


# A program of its own: what else runs in the tests' process has threads that do not take a fork.
FORKING = """
import multiprocessing, sys, threading
import numpy as np
import holdall

path = sys.argv[1]
checkpoint = holdall.open(path)
session = holdall.Session()
session.load(path, scope="a", io="map")
context = multiprocessing.get_context("fork")
stop = threading.Event()

def total(array):
    return float(array.sum(dtype=np.float64))

def work():
    while not stop.is_set():
        holdall.verify(path)

def child(sender):
    again = holdall.Session()
    again.load(path, scope="b")
    sender.send([total(checkpoint["w"]), total(session["a"]["w"]), total(again["b"]["w"])])

# Threads have run, and one is at work while the process forks.
thread = threading.Thread(target=work)
thread.start()
for _ in range(5):
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(sender,))
    process.start()
    print(receiver.recv() if receiver.poll(60) else "the child hangs")
    process.join(60)
    assert process.exitcode == 0
stop.set()
thread.join()
"""


def test_forked_workers_use_what_the_parent_opened(model: Path) -> None:
    """As a DataLoader's workers do: the checkpoint and the session are inherited."""
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(model)], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [str([SUM] * 3)] * 5, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("value", [np.float32([1, 2]), b"text", np.zeros((0, 2), np.int8)])
def test_tensors_survive_a_pickle(value: object) -> None:
    tensor = holdall.tensor(value)
    again = pickle.loads(pickle.dumps(tensor))
    assert again == tensor
    assert again.shape == tensor.shape
