"""check_large_index.py HOLDALL [--count N]: does the time of ls and plan grow with the number of
tensors, and no faster?

Makes checkpoints of N / 10 and of N tensors (a million if nothing else is said) of one float each,
with names of three parts, as safetensors and, with `holdall cp`, as TensorFlow's. Runs each command
three times on each and prints its best processor time, its best wall time and its largest memory.
Ten times the tensors must not take more than 25 times the processor time. No time is asserted.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from process_cost import Cost, run

# Ten times the tensors: sorting alone makes that 12.5 times the work, a loop in a loop 100 times.
MAX_RATIO = 25
ROUNDS = 3


def name_of(number: int) -> str:
    return f"model_{number // 10000}/layer_{number // 100 % 100}/weight_{number % 100}"


def write_checkpoint(path: Path, count: int) -> None:
    entries = (
        f'"{name_of(i)}":{{"dtype":"F32","shape":[1],"data_offsets":[{4 * i},{4 * i + 4}]}}'
        for i in range(count)
    )
    header = ("{" + ",".join(entries) + "}").encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4 * count))


def write_spec(path: Path, count: int) -> None:
    """Variables that are the tensors under another scope, which a rule would make fit."""
    rows = [{"name": f"net/{name_of(i)}", "dtype": "float32", "shape": [1]} for i in range(count)]
    path.write_text(json.dumps({"variables": rows}))


def best_of(program: Path, arguments: list[str], expected_status: int) -> Cost:
    costs = [run([program, *arguments], expected_status) for _ in range(ROUNDS)]
    return Cost(
        min(cost.cpu_seconds for cost in costs),
        min(cost.wall_seconds for cost in costs),
        max(cost.peak_mib for cost in costs),
    )


def measure(program: Path, folder: Path, count: int) -> dict[str, Cost]:
    safetensors = folder / f"{count}.safetensors"
    write_checkpoint(safetensors, count)
    bundle = folder / str(count)
    subprocess.run([program, "cp", safetensors, bundle], check=True, stdout=subprocess.DEVNULL)
    spec = folder / f"{count}.json"
    write_spec(spec, count)
    costs = {}
    for kind, path in (("tf_bundle", str(bundle)), ("safetensors", str(safetensors))):
        for options in (["ls"], ["ls", "--json"], ["plan"], ["plan", "--json"]):
            costs[f"{' '.join(options)}, {kind}"] = best_of(program, [*options, path], 0)
    into = ["plan", str(bundle), "--into", str(spec)]
    costs["plan --into, a rule proposed"] = best_of(program, into, 1)
    return costs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        small = measure(program, Path(folder), arguments.count // 10)
        large = measure(program, Path(folder), arguments.count)
    failed = False
    print(f"{arguments.count} tensors, and how many times the processor time of a tenth of them")
    for what, cost in large.items():
        ratio = cost.cpu_seconds / small[what].cpu_seconds
        failed |= ratio > MAX_RATIO
        print(
            f"{what:30} {cost.wall_seconds:6.2f} s wall {cost.cpu_seconds:6.2f} s cpu "
            f"{cost.peak_mib:7.0f} MiB  x{ratio:.1f}{'  TOO MUCH' if ratio > MAX_RATIO else ''}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
