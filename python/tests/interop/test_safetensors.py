"""The package safetensors writes, Holdall reads, and the other way round; the bytes are the same."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import holdall

safetensors = pytest.importorskip("safetensors", reason="safetensors is not installed")
from safetensors.numpy import load_file  # noqa: E402

METADATA = {"format": "pt"}
NAMED_BY_NUMPY = [
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "bool", "complex64",
]  # fmt: skip
EXTENDED = ["bfloat16", "float8_e5m2", "float8_e4m3fn", "float8_e5m2fnuz", "float8_e4m3fnuz"]
SHAPES: list[tuple[int, ...]] = [(), (1,), (0,), (3, 0, 2), (7,), (2, 3, 4), (1, 1, 1, 1, 2, 1, 3)]


def sample(name: str, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    rng = np.random.default_rng(len(name) * 100 + len(shape))
    count = int(np.prod(shape))
    if name == "bool":
        return rng.integers(0, 2, count).astype(bool).reshape(shape)
    return rng.integers(0, 256, count * dtype.itemsize, dtype=np.uint8).view(dtype).reshape(shape)


def reference(arrays: dict[str, np.ndarray[Any, Any]], metadata: dict[str, str] | None) -> bytes:
    """The bytes of the reference's own serialiser, which takes all of its types."""
    specs, kept = {}, []
    for name, array in arrays.items():
        data = array.tobytes()
        kept.append(ctypes.create_string_buffer(data, len(data)))
        specs[name] = safetensors.TensorSpec(
            dtype=array.dtype.name, shape=list(array.shape), data_ptr=ctypes.addressof(kept[-1]), data_len=len(data)
        )
    return bytes(safetensors.serialize(specs, metadata=metadata))


def save(path: str, arrays: dict[str, np.ndarray[Any, Any]], **options: Any) -> None:
    session = holdall.Session()
    session.assign(arrays)
    session.save(path, format="safetensors", **options)


def same_bytes(a: Any, b: Any) -> bool:
    return np.asarray(a).shape == np.asarray(b).shape and np.asarray(a).tobytes() == np.asarray(b).tobytes()


@pytest.mark.parametrize("name", NAMED_BY_NUMPY + EXTENDED)
def test_every_type_both_ways_in_the_same_bytes(name: str, folder: Path) -> None:
    arrays = {f"{name}/{i}": sample(name, shape) for i, shape in enumerate(SHAPES)}
    theirs = reference(arrays, METADATA)
    save("ours", arrays)
    assert (folder / "ours").read_bytes() == theirs
    (folder / "theirs.safetensors").write_bytes(reference(arrays, None))
    opened = holdall.open("theirs.safetensors")
    assert opened.format == "safetensors"
    assert set(opened) == set(arrays)
    for key, array in arrays.items():
        assert opened.info(key).dtype == name
        assert same_bytes(opened[key], array)


def test_many_types_and_odd_names_are_sorted_alike(folder: Path) -> None:
    names = ["a", "B", "é", "模型/权重", "\U0001f600", '"\\', "\n\t\r\b\f", "\x01\x1f\x7f\x85", " ", "a/b//c", "../x", "%s{}"]
    arrays = {}
    for i, name in enumerate(names):
        for dtype in (NAMED_BY_NUMPY + EXTENDED)[i % 5 :: 5]:
            arrays[f"{name}{dtype}"] = sample(dtype, SHAPES[i % len(SHAPES)])
    save("ours.safetensors", arrays)
    assert (folder / "ours.safetensors").read_bytes() == reference(arrays, METADATA)
    plain = {key: array for key, array in arrays.items() if array.dtype.name in NAMED_BY_NUMPY}
    save("plain.safetensors", plain)
    loaded = load_file("plain.safetensors")
    assert set(loaded) == set(plain)
    assert all(same_bytes(loaded[key], array) for key, array in plain.items())


def test_no_tensors(folder: Path) -> None:
    (folder / "empty.safetensors").write_bytes(reference({}, None))
    assert len(holdall.open("empty.safetensors")) == 0


def test_shards_that_the_package_reads(folder: Path) -> None:
    from holdall import _core

    arrays = {f"layer{i}/w": sample("float32", (3, i + 1)) for i in range(6)}
    items = [(name, holdall.tensor(array), i % 3, None) for i, (name, array) in enumerate(arrays.items())]
    _core.save_tensors("model.safetensors", items, format="safetensors", shard_count=3)
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    assert index["metadata"]["total_size"] == sum(array.nbytes for array in arrays.values())
    for name, file in index["weight_map"].items():
        assert same_bytes(load_file(file)[name], arrays[name])
    for path in [".", "model", "model.safetensors.index.json"]:
        opened = holdall.open(path)
        assert set(opened) == set(arrays)
        assert all(same_bytes(opened[name], array) for name, array in arrays.items())


@pytest.mark.parametrize("what", ["hole", "overlap", "tail", "cut", "duplicate"])
def test_what_the_package_refuses_is_refused(what: str, folder: Path) -> None:
    entry = '{"dtype":"U8","shape":[4],"data_offsets":[%d,%d]}'
    header = {
        "hole": '{"a":' + entry % (0, 4) + ',"b":' + entry % (5, 9) + "}",
        "overlap": '{"a":' + entry % (0, 4) + ',"b":' + entry % (2, 6) + "}",
        "tail": '{"a":' + entry % (0, 4) + "}",
        "cut": '{"a":' + entry % (0, 4) + ',"b":' + entry % (4, 8) + ',"c":' + entry % (8, 12) + "}",
        "duplicate": '{"a":' + entry % (0, 4) + ',"a":' + entry % (4, 8) + "}",
    }[what].encode()
    data = {"hole": 9, "overlap": 6, "tail": 8, "cut": 8, "duplicate": 8}[what]
    Path("m.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(data))
    with pytest.raises(holdall.Corrupt):
        holdall.open("m.safetensors")
    if what != "duplicate":
        with pytest.raises(safetensors.SafetensorError):
            load_file("m.safetensors")
