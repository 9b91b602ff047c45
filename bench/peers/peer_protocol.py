"""What the scripts of all tools share: the operations, the clock, the sums, and how a result is told.

A script lists variants, each a tool in one setting, and says of each how it restores and saves. It is called as

    NAME_peer.py make FOLDER             writes the tool's own files; prints a line of JSON for each thing it can do
    NAME_peer.py run VARIANT OP FOLDER   one operation, printed as one object of JSON

Imports happen before the clock, sums outside of it, but for restore_full. A sum is that of workload.txt: the
bytes of each tensor as little-endian words of eight, filled up with zeros, added up modulo 2^64.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

MASK = (1 << 64) - 1
SWITCHES = 8  # where there is one model, as in the native program
RESTORES = ("restore_lazy", "restore_full", "switch")

# Model name to tensor name to whatever the tool hands out.
Tensors = dict[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Model:
    name: str
    tensor_count: int
    size_bytes: int
    sum: int
    first_name: str
    last_name: str
    ends_bytes: int
    ends_sum: int
    selected_bytes: int
    selected_sum: int


@dataclass(frozen=True)
class Workload:
    name: str
    select: str
    folder: Path
    models: list[Model]

    @property
    def tensor_count(self) -> int:
        return sum(model.tensor_count for model in self.models)

    def is_selected(self, name: str) -> bool:
        """The workloads' globs are a prefix and stars."""
        return name.startswith(self.select.partition("*")[0])


def read_workload(folder: Path) -> Workload:
    facts: dict[str, str] = {}
    models = []
    for line in (folder / "workload.txt").read_text().splitlines():
        word, *fields = line.split("\t")
        if word == "model":
            name, count, size, total, first, last, ends, ends_sum, selected, selected_sum = fields
            models.append(Model(name, int(count), int(size), int(total, 16), first, last, int(ends), int(ends_sum, 16),
                                int(selected), int(selected_sum, 16)))
        else:
            facts[word] = fields[0]
    return Workload(facts["workload"], facts.get("select", ""), folder, models)


@dataclass
class Variant:
    """A tool in one setting. What it leaves out it cannot do."""

    files: str  # glob in the workload's folder: what it reads
    checksum: str = "none"  # whether reading compares checksums: "verified" or "none"
    save_checksum: str = "none"  # whether saving writes them
    syncs_itself: bool = False  # a save is on the device when it returns
    skips: tuple[str, ...] = ()  # operations that another variant has already
    most_tensors: int = 1 << 62  # more would take hours
    make: Callable[[Workload], None] | None = None
    count: Callable[[Workload, Model], int] | None = None  # opens and counts tensors
    read: Callable[[Workload, Model, Iterable[str]], list[Any]] | None = None
    restore: Callable[[Workload, list[Model]], Tensors] | None = None
    # Gives a function that restores into what is there already, and tells what then is there.
    restore_into: Callable[[Workload], tuple[Callable[[], None], Callable[[], Tensors]]] | None = None
    # Takes what fill() gave; writes below a new folder.
    fill: Callable[[Workload], Any] | None = None
    save: Callable[[Workload, Any, Path], None] | None = None
    reread: Callable[[Workload, Path], Tensors] | None = None

    def operations(self) -> Iterator[str]:
        return (op for op in self._possible() if op not in self.skips)

    def _possible(self) -> Iterator[str]:
        if self.count:
            yield "open"
        if self.read:
            yield "first"
        if self.restore:
            yield from RESTORES
        if self.restore_into:
            yield "restore_into"
        if self.save:
            yield from ["save_durable"] if self.syncs_itself else ["save", "save_durable"]


@dataclass
class Outcome:
    seconds: float = 0
    repeats: int = 1
    size_bytes: int = 0
    found: int = 0
    expected: int = 0
    cost: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def clock(self) -> Iterator[None]:
        gc.collect()  # or what an earlier step left is freed inside
        before = costs()
        if not self.cost:
            clear_peak()
        start = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - start
        after = costs()
        for name in ("cpu_seconds", "minor_faults", "major_faults"):
            self.cost[name] = self.cost.get(name, 0) + after[name] - before[name]
        above_files = max(after["anonymous_bytes"], after["peak_bytes"] - after["mapped_bytes"])
        self.cost["anonymous_rise_bytes"] = max(self.cost.get("anonymous_rise_bytes", 0),
                                                above_files - before["anonymous_bytes"], 0)

    def expect(self, size_bytes: int, total: int) -> None:
        self.size_bytes += size_bytes
        self.expected = (self.expected + total) & MASK


def clear_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # the peak then counts from the start of the process


def costs() -> dict[str, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    rows = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    kib = {name: int(rows[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile", "VmHWM")}
    return {"cpu_seconds": used.ru_utime + used.ru_stime, "minor_faults": used.ru_minflt,
            "major_faults": used.ru_majflt, "anonymous_bytes": kib["RssAnon"], "mapped_bytes": kib["RssFile"],
            "peak_bytes": kib["VmHWM"]}


def as_array(tensor: Any) -> Any:
    """A NumPy array over the tensor's bytes; torch has no NumPy form of bfloat16."""
    import numpy as np

    if hasattr(tensor, "untyped_storage"):
        import torch

        return tensor.detach().contiguous().view(torch.uint8 if tensor.dim() else tensor.dtype).numpy()
    if hasattr(tensor, "numpy") and not isinstance(tensor, np.ndarray):
        return tensor.numpy()
    return np.asarray(tensor)


def sum_of(tensor: Any) -> int:
    import numpy as np

    array = as_array(tensor)
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    flat = array.reshape(-1).view(np.uint8)
    whole = flat.size // 8 * 8
    total = int(np.add.reduce(flat[:whole].view(np.uint64), dtype=np.uint64)) if whole else 0
    return (total + int.from_bytes(flat[whole:].tobytes(), "little")) & MASK


def sum_of_all(tensors: Tensors) -> int:
    return sum(sum_of(tensor) for model in tensors.values() for tensor in model.values()) & MASK


def sync_tree(folder: Path) -> None:
    """Every file and every directory: what a durable save by these tools takes."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def run_open(variant: Variant, workload: Workload, outcome: Outcome) -> None:
    assert variant.count
    with outcome.clock():
        for model in workload.models:
            outcome.found += variant.count(workload, model)
    for model in workload.models:
        outcome.expect(0, model.tensor_count)


def run_first(variant: Variant, workload: Workload, outcome: Outcome) -> None:
    assert variant.read
    kept: list[Any] = []
    with outcome.clock():
        for model in workload.models:
            kept += variant.read(workload, model, [model.first_name, model.last_name])
    outcome.found = sum(map(sum_of, kept)) & MASK
    for model in workload.models:
        outcome.expect(model.ends_bytes, model.ends_sum)


def run_restore(variant: Variant, workload: Workload, outcome: Outcome, sums_inside: bool) -> None:
    assert variant.restore
    with outcome.clock():
        tensors = variant.restore(workload, workload.models)
        if sums_inside:
            outcome.found = sum_of_all(tensors)
    outcome.found = outcome.found if sums_inside else sum_of_all(tensors)
    for model in workload.models:
        outcome.expect(model.selected_bytes, model.selected_sum)


def run_restore_into(variant: Variant, workload: Workload, outcome: Outcome) -> None:
    assert variant.restore_into
    restore, held = variant.restore_into(workload)
    restore()
    with outcome.clock():
        restore()
    outcome.found = sum_of_all(held())
    for model in workload.models:
        outcome.expect(model.selected_bytes, model.selected_sum)


def run_switch(variant: Variant, workload: Workload, outcome: Outcome) -> None:
    """Restore the next model, let go of the one before."""
    assert variant.restore
    models = workload.models
    outcome.repeats = len(models) if len(models) > 1 else SWITCHES
    held = variant.restore(workload, [models[0]])
    for turn in range(1, outcome.repeats + 1):
        model = models[turn % len(models)]
        with outcome.clock():
            fresh = variant.restore(workload, [model])
            held = fresh
        outcome.found = (outcome.found + sum_of_all(held)) & MASK
        outcome.expect(model.selected_bytes, model.selected_sum)
        del fresh


def run_save(variant: Variant, workload: Workload, outcome: Outcome, is_durable: bool) -> None:
    assert variant.fill and variant.save and variant.reread
    workload = replace(workload, select="")  # what is saved is all of it
    values = variant.fill(workload)
    saved = workload.folder / "saved"
    shutil.rmtree(saved, ignore_errors=True)
    saved.mkdir()
    try:
        with outcome.clock():
            variant.save(workload, values, saved)
            if is_durable and not variant.syncs_itself:
                sync_tree(saved)
        outcome.found = sum_of_all(variant.reread(workload, saved))
    finally:
        shutil.rmtree(saved, ignore_errors=True)
    for model in workload.models:
        outcome.expect(model.size_bytes, model.sum)


def run_operation(variant: Variant, op: str, workload: Workload) -> Outcome:
    outcome = Outcome()
    if op == "open":
        run_open(variant, workload, outcome)
    elif op == "first":
        run_first(variant, workload, outcome)
    elif op in ("restore_lazy", "restore_full"):
        run_restore(variant, workload, outcome, sums_inside=op == "restore_full")
    elif op == "restore_into":
        run_restore_into(variant, workload, outcome)
    elif op == "switch":
        run_switch(variant, workload, outcome)
    elif op in ("save", "save_durable"):
        run_save(variant, workload, outcome, is_durable=op == "save_durable")
    else:
        raise SystemExit(f"no operation {op}")
    return outcome


def class_of(variant: Variant, op: str) -> dict[str, str]:
    if op.startswith("save"):
        return {"checksum": variant.save_checksum, "durability": "durable" if op == "save_durable" else "page-cache"}
    return {"checksum": "none" if op == "open" else variant.checksum, "durability": "none"}


def version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


def make(tool: str, variants: Mapping[str, Variant], workload: Workload) -> None:
    for name, variant in variants.items():
        if workload.tensor_count > variant.most_tensors:
            continue
        if variant.make:
            variant.make(workload)
        for op in variant.operations():
            row = {"tool": tool, "variant": name, "op": op, "files": variant.files, **class_of(variant, op)}
            print(json.dumps(row), flush=True)


def main(tool: str, package: str, variants: Mapping[str, Variant]) -> None:
    words = sys.argv[1:]
    if len(words) == 2 and words[0] == "make":
        return make(tool, variants, read_workload(Path(words[1])))
    if len(words) != 4 or words[0] != "run" or words[1] not in variants:
        raise SystemExit(f"usage: {Path(sys.argv[0]).name} make FOLDER | run {'|'.join(variants)} OPERATION FOLDER")
    _, name, op, folder = words
    workload = read_workload(Path(folder))
    outcome = run_operation(variants[name], op, workload)
    print(json.dumps({
        "tool": tool, "variant": name, "version": version_of(package), "op": op, "workload": workload.name,
        **class_of(variants[name], op), "seconds": outcome.seconds, "repeats": outcome.repeats,
        "bytes": outcome.size_bytes, "sum": f"{outcome.found:016x}", "expected_sum": f"{outcome.expected:016x}",
        "ok": outcome.found == outcome.expected, **outcome.cost}), flush=True)
    # Nobody's teardown is measured, and some take seconds.
    os._exit(0)
