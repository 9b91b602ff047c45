"""Every element type and shape, written by one and read by the other, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from graph_mode import PLAIN, tf_restore, tf_save

import holdall
from holdall import _core

NUMBERS = [
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
    "uint64", "bool", "complex64", "complex128", "bfloat16", "float8_e5m2", "float8_e4m3fn",
    "float8_e4m3fnuz", "float8_e4m3b11fnuz", "float8_e5m2fnuz", "int4", "uint4", "int2", "uint2",
    "float4_e2m1fn",
]  # fmt: skip
SHAPES: list[tuple[int, ...]] = [(), (1,), (0,), (3, 0, 2), (7,), (2, 3, 4), (1, 1, 1, 1, 1, 2, 1, 3)]


def sample(name: str, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Bytes of all kinds that are legal for the type."""
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    rng = np.random.default_rng(len(name) * 100 + len(shape))
    count = int(np.prod(shape))
    if name == "bool":
        return rng.integers(0, 2, count).astype(bool).reshape(shape)
    if dtype.itemsize == 1 and name not in ("int8", "uint8") and name.startswith(("int", "uint")):
        return np.resize(np.arange(2), count).astype(dtype).reshape(shape)
    raw = rng.integers(0, 256, count * dtype.itemsize, dtype=np.uint8)
    if name == "float4_e2m1fn":
        raw &= 15
    return raw.view(dtype).reshape(shape)


def same_bytes(a: Any, b: Any) -> bool:
    return np.asarray(a).shape == np.asarray(b).shape and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def holdall_save(prefix: str, arrays: dict[str, Any], dtypes: dict[str, str] | None = None) -> None:
    items = [(name, holdall.tensor(array) if not (dtypes or {}).get(name)
              else _core.make_tensor((dtypes or {})[name], list(array.shape), np.ascontiguousarray(array)),
              0, None) for name, array in arrays.items()]  # fmt: skip
    _core.save_tensors(prefix, items, update_state=False, alignment=1)


def files(prefix: Path) -> dict[str, bytes]:
    return {
        path.name.replace(prefix.name, "", 1): path.read_bytes()
        for path in prefix.parent.glob(prefix.name + ".*")
    }


@pytest.mark.parametrize("name", NUMBERS)
def test_both_write_the_same_bytes_and_read_each_other(name: str, real_tf: Any, folder: Path) -> None:
    arrays = {f"{name}/{i}": sample(name, shape) for i, shape in enumerate(SHAPES)}
    tf_save(real_tf, "theirs", arrays)
    holdall_save("ours", arrays)
    assert files(folder / "ours") == files(folder / "theirs")
    theirs = holdall.open("theirs")
    for key, array in arrays.items():
        assert theirs.info(key).dtype == name
        assert same_bytes(theirs[key], array)
    restored = tf_restore(real_tf, "ours", {key: real_tf.as_dtype(array.dtype) for key, array in arrays.items()})
    for key, array in arrays.items():
        assert same_bytes(restored[key], array)


@pytest.mark.parametrize("name", PLAIN)
def test_quantised_types_too(name: str, real_tf: Any, folder: Path) -> None:
    arrays = {"q": sample(PLAIN[name], (2, 3)), "empty": sample(PLAIN[name], (0, 2))}
    dtypes = dict.fromkeys(arrays, name)
    tf_save(real_tf, "theirs", arrays, dtypes)
    holdall_save("ours", arrays, dtypes)
    assert files(folder / "ours") == files(folder / "theirs")
    assert holdall.open("theirs").info("q").dtype == name
    assert same_bytes(holdall.open("theirs")["q"], arrays["q"])
    assert same_bytes(tf_restore(real_tf, "ours", {"q": name})["q"], arrays["q"])


def test_strings(real_tf: Any, folder: Path) -> None:
    arrays = {
        "scalar": np.array(b"hello", dtype=object),
        "mixed": np.array([[b"", b"a\0b"], [b"x" * 70000, "é".encode()]], dtype=object),
        "none": np.array([], dtype=object),
        "number": np.array([1.5], np.float32),
    }
    tf_save(real_tf, "theirs", {k: v for k, v in arrays.items() if k != "none"})
    holdall_save("ours", {k: v for k, v in arrays.items() if k != "none"})
    assert files(folder / "ours") == files(folder / "theirs")
    theirs = holdall.open("theirs")
    for key in ("scalar", "mixed"):
        assert theirs.read(key).strings() == list(arrays[key].reshape(-1))
    assert theirs["mixed"].shape == (2, 2)
    holdall_save("with_none", arrays)
    restored = tf_restore(real_tf, "with_none", {"mixed": real_tf.string, "none": real_tf.string})
    assert restored["mixed"].tolist() == arrays["mixed"].tolist()
    assert restored["none"].shape == (0,)


def test_an_index_of_many_blocks(real_tf: Any, folder: Path) -> None:
    arrays = {f"layer_{i:05d}/weights": np.float32(i) for i in range(12000)}
    tf_save(real_tf, "theirs", arrays)
    holdall_save("ours", arrays)
    assert files(folder / "ours") == files(folder / "theirs")
    assert len(files(folder / "ours")[".index"]) > 262144
    theirs = holdall.open("theirs")
    assert len(theirs) == 12000
    assert theirs["layer_11999/weights"] == 11999


def test_large_tensors(real_tf: Any, folder: Path) -> None:
    rng = np.random.default_rng(7)
    arrays = {"big": rng.standard_normal((1500, 1000)).astype(np.float32), "flag": np.array([True]),
              "odd": rng.standard_normal(3_000_001)}  # fmt: skip
    tf_save(real_tf, "theirs", arrays)
    holdall_save("ours", arrays)
    assert files(folder / "ours") == files(folder / "theirs")
    for key, array in arrays.items():
        assert same_bytes(holdall.open("theirs")[key], array)


def test_order_in_the_data_file_is_the_order_given(real_tf: Any, folder: Path) -> None:
    arrays = {"z": np.int64(1), "a": np.arange(3), "m/b": np.float32(2)}
    tf_save(real_tf, "theirs", arrays)
    holdall_save("ours", arrays)
    assert files(folder / "ours") == files(folder / "theirs")


def test_names_of_all_kinds(real_tf: Any, folder: Path) -> None:
    names = ["w", "w/x", "w:0", " lead", "new\nline", "模型/权重", "😀", "a//b", "n" * 3000, "~", "!"]
    arrays = {name: np.float32(i) for i, name in enumerate(names)}
    tf_save(real_tf, "theirs", arrays)
    holdall_save("ours", arrays)
    assert files(folder / "ours") == files(folder / "theirs")
    assert sorted(holdall.open("theirs")) == sorted(names)


@pytest.mark.parametrize("alignment", [64, 4096])
def test_padding_is_read_by_tensorflow(alignment: int, real_tf: Any, folder: Path) -> None:
    session = holdall.Session()
    session.assign({"a": np.array([True]), "b": np.arange(5.0), "s": np.array([b"x"], dtype=object)})
    session.save("padded", alignment=alignment)
    checkpoint = holdall.open("padded")
    assert {checkpoint.info(name).pieces[0][1] % alignment for name in checkpoint} == {0}
    restored = tf_restore(real_tf, "padded", {"a": "bool", "b": "float64", "s": "string"})
    assert restored["b"].tolist() == [0, 1, 2, 3, 4]
    assert restored["s"].tolist() == [b"x"]


def test_big_endian_files_are_read_by_tensorflow(real_tf: Any, folder: Path) -> None:
    arrays = {"f": np.array([1.5, -2.0], np.float32), "i": np.arange(3), "c": np.array([1 + 2j]),
              "h": np.array([1.5], np.float16), "s": np.array([b"hi", b""], dtype=object)}  # fmt: skip
    items = [(name, holdall.tensor(array), 0, None) for name, array in arrays.items()]
    _core.save_tensors("big", items, big_endian=True, update_state=False, alignment=1)
    restored = tf_restore(real_tf, "big", {"f": "float32", "i": "int64", "c": "complex128",
                                           "h": "float16", "s": "string"})  # fmt: skip
    for name, array in arrays.items():
        assert restored[name].tolist() == array.tolist()
        assert holdall.open("big")[name].tolist() == array.tolist()
