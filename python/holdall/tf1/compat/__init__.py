"""``tf.compat``: ``v1`` is the package itself."""

from __future__ import annotations

from typing import Any


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    return bytes_or_text.encode(encoding) if isinstance(bytes_or_text, str) else bytes(bytes_or_text)


def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    return bytes_or_text if isinstance(bytes_or_text, str) else bytes(bytes_or_text).decode(encoding)


as_str = as_text


def __getattr__(name: str) -> Any:
    if name == "v1":
        import holdall.tf1

        return holdall.tf1
    raise AttributeError(f"module 'holdall.tf1.compat' has no attribute {name!r}")
