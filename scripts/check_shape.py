#!/usr/bin/env python3
"""Lengths of files and functions against the limits below; the shares of comment are printed, to be read
against the aims in CONTRIBUTING.md."""

import re
import statistics
import subprocess
import sys
from collections.abc import Iterable

from house_rules import TREE, Finding, code_only, cpp_files, is_test, run_check, tracked_files

HARD_FILE_LINES = 800
HARD_FUNCTION_LINES = 100
MEDIAN_FILE_LINES = 150
P95_FUNCTION_LINES = 40


def ctags_functions(paths: list[str]) -> dict[tuple[str, int], int]:
    """(path, first line) of each C++ and Python function, and how many lines it has."""
    command = ["ctags", "-x", "--languages=C++,Python", "--langmap=C++:+.h", "--kinds-C++=f", "--kinds-Python=fm",
               "--fields=+e", "--_xformat=%{line} %{end} %{input}", "-L", "-"]
    done = subprocess.run(command, cwd=TREE, input="\n".join(paths), capture_output=True, text=True, check=True)
    found = {}
    for row in done.stdout.splitlines():
        first, last, path = row.split(" ", 2)
        if last.isdigit():
            found[path, int(first)] = int(last) - int(first) + 1
    return found


def comment_share(texts: Iterable[str]) -> float:
    comment = code = 0
    for text in texts:
        for written, left in zip(text.splitlines(), code_only(text).splitlines()):
            if written.strip():
                is_comment = not left.strip() and bool(re.match(r"\s*(//|/?\*)", written))
                comment, code = comment + is_comment, code + (not is_comment)
    return comment / max(1, comment + code)


def p95(lengths: Iterable[int]) -> int:
    ordered = sorted(lengths) or [0]
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def distribution(lengths: Iterable[int]) -> str:
    ordered = sorted(lengths) or [0]
    return f"{len(ordered)} of them, median {statistics.median(ordered):.0f}, p95 {p95(ordered)}, longest {ordered[-1]}"


def report(files: dict[str, str], functions: dict[tuple[str, int], int]) -> None:
    product = {path: text for path, text in files.items() if not is_test(path)}
    print("product files:    ", distribution(len(text.splitlines()) for text in product.values()))
    print("product functions:", distribution(n for (path, _), n in functions.items() if path in product))
    print("test files:       ", distribution(len(text.splitlines()) for path, text in files.items() if is_test(path)))
    for folder in ("include/", "src/"):
        share = comment_share(text for path, text in product.items() if path.startswith(folder))
        print(f"comment in {folder:8} {share:.0%}")


def check(files: dict[str, str], functions: dict[tuple[str, int], int]) -> Iterable[Finding]:
    for path, text in files.items():
        if (count := len(text.splitlines())) > HARD_FILE_LINES:
            yield Finding(path, 1, f"the file has {count} lines, the limit is {HARD_FILE_LINES}")
    for (path, line), count in functions.items():
        if count > HARD_FUNCTION_LINES:
            yield Finding(path, line, f"the function has {count} lines, the limit is {HARD_FUNCTION_LINES}")
    median = statistics.median([len(text.splitlines()) for text in files.values()] or [0])
    if median > MEDIAN_FILE_LINES:
        yield Finding(".", 1, f"half of all files have more than {median:.0f} lines, the limit is {MEDIAN_FILE_LINES}")
    if (long := p95(functions.values())) > P95_FUNCTION_LINES:
        yield Finding(".", 1, f"one function in 20 has more than {long} lines, the limit is {P95_FUNCTION_LINES}")


if __name__ == "__main__":
    sources = cpp_files()
    python = {path: (TREE / path).read_text() for path in tracked_files() if path.endswith(".py")}
    lengths = ctags_functions([*sources, *python])
    report(sources, lengths)
    sys.stdout.flush()
    run_check("shape", lambda: check(sources | python, lengths))
