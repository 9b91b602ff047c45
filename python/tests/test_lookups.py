"""Opening makes nothing of a tensor before it is asked for; what is asked for is found natively."""

from __future__ import annotations

import gc
import json
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from conftest import GOOD

import holdall

MODEL1 = GOOD / "two_models_seeded/save/model1"
COUNT = 100_000


def write_many(path: Path) -> Path:
    """A safetensors file of so many tensors of one byte."""
    header = json.dumps(
        {
            f"layer{i:06}/w": {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]}
            for i in range(COUNT)
        }
    ).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(i % 256 for i in range(COUNT)))
    return path


def test_opening_many_tensors_makes_no_objects_of_them(folder: Path) -> None:
    path = write_many(folder / "many.safetensors")
    holdall.open(path)["layer000000/w"]  # imports are done
    gc.collect()
    objects = len(gc.get_objects())
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    checkpoint = holdall.open(path)
    assert checkpoint["layer077777/w"][0] == 77777 % 256
    assert "layer099999/w" in checkpoint
    assert len(checkpoint) == COUNT
    assert checkpoint.info("layer000003/w").shape == (1,)
    assert [name for name, _ in zip(checkpoint, range(2))] == ["layer000000/w", "layer000001/w"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(gc.get_objects()) - objects < 1000
    assert peak - before < 100_000  # a name alone takes more than 60 bytes


def test_a_checkpoint_opened_for_some_tensors_has_no_others() -> None:
    name = "model1/w2"
    with holdall.open(MODEL1, only=[name, "missing"]) as some:
        assert list(some) == [name]
        assert np.array_equal(some[name], holdall.open(MODEL1)[name])
    assert list(holdall.open(MODEL1, only=name)) == [name]
    assert np.array_equal(holdall.read_tensor(MODEL1, name), holdall.open(MODEL1)[name])
    with pytest.raises(holdall.NotFound, match="near it are"):
        holdall.read_tensor(MODEL1, "model1/w")


def test_all_at_once_is_one_dictionary(folder: Path) -> None:
    checkpoint = holdall.open(write_many(folder / "many.safetensors"))
    arrays = checkpoint.numpy()
    assert len(arrays) == COUNT
    assert list(arrays)[:2] == ["layer000000/w", "layer000001/w"]
    assert arrays["layer000700/w"].tolist() == [700 % 256]
    session = holdall.Session()
    session.load(checkpoint.path, scope="a")
    held = session["a"].numpy()
    assert len(held) == COUNT
    assert not held["layer000700/w"].flags.writeable
    assert held["layer000700/w"].ctypes.data == session["a"]["layer000700/w"].ctypes.data


def test_the_dictionary_has_every_type(folder: Path) -> None:
    import ml_dtypes

    session = holdall.Session()
    values = {
        "b": np.ones(2, ml_dtypes.bfloat16), "i4": np.ones(2, ml_dtypes.int4),
        "s": np.array([b"x"], object), "f": np.float32([1]), "c": np.complex64([1]),
    }  # fmt: skip
    session.assign(values)
    session.save("m")
    for arrays in (session.scope().numpy(), holdall.open("m").numpy(io="map")):
        assert {name: array.dtype for name, array in arrays.items()} == {
            name: value.dtype for name, value in values.items()
        }
    assert list(holdall.open("m").numpy(select=["i*", "f"])) == ["f", "i4"]
    assert list(holdall.open("m").numpy(select="s")) == ["s"]
    with pytest.raises(holdall.NotFound):
        holdall.open("m").numpy(select="none")


def test_a_name_that_is_not_there_says_what_is_near() -> None:
    checkpoint = holdall.open(MODEL1)
    for look_up in (checkpoint.info, checkpoint.read, checkpoint.__getitem__):
        with pytest.raises(KeyError, match="model1/w7"):
            look_up("model1/w7")
    assert "model1/w7" not in checkpoint
    assert 5 not in checkpoint
    assert checkpoint.get("model1/w7") is None


def test_closing_lets_go(folder: Path) -> None:
    with holdall.open(MODEL1) as checkpoint:
        array = checkpoint["model1/w2"]
    assert array.shape == (5,)
    assert repr(checkpoint) == "<holdall.Checkpoint, closed>"
    for use in (lambda: checkpoint["model1/w2"], lambda: len(checkpoint), lambda: "x" in checkpoint):
        with pytest.raises(ValueError, match="the checkpoint is closed"):
            use()


def test_a_session_closes_too() -> None:
    with holdall.Session() as session:
        session.load(MODEL1, scope="a")
        snapshot = session.snapshot()
    assert repr(session) == "<holdall.Session, closed>"
    for use in (lambda: session["a"], lambda: session.load(MODEL1), lambda: len(session)):
        with pytest.raises(ValueError, match="the session is closed"):
            use()
    assert snapshot.scope("a")["model1/w2"].shape == (5,)


def test_snapshots_stay_as_they_were() -> None:
    session = holdall.Session()
    session.assign({"a/w": [1]})
    before = session.snapshot()
    session.load(MODEL1, scope="b")
    assert before.generation + 1 == session.generation == session.snapshot().generation
    assert (len(before), before.scopes) == (1, [])
    assert session.snapshot().scopes == ["b"]
    assert list(before.scope()) == ["a/w"]
    assert repr(before) == f"<holdall.Snapshot {before.generation}, 1 variables>"


def test_latest_goes_by_both_names() -> None:
    assert holdall.latest is holdall.latest_checkpoint
    assert holdall.latest(GOOD / "keep").endswith("model-400")


def test_paths_may_be_any_path_like(folder: Path) -> None:
    class Where:
        def __fspath__(self) -> str:
            return "here"

    session = holdall.Session()
    session.assign({"w": [1]})
    session.save(Where())
    assert holdall.open(Where()).path == "here"
    session.load(Where(), scope="a")
    session.load_all({"b": Where()})
    session.restore(Where(), "b")
    holdall.copy(Where(), folder / "copy")
    assert holdall.diff(Where(), folder / "copy").is_same
    assert holdall.verify(Where()).is_whole
    assert holdall.plan(Where(), into=Where()).problems == []
