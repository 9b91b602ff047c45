"""The graph of objects in TensorFlow 2's checkpoints, as its TrackableObjectGraph message."""

from __future__ import annotations

GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


def escape(name: str) -> str:
    return name.replace(".", "..").replace("/", ".S")


def key_of(path: list[str]) -> str:
    """Where a variable's value is stored."""
    return "/".join([*path, ".ATTRIBUTES", "VARIABLE_VALUE"])


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value) if value else b""


def encode_object_graph(children: list[list[tuple[str, int]]], variables: dict[int, tuple[str, str]]) -> bytes:
    """``children`` by node; ``variables``: node to (the variable's name, the value's key)."""
    message = b""
    for place, names in enumerate(children):
        node = b"".join(_field(1, _number(1, child) + _field(2, name.encode())) for name, child in names)
        if place in variables:
            name, key = variables[place]
            attribute = _field(1, b"VARIABLE_VALUE") + _field(2, name.encode()) + _field(3, key.encode())
            node += _field(2, attribute)
        message += _field(1, node)
    return message
