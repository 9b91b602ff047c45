#!/usr/bin/env python3
"""Runs the command line's cases: each NAME.sh here, in an empty folder of its own, must print what
NAME.stdout and NAME.stderr hold (nothing, where there is no such file) and end with the status in
NAME.exit (0, where there is none). A case finds `holdall` on its PATH and sample files in $TESTDATA.

    run_cases.py --program HOLDALL [--rewrite] [--junitxml FILE] [NAME...]

--rewrite makes what the program does now the expectation; read the difference before you keep it.
"""

import argparse
import difflib
import os
import re
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).resolve().parent
TESTDATA = CASES.parent.parent / "src/formats"
TIME_LIMIT_SECONDS = 180  # far more than any takes: under sanitizers it is ten times as long
NOT_IN_XML = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Outcome:
    stdout: str
    stderr: str
    exit: str

    def files(self) -> dict[str, str]:
        """Ending to content, of the files that hold this outcome."""
        parts = {".stdout": self.stdout, ".stderr": self.stderr, ".exit": self.exit}
        return {ending: text for ending, text in parts.items() if text not in ("", "0\n")}


def expected(case: Path) -> Outcome:
    def text(ending: str, otherwise: str) -> str:
        file = case.with_suffix(ending)
        return file.read_text() if file.exists() else otherwise

    return Outcome(text(".stdout", ""), text(".stderr", ""), text(".exit", "0\n"))


def run(case: Path, program: Path) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = Path(folder, "bin")
        bin_folder.mkdir()
        (bin_folder / "holdall").symlink_to(program)
        work = Path(folder, "work")
        work.mkdir()
        environment = os.environ | {
            "PATH": f"{bin_folder}:{os.environ['PATH']}", "TESTDATA": str(TESTDATA), "LC_ALL": "C.UTF-8"}
        # A session of its own, so that what a case started ends with it.
        process = subprocess.Popen(["bash", "-eu", str(case)], cwd=work, env=environment, text=True,
                                   errors="backslashreplace", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        try:
            stdout, stderr = process.communicate(timeout=TIME_LIMIT_SECONDS)
            return Outcome(stdout, stderr, f"{process.returncode}\n")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            return Outcome(stdout, stderr, f"ended after {TIME_LIMIT_SECONDS} s\n")


def difference(want: Outcome, got: Outcome) -> str:
    lines: list[str] = []
    for part in ("stdout", "stderr", "exit"):
        before, after = getattr(want, part).splitlines(), getattr(got, part).splitlines()
        lines += difflib.unified_diff(before, after, f"expected {part}", f"actual {part}", lineterm="")
    return "\n".join(lines)


def rewrite(case: Path, got: Outcome) -> None:
    for ending in (".stdout", ".stderr", ".exit"):
        case.with_suffix(ending).unlink(missing_ok=True)
    for ending, text in got.files().items():
        case.with_suffix(ending).write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("--junitxml", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    # Cases run elsewhere. Without a program each would end the same way, which is no expectation.
    program = options.program.resolve()
    if not program.is_file() or not os.access(program, os.X_OK):
        parser.error(f"--program: {program} is no program")
    suite = ElementTree.Element("testsuite", name="command-line")
    failed = 0
    for case in sorted(CASES.glob("*.sh")):
        if options.names and case.stem not in options.names:
            continue
        got = run(case, program)
        if options.rewrite:
            rewrite(case, got)
        element = ElementTree.SubElement(suite, "testcase", classname="cli", name=case.stem)
        if text := difference(expected(case), got):
            failed += 1
            readable = NOT_IN_XML.sub(lambda match: ascii(match[0])[1:-1], text)
            ElementTree.SubElement(element, "failure", message="").text = readable
            print(f"FAILED {case.stem}\n{text}")
    if options.junitxml:
        ElementTree.ElementTree(suite).write(options.junitxml)
    print(f"{len(suite) - failed} passed, {failed} failed")
    return 1 if failed or len(suite) == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
