"""torture_figures.py HOLDALL_TESTS [--short] [--thread-sanitizer HOLDALL_TESTS] [ID...]: runs the tests of the reliability programme in
their long forms (or in the short ones of scripts/test) and prints what they counted beside the goal.

Tests say what they counted in lines "figure: ID name number, name number"; lines of one id are added
up. Lines "skipped: ID ..." say what this machine did not let them do, and are shown.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field

# What may not have happened even once, wherever it is counted.
NEVER = (
    "violations",
    "success then lost",
    "false successes",
    "silent",
    "mixes",
    "torn",
    "wrong",
    "signals",
    "past the seam",
    "descriptors more",
    "mappings more",
    "files more",
    "changes outside",
    "reports",
)


@dataclass(frozen=True)
class Row:
    id: str
    what: str
    tests: str  # a filter of the test program
    least: dict[str, int] = field(default_factory=dict)  # what has to be reached
    below: dict[str, int] = field(default_factory=dict)  # what may not be
    is_sanitized: bool = False  # by the build that looks for data races


# What several threads do at once: loads of many models, saves beside loads, readers beside whoever changes a
# session, cancelling, the TF1 face. Not the handler of SIGBUS: ThreadSanitizer has one of its own.
THREADED = (
    "*Threads*:*Thread*:*SaveAsync*:*RunInParallel*:LiveReaders*:ManyModels*:Session.*:Arena*:StorageConformance*:"
    "*Progress*:*Cancel*:ResidentMemory*:SaverState*:Graph.*:TensorRows*:ParallelRestore*:RestoreAll*:LoadAll*:-VanishingMemory*"
)

ROWS = (
    Row("F1", "each call of a save fails", "*SaveFaults.*Fails*:*BypassedCalls*", {"points": 10_000}),
    Row("F2", "killed before and after each call", "*SaveFaults.*Killed*", {"points": 1000}),
    Row("F3", "power cut at each call", "*PowerCuts*:*LostWrites.Leave*", {"modelled points": 1500}),
    Row("F5", "a sync fails once", "*LostWrites.*SyncFailed*", {"points": 200}),
    Row("F6", "each call of a load fails, files change", "*ReadFaults*", {"points": 8000}),
    Row("F7", "each allocation fails", "*OutOfMemory*", {"points of saves": 3000, "points of loads": 3000}),
    Row("F8", "a fault after a cut, a cut after a fault", "*CompoundFaults*", {"points": 2000}),
    Row("M1", "every bit turned over", "*BitFlips*", {"files": 40, "bits": 800_000}),
    Row("M2", "cuts, sectors, mixtures", "*SectorDamage*", {"points": 50_000}),
    Row("M3", "files that are wrong in one way each", "*/MalformedCorpus.*:MalformedCatalogue.*", {"files": 250}),
    Row("T1", "threads, under ThreadSanitizer", THREADED, {"tests": 60}, is_sanitized=True),
    Row("T2", "readers while it is overwritten", "ChangingReads.AreNeverTorn*", {"reads": 400_000}),
    Row("T3", "rival writers, files removed, full disks", "*RivalWriters*:*FullDisk.IsPruned*", {"saves whose files vanish": 20_000}),
    Row("S1", "saves and loads, one in five failing", "Soak.*", {"cycles": 10_000}, {"growth in KiB": 1024}),
    Row("S2", "models at once, one in four damaged", "ManyModels.*", {"models": 64}),
    Row("S3", "devices full at every size", "*FullDisk.LeavesTheOld*", {}),
    Row("H", "files that change while mapped", "*MappingHazards*:VanishingMemory*", {"points": 250}),
    Row("E", "paths, links and names that lead elsewhere", "HostilePaths.*", {"recorded paths": 19, "links": 12}),
)  # fmt: skip


@dataclass
class Outcome:
    figures: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0


def read_output(output: str, own_id: str) -> Outcome:
    outcome = Outcome()
    for line in output.splitlines():
        figure = re.search(r"figure: (\S+) (.*)$", line)
        if figure and figure[1] == own_id:
            for part in figure[2].split(", "):
                name, _, number = part.rpartition(" ")
                outcome.figures[name] = outcome.figures.get(name, 0) + int(number)
        skipped = re.search(r"skipped: (.*)$", line)
        if skipped:
            outcome.skipped.append(skipped[1])
        failed = re.match(r"\[  FAILED  \] (\S+?),? ", line)
        if failed:
            outcome.failed.append(failed[1])
    return outcome


def count_reports(outcome: Outcome, printed: str) -> None:
    ran = re.search(r"\[=+\] (\d+) tests? from .* ran", printed)
    outcome.figures["tests"] = int(ran[1]) if ran else 0
    outcome.figures["reports"] = printed.count("WARNING: ThreadSanitizer")


def run(program: str, row: Row, is_short: bool) -> Outcome:
    environment = {**os.environ}
    # ThreadSanitizer wants addresses that are not random beyond what it knows.
    command = ["setarch", "-R", program] if row.is_sanitized else [program]
    if not is_short:
        environment["HOLDALL_TORTURE"] = "1"
    started = time.monotonic()
    done = subprocess.run(
        [*command, f"--gtest_filter={row.tests}"],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    outcome = read_output(done.stdout, row.id)
    outcome.seconds = time.monotonic() - started
    if row.is_sanitized:
        count_reports(outcome, done.stdout + done.stderr)
    if done.returncode != 0 and not outcome.failed:
        outcome.failed.append(f"the program ended with status {done.returncode}")
    if done.returncode != 0:
        print(done.stdout[-4000:], done.stderr[-2000:], file=sys.stderr)
    return outcome


def misses(row: Row, outcome: Outcome, is_short: bool) -> list[str]:
    found = [*outcome.failed]
    found += [f"{outcome.figures[name]} {name}" for name in NEVER if outcome.figures.get(name)]
    if not is_short:
        found += [
            f"{outcome.figures.get(name, 0)} {name} of {number}"
            for name, number in row.least.items()
            if outcome.figures.get(name, 0) < number
        ]
    found += [
        f"{outcome.figures.get(name, number)} {name}"
        for name, number in row.below.items()
        if outcome.figures.get(name, number) >= number
    ]
    return found


def goal(row: Row, outcome: Outcome, is_short: bool) -> str:
    parts = [f"{name} 0" for name in NEVER if name in outcome.figures]
    parts += [f"{name} >= {number:,}" for name, number in row.least.items() if not is_short]
    parts += [f"{name} < {number:,}" for name, number in row.below.items()]
    return ", ".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--thread-sanitizer", metavar="PROGRAM")
    parser.add_argument("ids", nargs="*")
    arguments = parser.parse_intermixed_args()
    unknown = set(arguments.ids) - {row.id for row in ROWS}
    if unknown:
        parser.error(f"no such test: {', '.join(sorted(unknown))}")
    print("| test | what | figures | goal | verdict | s |\n|---|---|---|---|---|---|")
    missed_count = 0
    skipped: list[str] = []
    for row in ROWS:
        if arguments.ids and row.id not in arguments.ids:
            continue
        if row.is_sanitized and arguments.thread_sanitizer is None:
            if not arguments.short:
                skipped.append(f"{row.id} {row.what}: without --thread-sanitizer")
            continue
        program = arguments.thread_sanitizer if row.is_sanitized else arguments.program
        outcome = run(program, row, arguments.short)
        missed = misses(row, outcome, arguments.short)
        missed_count += 1 if missed else 0
        skipped += outcome.skipped
        figures = ", ".join(f"{name} {number:,}" for name, number in outcome.figures.items())
        verdict = "MISSED: " + "; ".join(missed) if missed else "held"
        print(
            f"| {row.id} | {row.what} | {figures} | {goal(row, outcome, arguments.short)} | {verdict} | {outcome.seconds:.0f} |",
            flush=True,
        )
    for line in skipped:
        print(f"SKIPPED {line}")
    print(f"{missed_count} missed, {len(skipped)} skipped")
    return 1 if missed_count else 0


if __name__ == "__main__":
    sys.exit(main())
