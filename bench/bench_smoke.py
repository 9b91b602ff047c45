#!/usr/bin/env python3
"""bench_smoke.py PROGRAM: does every operation run on a tiny workload, and find the generator's sum? Does a
wrong byte void its cell?"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

OPERATIONS = ("open", "open_index", "first", "first_again", "restore_lazy", "restore_full", "restore_into",
              "switch", "save", "save_async", "save_durable")
SETTINGS = {
    "map": ["--io", "map"],
    "copy": ["--io", "copy"],
    "ready": ["--io", "map-copy", "--ready", "yes"],
    "unverified": ["--verify", "no"],
    "safetensors": ["--format", "safetensors"],
    "shards": ["--shards", "2", "--alignment", "64"],
}


def rows(*command: str) -> list[dict[str, object]]:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[1:])}: status {done.returncode}: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(is_so: bool, what: str) -> None:
    if not is_so:
        sys.exit(f"FAILED: {what}")


def check_operations(program: str, folder: Path, workload: str) -> None:
    for operation in OPERATIONS:
        for name, words in SETTINGS.items():
            (row,) = rows(program, "run", operation, str(folder), *words)
            where = f"{workload} {operation} {name}"
            check(row["ok"] is True and row["sum"] == row["expected_sum"], f"{where}: wrong sum: {row}")
            check(float(str(row["seconds"])) > 0, f"{where}: took no time")
            verified = not operation.startswith("open") and name != "safetensors"
            verified = verified and (name != "unverified" or operation.startswith("save"))
            check(row["checksum"] == ("verified" if verified else "none"), f"{where}: class {row['checksum']}")


def check_load(program: str, folder: Path) -> None:
    """One checkpoint under two scopes: every tensor twice, and each word of the packed file."""
    (data,) = folder.glob("*.data-*")
    prefix = str(data).split(".data-")[0]
    (row,) = rows(program, "load", prefix, "a", prefix, "b")
    words = struct.unpack(f"<{data.stat().st_size // 4}I", data.read_bytes())
    check(row["variables"] == 2 * 292, f"load gave {row['variables']} variables")
    check(row["sum"] == f"{2 * sum(words) % 2**64:016x}", "load read other values than the file has")


def check_damage(program: str, folder: Path) -> None:
    """A byte that nobody verifies changes the sum."""
    (path,) = folder.glob("*.data-*")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (row,) = rows(program, "run", "restore_full", str(folder), "--verify", "no")
    check(row["ok"] is False, "a changed byte was not noticed")
    done = subprocess.run([program, "run", "restore_full", str(folder)], capture_output=True, text=True)
    check(done.returncode == 1 and "checksum" in done.stderr.lower(), "a verified restore took a changed byte")


def main() -> None:
    program = sys.argv[1]
    # Beside the program: a directory for temporary files may be memory, which has no direct reads.
    with tempfile.TemporaryDirectory(prefix="holdall-bench-", dir=Path(program).parent) as work:
        for number in range(1, 8):
            workload, folder = f"w{number}", Path(work, f"w{number}")
            (made,) = rows(program, "make", workload, str(folder), "--mib", "1")
            check(made["safetensors_refusal"] == "", f"{workload}: safetensors refused")
            # The index of 65,000 tensors is its point; its operations are those of w3, which takes less.
            if workload != "w5":
                check_operations(program, folder, workload)
        again = Path(work, "again")
        rows(program, "make", "w4", str(again), "--mib", "1", "--seed", "1")
        told = [(Path(work) / name / "workload.txt").read_text() for name in ("w4", "again")]
        check(told[0] == told[1], "the same seed gave other values")
        roofs = rows(program, "roofs", str(again), "--mib", "1", "--repeats", "1", "--threads", "1,2")
        check(len({row["roof"] for row in roofs}) > 20, "roofs are missing")
        check(all(float(str(row["gb_per_s"])) > 0 for row in roofs), "a roof is zero")
        check_load(program, again)
        check_damage(program, again)
    print("every operation found its sums")


if __name__ == "__main__":
    main()
