#!/usr/bin/env python3
"""Every test and fuzz target in the tree is compiled: none lies there that no build runs."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from house_rules import TREE, Finding, run_check, tracked_files


def check(paths: Iterable[str], compiled: set[str]) -> Iterable[Finding]:
    for path in paths:
        if path.endswith(("_test.cpp", "_fuzz.cpp")) and path not in compiled:
            yield Finding(path, 1, "is compiled by no target (compile_commands.json)")


def compiled_files(build: Path) -> set[str]:
    commands = json.loads((build / "compile_commands.json").read_text())
    files = (Path(command["directory"], command["file"]).resolve() for command in commands)
    return {str(file.relative_to(TREE)) for file in files if file.is_relative_to(TREE)}


if __name__ == "__main__":
    build_folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TREE / "build/dev"
    run_check("tests listed", lambda: check(tracked_files(), compiled_files(build_folder)))
