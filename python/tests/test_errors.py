"""Exceptions: what they are, what they carry, and that they survive a pickle."""

from __future__ import annotations

import copy
import errno
import pickle
import resource
from pathlib import Path

import numpy as np
import pytest
from conftest import GOOD

import holdall

MODEL1 = GOOD / "two_models_seeded/save/model1"


def caught(call: object) -> holdall.Error:
    with pytest.raises(holdall.Error) as error:
        call()  # type: ignore[operator]
    return error.value


def name_is_missing() -> holdall.Error:
    session = holdall.Session()
    session.load(MODEL1, scope="dna")
    return caught(lambda: session["dna"].at("w7"))


def file_is_missing() -> holdall.Error:
    return caught(lambda: holdall.open("nowhere"))


def argument_is_wrong() -> holdall.Error:
    return caught(lambda: holdall.Session().load(MODEL1, rules="shout net/"))


def file_is_damaged() -> holdall.Error:
    Path("m.safetensors").write_bytes(b"\x05\0\0\0\0\0\0\0{]   ")
    return caught(lambda: holdall.open("m.safetensors"))


def format_is_unknown() -> holdall.Error:
    Path("model.ckpt").write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\3 and so on")
    return caught(lambda: holdall.open("model.ckpt"))


def file_grows_too_large() -> holdall.Error:
    session = holdall.Session()
    session.assign({"w": np.zeros(1000)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        return caught(lambda: session.save("m"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


CASES = [
    (name_is_missing, holdall.NotFound, KeyError, "not-found"),
    (file_is_missing, holdall.NotFound, FileNotFoundError, "not-found"),
    (argument_is_wrong, holdall.InvalidArgument, ValueError, "invalid-argument"),
    (file_is_damaged, holdall.Corrupt, ValueError, "corrupt"),
    (format_is_unknown, holdall.Unsupported, NotImplementedError, "unsupported"),
    (file_grows_too_large, holdall.IoError, OSError, "io"),
]


@pytest.mark.parametrize(("make", "kind", "python_kind", "code"), CASES)
def test_exceptions_are_what_python_people_catch(
    make: object, kind: type, python_kind: type, code: str, folder: Path
) -> None:
    error = make()  # type: ignore[operator]
    assert isinstance(error, kind)
    assert isinstance(error, python_kind)
    assert error.code == code
    assert type(error).__name__ == kind.__name__
    assert str(error) == error.args[0] != ""


@pytest.mark.parametrize(("make", "kind", "python_kind", "code"), CASES)
def test_exceptions_survive_a_pickle(
    make: object, kind: type, python_kind: type, code: str, folder: Path
) -> None:
    error = make()  # type: ignore[operator]
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        for name in ("code", "reason", "scope", "file", "tensor", "rule", "errno", "filename"):
            assert getattr(again, name, None) == getattr(error, name, None), name


def test_exhausted_is_a_memory_error() -> None:
    assert issubclass(holdall.Exhausted, (holdall.Error, MemoryError))
    assert isinstance(pickle.loads(pickle.dumps(holdall.Exhausted("by hand"))), MemoryError)


def test_the_place_is_told(folder: Path) -> None:
    error = name_is_missing()
    assert (error.scope, error.file, error.rule) == ("dna", "", "")
    session = holdall.Session()
    session.assign({"w": np.float32([1])})
    session.save("m")
    data = Path("m.data-00000-of-00001")
    data.write_bytes(bytes(4))
    damaged = caught(lambda: session.load("m", scope="a"))
    assert (damaged.code, damaged.reason) == ("corrupt", "checksum-mismatch")
    assert (damaged.scope, damaged.tensor, damaged.file) == ("a", "w", str(data))


def test_the_systems_number_is_kept(folder: Path) -> None:
    error = file_grows_too_large()
    assert isinstance(error, OSError)
    assert error.errno == errno.EFBIG
    assert error.file and error.filename == error.file
    missing = file_is_missing()
    assert isinstance(missing, OSError)
    assert missing.errno == errno.ENOENT


def test_names_that_are_not_utf8_are_told(folder: Path) -> None:
    name = b"bad\xff".decode("utf-8", "surrogateescape")
    with pytest.raises(FileNotFoundError) as error:
        holdall.open(name)
    assert str(error.value)
    session = holdall.Session()
    session.assign({"w": [1]})
    session.save("m")
    with pytest.raises(KeyError) as missing:
        holdall.open("m").read(name)
    assert missing.value.tensor == name or "bad" in str(missing.value)
