"""A checkpoint of any size that takes no room: an .npz whose one member is a hole in the file."""

from __future__ import annotations

import struct
from pathlib import Path

_NAME = b"w.npy"
_BIG = 0xFFFFFFFF  # the size is in the zip64 field


def _npy_header(count: int) -> bytes:
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({count},), }}".encode()
    text = text.ljust(127 - 10) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def write_sparse_npz(path: Path, count: int) -> Path:
    """``count`` zeros; the checksum of the member is not that of zeros."""
    header = _npy_header(count)
    size = len(header) + count
    extra = struct.pack("<HHQQ", 1, 16, size, size)
    fields = struct.pack("<HHHHIII", 0, 0, 0, 33, 1, _BIG, _BIG)  # stored, 1 January 1980
    lengths = struct.pack("<HH", len(_NAME), len(extra))
    local = b"PK\x03\x04" + struct.pack("<H", 45) + fields + lengths + _NAME + extra
    central = b"PK\x01\x02" + struct.pack("<HH", 45, 45) + fields + lengths
    central += struct.pack("<HHHII", 0, 0, 0, 0, 0) + _NAME + extra
    at = len(local) + size
    end64 = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, len(central), at)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, at + len(central), 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), _BIG, 0)
    with path.open("wb") as file:
        file.write(local + header)
        file.seek(at)
        file.write(central + end64 + locator + end)
    return path
