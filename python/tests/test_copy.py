"""Copies across formats, differences, verification."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

import holdall


@pytest.fixture
def model(folder: Path) -> Path:
    session = holdall.Session()
    session.assign({"net/w": np.float32([[1, 2], [3, 4]]), "net/n": np.int64([7])})
    session.save(folder / "model")
    return folder / "model"


def test_copy_converts_renames_and_merges(model: Path, folder: Path) -> None:
    holdall.copy(model, folder / "m.safetensors", rules="strip net/", dtype="float16")
    copied = holdall.open(folder / "m.safetensors")
    assert copied.format == "safetensors"
    assert copied.info("w").dtype == "float16"
    assert copied["n"].tolist() == [7]
    report = holdall.copy({"a": model, "b": holdall.open(model)}, folder / "both")
    assert report.tensor_count == 4
    assert sorted(holdall.open(folder / "both")) == ["a/net/n", "a/net/w", "b/net/n", "b/net/w"]


def test_a_session_saves_by_the_ending_of_the_path(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"w": np.float32([1])})
    session.save(folder / "m.npz")
    assert np.load(folder / "m.npz")["w"].tolist() == [1]


def test_split_gives_each_scope_a_checkpoint(model: Path, folder: Path) -> None:
    holdall.copy({"a": model, "b": model}, folder / "both")
    seen: list[tuple[int, int]] = []
    reports = holdall.split(
        folder / "both", folder / "{scope}.npz", dtype="float16", compress=True,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert [Path(report.path).name for report in reports] == ["a.npz", "b.npz"]
    assert np.load(folder / "a.npz")["net/w"].dtype == np.float16
    assert holdall.open(folder / "b.npz")["net/n"].tolist() == [7]
    # Both as one: the bytes done never fall.
    assert seen == sorted(seen)
    assert seen[-1] == (32, 32)
    with pytest.raises(holdall.InvalidArgument, match="'{scope}'"):
        holdall.split(folder / "both", folder / "out")
    with pytest.raises(holdall.InvalidArgument, match="in no scope"):
        holdall.split(bare(folder), folder / "x-{scope}")


def bare(folder: Path) -> Path:
    session = holdall.Session()
    session.assign({"w": np.float32([1])})
    session.save(folder / "bare")
    return folder / "bare"


@pytest.mark.parametrize("durability", ["durable", "atomic", "none"])
def test_durability_is_a_word_of_all_that_writes(
    durability: Literal["durable", "atomic", "none"], model: Path, folder: Path
) -> None:
    session = holdall.Session()
    session.load(model)
    writes: list[Callable[[], object]] = [
        lambda: session.save(folder / "new", durability=durability),
        lambda: holdall.copy(model, folder / "new", durability=durability),
        lambda: holdall.split(model, folder / "{scope}w", durability=durability),
        lambda: holdall.salvage(model, folder / "new", durability=durability),
    ]
    for write in writes:
        for file in folder.glob("ne[wt]*"):
            file.unlink()
        write()
        write()
        # Over a checkpoint that has to stay readable the second save takes other names.
        names = sorted(file.name for file in folder.glob("ne[wt]*.data-*"))
        assert [name[-1] for name in names] == ["1" if durability == "none" else "2"]


def test_another_durability_is_refused(model: Path, folder: Path) -> None:
    with pytest.raises(ValueError, match="'durable', 'atomic' or 'none', not 'often'"):
        holdall.copy(model, folder / "new", durability="often")  # type: ignore[arg-type]


def test_what_a_save_could_not_remove_is_noted(
    model: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    report = holdall.copy(model, folder / "copy")
    assert report.notes == []
    # A directory in the place of the old data file cannot be removed as a file is.
    (folder / "copy.data-00000-of-00001").unlink()
    (folder / "copy.data-00000-of-00001").mkdir()
    report = holdall.copy(model, folder / "copy")
    assert len(report.notes) == 1
    assert "an old data file is left: " in report.notes[0]
    assert json.loads(report.to_json())["notes"] == report.notes
    assert report.notes[0] in caplog.text
    assert holdall.open(folder / "copy")["net/n"].tolist() == [7]


def test_progress_is_called_and_may_stop(model: Path, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    holdall.copy(model, folder / "copy", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (24, 24)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        holdall.copy(model, folder / "stopped", progress=stop)
    assert not (folder / "stopped.index").exists()


def test_diff(model: Path, folder: Path) -> None:
    holdall.copy(model, folder / "other.npz", rules="strip net/")
    same = holdall.diff(model, folder / "other.npz", rules_a="strip net/")
    assert same.is_same
    different = holdall.diff(model, folder / "other.npz")
    assert not different.is_same
    assert len(json.loads(different.to_json())["added"]) == 2


def test_digests(model: Path) -> None:
    path = model.with_suffix(".sha256")
    holdall.write_digests(model, path)
    report = holdall.check_digests(model, path)
    assert report.is_whole and report.problems == [] and report.files_match == report.file_count >= 3
    assert json.loads(report.to_json())["digest_file"] == str(path)
    listed = [line.split("  ", 1) for line in path.read_text().splitlines()]
    for digest, name in listed:
        assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == digest
    with pytest.raises(holdall.InvalidArgument, match="a file is there already"):
        holdall.write_digests(model, path)
    holdall.write_digests(model, path, replace=True)
    state = model.parent / "checkpoint"
    state.write_text(state.read_text() + "# more\n")
    report = holdall.check_digests(model, path)
    assert not report.is_whole and "SHA-256" in report.problems[0]


def test_verify(model: Path) -> None:
    assert holdall.verify(model).is_whole
    data = model.with_name("model.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[0] ^= 1
    data.write_bytes(content)
    report = holdall.verify(model)
    assert not report.is_whole
    assert "net/n" in str(report)
