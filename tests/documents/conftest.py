"""Where the documents, the installed programs and the sample checkpoints are."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
# What scripts/test's step "installed-package" made.
PREFIX = TREE / "build/consumer/prefix"
CONSUMER = TREE / "build/consumer/build"
sys.path.insert(0, str(TREE / "scripts"))


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every checkpoint that the documents speak of."""
    from prepare import prepare

    folder = tmp_path_factory.mktemp("samples")
    prepare(folder)
    return folder


@pytest.fixture
def folder(samples: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(samples, tmp_path / "work"))
