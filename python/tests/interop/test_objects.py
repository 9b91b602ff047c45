"""TensorFlow 2's object-based checkpoints: every value under each of the three kinds of names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdall

KINDS = ["nested", "slots", "keras", "others"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    folder = tmp_path_factory.mktemp("objects")
    writer = Path(__file__).parent / "object_writer.py"
    subprocess.run([sys.executable, str(writer), str(folder)], check=True, capture_output=True)
    return folder


def truth_of(prefix: Path) -> tuple[list[tuple[str, str, Any]], list[str]]:
    """Stored name, full name and value of each variable; stored names of all tensors."""
    told = json.loads(Path(f"{prefix}.truth.json").read_text())
    arrays = np.load(f"{prefix}.truth.npz", allow_pickle=True)
    rows = [(key, name, arrays[str(i)]) for key, name, i in told["variables"]]
    return rows, told["all"]


def expected_object_name(key: str) -> str:
    """Another way to the same: marks out, then the escapes, which both begin with a dot."""
    path = key.split("/.ATTRIBUTES/")[0].replace("/.OPTIMIZER_SLOT/", "/")
    return re.sub(r"\.(.)", lambda escape: {".": ".", "S": "/"}[escape[1]], path)


def check_value(checkpoint: holdall.Checkpoint, name: str, key: str, value: Any) -> None:
    assert checkpoint.info(name).stored_name == key
    tensor = checkpoint.read(name)
    if tensor.dtype == "string":
        assert tensor.strings() == list(value.reshape(-1))
    else:
        np.testing.assert_array_equal(tensor.numpy(), value)
        assert tensor.dtype == value.dtype.name


@pytest.mark.parametrize("kind", KINDS)
def test_raw_names_are_those_of_the_file(written: Path, kind: str) -> None:
    variables, stored = truth_of(written / kind / "m-1")
    checkpoint = holdall.open(written / kind)
    assert checkpoint.is_object_based
    assert sorted(checkpoint) == stored
    for key, _, value in variables:
        check_value(checkpoint, key, key, value)


@pytest.mark.parametrize("kind", KINDS)
def test_object_names_are_paths(written: Path, kind: str) -> None:
    variables, stored = truth_of(written / kind / "m-1")
    checkpoint = holdall.open(written / kind, names="object")
    shown = sorted(checkpoint.info(name).stored_name for name in checkpoint)
    assert shown == sorted({*stored} - {"_CHECKPOINTABLE_OBJECT_GRAPH"})
    for key, _, value in variables:
        check_value(checkpoint, expected_object_name(key), key, value)
    assert checkpoint.notes == []


@pytest.mark.parametrize("kind", KINDS)
def test_variable_names_are_their_own(written: Path, kind: str) -> None:
    variables, stored = truth_of(written / kind / "m-1")
    checkpoint = holdall.open(written / kind, names="variable")
    shown = sorted(checkpoint.info(name).stored_name for name in checkpoint)
    assert shown == sorted({*stored} - {"_CHECKPOINTABLE_OBJECT_GRAPH"})
    seen = set()
    for key, full_name, value in variables:
        name = expected_object_name(key) if full_name in seen else full_name
        seen.add(full_name)
        check_value(checkpoint, name, key, value)
    assert len(checkpoint.notes) == (1 if len(seen) < len(variables) else 0)


def test_known_names(written: Path) -> None:
    nested = set(holdall.open(written / "nested", names="object"))
    assert {"first/kernel", "blocks/2/bias", "by_name/with/slash.and.dot", "pair/1"} <= nested
    slots = holdall.open(written / "slots", names="object")
    assert slots.info("layer/k/optimizer/m").role == "optimizer"
    assert slots.info("layer/k").role == "weight"
    assert slots.info("save_counter").role == "step"
    by_variable = holdall.open(written / "slots", names="variable")
    assert {"dense/kernel", "dense/bias", "dense/kernel/Adam", "dense/kernel/Adam_1"} <= set(by_variable)
    assert by_variable.info("dense/kernel/Adam").role == "optimizer"
    others = holdall.open(written / "others", names="object")
    assert others["v"] == np.float32(2.5)
    assert sorted(others.read("table/table-keys").strings()) == [b"a", b"b"]


def test_roles_of_keras(written: Path) -> None:
    checkpoint = holdall.open(written / "keras", names="variable")
    roles: dict[str, list[str]] = {}
    for name in checkpoint:
        roles.setdefault(checkpoint.info(name).role, []).append(name)
    # Two layers of two variables each, for each a momentum, a velocity and an average.
    assert len(roles["weight"]) == 4
    assert all("momentum" in n or "velocity" in n or "rate" in n for n in roles["optimizer"])
    assert len(roles["optimizer"]) == 9
    assert len(roles["ema"]) == 4
    assert sorted(name.split("/")[-1] for name in roles["step"]) == ["iteration", "save_counter"]


def test_the_variable_that_an_error_is_about(written: Path) -> None:
    with pytest.raises(holdall.NotFound, match="opened with the names 'variable'"):
        holdall.open(written / "slots").read("dense/kernel")


@pytest.fixture
def moved(written: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(written / "managed", tmp_path / "elsewhere")
    yield tmp_path / "elsewhere"


def test_managers_directories_open_wherever_they_are(moved: Path) -> None:
    checkpoint = holdall.open(moved, names="variable")
    assert checkpoint["step"] == 5
    assert checkpoint.notes == []
    assert holdall.latest_checkpoint(moved) == str(moved / "ckpt-5")


def test_the_newest_complete_one_is_opened(moved: Path) -> None:
    (moved / "ckpt-5.data-00000-of-00001").unlink()
    checkpoint = holdall.open(moved, names="object")
    assert checkpoint["step"] == 4
    assert "ckpt-5.data-00000-of-00001" in checkpoint.notes[0]
    assert holdall.latest_checkpoint(moved) == str(moved / "ckpt-4")


def test_saved_models_open_as_their_variables(written: Path) -> None:
    truth = np.load(f"{written}/export.truth.npz")
    for path in [written / "export", written / "export/saved_model.pb", written / "export/variables"]:
        checkpoint = holdall.open(path, names="variable")
        assert set(checkpoint) == set(truth.files)
        for name in truth.files:
            np.testing.assert_array_equal(checkpoint[name], truth[name])
    assert set(holdall.open(written / "export", names="object")) == {"w", "layers/0", "layers/1", "layers/2"}
