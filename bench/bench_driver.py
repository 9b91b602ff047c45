#!/usr/bin/env python3
"""bench_driver.py PROGRAM [--quick] [--workloads w1,w2] [--mib N] [--rounds N] [--peers PYTHON] [--match REGEX]
                [--roofs REGEX] [--json FILE] [--folder DIR]

Measures roofs, Holdall's operations, and with --peers what other tools do with the same tensors: every sample
in a process of its own, in rounds of changing order. Prints Markdown. PYTHON is the interpreter of an
environment with bench/requirements-peers.txt in it.

--quick takes small sizes, no peers and less than three minutes, and ends with status 1 if an operation
reaches less than a third of its target twice, or a sum is wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bench_report
from bench_cells import Cell, CellKey, make_cells, steady_rounds
from bench_jobs import (
    COLD_OPERATIONS,
    PEERS,
    SETTINGS,
    Job,
    JobFailed,
    holdall_job,
    peer_jobs,
    roof_job,
    run_process,
    run_rounds,
)
from bench_targets import MEMORY_TARGETS, TARGETS, Verdict, judge_all

PROBE = "stream_copy_warm/1"
ROOFS = ("memcpy_warm/1", "memcpy_warm/2", PROBE, "stream_copy_warm/2", "sum_memory/1", "sum_memory/2", "crc_memory/1",
         "crc_memory/2", "fault_4k/1", "fault_4k/2", "fault_2m/1", "fault_2m/2", "copy_fresh_4k/1", "copy_fresh_2m/1",
         "pread_warm/1", "pread_warm/2", "map_sum/1", "map_sum/2", "map_crc/1", "map_crc/2", "map_crc_tensors/2",
         "map_copy/1", "map_copy/2", "map_copy_crc/1", "map_copy_crc/2", "map_copy_crc_fresh_2m/1",
         "map_copy_crc_fresh_2m/2", "read_direct_cold/1", "map_willneed_cold/1", "write_plain/1", "write_fallocated/1",
         "write_fallocated_crc/1", "write_synced/1", "write_direct_synced/1",
         "write_direct_published/1")
RESTORES = ("open", "first", "restore_lazy", "restore_full", "restore_into", "switch")
SAVES = ("save", "save_async", "save_durable")
# MiB of a quick run. Models of 8 MiB: with smaller ones the roof is system calls.
QUICK = {"w4": 96, "w2": 512, "w3": 3}
QUICK_ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    cells: dict[CellKey, Cell]
    sizes: dict[str, tuple[int, int]]  # bytes and tensors of each workload
    steady: dict[str, int]  # rounds in which the probe was near its best
    verdicts: list[Verdict]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def wanted_by_targets(workload: str) -> tuple[set[CellKey], set[str]]:
    """The cells and roofs without which a target could not be judged."""
    keys = {CellKey(t.workload, t.op, t.state, t.tool) for t in TARGETS if t.workload == workload}
    keys |= {CellKey(t.workload, t.op, "warm", t.tool) for t in MEMORY_TARGETS if t.workload == workload}
    roofs = {roof for target in TARGETS if target.workload == workload for roof in target.roofs}
    return keys, roofs


def all_keys(workload: str) -> set[CellKey]:
    keys = set()
    for tool in SETTINGS:
        for op in SAVES if "shards" in tool else RESTORES + SAVES:
            # How a save goes does not depend on how tensors came in.
            if op in SAVES and tool not in ("holdall map", "holdall 2 shards", "holdall safetensors"):
                continue
            states = ("warm", "cold") if op in COLD_OPERATIONS else ("warm",)
            keys |= {CellKey(workload, op, state, tool) for state in states}
    return keys


def native_jobs(program: Path, folder: Path, workload: str, is_quick: bool) -> list[Job]:
    keys, roofs = wanted_by_targets(workload)
    roofs.add(PROBE)
    if not is_quick:
        keys |= all_keys(workload)
        roofs |= set(ROOFS)
    jobs = [roof_job(program, folder, workload, roof) for roof in sorted(roofs)]
    return jobs + [holdall_job(program, folder, key) for key in sorted(keys)]


def make_workload(args: argparse.Namespace, folder: Path, workload: str) -> tuple[int, int]:
    """Bytes and tensors."""
    mib = args.mib or (QUICK.get(workload, 32) if args.quick else 0)
    command = [str(args.program), "make", workload, str(folder), "--safetensors", "no" if args.quick else "yes"]
    command += ["--mib", str(mib)] if mib else []
    made = run_process(command)
    say(f"{workload}: {made['models']} models, {made['tensors']} tensors, {int(str(made['bytes'])) >> 20} MiB")
    return int(str(made["bytes"])), int(str(made["tensors"]))


def jobs_of(args: argparse.Namespace, folder: Path, workload: str) -> list[Job]:
    jobs = native_jobs(args.program, folder, workload, args.quick)
    for script in sorted(PEERS.glob("*_peer.py")) if args.peers else []:
        try:
            jobs += peer_jobs(args.peers, script, folder, workload, ("warm", "cold"))
        except JobFailed as error:
            say(f"{workload}: left out: {error}")
    return [job for job in jobs if is_wanted(args, job.key)]


def is_wanted(args: argparse.Namespace, key: CellKey) -> bool:
    if key.tool == "roof":
        return key.op == PROBE or re.search(args.roofs, key.op) is not None
    return re.search(args.match, " ".join(key)) is not None


def measure(args: argparse.Namespace, work: Path, workloads: list[str]) -> Measured:
    samples, sizes, steady = [], {}, {}
    for workload in workloads:
        folder = work / workload
        sizes[workload] = make_workload(args, folder, workload)
        found = run_rounds(jobs_of(args, folder, workload), args.rounds, say)
        probes = {s.round: s.seconds for s in found if s.key.tool == "roof" and s.key.op == PROBE and not s.void}
        kept = steady_rounds(probes)
        # Where most rounds are unsteady there is no quiet to compare with; the report says so.
        steady[workload] = len(kept)
        samples += [s for s in found if s.round in kept] if len(kept) * 2 > args.rounds else found
    cells = make_cells(samples)
    return Measured(cells, sizes, steady, judge_all(cells, sizes))


def far_off_twice(first: list[Verdict], measure_again: Callable[[list[str]], list[Verdict]]) -> list[Verdict]:
    """The second verdicts on what failed. A neighbour on the machine halves a figure once; a fault does it again."""
    names = {(verdict.number, verdict.claim) for verdict in first if verdict.fails}
    if not names:
        return []
    workloads = {target.workload for target in (*TARGETS, *MEMORY_TARGETS) if (target.number, target.claim) in names}
    say(f"far off, and so measured once more: {', '.join(sorted(workloads))}")
    return [verdict for verdict in measure_again(sorted(workloads))
            if verdict.fails and (verdict.number, verdict.claim) in names]


def run(args: argparse.Namespace, work: Path) -> int:
    started = time.monotonic()
    found = measure(args, work, args.workloads)
    about = {"date": time.strftime("%Y-%m-%d"), **bench_report.machine(), "rounds": args.rounds,
             "steady rounds": ", ".join(f"{name} {count}" for name, count in found.steady.items()),
             "sizes": ", ".join(f"{name} {size >> 20} MiB in {count}" for name, (size, count) in found.sizes.items())}
    print(bench_report.markdown(found.cells, found.verdicts, about))
    if args.json:
        args.json.write_text(json.dumps(bench_report.as_json(found.cells, found.verdicts, about), indent=1) + "\n")
    wrong = [cell.key for cell in found.cells.values() if cell.void.startswith("wrong sum")]
    far = [verdict for verdict in found.verdicts if verdict.fails]
    if args.quick and not wrong:
        far = far_off_twice(far, lambda workloads: measure(args, work, workloads).verdicts)
    say(f"{time.monotonic() - started:.0f} s, {len(far)} targets far off, {len(wrong)} cells with wrong sums")
    for verdict in far:
        say(f"far off: {verdict.number} {verdict.claim}: {verdict.measured}, target {verdict.aim}")
    return 1 if wrong or (args.quick and far) else 0


def parse(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workloads", type=lambda text: text.split(","), default=None)
    parser.add_argument("--mib", type=int, default=0, help="of each workload; 0: its own size")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--peers", default="")
    parser.add_argument("--match", default="", help="only these, of 'WORKLOAD OPERATION STATE TOOL'")
    parser.add_argument("--roofs", default="",
                        help="only these, of 'ROOF/THREADS'; the one that tells quiet rounds is always measured")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="on the file system to measure; default: a temporary one")
    args = parser.parse_args(words)
    args.workloads = args.workloads or (list(QUICK) if args.quick else ["w2", "w4", "w3", "w6", "w7"])
    args.rounds = args.rounds or (QUICK_ROUNDS if args.quick else 7)
    return args


def main() -> int:
    args = parse()
    with tempfile.TemporaryDirectory(prefix="holdall-bench-", dir=args.folder) as work:
        return run(args, Path(work))


if __name__ == "__main__":
    sys.exit(main())
