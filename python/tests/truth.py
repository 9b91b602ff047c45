"""Reads the golden files' truth.json and compares tensors with it (testdata/README.md says how truth
is stored)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import holdall


def checkpoints(root: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Each V2 checkpoint below ``root``: a name for the test, its prefix, its truth."""
    for truth_file in sorted(root.glob("*/truth.json")):
        for checkpoint in json.loads(truth_file.read_text())["checkpoints"]:
            if checkpoint["format"] == "v2":
                prefix = truth_file.parent / checkpoint["prefix"]
                yield f"{truth_file.parent.name}/{checkpoint['prefix']}", prefix, checkpoint


def string_digest(strings: list[bytes]) -> str:
    digest = hashlib.sha256()
    for string in strings:
        digest.update(len(string).to_bytes(8, "little") + string)
    return digest.hexdigest()


def check_tensor(tensor: holdall.Tensor, truth: dict[str, Any]) -> None:
    """Fails unless dtype, shape and every byte are what the truth says."""
    assert tensor.dtype == truth["dtype"]
    assert list(tensor.shape) == truth["shape"]
    if truth["dtype"] == "string":
        strings = tensor.strings()
        assert [len(string) for string in strings] == truth["lengths"]
        assert string_digest(strings) == truth["sha256"]
        if "values_base64" in truth:
            assert strings == [base64.b64decode(text) for text in truth["values_base64"]]
        return
    raw = np.ascontiguousarray(tensor.carrier_array()).tobytes()
    assert hashlib.sha256(raw).hexdigest() == truth["sha256"]
