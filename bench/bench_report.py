"""A run as Markdown for people and as JSON for keeping."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench_cells import Cell, CellKey, SampleClass, ratio_of_times
from bench_targets import Verdict

# Whose times others are divided by, in each class: the first of these that was measured.
BASELINES = ("holdall map", "holdall map unverified", "holdall copy", "holdall copy unverified", "holdall map-copy",
             "holdall safetensors")
PYTHON_BASELINES = ("holdall-python map", "holdall-python map unverified", "holdall-python save",
                    "holdall-python save durable")


def machine() -> dict[str, str]:
    def read(path: str) -> str:
        try:
            return Path(path).read_text().strip()
        except OSError:
            return "unknown"

    models = [line.partition(":")[2].strip() for line in read("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    memory = read("/proc/meminfo").split()
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory_gib": f"{int(memory[1]) / (1 << 20):.0f}" if len(memory) > 1 and memory[1].isdigit() else "unknown",
        "kernel": platform.release(),
        "huge_pages": read("/sys/kernel/mm/transparent_hugepage/enabled"),
        "python": platform.python_version(),
    }


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"


def seconds_text(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def rate_text(cell: Cell) -> str:
    rate = cell.bytes_per_second()
    return f"{rate / 1e9:.2f}" if rate > 0 else ""


def find_baseline(cells: list[Cell], names: tuple[str, ...]) -> Cell | None:
    by_tool = {cell.key.tool: cell for cell in cells if cell.samples}
    return next((by_tool[name] for name in names if name in by_tool), None)


def compared(cell: Cell, baseline: Cell | None) -> str:
    if baseline is None or cell is baseline:
        return "1" if cell is baseline and baseline else ""
    ratio = ratio_of_times(cell, baseline)
    return str(ratio) if ratio else ""


def roofs_text(cells: dict[CellKey, Cell]) -> str:
    parts = []
    for workload in sorted({key.workload for key in cells if key.tool == "roof"}):
        rows = []
        for key, cell in sorted(cells.items()):
            if key.tool == "roof" and key.workload == workload and cell.samples:
                name, _, threads = key.op.partition("/")
                rows.append([name, threads, rate_text(cell), seconds_text(cell.seconds())])
        parts.append(f"### Roofs, {workload}\n\n" + table(["roof", "threads", "GB/s", "time"], rows))
    return "\n".join(parts)


def group_text(group: tuple[str, str, str, SampleClass], cells: list[Cell]) -> str:
    workload, op, state, kind = group
    native = find_baseline(cells, BASELINES)
    python = find_baseline(cells, PYTHON_BASELINES)
    rows = []
    for cell in sorted(cells, key=lambda cell: cell.seconds() if cell.samples else float("inf")):
        if not cell.samples:
            rows.append([cell.key.tool, f"void: {cell.void}", "", "", "", "", ""])
            continue
        anonymous = cell.fact("anonymous_rise_bytes") / (1 << 20)
        rows.append([cell.key.tool, seconds_text(cell.seconds()), seconds_text(cell.best_seconds()), rate_text(cell),
                     f"{anonymous:.0f}", compared(cell, native), compared(cell, python)])
    head = ["tool", "median", "best", "GB/s", "memory, MiB", "times Holdall", "times Holdall's Python"]
    title = f"### {workload} {op}, {state}; checksums: {kind.checksum}; durability: {kind.durability}\n\n"
    return title + table(head, rows)


def operations_text(cells: dict[CellKey, Cell]) -> str:
    """One table a class, so that no ratio can cross one."""
    groups: dict[tuple[str, str, str, SampleClass], list[Cell]] = defaultdict(list)
    for key, cell in cells.items():
        if key.tool != "roof":
            groups[key.workload, key.op, key.state, cell.kind].append(cell)
    return "\n".join(group_text(group, members) for group, members in sorted(groups.items()))


def verdicts_text(verdicts: list[Verdict]) -> str:
    rows = [[v.number, v.claim, v.measured, v.aim, v.outcome] for v in verdicts]
    return "### Targets\n\n" + table(["#", "claim", "measured", "target", "outcome"], rows)


def markdown(cells: dict[CellKey, Cell], verdicts: list[Verdict], about: dict[str, Any]) -> str:
    facts = table(["machine", ""], [[name, str(value)] for name, value in about.items()])
    return "\n".join([facts, verdicts_text(verdicts), roofs_text(cells), operations_text(cells)])


def as_json(cells: dict[CellKey, Cell], verdicts: list[Verdict], about: dict[str, Any]) -> dict[str, Any]:
    return {
        "about": about,
        "verdicts": [vars(verdict) for verdict in verdicts],
        "cells": [
            {
                **cell.key._asdict(),
                **cell.kind._asdict(),
                "void": cell.void,
                "median_seconds": cell.seconds() if cell.samples else None,
                "samples": [{"round": number, **sample.facts} for number, sample in sorted(cell.samples.items())],
            }
            for cell in cells.values()
        ],
    }
