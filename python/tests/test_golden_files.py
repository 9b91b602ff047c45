"""Every V2 file that real TensorFlow wrote, and the legal ones made by hand, read to their truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import BAD, GOOD
from truth import check_tensor, checkpoints

import holdall

CASES = list(checkpoints(GOOD))


def test_all_golden_folders_are_there() -> None:
    # A lost folder would otherwise be a test less, and nobody would know.
    assert len(CASES) >= 45


@pytest.mark.parametrize(("prefix", "truth"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("io", ["copy", "map"])
def test_reads_to_its_truth(prefix: Path, truth: dict[str, Any], io: Any) -> None:
    checkpoint = holdall.open(prefix)
    incomplete = set(truth.get("incomplete", []))
    for tensor in truth["tensors"]:
        if tensor["name"] not in incomplete:
            check_tensor(checkpoint.read(tensor["name"], io=io), tensor)
    for name in incomplete:
        with pytest.raises(holdall.Corrupt, match="sufficient slices"):
            checkpoint.read(name)
    known = {tensor["name"] for tensor in truth["tensors"]} | incomplete
    known.add("_CHECKPOINTABLE_OBJECT_GRAPH")
    if "rule" not in json.loads((GOOD / prefix.relative_to(GOOD).parts[0] / "truth.json").read_text()):
        assert set(checkpoint) <= known


@pytest.mark.parametrize(("prefix", "truth"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_loads_under_a_scope_and_saves_again(
    prefix: Path, truth: dict[str, Any], folder: Path
) -> None:
    if truth.get("incomplete") or not truth["tensors"]:
        with pytest.raises(holdall.Error):
            holdall.Session().load(prefix, scope="under")
        return
    session = holdall.Session()
    session.load(prefix, scope="under", names="raw")  # the names that truth.json has
    session.save("again")
    again = holdall.open("again")
    for tensor in truth["tensors"]:
        check_tensor(again.read("under/" + tensor["name"]), tensor)


MALFORMED = json.loads((BAD / "malformed/truth.json").read_text())["cases"]


@pytest.mark.parametrize("case", MALFORMED, ids=[case["case"] for case in MALFORMED])
def test_damaged_files_get_their_verdict(case: dict[str, Any]) -> None:
    session = holdall.Session()
    session.assign({"kept": [1.0]})
    prefix = BAD / "malformed" / case["prefix"]
    if case["want"] == "accept":
        session.load(prefix, scope="m")
        return
    try:
        session.load(prefix, scope="m")
    except holdall.Error as error:
        assert error.code in ("corrupt", "not-found", "unsupported")
        assert case["case"] in str(error), "the message names the file"
        assert list(session.scope("")) == ["kept"]
        assert session.scope("")["kept"] == [1.0]
    else:
        assert case["want"] == "either"
