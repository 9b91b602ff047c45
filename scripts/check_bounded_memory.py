"""check_bounded_memory.py HOLDALL [--gib N]: does the memory of cp, split, merge, diff and verify
stay the same however large the tensors are?

Runs the command on sparse checkpoints of 1/8 of N GiB and of N GiB (two tensors; N is 2 if nothing
else is said) and samples the largest anonymous memory of each process, mapped files not counted. It
must stay below a window of 64 MiB and a constant for the program itself. What is written (N GiB a
time) is removed again after each command.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
WINDOW_BYTES = 64 * MIB
PROGRAM_BYTES = 32 * MIB  # code's data, stacks of threads, catalogs of two tensors
ROW_BYTES = 4096


@dataclass(frozen=True)
class Outcome:
    status: int
    stdout: str
    peak_bytes: int
    seconds: float


def write_sparse(path: Path, size_bytes: int) -> None:
    """A safetensors file of two matrices whose zeros take no room on the disk."""
    half = size_bytes // 2 // ROW_BYTES * ROW_BYTES
    header = json.dumps(
        {
            name: {
                "dtype": "F32",
                "shape": [half // ROW_BYTES, ROW_BYTES // 4],
                "data_offsets": [number * half, (number + 1) * half],
            }
            for number, name in enumerate(["a/w", "b/w"])
        }
    ).encode()
    header += b" " * (-len(header) % 8)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + 2 * half)


def anonymous_bytes(pid: int) -> int:
    """Of a process that runs; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def run(program: Path, *arguments: str) -> Outcome:
    started = time.monotonic()
    process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, anonymous_bytes(process.pid))
        time.sleep(0.002)
    stdout = process.stdout.read() if process.stdout else ""
    return Outcome(process.returncode, stdout, peak, time.monotonic() - started)


def remove_contents(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def check(program: Path, folder: Path, gib: float) -> list[str]:
    source = folder / f"{gib:g}.safetensors"
    twin = folder / f"{gib:g}-twin.safetensors"
    out = folder / f"{gib:g}-out"
    for path in (source, twin):
        write_sparse(path, int(gib * (1 << 30)))
    copy = str(out / "copy")  # a TensorFlow checkpoint: it has checksums to verify
    commands = [
        ("diff", ["diff", str(source), str(twin)]),
        ("cp", ["cp", str(source), copy]),
        ("verify", ["verify", copy]),
        ("split", ["split", str(source), "-o", str(out / "{scope}.safetensors")]),
        ("merge", ["merge", f"x={source}", "-o", str(out / "both.safetensors")]),
    ]
    problems = []
    out.mkdir()
    for verb, arguments in commands:
        outcome = run(program, *arguments)
        if verb != "cp":  # which verify reads
            remove_contents(out)
        peak_mib = outcome.peak_bytes / MIB
        line = f"{verb:7} {gib:5g} GiB: {peak_mib:6.1f} MiB anonymous, {outcome.seconds:5.1f} s"
        print(line, flush=True)
        if outcome.status != 0:
            problems.append(f"{verb} of {gib:g} GiB ended with {outcome.status}: {outcome.stdout}")
        if not 0 < outcome.peak_bytes < WINDOW_BYTES + PROGRAM_BYTES:
            problems.append(f"{verb} of {gib:g} GiB took {peak_mib:.1f} MiB")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--gib", type=float, default=2.0)
    parser.add_argument("--folder", help="where there is room; default: the temporary folder")
    arguments = parser.parse_args()
    problems = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for gib in (arguments.gib / 8, arguments.gib):
            problems += check(arguments.program.resolve(), Path(folder), gib)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    sys.exit(main())
