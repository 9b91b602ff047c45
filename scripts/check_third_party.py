#!/usr/bin/env python3
"""Each third-party library is included by exactly one source file, which offers the rest of the tree a
small interface of ours; public headers include the standard library only."""

import re
from collections import defaultdict
from collections.abc import Iterable

from house_rules import Finding, cpp_files, includes, is_test, run_check

# Headers of the operating system and of the processor, as opposed to libraries.
SYSTEM = re.compile(r"(sys|linux|arpa|netinet)/.*|(unistd|fcntl|dirent|malloc|dlfcn|pthread|sched|spawn|[a-z]*locale|[a-z]mmintrin)\.h")
# Headers of C that have a C++ form are not written so in new code, but some have no full one.
LANGUAGE = re.compile(r"[a-z0-9_]+|(stdlib|stdio|string|errno|signal|math|time)\.h")
# Libraries that may be included in several places, and where.
WIDE = {
    "gtest": is_test,
    "gmock": is_test,
    "leveldb": is_test,
    "google": is_test,
    "nanobind": lambda path: path.startswith("python/"),
    "benchmark": lambda path: path.startswith("bench/") or path.endswith("_bench.cpp"),
}
# A second user of a library, which exists to measure what the first makes of it.
MEASURES = {"bench/roof_kernels.cpp"}


def library_of(header: str) -> str | None:
    """The library that a header in angle brackets belongs to; none for the language's, the system's and ours."""
    if LANGUAGE.fullmatch(header) or SYSTEM.fullmatch(header) or header.startswith("holdall/"):
        return None
    return header.partition("/")[0].removesuffix(".h")


def check(files: dict[str, str]) -> Iterable[Finding]:
    users: dict[str, set[str]] = defaultdict(set)
    for path, text in files.items():
        for line, header, in_angles in includes(text):
            if path.startswith("include/") and in_angles and not LANGUAGE.fullmatch(header):
                yield Finding(path, line, f"a public header includes <{header}>, which is not the standard library's")
            library = library_of(header) if in_angles else None
            if library is None:
                continue
            if library in WIDE:
                if not WIDE[library](path):
                    yield Finding(path, line, f"<{header}> is for tests or bindings, not for here")
                continue
            if not path.endswith(".cpp"):
                yield Finding(path, line, f"<{header}> is included by a header; wrap it in one .cpp")
            if path in MEASURES:
                continue
            users[library].add(path)
            if len(users[library]) > 1:
                yield Finding(path, line, f"<{header}>: '{library}' is included by {min(users[library] - {path})} already")


if __name__ == "__main__":
    run_check("third party", lambda: check(cpp_files()))
