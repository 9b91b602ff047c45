"""Names of devices: kept with nodes, and nothing is placed anywhere."""

from __future__ import annotations

_ORDER = ("job", "replica", "task", "device")


def _parse(name: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for word in name.split("/"):
        key, _, rest = word.partition(":")
        if key in ("job", "replica", "task"):
            parts[key] = rest
        elif key.lower() in ("cpu", "gpu"):
            parts["device"] = f"{key.upper()}:{rest or '0'}"
        elif key == "device":
            kind, _, number = rest.partition(":")
            parts["device"] = f"{kind.upper()}:{number or '0'}"
    return parts


def merged(outer: str, inner: str) -> str:
    """The inner name, with what only the outer one says."""
    parts = {**_parse(outer), **_parse(inner)}
    return "".join(f"/{key}:{parts[key]}" for key in _ORDER if key in parts)
