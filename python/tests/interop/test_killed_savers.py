"""Savers that are killed, and read, while they save over one prefix: the short form of
scripts/compare_saving.py, by TensorFlow and by Holdall."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[3] / "scripts/compare_saving.py"


def counts_of(tmp_path: Path, name: str, kills: int, reads: int) -> dict[str, Any]:
    file = tmp_path / "counts.json"
    command = [sys.executable, str(SCRIPT), "--implementation", name, "--json", str(file)]
    subprocess.run([*command, "--kills", str(kills), "--reads", str(reads)], check=True)
    counts: dict[str, Any] = json.loads(file.read_text())[name]
    return counts


def test_holdall_loses_nothing(tmp_path: Path) -> None:
    counts = counts_of(tmp_path, "holdall", 25, 50)
    assert counts["kills"]["whole"] == 25, counts
    assert counts["reads"]["mixed"] == 0
    assert counts["reads"]["whole"] > 25, counts


# What it loses, and how often, is chance: only that it is counted.
def test_tensorflow_is_put_to_the_same_test(tmp_path: Path) -> None:
    counts = counts_of(tmp_path, "tensorflow", 3, 10)
    assert counts["kills"]["whole"] + counts["kills"]["lost"] == 3
    assert sum(counts["reads"][word] for word in ("whole", "refused", "mixed")) == 10
