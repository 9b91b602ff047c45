"""TensorFlow's V1 checkpoints: TensorFlow's own files read, and what is saved as tf_v1 read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import holdall

TESTDATA = Path(__file__).resolve().parents[2] / "src/formats/tf_v1/testdata"


def test_tensorflows_files_open_by_every_spelling() -> None:
    for path in ("v1_basic", "v1_basic/model.ckpt-7", "v1_basic/checkpoint"):
        checkpoint = holdall.open(TESTDATA / path)
        assert checkpoint.format == "tf_v1"
        assert checkpoint["int8"].tolist() == [[-128, 127, 0], [1, 42, -64]]
    for path in ("sharded_v1", "sharded_v1-00001-of-00003", "sharded_v1-?????-of-00003"):
        checkpoint = holdall.open(TESTDATA / "sharded" / path)
        assert sorted(checkpoint) == ["a", "b", "c", "d", "e"]
        assert checkpoint["c"].tolist() == [-405, -258, 64, 993, -50]


def test_a_session_saves_and_loads(folder: Path) -> None:
    values = {
        "w": np.arange(6, dtype=np.float32).reshape(2, 3),
        "n": np.int64([-1, 1 << 40]),
        "half": np.float16([0.5, -2]),
        "flags": np.array([True, False]),
    }
    session = holdall.Session()
    session.assign(values)
    session.save(folder / "m", format="tf_v1")
    assert [path.name for path in folder.iterdir() if path.name.startswith("m")] == ["m"]
    again = holdall.Session()
    again.load(folder / "m", scope="again")
    for name, value in values.items():
        np.testing.assert_array_equal(again["again"][name], value)
    assert not holdall.verify(folder / "m").problems


def test_what_the_format_cannot_hold_is_told(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"u": np.uint32([1])})
    with pytest.raises(holdall.Unsupported, match="uint32"):
        session.save(folder / "m", format="tf_v1")
