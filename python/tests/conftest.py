"""What the tests share: where the tree and its golden files are, and a folder of one's own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
GOOD = TREE / "src/formats/tf_bundle/testdata/good"
BAD = TREE / "src/formats/tf_bundle/testdata/bad"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, which is the current one during the test."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.fixture
def quiet() -> Iterator[None]:
    """TensorFlow's logger, which we use too, says nothing during the test."""
    log = logging.getLogger("tensorflow")
    before = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(before)
