"""What the check_*.py scripts share: the tree's files, findings, and how they are told."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def tracked_files(tree: Path = TREE) -> list[str]:
    """Files that are in the tree or would be if added, as paths from its top."""
    command = ["git", "-C", str(tree), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(name for name in set(names) if name and (tree / name).is_file())


def cpp_files(tree: Path = TREE) -> dict[str, str]:
    """Path to text of every C++ file that is ours, sample data excepted."""
    names = [name for name in tracked_files(tree) if name.endswith((".cpp", ".h")) and "/testdata/" not in name]
    return {name: (tree / name).read_text() for name in names}


def is_test(path: str) -> bool:
    return bool(re.search(r"(_test\.cpp|_fuzz\.cpp|_testing\.(h|cpp))$", path)) or path.startswith(("tests/", "fuzz/"))


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)


def code_only(text: str) -> str:
    """The text without comments and without what stands in quotes; every line stays in its place."""
    return _TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def includes(text: str) -> Iterable[tuple[int, str, bool]]:
    """(line, header, whether it is in angle brackets) of each include."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line):
            yield number, match[1] or match[2], match[2] is not None


def run_check(rule: str, check: Callable[[], Iterable[Finding]]) -> None:
    """Prints what the check finds, and ends the program: with status 1 if that is anything."""
    findings = sorted(set(check()))
    for finding in findings:
        print(finding)
    print(f"{rule}: {'ok' if not findings else f'{len(findings)} finding(s)'}")
    sys.exit(1 if findings else 0)
