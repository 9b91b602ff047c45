"""Reads a TensorFlow checkpoint with nothing but the standard library and knows nothing of Holdall,
so that the demo's checks do not ask the program under test.

Layout: PREFIX.index is a sorted table (a footer of 48 bytes names the index block; its values name
the data blocks; keys share prefixes) whose values are protos; PREFIX.data-* holds the bytes.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

_FOOTER_SIZE = 48
_MAGIC = 0xDB4775248B80FB57


@dataclass(frozen=True)
class TensorBytes:
    dtype: int
    shape: tuple[int, ...]
    data: bytes


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _block(data: bytes, handle: bytes) -> list[tuple[bytes, bytes]]:
    """The pairs of the block that the handle (offset, size) names."""
    start, at = _varint(handle, 0)
    size, _ = _varint(handle, at)
    if data[start + size] != 0:
        raise ValueError("the block is compressed, which this reader does not know")
    block = data[start : start + size]
    (restart_count,) = struct.unpack_from("<I", block, size - 4)
    pairs: list[tuple[bytes, bytes]] = []
    key, at, end = b"", 0, size - 4 - 4 * restart_count
    while at < end:
        shared, at = _varint(block, at)
        unshared, at = _varint(block, at)
        value_size, at = _varint(block, at)
        key = key[:shared] + block[at : at + unshared]
        at += unshared
        pairs.append((key, block[at : at + value_size]))
        at += value_size
    return pairs


def _fields(proto: bytes) -> list[tuple[int, int | bytes]]:
    """(number, value) of each field."""
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(proto):
        tag, at = _varint(proto, at)
        value: int | bytes
        if tag & 7 == 0:
            value, at = _varint(proto, at)
        else:
            size = {1: 8, 5: 4}.get(tag & 7)
            if size is None:
                size, at = _varint(proto, at)
            value, at = proto[at : at + size], at + size
        found.append((tag >> 3, value))
    return found


def _shape(proto: bytes) -> tuple[int, ...]:
    sizes = []
    for number, dim in _fields(proto):
        if number == 2 and isinstance(dim, bytes):
            sizes.append(int(dict(_fields(dim)).get(1, 0)))
    return tuple(sizes)


def read_bundle(prefix: str | Path) -> dict[str, TensorBytes]:
    """Every tensor of an unpartitioned checkpoint, by name, in the order of the table."""
    index = Path(f"{prefix}.index").read_bytes()
    if struct.unpack_from("<Q", index, len(index) - 8)[0] != _MAGIC:
        raise ValueError(f"{prefix}.index does not end with a table's magic number")
    footer = index[-_FOOTER_SIZE:]
    _, at = _varint(footer, 0)
    _, at = _varint(footer, at)
    pairs = [pair for _, handle in _block(index, footer[at:]) for pair in _block(index, handle)]
    shard_count = int(dict(_fields(pairs[0][1])).get(1, 1))
    shards: dict[int, bytes] = {}  # a file that no entry speaks of need not be there
    tensors = {}
    for key, value in pairs[1:]:
        entry = dict(_fields(value))
        offset, size = int(entry.get(4, 0)), int(entry.get(5, 0))
        shard = int(entry.get(3, 0))
        if shard not in shards:
            shards[shard] = Path(f"{prefix}.data-{shard:05}-of-{shard_count:05}").read_bytes()
        data = shards[shard][offset : offset + size]
        tensors[key.decode()] = TensorBytes(int(entry[1]), _shape(bytes(entry.get(2, b""))), data)
    return tensors
