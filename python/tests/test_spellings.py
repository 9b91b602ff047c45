"""Every spelling of a path, and what is said of files that other programs wrote."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import GOOD

import holdall


@pytest.fixture
def checkpoints(folder: Path) -> Path:
    """A directory whose name has characters of patterns, with three checkpoints of a manager."""
    shutil.copytree(GOOD / "keep", folder / "save [1] *")
    return folder / "save [1] *"


def test_every_spelling_opens(checkpoints: Path) -> None:
    directory = checkpoints.name
    for path in [
        directory, directory + "/", "./" + directory, checkpoints, f"file://{checkpoints}",
        f"{directory}/checkpoint", f"{directory}/model-400", f"{directory}/model-400/",
        f"{directory}/model-400.index", f"{directory}/model-400.data-00000-of-00001",
    ]:  # fmt: skip
        checkpoint = holdall.open(path)
        assert Path(checkpoint.path).name == "model-400", path
        assert checkpoint.notes == []
    assert holdall.latest_checkpoint(directory) == f"{directory}/model-400"


def test_a_state_file_of_another_name_opens(checkpoints: Path) -> None:
    assert holdall.open(checkpoints / "checkpoint_best").path.endswith("best-3")


def test_fallbacks_are_told(checkpoints: Path) -> None:
    (checkpoints / "checkpoint").write_text('model_checkpoint_path: "/gone/model-300"\n')
    checkpoint = holdall.open(checkpoints)
    assert checkpoint.notes == [
        "the state file points to '/gone/model-300', which is not there; 'model-300' beside it was opened"
    ]
    with pytest.raises(ValueError, match="names is"):
        holdall.open(checkpoints, names="none")  # type: ignore[arg-type]


def test_files_of_other_programs_are_told(folder: Path) -> None:
    member = b"some bytes"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("model.index", member)
    kinds = {
        "a gzip archive": gzip.compress(member),
        "a bzip2 archive": bz2.compress(member),
        "an xz archive": lzma.compress(member),
        "a tar archive": tar.getvalue(),
        "a zip archive": zipped.getvalue(),
        "a Python pickle": pickle.dumps({"w": [1, 2]}),
    }
    for kind, data in kinds.items():
        (folder / "model.ckpt").write_bytes(data)
        with pytest.raises(holdall.Unsupported, match=f"model.ckpt: it is {kind}"):
            holdall.open("model.ckpt")
