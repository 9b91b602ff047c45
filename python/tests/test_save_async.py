"""A save in the background: what it saves, what it says when, and what a signal leaves of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import holdall


def test_it_saves_what_the_session_held(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"a/v": np.arange(1000, dtype=np.float32)})
    pending = session.save_async("m")
    session.assign({"a/v": np.zeros(3, np.float32), "a/w": np.zeros(1, np.float32)})
    report = pending.result()
    assert pending.done()
    assert report.tensor_count == 1
    assert pending.result(timeout=0).summary() == report.summary()
    assert repr(pending) == "<holdall.PendingSave, done>"
    with holdall.open("m") as checkpoint:
        np.testing.assert_array_equal(checkpoint["a/v"], np.arange(1000, dtype=np.float32))


def test_what_can_be_said_before_is_raised_at_once(folder: Path) -> None:
    session = holdall.Session()
    with pytest.raises(holdall.NotFound, match="nothing to save"):
        session.save_async("m")
    session.assign({"v": np.zeros(1)})
    with pytest.raises(holdall.Error, match="no-such-format"):
        session.save_async("m", format="no-such-format")


def test_the_rest_is_raised_by_its_result(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"v": np.zeros(1)})
    (folder / "taken").write_text("a file, and no directory")
    pending = session.save_async("taken/m")
    for _ in range(2):
        with pytest.raises(holdall.Error, match="taken"):
            pending.result()


def test_one_that_is_cancelled_leaves_what_was_there(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"v": np.float32([1, 2])})
    session.save("m")
    session.assign({f"v{i}": np.ones(1 << 20, np.float32) for i in range(64)})
    pending = session.save_async("m")
    pending.cancel()
    try:
        pending.result(timeout=60)
    except holdall.Error as error:
        assert "cancelled" in str(error)
        assert set(holdall.open("m")) == {"v"}
    else:
        assert len(holdall.open("m")) == 65


def test_waiting_may_end_before_the_save(folder: Path) -> None:
    session = holdall.Session()
    session.assign({f"v{i}": np.ones(1 << 20, np.float32) for i in range(64)})
    pending = session.save_async("m")
    if not pending.done():
        with pytest.raises(TimeoutError, match="still going on"):
            pending.result(timeout=0)
    assert pending.result().tensor_count == 64
