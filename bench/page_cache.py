"""Files in and out of the page cache, without root. To be called from a process other than the one measured:
pages that somebody maps stay."""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
BLOCK_BYTES = 1 << 20


def files_below(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def warm(files: Iterable[Path]) -> None:
    block = bytearray(BLOCK_BYTES)
    for path in files:
        with path.open("rb", buffering=0) as file:
            while file.readinto(block):
                pass


def drop(files: Iterable[Path]) -> None:
    """Dirty pages would stay, so they are written back first."""
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def resident(files: Iterable[Path]) -> float:
    """The share of the files' pages that is in memory."""
    pages = there = 0
    for path in files:
        size = path.stat().st_size
        if size == 0:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), size, mmap.MAP_PRIVATE) as view:
            count = -(-size // mmap.PAGESIZE)
            flags = (ctypes.c_ubyte * count)()
            start = ctypes.c_char.from_buffer(view)
            address = ctypes.c_void_p(ctypes.addressof(start))
            status = _libc.mincore(address, ctypes.c_size_t(size), flags)
            del start  # or the mapping could not be closed
            if status != 0:
                raise OSError(ctypes.get_errno(), "mincore", str(path))
            pages += count
            there += sum(flag & 1 for flag in bytes(flags))
    return there / pages if pages else 1.0
