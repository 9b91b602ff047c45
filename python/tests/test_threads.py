"""``threads=``: no call uses more than it is given."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdall

# A data file each, large enough that the threads are at work at the same time.
SHARDS = 4


@pytest.fixture
def model(folder: Path) -> Path:
    (folder / "run").mkdir()
    session().save(folder / "run/model", shard_count=SHARDS)
    return folder / "run/model"


def session() -> holdall.Session:
    made = holdall.Session()
    made.assign({f"net/w{i}": np.full((512, 1024), i, np.float32) for i in range(4 * SHARDS)})
    return made


def most_threads(call: Callable[[Any], object]) -> int:
    """How many threads there were at most, beside those before and the one that runs the call."""
    before = len(os.listdir("/proc/self/task"))
    most = 0

    def look(done: int, total: int) -> None:
        nonlocal most
        most = max(most, len(os.listdir("/proc/self/task")))

    call(look)
    assert most > 0, "progress was never called"
    return most - before - 1


CALLS: dict[str, Callable[[Path, int, Any], object]] = {
    "save": lambda m, n, p: session().save(
        "new", shard_count=SHARDS, threads=n, progress=p
    ),
    "copy": lambda m, n, p: holdall.copy(m, "new", shard_count=SHARDS, threads=n, progress=p),
    "merge": lambda m, n, p: holdall.copy(
        {"a": m}, "new", shard_count=SHARDS, threads=n, progress=p
    ),
    "split": lambda m, n, p: holdall.split(
        m, "{scope}", shard_count=SHARDS, threads=n, progress=p
    ),
    "diff": lambda m, n, p: holdall.diff(m, m, threads=n, progress=p),
    "verify": lambda m, n, p: holdall.verify(m, threads=n, progress=p),
    "latest": lambda m, n, p: holdall.latest(m.parent, verify=True, threads=n, progress=p),
    "doctor": lambda m, n, p: holdall.doctor(m, threads=n, progress=p),
    "salvage": lambda m, n, p: holdall.salvage(m, "new", threads=n, progress=p),
    "load": lambda m, n, p: holdall.Session().load(m, threads=n, progress=p),
}


@pytest.mark.parametrize("name", CALLS)
def test_no_call_uses_more_threads_than_it_is_given(name: str, model: Path) -> None:
    assert most_threads(lambda p: CALLS[name](model, 1, p)) == 0
    assert 1 <= most_threads(lambda p: CALLS[name](model, 3, p)) <= 2
