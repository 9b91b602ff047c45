#!/usr/bin/env python3
"""clang-tidy over the product's source files, two at a time. A file that was clean is not looked at
again until it, a header of ours that it includes, its compiler options or .clang-tidy changes.

    check_tidy.py [BUILD_FOLDER [FILE...]]
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from house_rules import TREE, Finding, includes, is_test, run_check

TOOL = "clang-tidy-14"
ROOTS = ("include", "src", "cli")
# How far the analyzer follows a function's paths. Its own 225,000 steps take two thirds of the whole
# time and have found nothing more here; what lies that deep is for the sanitizers and fuzzers.
ANALYZER = [f"--extra-arg={word}" for word in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=20000")]


@cache
def closure_hash(path: Path) -> str:
    """Of the file and of all our headers that it includes, however deep."""
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for _, header, _ in includes(file.read_text()):
            places = (file.parent, *(TREE / root for root in ROOTS))
            waiting += [place / header for place in places if (place / header).is_file()][:1]
    digest = hashlib.sha256()
    for file in sorted(seen):
        digest.update(str(file.relative_to(TREE)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def key_of(path: Path, command: str) -> str:
    parts = (closure_hash(path), *ANALYZER, command.replace(str(TREE), ""), (TREE / ".clang-tidy").read_text())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def tidy(build: Path, path: Path, clean_mark: Path) -> list[Finding]:
    done = subprocess.run([TOOL, "-p", str(build), "--quiet", *ANALYZER, str(path)], capture_output=True, text=True)
    findings = []
    for line in done.stdout.splitlines():
        if match := re.match(r"(/[^:]+):(\d+):\d+: (?:error|warning): (.*)", line):
            file = Path(match[1])
            shown = str(file.relative_to(TREE)) if file.is_relative_to(TREE) else match[1]
            findings.append(Finding(shown, int(match[2]), match[3].replace(",-warnings-as-errors", "")))
    if done.returncode != 0 and not findings:
        findings.append(Finding(str(path.relative_to(TREE)), 1, (done.stdout + done.stderr).strip()[-500:]))
    if not findings:
        clean_mark.touch()
    return findings


def check(build: Path, only: list[str]) -> Iterable[Finding]:
    marks = TREE / "build/tidy"
    marks.mkdir(parents=True, exist_ok=True)
    waiting = []
    for command in json.loads((build / "compile_commands.json").read_text()):
        path = Path(command["directory"], command["file"]).resolve()
        name = str(path.relative_to(TREE)) if path.is_relative_to(TREE) else ""
        if not name or name.startswith("build/") or is_test(name) or (only and name not in only):
            continue
        mark = marks / key_of(path, command["command"])
        if not mark.exists() and all(path != other for other, _ in waiting):
            waiting.append((path, mark))
    print(f"tidy: {len(waiting)} files to look at", flush=True)
    with ThreadPoolExecutor(2) as pool:
        for findings in pool.map(lambda job: tidy(build, *job), waiting):
            yield from findings


if __name__ == "__main__":
    build_folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else TREE / "build/dev"
    run_check("tidy", lambda: check(build_folder, sys.argv[2:]))
