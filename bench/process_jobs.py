#!/usr/bin/env python3
"""process_jobs.py HOLDALL HOLDALL_BENCH PYTHON CHECKPOINT CHECKPOINT: what whole processes cost.

Two jobs. Two real checkpoints into one session, each under its scope, every byte verified, and a sum of all
bytes: by Holdall from C++, by Holdall from Python, and as programs for TensorFlow do it, with a variable scope
and a Saver for each model. And what the command line and an import cost: `holdall ls` of a small checkpoint
beside a program that does nothing, `import holdall` beside `import numpy`. Each in turn, several rounds; medians
of the ratios of single rounds. PYTHON has holdall, and TensorFlow unless --no-tensorflow is said.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from process_cost import Cost, run

# How each job tells what it has: the sum is that of `holdall_bench load`.
TELL = """
def sum_of(value):
    has_words = value.dtype.kind in "fiu" and value.nbytes % 4 == 0
    return int(np.ascontiguousarray(value).view(np.uint32).sum(dtype=np.uint64)) if has_words else 0
values = [np.asarray(value) for value in values]
print(json.dumps({"variables": len(values), "sum": format(sum(map(sum_of, values)) % 2**64, "016x")}))
"""

PYTHON_JOB = """
import json, sys
import holdall, numpy as np
session = holdall.Session()
for path, scope in (sys.argv[1:3], sys.argv[3:5]):
    session.load(path, scope=scope)
values = [value for scope in ("dna", "rna") for value in session[scope].numpy().values()]
""" + TELL

TENSORFLOW_JOB = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
savers = []
for path, scope in (sys.argv[1:3], sys.argv[3:5]):
    reader = tf.train.load_checkpoint(path)
    kinds = reader.get_variable_to_dtype_map()
    names = {}
    with tf.variable_scope(scope):
        for name, shape in reader.get_variable_to_shape_map().items():
            names[name] = tf.get_variable(name, shape, kinds[name], tf.zeros_initializer(), use_resource=False)
    savers.append((tf.train.Saver(names), path))
with tf.Session() as session:
    for saver, path in savers:
        saver.restore(session, path)
    values = session.run(tf.global_variables())
""" + TELL


def rounds_of(commands: dict[str, list[str]], count: int) -> dict[str, list[Cost]]:
    """Each command once a round, each round beginning with another; one round before the first is not counted."""
    names = list(commands)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for number in range(count + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            cost = run(commands[name], keeps_output=True)
            if number:
                costs[name].append(cost)
    return costs


def table(title: str, costs: dict[str, list[Cost]], base: str) -> None:
    print(f"\n{title}\n\n| process | median | best | largest memory, MiB | times {base} |\n|---|---|---|---|---|")
    for name, own in costs.items():
        ratios = sorted(a.wall_seconds / b.wall_seconds for a, b in zip(own, costs[base]))
        seconds = [cost.wall_seconds for cost in own]
        memory = statistics.median(cost.peak_mib for cost in own)
        print(f"| {name} | {1e3 * statistics.median(seconds):.1f} ms | {1e3 * min(seconds):.1f} ms | {memory:.0f} | "
              f"{statistics.median(ratios):.3g}x ({ratios[0]:.3g}–{ratios[-1]:.3g}) |")  # fmt: skip


def check_sums(costs: dict[str, list[Cost]]) -> None:
    sums = {json.loads(cost.printed)["sum"] for own in costs.values() for cost in own}
    if len(sums) != 1:
        sys.exit(f"FAILED: the sums of the bytes differ: {sorted(sums)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs=3, metavar="PROGRAM")
    parser.add_argument("checkpoints", nargs=2, metavar="CHECKPOINT")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-tensorflow", action="store_true")
    words = parser.parse_args()
    holdall, bench, python = words.programs
    job = [words.checkpoints[0], "dna", words.checkpoints[1], "rna"]
    commands = {"Holdall, C++": [bench, "load", *job], "Holdall, Python": [python, "-c", PYTHON_JOB, *job]}
    if not words.no_tensorflow:
        commands["TensorFlow's Savers"] = [python, "-c", TENSORFLOW_JOB, *job]
    costs = rounds_of(commands, words.rounds)
    check_sums(costs)
    table("Two real checkpoints into one session, as a process:", costs, "Holdall, C++")

    with tempfile.TemporaryDirectory() as folder:
        small = str(Path(folder) / "small.safetensors")
        header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
        Path(small).write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
        costs = rounds_of({"true": ["true"], "holdall ls": [holdall, "ls", small]}, 3 * words.rounds)
    table("The command line, on a small checkpoint:", costs, "true")
    imports = {name: [python, "-c", f"import {name}"] for name in ("numpy", "holdall")}
    table("Imports:", rounds_of(imports, words.rounds), "numpy")


if __name__ == "__main__":
    main()
