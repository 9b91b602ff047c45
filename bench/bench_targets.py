"""What Holdall has to reach, as parts of roofs that are measured in the same run.

The one table of targets that need no peers. Those against other tools are read from the tables of a full run
(docs/benchmarks.md). `--quick` fails where a median is below a third of its target, twice; rows that are only
told never fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench_cells import Cell, CellKey, Ratio, ratio_to_roof

MIB = 1 << 20
# The ratio that fails a quick run, as a part of the target. Two processors lent by a busy machine gave 0.45
# where quiet ones gave 0.73; a lost kernel or a lost mapping gives less than a quarter.
GUARD = 1 / 3


@dataclass(frozen=True)
class Target:
    number: str
    claim: str
    workload: str
    op: str
    state: str
    tool: str
    roofs: tuple[str, ...]  # "map_crc/2": name and threads; of several, the fastest counts
    least: float  # part of the roof's bytes per second
    is_told_only: bool = False


TARGETS = (
    Target("T2", "map, every checksum compared, one model", "w4", "restore_lazy", "warm", "holdall map",
           ("map_crc/2",), 0.85),
    Target("T2", "the same, 64 models", "w2", "restore_lazy", "warm", "holdall map", ("map_crc/2",), 0.85),
    Target("T2", "the same, one thread", "w4", "restore_lazy", "warm", "holdall map 1 thread", ("map_crc/1",), 0.85),
    Target("T3", "copy and checksum into memory that is used again", "w4", "restore_into", "warm", "holdall map-copy",
           ("map_copy_crc/2",), 0.85),
    Target("T3", "the same, against reading alone", "w4", "restore_into", "warm", "holdall copy",
           ("pread_warm/2",), 0.85),
    Target("T4", "copy and checksum into fresh memory", "w4", "restore_lazy", "warm", "holdall map-copy",
           ("map_copy_crc_fresh_2m/2",), 0.80),
    Target("T4", "the same, where the session had the memory made ready", "w4", "restore_lazy", "warm",
           "holdall map-copy ready", ("map_copy_crc/2",), 0.80),
    Target("T5", "checksums in place cost at most 3 % of reading", "w4", "restore_lazy", "warm", "holdall map",
           ("map_sum/2",), 0.97, is_told_only=True),
    Target("T5", "checksums in a copy cost at most 12 % of it", "w4", "restore_into", "warm", "holdall map-copy",
           ("map_copy/2",), 0.88, is_told_only=True),
    Target("T9", "cold, every checksum compared", "w4", "restore_lazy", "cold", "holdall map",
           ("read_direct_cold/1", "map_willneed_cold/1"), 0.90),
    Target("T10", "save with checksums, one data file", "w4", "save", "warm", "holdall map",
           ("write_fallocated/1",), 0.90),
    Target("T11", "save with checksums, two data files", "w4", "save", "warm", "holdall 2 shards",
           ("write_plain/1",), 1.50),
    # With a small file and the names of both beside the bytes: small saves are mostly that.
    Target("T12", "save until it is on the device", "w4", "save_durable", "warm", "holdall map",
           ("write_direct_published/1",), 0.90),
    # Tensors never change, so that to hold them is a snapshot, and nothing is copied.
    Target("T17", "what a save in the background holds its caller up, as if it were a copy", "w4", "save_async", "warm",
           "holdall map", ("stream_copy_warm/2",), 0.87),
    # Its roof has the places of the tensors already; a reader that has to decode the index has not.
    Target("T13", "many small tensors, every checksum compared", "w3", "restore_lazy", "warm", "holdall map",
           ("map_crc_tensors/2",), 0.25, is_told_only=True),
)


@dataclass(frozen=True)
class MemoryTarget:
    number: str
    claim: str
    workload: str
    op: str
    tool: str
    of_payload: float  # bytes of anonymous memory for each byte of the workload
    constant_bytes: int
    bytes_per_tensor: int

    def limit_bytes(self, size_bytes: int, tensor_count: int) -> float:
        return self.of_payload * size_bytes + self.constant_bytes + self.bytes_per_tensor * tensor_count


MEMORY_TARGETS = (
    MemoryTarget("T16", "memory of a mapped restore", "w4", "restore_lazy", "holdall map", 0, 16 * MIB, 100),
    MemoryTarget("T16", "memory of a copied restore", "w4", "restore_lazy", "holdall copy", 1.02, 16 * MIB, 100),
    MemoryTarget("T16", "memory of a save, beside the tensors", "w4", "save", "holdall map", 0, 16 * MIB, 100),
)


@dataclass(frozen=True)
class Verdict:
    number: str
    claim: str
    measured: str
    aim: str
    outcome: str  # "met", "missed", "far off" (fails a quick run), "told", "not measured"

    @property
    def fails(self) -> bool:
        return self.outcome in ("far off", "void")


def roof_key(workload: str, roof: str) -> CellKey:
    return CellKey(workload, roof, "", "roof")


def fastest_ratio(cell: Cell, roofs: Iterable[Cell]) -> Ratio | None:
    """To the roof that leaves least."""
    ratios = [ratio for roof in roofs if (ratio := ratio_to_roof(cell, roof))]
    return min(ratios, key=lambda ratio: ratio.median, default=None)


def outcome_of(part: float, is_told_only: bool) -> str:
    """Of what was reached as a part of the target."""
    if part >= 1:
        return "met"
    if is_told_only:
        return "told"
    return "missed" if part >= GUARD else "far off"


def judge(target: Target, cells: dict[CellKey, Cell]) -> Verdict:
    aim = f">= {target.least:g} of {' or '.join(target.roofs)}"
    cell = cells.get(CellKey(target.workload, target.op, target.state, target.tool))
    if cell is not None and cell.void.startswith("wrong sum"):
        return Verdict(target.number, target.claim, cell.void, aim, "void")
    roofs = [cells[key] for roof in target.roofs if (key := roof_key(target.workload, roof)) in cells]
    ratio = fastest_ratio(cell, roofs) if cell is not None else None
    if ratio is None:
        return Verdict(target.number, target.claim, cell.void if cell else "", aim, "not measured")
    outcome = outcome_of(ratio.median / target.least, target.is_told_only)
    return Verdict(target.number, target.claim, str(ratio), aim, outcome)


def judge_memory(target: MemoryTarget, cells: dict[CellKey, Cell], sizes: dict[str, tuple[int, int]]) -> Verdict:
    """`sizes`: bytes and tensors of each workload."""
    cell = cells.get(CellKey(target.workload, target.op, "warm", target.tool))
    if cell is None or not cell.samples or target.workload not in sizes:
        return Verdict(target.number, target.claim, "", "", "not measured")
    limit = target.limit_bytes(*sizes[target.workload])
    used = cell.fact("anonymous_rise_bytes")
    return Verdict(target.number, target.claim, f"{used / MIB:.1f} MiB", f"<= {limit / MIB:.1f} MiB",
                   outcome_of(limit / max(used, 1), is_told_only=False))


def judge_all(cells: dict[CellKey, Cell], sizes: dict[str, tuple[int, int]]) -> list[Verdict]:
    return [judge(target, cells) for target in TARGETS] + [
        judge_memory(target, cells, sizes) for target in MEMORY_TARGETS
    ]
