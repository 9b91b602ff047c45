#!/usr/bin/env python3
"""A source file's name is an address: it occurs once in the tree, in small letters."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from house_rules import Finding, run_check, tracked_files

SOURCES = (".cpp", ".h", ".py", ".pyi", ".cmake", ".sh", ".md")
# Names that tools prescribe, one a folder.
PRESCRIBED = {"CMakeLists.txt", "README.md", "__init__.py", "__init__.pyi", "__main__.py", "conftest.py"}
# The two faces of TensorFlow's API mirror its module names, so that `holdall.tf1.train` is found as there.
MIRRORS = ("python/holdall/",)


def check(paths: list[str]) -> Iterable[Finding]:
    seen: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        name = PurePosixPath(path).name
        if name in PRESCRIBED or "/testdata/" in path or not name.endswith(SOURCES) or path.startswith(MIRRORS):
            continue
        # A program and its twin in the other language share their name, as do a case and its kind.
        seen[name].append(path)
        if not name.endswith(".md") and not re.fullmatch(r"[a-z0-9_]+(\.[a-z]+)+", name):
            yield Finding(path, 1, "a source file's name is snake_case")
    for name, places in seen.items():
        for path in places[1:]:
            yield Finding(path, 1, f"the name '{name}' is taken by {places[0]}")


if __name__ == "__main__":
    run_check("file names", lambda: check(tracked_files()))
