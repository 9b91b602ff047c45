"""Tensors to and from other packages: DLPack, buffers, array interfaces, PyTorch, JAX."""

from __future__ import annotations

import array
import ctypes
import gc
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from test_arrays import DTYPES, dtype_of

import holdall

PLAIN = [name for name in DTYPES if not hasattr(ml_dtypes, name)]
PACKED = ["int4", "uint4", "int2", "uint2", "float4_e2m1fn"]


class DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class Versioned(ctypes.Structure):
    """DLManagedTensorVersioned of dlpack.h."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("manager", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", DLTensor),
    ]


def versioned(capsule: object) -> Versioned:
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return Versioned.from_address(pointer(capsule, b"dltensor_versioned"))


def name_of(capsule: object) -> bytes:
    name = ctypes.pythonapi.PyCapsule_GetName
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    return name(capsule)


def some(name: str, shape: tuple[int, ...] = (2, 3)) -> np.ndarray:
    return np.resize(np.arange(4).astype(dtype_of(name)), shape)


# Out


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_numpy_takes_dlpack_without_a_copy(name: str, shape: tuple[int, ...]) -> None:
    tensor = holdall.tensor(some(name, shape))
    taken = np.from_dlpack(tensor)
    assert taken.dtype == some(name).dtype
    assert taken.shape == shape
    assert taken.tobytes() == tensor.tobytes()
    assert not taken.flags.writeable
    if taken.size:
        assert taken.ctypes.data == tensor.numpy().ctypes.data


def test_a_capsule_says_that_it_is_read_only() -> None:
    tensor = holdall.tensor(some("bfloat16"))
    capsule = tensor.__dlpack__(max_version=(1, 0))
    told = versioned(capsule)
    assert told.major == 1
    assert told.flags & 1  # DLPACK_FLAG_BITMASK_READ_ONLY
    assert (told.tensor.code, told.tensor.bits, told.tensor.lanes) == (4, 16, 1)  # kDLBfloat
    assert [told.tensor.shape[i] for i in range(told.tensor.ndim)] == [2, 3]
    assert tensor.__dlpack_device__() == (told.tensor.device_type, told.tensor.device_id) == (1, 0)


def test_who_cannot_be_told_gets_a_copy() -> None:
    tensor = holdall.tensor(np.arange(3))
    assert name_of(tensor.__dlpack__()) == b"dltensor"
    copied = versioned(tensor.__dlpack__(max_version=(1, 0), copy=True))
    assert not copied.flags & 1
    assert copied.tensor.data != tensor.numpy().ctypes.data
    with pytest.raises(BufferError, match="read-only"):
        tensor.__dlpack__(copy=False)
    writable = np.from_dlpack(tensor, copy=True)
    writable[0] = 9
    assert tensor.numpy()[0] == 0
    assert tensor.__dlpack__(max_version=(1, 0), dl_device=(1, 0), stream=None) is not None
    with pytest.raises(BufferError, match="another device"):
        tensor.__dlpack__(max_version=(1, 0), dl_device=(2, 0))


@pytest.mark.parametrize("name", [*PACKED, "string"])
def test_what_dlpack_cannot_say_is_refused(name: str) -> None:
    tensor = holdall.tensor(b"text" if name == "string" else some(name))
    with pytest.raises(BufferError, match=f"no tensors of {name}"):
        tensor.__dlpack__(max_version=(1, 0))


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_tensors_are_buffers(name: str, shape: tuple[int, ...]) -> None:
    tensor = holdall.tensor(some(name, shape))
    view = memoryview(tensor)
    assert view.readonly and view.c_contiguous
    assert view.shape == shape
    assert view.nbytes == tensor.nbytes
    assert np.asarray(view).dtype == dtype_of(name)
    assert bytes(tensor) == tensor.tobytes() == some(name, shape).tobytes()


@pytest.mark.parametrize("name", [name for name in DTYPES if name not in PLAIN])
def test_types_that_buffers_lack_are_arrays_all_the_same(name: str) -> None:
    tensor = holdall.tensor(some(name))
    with pytest.raises(BufferError, match="no such type"):
        memoryview(tensor)
    assert np.asarray(tensor).dtype == dtype_of(name)
    assert tensor.tobytes() == some(name).tobytes()


def test_buffers_of_strings_and_for_writing_are_refused() -> None:
    with pytest.raises(BufferError, match="strings have no fixed size"):
        memoryview(holdall.tensor(b"text"))
    with pytest.raises((BufferError, TypeError)):
        ctypes.c_char.from_buffer(holdall.tensor(np.uint8([1])))


@pytest.mark.parametrize("io", ["copy", "map"])
def test_views_keep_their_memory_when_all_else_is_gone(io: Any, folder: Path) -> None:
    expected = np.arange(4096, dtype=np.float32)
    session = holdall.Session()
    session.assign({"w": expected})
    session.save("m")
    session = holdall.Session()
    session.load("m", io=io)
    views = [
        session.scope()["w"], np.from_dlpack(session.scope().at("w")),
        np.asarray(memoryview(session.scope().at("w"))), np.asarray(session.scope().at("w")),
    ]  # fmt: skip
    session.close()
    del session
    gc.collect()
    for file in folder.iterdir():
        file.unlink()
    for view in views:
        np.testing.assert_array_equal(view, expected)


# In


class Foreign:
    """An array of another package: what it has is what it is given."""

    def __init__(self, **members: Any) -> None:
        self.__dict__.update(members)


class WithDlpack:
    def __init__(self, inner: Any, versions: bool = True, device: tuple[int, int] = (1, 0)) -> None:
        self.inner, self.versions, self.device = inner, versions, device

    def __dlpack__(self, **words: Any) -> Any:
        if not self.versions and words:
            raise TypeError("no such word")
        return self.inner.__dlpack__(**words)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.device


@pytest.mark.parametrize("versions", [True, False])
@pytest.mark.parametrize("name", [name for name in DTYPES if name not in PACKED])
def test_dlpack_comes_in(name: str, versions: bool) -> None:
    source = holdall.tensor(some(name))
    assert holdall.tensor(WithDlpack(source, versions)) == source


def test_dlpack_with_strides_comes_in() -> None:
    whole = np.arange(24).reshape(2, 3, 4)
    for part in (whole.transpose(), whole[:, ::2, 1:3], whole[..., ::-1], whole[:, :0], whole[1, 2]):
        tensor = holdall.tensor(WithDlpack(part))
        assert tensor.shape == part.shape
        np.testing.assert_array_equal(tensor.numpy(), part)


def test_arrays_of_other_devices_are_refused() -> None:
    with pytest.raises(TypeError, match="another device .DLPack's type 2."):
        holdall.tensor(WithDlpack(np.arange(3), device=(2, 0)))


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_buffers_come_in(code: str) -> None:
    values = array.array(code, [1, 2, 3])
    tensor = holdall.tensor(values)
    assert tensor.dtype == np.dtype(code).name
    assert tensor.numpy().tolist() == [1, 2, 3]
    assert holdall.tensor(memoryview(values)[::2]).numpy().tolist() == [1, 3]
    assert holdall.tensor(bytearray(b"ab")).numpy().tolist() == [97, 98]


def test_what_a_protocol_cannot_say_comes_by_way_of_numpy() -> None:
    big_endian = np.arange(3, dtype=">i4")
    assert holdall.tensor(memoryview(big_endian)).numpy().tolist() == [0, 1, 2]
    words = big_endian.__array_interface__
    assert holdall.tensor(Foreign(__array_interface__=words)).numpy().tolist() == [0, 1, 2]


def test_sizes_that_no_memory_has_are_refused() -> None:
    words = {"version": 3, "typestr": "<f8", "shape": (1 << 61,), "data": (0, True)}
    with pytest.raises(TypeError, match="no memory holds an array of shape"):
        holdall.tensor(Foreign(__array_interface__=words))


def test_what_no_tensor_holds_says_so() -> None:
    with pytest.raises(TypeError, match="no element type is a buffer's 'T{"):
        holdall.tensor(memoryview(np.zeros(2, "i4,f4")))
    with pytest.raises(TypeError, match="cannot hold object"):
        holdall.tensor(object())


def test_array_interfaces_come_in() -> None:
    whole = np.arange(12, dtype=np.int32).reshape(3, 4)
    for part in (whole, whole[:, ::2], whole.T):
        tensor = holdall.tensor(Foreign(__array_interface__=part.__array_interface__, keep=part))
        np.testing.assert_array_equal(tensor.numpy(), part)
    flag = np.array([True, False])
    assert holdall.tensor(Foreign(__array_interface__=flag.__array_interface__)).dtype == "bool"


def test_a_tensor_is_a_copy_of_what_comes_in() -> None:
    values = array.array("f", [1, 2])
    tensor = holdall.tensor(values)
    values[0] = 9
    assert tensor.numpy().tolist() == [1, 2]


def test_sessions_are_assigned_anything() -> None:
    session = holdall.Session()
    session.assign({"a": array.array("f", [1]), "b": WithDlpack(np.arange(2)), "c": "text", "d": 3})
    assert {name: session.scope().at(name).dtype for name in session.scope()} == {
        "a": "float32", "b": "int64", "c": "string", "d": "int64",
    }  # fmt: skip


NO_NUMPY = """
import array, sys
sys.modules["numpy"] = None  # as if it were not installed
import holdall
session = holdall.Session()
session.assign({"w": array.array("f", [1, 2]), "s": b"text"})
session.save("m")
tensor = holdall.open("m").read("w")
print(memoryview(tensor).tolist(), tensor, holdall.tensor(tensor) is tensor)
print(holdall.open("m").read("s").strings())
for wish in (tensor.numpy, lambda: holdall.tensor([1, 2])):
    try:
        wish()
    except ImportError as error:
        print(error)
"""


def test_numbers_travel_without_numpy(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_NUMPY], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "[1.0, 2.0] [1. 2.] True",
        "[b'text']",
        "an array takes NumPy, which is not installed: pip install numpy",
        "a tensor of a list takes NumPy, which is not installed: pip install numpy",
    ], done.stderr


# Packages


@pytest.mark.parametrize(("package", "title"), [("torch", "PyTorch"), ("jax", "JAX")])
def test_a_package_that_is_absent_is_asked_for(
    package: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(ImportError, match=f"{title}, which is not installed: pip install {package}"):
        getattr(holdall.tensor([1.0]), package)()


def test_raw_bits_stand_in_for_ml_dtypes(monkeypatch: pytest.MonkeyPatch) -> None:
    tensor = holdall.tensor(some("bfloat16"))
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    assert tensor.numpy().dtype == np.uint16
    assert tensor.dtype == "bfloat16"


# Which of the packages the tests meet depends on what is installed; JAX always is.
PACKAGES = [name for name in ("jax", "torch") if importlib.util.find_spec(name)]
SHARED = [
    "float16", "float32", "int8", "int16", "int32", "uint8", "bool", "complex64", "bfloat16",
    "float8_e5m2", "float8_e4m3fn",
]  # fmt: skip


def test_jax_is_there() -> None:
    assert "jax" in PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_packages_take_tensors_and_give_them_back(
    package: str, name: str, shape: tuple[int, ...]
) -> None:
    tensor = holdall.tensor(some(name, shape))
    taken = getattr(tensor, package)()
    assert type(taken).__module__.startswith(package)
    assert tuple(taken.shape) == shape
    assert str(taken.dtype).removeprefix("torch.") == name
    assert holdall.tensor(taken) == tensor


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_keep_the_memory(package: str) -> None:
    session = holdall.Session()
    session.assign({"w": np.arange(100000, dtype=np.float32)})
    taken = getattr(session.scope().at("w"), package)()
    session.close()
    del session
    gc.collect()
    assert float(taken[99999]) == 99999.0
