"""``tf.gfile``: local files under TensorFlow's names, with its error classes."""

from __future__ import annotations

import errno
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import errors

_CLASSES = {
    errno.ENOENT: errors.NotFoundError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
}


@contextmanager
def _translated(path: Any) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        error_class = _CLASSES.get(error.errno or 0, errors.UnknownError)
        raise error_class(None, None, f"{os.fspath(path)}; {os.strerror(error.errno or 0)}") from None


class GFile:
    """A file for reading or writing."""

    def __init__(self, name: Any, mode: str = "r") -> None:
        self._name = os.fspath(name)
        self._mode = mode
        self._file: Any = None

    @property
    def name(self) -> str:
        return str(self._name)

    @property
    def mode(self) -> str:
        return self._mode

    def _open(self) -> Any:
        if self._file is None:
            with _translated(self._name):
                text = "b" not in self._mode
                self._file = open(self._name, self._mode, encoding="utf-8" if text else None, newline="" if text else None)
        return self._file

    def read(self, n: int = -1) -> Any:
        return self._open().read(n)

    def readline(self) -> Any:
        return self._open().readline()

    def readlines(self) -> Any:
        return self._open().readlines()

    def write(self, file_content: Any) -> None:
        self._open().write(file_content)

    def seek(self, offset: int, whence: int = 0) -> None:
        self._open().seek(offset, whence)

    def tell(self) -> int:
        return int(self._open().tell())

    def size(self) -> int:
        with _translated(self._name):
            return os.stat(self._name).st_size

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> GFile:
        self._open()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._open())


Open = FastGFile = GFile


def Exists(filename: Any) -> bool:
    return os.path.exists(filename)


def IsDirectory(dirname: Any) -> bool:
    return os.path.isdir(dirname)


def MakeDirs(dirname: Any) -> None:
    with _translated(dirname):
        os.makedirs(dirname, exist_ok=True)


def MkDir(dirname: Any) -> None:
    with _translated(dirname):
        os.mkdir(dirname)


def Remove(filename: Any) -> None:
    with _translated(filename):
        os.remove(filename)


def Rename(oldname: Any, newname: Any, overwrite: bool = False) -> None:
    if not overwrite and os.path.exists(newname):
        raise errors.AlreadyExistsError(None, None, f"file already exists: {newname}")
    with _translated(oldname):
        os.replace(oldname, newname)


def Copy(oldpath: Any, newpath: Any, overwrite: bool = False) -> None:
    if not overwrite and os.path.exists(newpath):
        raise errors.AlreadyExistsError(None, None, f"file already exists: {newpath}")
    with _translated(oldpath):
        shutil.copyfile(oldpath, newpath)


def DeleteRecursively(dirname: Any) -> None:
    with _translated(dirname):
        if os.path.isdir(dirname):
            shutil.rmtree(dirname)
        else:
            os.remove(dirname)


def ListDirectory(dirname: Any) -> list[str]:
    with _translated(dirname):
        return os.listdir(dirname)


def Glob(filename: Any) -> list[str]:
    patterns = filename if isinstance(filename, (list, tuple)) else [filename]
    return [path for pattern in patterns for path in sorted(glob.glob(os.fspath(pattern)))]


def Walk(top: Any, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    return os.walk(top, topdown=in_order)


def Stat(filename: Any) -> Any:
    with _translated(filename):
        found = os.stat(filename)
    return _Stat(found.st_size, found.st_mtime_ns, os.path.isdir(filename))


class _Stat:
    def __init__(self, length: int, mtime_nsec: int, is_directory: bool) -> None:
        self.length = length
        self.mtime_nsec = mtime_nsec
        self.is_directory = is_directory


