"""Saves that read back what they wrote before it counts, in each way to save."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import holdall


@pytest.mark.parametrize("name", ["m", "m.safetensors", "m.npz"])
def test_every_way_to_save_can_read_back(tmp_path: Path, name: str) -> None:
    session = holdall.Session()
    session.assign({"w": np.arange(50_000, dtype=np.float32)})
    session.save(tmp_path / name, reread=True)
    session.save_async(tmp_path / name, reread=True).result()
    holdall.copy(tmp_path / name, tmp_path / f"copy-{name}", reread=True)
    np.testing.assert_array_equal(holdall.open(tmp_path / f"copy-{name}")["w"], session.scope()["w"])


def test_split_can_too(tmp_path: Path) -> None:
    session = holdall.Session()
    session.assign({"a/w": np.ones(3, np.float32), "b/w": np.zeros(3, np.float32)})
    session.save(tmp_path / "both")
    reports = holdall.split(tmp_path / "both", tmp_path / "{scope}", reread=True)
    assert len(reports) == 2
