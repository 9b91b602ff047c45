"""The same damaged checkpoints in TensorFlow's hands and ours: what TensorFlow refuses is never read here as something
else, and what both read is the same. TensorFlow runs in processes of its own, which some of these files end."""

from __future__ import annotations

import hashlib
import inspect
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdall

GOOD = Path(__file__).resolve().parents[3] / "src/formats/tf_bundle/testdata/good"
# Small ones of different kinds: plain, in slices, of strings, in Snappy blocks, with objects.
SOURCES = ["shapes/shapes", "partitioned/partitioned", "strings/strings", "names/names"]
CASES = 150  # of each


def digest(value: Any) -> str:
    value = np.asarray(value, dtype=object) if isinstance(value, bytes) else np.asarray(value)
    if value.dtype == object:
        return hashlib.sha256(repr(value.tolist()).encode()).hexdigest()
    return hashlib.sha256(str(value.dtype).encode() + repr(value.shape).encode() + value.tobytes()).hexdigest()


# Reads each case in a process of its own, and prints what each tensor is, or null where it cannot be read; null for the
# whole if that ended the process.
READER = f"""
from __future__ import annotations
import hashlib, json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from tensorflow.python.training import py_checkpoint_reader

{inspect.getsource(digest)}

def read(prefix, names):
    try:
        reader = py_checkpoint_reader.NewCheckpointReader(prefix)
    except Exception:
        return {{}}
    found = {{}}
    for name in names:
        try:
            found[name] = digest(reader.get_tensor(name)) if reader.has_tensor(name) else None
        except Exception:
            found[name] = None
    return found

for line in sys.stdin:
    prefix, names = json.loads(line)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        print(json.dumps([prefix, read(prefix, names)]), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        print(json.dumps([prefix, None]), flush=True)
"""


def damaged(data: bytes, generator: random.Random) -> bytes:
    """One of: a bit, a byte, bytes gone, bytes from elsewhere, an end that is missing, zeros."""
    at = generator.randrange(max(len(data), 1))
    kind = generator.randrange(6)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ 1 << generator.randrange(8)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + bytes([generator.randrange(256)]) + data[at + 1 :]
    if kind == 2:
        return data[:at] + data[at + generator.randrange(1, 9) :]
    if kind == 3:
        start = generator.randrange(len(data))
        return data[:at] + data[start : start + 16] + data[at + 16 :]
    return data[:at] if kind == 4 else data[:at] + bytes(min(64, len(data) - at)) + data[at + 64 :]


def make_cases(folder: Path) -> list[tuple[str, list[str]]]:
    generator = random.Random(20261129)
    cases = []
    for source in SOURCES:
        names = list(holdall.open(GOOD / source, names="raw"))
        files = sorted((GOOD / source).parent.glob(f"{Path(source).name}.index"))
        files += sorted((GOOD / source).parent.glob(f"{Path(source).name}.data-*"))
        for number in range(CASES):
            case = folder / source.replace("/", "-") / str(number)
            case.mkdir(parents=True)
            for file in files:
                shutil.copy(file, case)
            victim = case / generator.choice(files).name
            if victim.stat().st_size > 0:
                victim.write_bytes(damaged(victim.read_bytes(), generator))
            cases.append((str(case / Path(source).name), names))
    return cases


def tensorflow_verdicts(cases: list[tuple[str, list[str]]]) -> dict[str, dict[str, str | None] | None]:
    """By prefix what TensorFlow reads; None where the file ended its process."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([sys.executable, "-c", READER], input=lines, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(line) for line in done.stdout.splitlines())


def our_verdict(prefix: str, names: list[str]) -> dict[str, str | None] | None:
    try:
        checkpoint = holdall.open(prefix, names="raw")
    except (holdall.Corrupt, holdall.Unsupported, holdall.NotFound):
        return None
    found: dict[str, str | None] = {}
    for name in names:
        try:
            found[name] = digest(np.asarray(checkpoint[name]))
        except (holdall.Corrupt, holdall.Unsupported, holdall.NotFound, KeyError):
            found[name] = None
    return found


def test_values_of_damaged_files_are_tensorflows_or_none(real_tf: object, tmp_path: Path) -> None:
    cases = make_cases(tmp_path)
    theirs = tensorflow_verdicts(cases)
    assert len(theirs) == len(cases)
    verdicts = {prefix: our_verdict(prefix, names) or {} for prefix, names in cases}
    read_by_both = refused_by_us = refused_by_them = 0
    for prefix, names in cases:
        ours, other = verdicts[prefix], theirs[prefix] or {}
        for name in names:
            mine, their = ours.get(name), other.get(name)
            if mine is not None and their is not None:
                assert mine == their, f"{prefix}: {name}"
                read_by_both += 1
            if mine is None and their is not None:
                # No bytes at a place behind the end of a file that is cut: TensorFlow does not look there.
                assert name.startswith("empty_"), f"{prefix}: {name}"
                refused_by_us += 1
            refused_by_them += mine is not None and their is None
    print(f"{len(cases)} damaged checkpoints: {read_by_both} tensors read alike, {refused_by_us} only by TensorFlow, "
          f"{refused_by_them} only here; TensorFlow's process ended {list(theirs.values()).count(None)} times")
    assert read_by_both > 1000
    # Nothing that TensorFlow's checksums refuse is taken here: what it cannot read and we can are other tensors of a
    # file whose reader it gives up on.
    pristine = {source: our_verdict(str(GOOD / source), list(holdall.open(GOOD / source, names="raw"))) for source in SOURCES}
    for prefix, ours in verdicts.items():
        sound = next(value for source, value in pristine.items() if source.replace("/", "-") in prefix)
        assert sound is not None
        for name, value in ours.items():
            assert value is None or value == sound[name] or value == (theirs[prefix] or {}).get(name), f"{prefix}: {name}"
