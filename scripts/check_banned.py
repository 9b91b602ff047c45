#!/usr/bin/env python3
"""What may not be written: calls that print, end the program or cannot be used safely; conditions on
the platform outside the files made for them; open ends without a topic; somebody's machine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from house_rules import TREE, Finding, code_only, cpp_files, is_test, run_check, tracked_files


@dataclass(frozen=True)
class Ban:
    pattern: re.Pattern[str]
    why: str
    where: tuple[str, ...]
    except_in: tuple[str, ...] = ()


LIBRARY = ("src/", "include/")
PRODUCT = (*LIBRARY, "cli/", "python/", "examples/")
PLATFORM_FILES = ("src/storage/local/", "src/checksum/crc32c", "src/base/endian.h")


def call(names: str) -> re.Pattern[str]:
    """A call of one of these functions, other than of a member or of a namesake of our own."""
    return re.compile(rf"(?<![\w.:>])(?:std::|::)?(?:{names})\s*\(")


# Applied to code without comments and quoted text.
BANS = (
    Ban(re.compile(r"\bstd::(cout|cerr|clog)\b"), "the library never prints", LIBRARY),
    Ban(call(r"f?printf|puts|putchar|fputs|perror|vf?printf"), "the library never prints", LIBRARY),
    Ban(call(r"abort|_?exit|quick_exit|terminate"), "the library never ends the program", LIBRARY),
    Ban(re.compile(r"\bthrow\b"), "the library never throws; return an Error", LIBRARY),
    Ban(call(r"ato[ifl]|atoll|strto(l|ll|ul|ull|d|f)|sscanf|stoi|stol|stoul|stoull|stod|stof"),
        "parse numbers with std::from_chars, which reports overflow and knows no locale", LIBRARY),
    Ban(call(r"strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|system|popen|tmpnam|mktemp"),
        "cannot be used safely", PRODUCT),
    Ban(call(r"rand|srand|random_shuffle"), "random numbers come from a seeded generator", PRODUCT),
    Ban(call(r"setlocale|getenv|setenv|putenv"), "a library leaves the process's settings alone", LIBRARY,
        ("src/transfer/file_access.cpp",)),
    Ban(re.compile(r"^\s*#\s*(?:el)?if.*\b(_WIN32|_MSC_VER|__linux__|__APPLE__|__unix__|__x86_64__|__aarch64__|"
                   r"__i386__|__SSE\w+|__AVX\w+|__ARM\w+|__BYTE_ORDER__)\b"),
        "conditions on system or processor belong into the files made for them", PRODUCT, PLATFORM_FILES),
    Ban(re.compile(r"^\s*using\s+namespace\s+std\b"), "names the whole of std", PRODUCT),
    Ban(re.compile(r"^\s*#\s*include\s*<(fcntl|unistd|dirent|sys/(stat|file|uio))\.?h?>"),
        "files are the business of storage/local", LIBRARY, ("src/storage/local/", "src/tensor/pages.cpp")),
    Ban(re.compile(r"^\s*#\s*include\s*<sys/mman\.h>"), "pages are the business of pages.cpp and of storage/local",
        LIBRARY, ("src/storage/local/", "src/tensor/pages.cpp")),
)
TODO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?P<topic>\((perf|format|port)\): \S)?")
# Folders that exist on one person's machine only, and a neighbour of the tree that a clone lacks.
MACHINE = re.compile(r"(?<![\w.}])/(?:home|root|work|Users)/\w|\.\./shared/")
TEXT = (".cpp", ".h", ".py", ".pyi", ".cmake", ".txt", ".md", ".sh", ".json", ".toml", ".in")


def lines_with(pattern: re.Pattern[str], text: str) -> Iterable[tuple[int, re.Match[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := pattern.search(line):
            yield number, match


def check_code(path: str, text: str) -> Iterable[Finding]:
    code = code_only(text)
    for ban in BANS:
        if path.startswith(ban.where) and not is_test(path) and not path.startswith(ban.except_in or ("//",)):
            for line, match in lines_with(ban.pattern, code):
                yield Finding(path, line, f"'{match.group().strip()}': {ban.why}")


def check_text(path: str, text: str) -> Iterable[Finding]:
    for line, match in lines_with(TODO, text):
        if not match["topic"]:
            yield Finding(path, line, f"'{match.group()}' needs a topic: // TODO(perf|format|port): what would be done")
    for line, match in lines_with(MACHINE, text):
        yield Finding(path, line, f"'{match.group()}' is a place on one machine")


def check() -> Iterable[Finding]:
    for path, text in cpp_files().items():
        yield from check_code(path, text)
    for path in tracked_files():
        in_scripts = path.startswith(("scripts/", ".ci/")) and "." not in path.rpartition("/")[2]
        exempt = "/testdata/" in path or path in ("scripts/check_banned.py", "scripts/tests/house_rules_test.py")
        if (path.endswith(TEXT) or in_scripts) and not exempt:
            yield from check_text(path, (TREE / path).read_text(errors="replace"))


if __name__ == "__main__":
    run_check("banned", check)
