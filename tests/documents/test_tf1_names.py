"""docs/tf1.md lists what the package has."""

import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]


def test_the_list_of_names_is_the_packages() -> None:
    program = [sys.executable, str(TREE / "scripts/document_tf1.py"), "--check"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-1000:]
