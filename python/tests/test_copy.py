"""Copies across formats, differences, verification."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import holdall


@pytest.fixture
def model(folder: Path) -> Path:
    session = holdall.Session()
    session.assign({"net/w": np.float32([[1, 2], [3, 4]]), "net/n": np.int64([7])})
    session.save(folder / "model")
    return folder / "model"


def test_copy_converts_renames_and_merges(model: Path, folder: Path) -> None:
    holdall.copy(model, folder / "m.safetensors", rules="strip net/", dtype="float16")
    copied = holdall.open(folder / "m.safetensors")
    assert copied.format == "safetensors"
    assert copied.info("w").dtype == "float16"
    assert copied["n"].tolist() == [7]
    report = holdall.copy({"a": model, "b": holdall.open(model)}, folder / "both")
    assert report.tensor_count == 4
    assert sorted(holdall.open(folder / "both")) == ["a/net/n", "a/net/w", "b/net/n", "b/net/w"]


def test_a_session_saves_by_the_ending_of_the_path(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"w": np.float32([1])})
    session.save(folder / "m.npz")
    assert np.load(folder / "m.npz")["w"].tolist() == [1]


def test_progress_is_called_and_may_stop(model: Path, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    holdall.copy(model, folder / "copy", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (24, 24)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        holdall.copy(model, folder / "stopped", progress=stop)
    assert not (folder / "stopped.index").exists()


def test_diff(model: Path, folder: Path) -> None:
    holdall.copy(model, folder / "other.npz", rules="strip net/")
    same = holdall.diff(model, folder / "other.npz", rules_a="strip net/")
    assert same.is_same
    different = holdall.diff(model, folder / "other.npz")
    assert not different.is_same
    assert len(json.loads(different.to_json())["added"]) == 2


def test_verify(model: Path) -> None:
    assert holdall.verify(model).is_whole
    data = model.with_name("model.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[0] ^= 1
    data.write_bytes(content)
    report = holdall.verify(model)
    assert not report.is_whole
    assert "net/n" in str(report)
