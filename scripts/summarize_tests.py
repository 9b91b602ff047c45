"""summarize_tests.py FOLDER: adds up the results of the steps of scripts/test.

A step NAME left NAME.status (how its command ended), NAME.log, and NAME*.xml in JUnit's format if it
runs single tests. One without such a file counts as one test, and so does a failure that no single
test explains, such as a crash. Failures are shown with what was printed, skipped tests with the reason.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

LOG_LINES = 60
# What sanitizers and the C library say before they end a program.
CRASH = re.compile(r"ERROR: \w+Sanitizer|: runtime error: |terminate called|Assertion .* failed")


@dataclass
class Sum:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def line(self) -> str:
        tail = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {len(self.failed)} failed{tail}"


def text_of(element: ElementTree.Element) -> str:
    parts = [element.get("message") or "", element.text or ""]
    return "\n".join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def add_case(total: Sum, step: str, case: ElementTree.Element) -> None:
    name = f"{step}: {case.get('classname', '')}.{case.get('name', '')}"
    failures = [*case.findall("failure"), *case.findall("error")]
    skips = case.findall("skipped")
    if failures:
        output = [text_of(element) for element in (*failures, *case.findall("system-out"))]
        total.failed.append("\n".join([name, *output]).rstrip())
    elif skips or case.get("status") in ("notrun", "disabled"):
        reason = " ".join(text_of(skips[0]).split()) if skips else ""
        total.skipped.append(f"{name}: {reason or 'disabled'}")
    else:
        total.passed += 1


def end_of(log: list[str]) -> list[str]:
    """Where a program was ended, that is what matters: from there on. Otherwise the last lines."""
    crash = next((number for number, line in enumerate(log) if CRASH.search(line)), None)
    return log[-LOG_LINES:] if crash is None else log[max(0, crash - 3) :][:LOG_LINES]


def add_step(total: Sum, status_file: Path) -> None:
    step, folder = status_file.stem, status_file.parent
    ended_well = status_file.read_text().strip() == "0"
    reports = sorted(folder.glob(f"{step}.xml")) + sorted(folder.glob(f"{step}.*.xml"))
    failures_before = len(total.failed)
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):
            add_case(total, step, case)
    if not ended_well and len(total.failed) == failures_before:
        log = (folder / f"{step}.log").read_text(errors="replace").splitlines()
        total.failed.append("\n".join([f"{step}: the step failed; it ended with", *end_of(log)]))
    elif ended_well and not reports:
        total.passed += 1


def summarize(folder: Path) -> Sum:
    total = Sum()
    for status_file in sorted(folder.glob("*.status"), key=lambda file: file.stat().st_mtime_ns):
        add_step(total, status_file)
    return total


def main(folder: Path) -> int:
    total = summarize(folder)
    for text in total.skipped:
        print(f"SKIPPED {text}")
    for text in total.failed:
        print(f"FAILED {text}\n")
    print(total.line())
    return 1 if total.failed or total.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
