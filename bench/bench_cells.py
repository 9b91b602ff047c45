"""The arithmetic of comparisons: samples into cells, cells into ratios. Nothing here runs anything.

A cell is what one tool does in one operation on one workload in one state of the cache, over all rounds.
A ratio is a median of per-round ratios, so that a slow stretch of the machine hits both sides. Ratios of
tools are formed within a class alone: who compares checksums is not measured against who does not, nor who
waits for the device against who does not.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

Item = TypeVar("Item")


class MixedClasses(ValueError):
    """A ratio was asked for that would say nothing."""


class CellKey(NamedTuple):
    workload: str
    op: str
    state: str  # of the page cache: "warm", "cold"
    tool: str  # with its settings: "holdall map", "tensorflow raw_ops"


class SampleClass(NamedTuple):
    checksum: str  # "verified", "none"
    durability: str  # "durable", "page-cache", "none"


@dataclass(frozen=True)
class Sample:
    key: CellKey
    kind: SampleClass
    round: int
    seconds: float
    size_bytes: int
    is_right: bool = True  # the sum is the generator's
    void: str = ""  # why this sample alone says nothing: "not cold: 0.3 resident"
    facts: dict[str, Any] = field(default_factory=dict)  # the rest of what the process printed


@dataclass
class Cell:
    key: CellKey
    kind: SampleClass
    samples: dict[int, Sample]  # by round, those that count
    void: str = ""  # why the cell says nothing

    def seconds(self) -> float:
        return statistics.median(sample.seconds for sample in self.samples.values())

    def best_seconds(self) -> float:
        return min(sample.seconds for sample in self.samples.values())

    def bytes_per_second(self) -> float:
        return statistics.median(sample.size_bytes / sample.seconds for sample in self.samples.values())

    def fact(self, name: str) -> float:
        return statistics.median(float(sample.facts.get(name, 0)) for sample in self.samples.values())


@dataclass(frozen=True)
class Ratio:
    median: float
    low: float
    high: float
    rounds: int

    def __str__(self) -> str:
        return f"{short(self.median)}x ({short(self.low)}–{short(self.high)})"


def short(number: float) -> str:
    """Three digits, as many as a ratio of times deserves."""
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def rotated(items: Sequence[Item], round_number: int) -> list[Item]:
    """A B C, then B C A, then C A B: nobody always comes after the same neighbour."""
    if not items:
        return []
    start = round_number % len(items)
    return [*items[start:], *items[:start]]


def steady_rounds(probes: dict[int, float], tolerance: float = 0.10) -> set[int]:
    """The rounds whose probe took at most `tolerance` longer than the fastest one."""
    best = min(probes.values(), default=0.0)
    return {number for number, seconds in probes.items() if seconds <= best * (1 + tolerance)}


def make_cells(samples: Iterable[Sample], rounds: set[int] | None = None) -> dict[CellKey, Cell]:
    """Samples by cell, those of other rounds left out. One wrong sum voids its cell, in whichever round."""
    cells: dict[CellKey, Cell] = {}
    for sample in samples:
        cell = cells.setdefault(sample.key, Cell(sample.key, sample.kind, {}))
        if sample.kind != cell.kind:
            raise MixedClasses(f"{sample.key}: {sample.kind} and {cell.kind} in one cell")
        if not sample.is_right:
            cell.void = f"wrong sum in round {sample.round}"
        elif not sample.void and (rounds is None or sample.round in rounds):
            cell.samples[sample.round] = sample
    reasons = {sample.key: sample.void for sample in samples if sample.void}
    for cell in cells.values():
        if not cell.void and not cell.samples:
            cell.void = reasons.get(cell.key, "no round was steady")
        if cell.void:
            cell.samples = {}
    return cells


def ratio_of_times(slower: Cell, faster: Cell) -> Ratio | None:
    """How many times as long `slower` takes; none if a cell is void or they share no round."""
    if slower.kind != faster.kind:
        raise MixedClasses(f"{slower.key} is {slower.kind}, {faster.key} is {faster.kind}")
    return _per_round(slower, faster, lambda a, b: a.seconds / b.seconds)


def ratio_to_roof(cell: Cell, roof: Cell) -> Ratio | None:
    """Which part of the roof's bytes per second is reached. A roof is of no class: which one is fit to be
    compared with, the table of targets says."""
    return _per_round(cell, roof, lambda a, b: (a.size_bytes / a.seconds) / (b.size_bytes / b.seconds))


def _per_round(one: Cell, other: Cell, ratio: Any) -> Ratio | None:
    shared = sorted(one.samples.keys() & other.samples.keys())
    if not shared:
        return None
    ratios = [ratio(one.samples[number], other.samples[number]) for number in shared]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios), len(ratios))
