"""plant_faults.py [--check] [--json FILE] [WORD...]: do the tests notice mistakes?

Plants the faults of tests/planted/faults.toml, one at a time, in a copy of the tree under
build/planted, builds the test program there and runs the tests that are named: they have to fail; one
that is not over in time has noticed nothing. WORDs choose rows by their names; --check only sees to it
that each row can still be planted. Prints a table; status 1 if a fault went unnoticed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
COPY = TREE / "build/planted/tree"
LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Fault:
    name: str
    file: str
    find: str
    replace: str
    tests: str


def read_faults(tree: Path) -> list[Fault]:
    with (tree / "tests/planted/faults.toml").open("rb") as file:
        return [Fault(**row) for row in tomllib.load(file)["fault"]]


def problems(tree: Path, faults: list[Fault]) -> list[str]:
    """Rows whose text is not there once, names that are there twice."""
    found = []
    for fault in faults:
        count = (tree / fault.file).read_text().count(fault.find) if (tree / fault.file).exists() else 0
        if count != 1:
            found.append(f"'{fault.name}': its text is {count} times in {fault.file}")
    names = [fault.name for fault in faults]
    return found + [f"'{name}' is there twice" for name in sorted(set(names)) if names.count(name) > 1]


def copy_tree() -> None:
    """What git knows of the tree; a file that is the same keeps its time, so that little is built."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TREE,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    names = {name for name in listed if name and (TREE / name).is_file()}
    for name in sorted(names):
        source, target = TREE / name, COPY / name
        if target.exists() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    for target in COPY.rglob("*"):
        name = str(target.relative_to(COPY))
        if target.is_file() and name not in names and not name.startswith("build/"):
            target.unlink()


def build() -> str:
    """What went wrong, or "". The C++ compiler's cache is the tree's own."""
    done = subprocess.run(
        ["bash", "-c", "source scripts/lib.sh && build dev holdall_tests"],
        cwd=COPY,
        check=False,
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else done.stdout[-500:] + done.stderr[-2000:]


def run_tests(tests: str) -> tuple[str, str]:
    """ "passed", "failed" or "no tests"; and the first one that failed, or how it ended."""
    command = [str(COPY / "build/dev/tests/holdall_tests"), f"--gtest_filter={tests}"]
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_SECONDS,
            env={**os.environ, "GTEST_FAIL_FAST": "1"},
        )
    except subprocess.TimeoutExpired:
        return "not over", f"not over after {LIMIT_SECONDS} s"
    lines = done.stdout.splitlines()
    if not any(line.startswith("[ RUN      ]") for line in lines):
        return "no tests", tests
    if done.returncode == 0:
        return "passed", tests
    failed = [line for line in lines if line.startswith("[  FAILED  ]")]
    began = [line for line in lines if line.startswith("[ RUN      ]")]
    name = (failed or began[-1:])[0][13:].split(" (")[0].split(",")[0]
    return "failed", name if failed else f"{name} (the program ended with {done.returncode})"


def plant(fault: Fault) -> dict[str, str]:
    path = COPY / fault.file
    sound = path.read_text()
    path.write_text(sound.replace(fault.find, fault.replace))
    try:
        wrong = build()
        # The compiler is a test too, but none of a mistake that somebody would commit.
        verdict, by = ("not built", wrong) if wrong else run_tests(fault.tests)
    finally:
        path.write_text(sound)
    return {"name": fault.name, "file": fault.file, "verdict": verdict, "by": by}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    faults = read_faults(TREE)
    wrong = problems(TREE, faults)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 2
    if arguments.check:
        print(f"{len(faults)} faults can be planted")
        return 0
    chosen = [
        fault for fault in faults if all(word in fault.name + fault.file for word in arguments.words)
    ]
    copy_tree()
    failed = build()
    if failed:
        print(failed, file=sys.stderr)
        return 2
    results = []
    print("| fault | in | noticed by | s |\n|---|---|---|---|")
    for fault in chosen:
        started = time.monotonic()
        result = plant(fault)
        results.append(result)
        seconds = time.monotonic() - started
        is_noticed = result["verdict"] == "failed"
        by = f"`{result['by']}`" if is_noticed else f"**{result['verdict']}**: {result['by']}"
        print(f"| {fault.name} | `{fault.file}` | {by} | {seconds:.0f} |", flush=True)
    unnoticed = [result for result in results if result["verdict"] != "failed"]
    print(f"{len(results)} faults planted, {len(results) - len(unnoticed)} noticed, {len(unnoticed)} not")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
