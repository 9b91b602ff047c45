"""NumPy writes, Holdall reads, and the other way round; single arrays in the same bytes."""

from __future__ import annotations

import io
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import holdall

NAMES = [
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "bool", "complex64", "complex128",
]  # fmt: skip
SHAPES: list[tuple[int, ...]] = [(), (1,), (0,), (3, 0, 2), (7,), (12345,), (2, 3, 4), (40, 33), (1, 1, 2, 1, 3)]
KEYS = ["a", "scope/layer 1/w", "é", "模型/权重", "\U0001f600", "b.npy", "..x", "/leading", "x" * 300]


def sample(name: str, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    rng = np.random.default_rng(len(name) * 100 + len(shape))
    count = int(np.prod(shape))
    if name == "bool":
        return rng.integers(0, 2, count).astype(bool).reshape(shape)
    return rng.integers(0, 256, count * dtype.itemsize, dtype=np.uint8).view(dtype).reshape(shape)


def save(path: str, arrays: dict[str, np.ndarray[Any, Any]], **options: Any) -> None:
    session = holdall.Session()
    session.assign(arrays)
    session.save(path, **options)


def same_bytes(a: Any, b: Any) -> bool:
    return np.asarray(a).shape == np.asarray(b).shape and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def npy(array: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_every_array_in_the_same_bytes_both_ways(name: str, folder: Path) -> None:
    for i, shape in enumerate(SHAPES):
        array = sample(name, shape)
        save(f"ours{i}.npy", {"w": array}, format="npy")
        assert Path(f"ours{i}.npy").read_bytes() == npy(array)
        for variant in [array, np.array(array, order="F"), array.astype(array.dtype.newbyteorder(">"))]:
            np.save("theirs.npy", variant)
            read = holdall.open("theirs.npy")
            assert read.info("theirs").dtype == name
            assert same_bytes(read["theirs"], array)


@pytest.mark.parametrize("compress", [False, True])
def test_archives_that_numpy_and_zip_tools_read(compress: bool, folder: Path) -> None:
    arrays = {f"{name}/{i}": sample(name, shape) for name in NAMES for i, shape in enumerate(SHAPES)}
    arrays |= {key: sample("float32", (3, i)) for i, key in enumerate(KEYS)}
    save("ours.npz", arrays, format="npz", compress=compress)
    with np.load("ours.npz") as loaded:
        assert set(loaded.files) == set(arrays)
        for key, array in arrays.items():
            assert loaded[key].dtype == array.dtype
            assert same_bytes(loaded[key], array)
    with zipfile.ZipFile("ours.npz") as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            assert info.compress_type == (zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED)
            assert archive.read(info) == npy(arrays[info.filename.removesuffix(".npy")])
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-tqq", "ours.npz"], check=True)
    again = holdall.open("ours.npz")
    assert set(again) == set(arrays)
    assert all(same_bytes(again[key], array) for key, array in arrays.items())


@pytest.mark.parametrize("writer", [np.savez, np.savez_compressed])
def test_archives_of_numpy(writer: Any, folder: Path) -> None:
    arrays = {f"{name}/{i}": sample(name, shape) for name in NAMES for i, shape in enumerate(SHAPES)}
    arrays |= {key: sample("float32", (3, i)) for i, key in enumerate(KEYS)}
    stored = {
        key: np.array(array, order="F") if i % 3 == 0 else array.astype(array.dtype.newbyteorder(">")) if i % 3 == 1 else array
        for i, (key, array) in enumerate(arrays.items())
    }
    writer("theirs.npz", **stored)
    read = holdall.open("theirs.npz")
    assert read.format == "npz"
    assert set(read) == set(arrays)
    for key, array in arrays.items():
        assert same_bytes(read[key], array), key
        assert same_bytes(np.asarray(read.read(key, io="map")), array), key


class Pipe(io.RawIOBase):
    """A file that cannot go back, so that sizes and checksums stand behind the arrays."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: Any) -> int:
        self.written += bytes(data)
        return len(data)

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("writer", [np.savez, np.savez_compressed])
def test_archives_that_numpy_writes_front_to_back(writer: Any, folder: Path) -> None:
    arrays = {name: sample(name, (40, 33)) for name in NAMES}
    pipe = Pipe()
    writer(pipe, **arrays)
    (folder / "theirs.npz").write_bytes(pipe.written)
    with zipfile.ZipFile("theirs.npz") as archive:
        assert all(info.flag_bits & 8 for info in archive.infolist())
    read = holdall.open("theirs.npz")
    assert set(read) == set(arrays)
    assert all(same_bytes(read[key], array) for key, array in arrays.items())


def test_an_archive_to_which_others_added(folder: Path) -> None:
    np.savez("m.npz", a=np.arange(3))
    with zipfile.ZipFile("m.npz", "a") as archive:
        archive.writestr("folder/b.npy", npy(np.arange(4)))
        archive.comment = b"a comment"
    assert {key: np.asarray(value).tolist() for key, value in holdall.open("m.npz").items()} == {
        "a": [0, 1, 2],
        "folder/b": [0, 1, 2, 3],
    }
    with warnings.catch_warnings(), zipfile.ZipFile("m.npz", "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.npy", npy(np.arange(5)))
    with pytest.raises(holdall.Corrupt, match="two tensors are called 'a'"):
        holdall.open("m.npz")


def test_an_archive_without_arrays(folder: Path) -> None:
    np.savez("empty.npz")
    assert len(holdall.open("empty.npz")) == 0


def test_bfloat16_comes_back_and_is_raw_to_numpy(folder: Path) -> None:
    array = sample("bfloat16", (3, 4))
    np.save("theirs.npy", array)
    assert same_bytes(holdall.open("theirs.npy")["theirs"], array)
    assert holdall.open("theirs.npy").info("theirs").dtype == "bfloat16"
    save("ours.npy", {"w": array}, format="npy")
    assert Path("ours.npy").read_bytes() == Path("theirs.npy").read_bytes()


def test_headers_of_every_version(folder: Path) -> None:
    array = sample("int32", (2, 5))
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open("v.npy", "wb") as file:
            np.lib.format.write_array(file, array, version=version)
        assert same_bytes(holdall.open("v.npy")["v"], array)


@pytest.mark.parametrize(
    "array",
    [
        np.array(["a", "b"]), np.array([b"a"]), np.array([{}], dtype=object), np.zeros(2, "M8[s]"), np.zeros(2, "V3"),
        np.zeros(2, [("x", "<f4"), ("y", ">i2", (2,))]), np.zeros(2, "longdouble"), np.zeros(2, ml_dtypes.float8_e4m3fn),
    ],
    ids=lambda array: array.dtype.str,
)  # fmt: skip
def test_arrays_of_other_types_are_listed_and_refused_by_name(array: Any, folder: Path) -> None:
    np.savez("m.npz", good=np.ones(2), other=array)
    read = holdall.open("m.npz")
    assert read.info("other").shape == array.shape
    assert read["good"].tolist() == [1, 1]
    with pytest.raises(holdall.Unsupported, match="its elements are of NumPy's type"):
        read["other"]
