"""compare_saving.py [--implementation tensorflow|holdall] [--kills N] [--reads N] [--json FILE]: what
becomes of a checkpoint that is saved over again and again, by TensorFlow's own Saver and by Holdall's.

Kills: the program that saves (16 variables of 512 KiB, always the same prefix) is ended with SIGKILL at
a random moment. Afterwards the prefix shows one save whole, or it is lost: nothing can be read, or
values of two saves come together. Reads: others read it while it is saved over: whole, refused with an
error, or a mixture of two saves. Each implementation reads what it saved.

To be run by the .venv of this tree, where both are: .venv/bin/python scripts/compare_saving.py
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

VARIABLES = 16
ELEMENTS = 512 * 1024 // 4
NAMES = [f"layer_{i}/weights" for i in range(VARIABLES)]

# Saves a checkpoint whose every element is the number.
Save = Callable[[int], None]


class TensorFlow:
    name = "TensorFlow"

    def __init__(self) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import tensorflow

        self.tensorflow = tensorflow
        self.version = tensorflow.__version__

    def saver(self, prefix: str) -> Save:
        tf: Any = self.tensorflow.compat.v1
        tf.disable_eager_execution()
        number = tf.placeholder(tf.float32, [])
        variables = [
            tf.get_variable(name, [ELEMENTS], initializer=tf.zeros_initializer()) for name in NAMES
        ]
        assign = [variable.assign(tf.fill([ELEMENTS], number)) for variable in variables]
        saver = tf.train.Saver(variables)
        session = tf.Session()

        def save(value: int) -> None:
            session.run([each.op for each in assign], {number: value})
            saver.save(session, prefix, write_meta_graph=False)

        return save

    def read(self, prefix: str) -> list[Any]:
        reader = self.tensorflow.train.load_checkpoint(prefix)
        return [reader.get_tensor(name) for name in NAMES]


class Holdall:
    name = "Holdall"

    def __init__(self) -> None:
        import holdall

        self.holdall = holdall
        self.version = holdall.__version__

    def saver(self, prefix: str) -> Save:
        def save(value: int) -> None:
            session = self.holdall.Session()
            session.assign({name: np.full(ELEMENTS, value, np.float32) for name in NAMES})
            session.save(prefix)

        return save

    def read(self, prefix: str) -> list[Any]:
        session = self.holdall.Session()
        session.load(prefix)
        scope = session.scope()
        return [scope[name] for name in NAMES]


Implementation = TensorFlow | Holdall
IMPLEMENTATIONS: dict[str, type[TensorFlow] | type[Holdall]] = {
    "tensorflow": TensorFlow,
    "holdall": Holdall,
}


def look(implementation: Implementation, prefix: str) -> tuple[str, str]:
    """Whether one save is there, whole; else the first words of what was said."""
    try:
        tensors = implementation.read(prefix)
    except Exception as error:
        return "refused", str(error).splitlines()[0][:160]
    firsts = {float(tensor[0]) for tensor in tensors}
    is_whole = len(firsts) == 1 and all((tensor == tensor[0]).all() for tensor in tensors)
    return ("whole", "") if is_whole else ("mixed", f"values of saves {sorted(firsts)}")


def in_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Starts work in a process of its own, which has the writing end of a pipe; the reading end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            work(writing)
            status = 0
        except BaseException:
            traceback.print_exc()
        os._exit(status)
    os.close(writing)
    return child, reading


def save_for_ever(implementation: Implementation, prefix: str, ready: int) -> None:
    save = implementation.saver(prefix)
    save(1)
    os.write(ready, b"!")
    value = 2
    while True:
        save(value)
        value += 1


def answer_of(work: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    child, reading = in_child(lambda writing: void(os.write(writing, json.dumps(work()).encode())))
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    if status != 0:
        return "refused", f"the reading program ended with status {status}"
    word, why = json.loads(text)
    return str(word), str(why)


def void(_: object) -> None:
    pass


def count_kills(implementation: Implementation, kills: int, seed: int) -> dict[str, Any]:
    """What was there after each kill."""
    chance = random.Random(seed)
    counts: dict[str, Any] = {"kills": kills, "whole": 0, "lost": 0, "examples": []}
    for _ in range(kills):
        with tempfile.TemporaryDirectory(prefix="holdall-kills-") as folder:
            prefix = str(Path(folder) / "model")
            child, reading = in_child(lambda ready: save_for_ever(implementation, prefix, ready))
            if os.read(reading, 1) != b"!":
                raise SystemExit(f"{implementation.name} could not save at all")
            time.sleep(chance.uniform(0, 0.3))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reading)
            word, why = answer_of(lambda: look(implementation, prefix))
            counts["whole" if word == "whole" else "lost"] += 1
            if word != "whole" and len(counts["examples"]) < 3:
                counts["examples"].append(why)
    return counts


def read_often(implementation: Implementation, prefix: str, reads: int, writing: int) -> None:
    counts: dict[str, Any] = {"reads": reads, "whole": 0, "refused": 0, "mixed": 0, "examples": []}
    for _ in range(reads):
        word, why = look(implementation, prefix)
        counts[word] += 1
        if why and len(counts["examples"]) < 3:
            counts["examples"].append(why)
    os.write(writing, json.dumps(counts).encode())


def count_reads(implementation: Implementation, reads: int) -> dict[str, Any]:
    """What readers get while another program saves over what they read."""
    with tempfile.TemporaryDirectory(prefix="holdall-reads-") as folder:
        prefix = str(Path(folder) / "model")
        saving, ready = in_child(lambda end: save_for_ever(implementation, prefix, end))
        if os.read(ready, 1) != b"!":
            raise SystemExit(f"{implementation.name} could not save at all")
        reader, answers = in_child(lambda end: read_often(implementation, prefix, reads, end))
        with os.fdopen(answers, "rb") as pipe:
            text = pipe.read()
        os.waitpid(reader, 0)
        os.kill(saving, signal.SIGKILL)
        os.waitpid(saving, 0)
        os.close(ready)
    counts: dict[str, Any] = json.loads(text)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--implementation", choices=IMPLEMENTATIONS, action="append")
    parser.add_argument("--kills", type=int, help="of each; 60 and 1000 unless it is said")
    parser.add_argument("--reads", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results: dict[str, Any] = {}
    for name in arguments.implementation or list(IMPLEMENTATIONS):
        implementation = IMPLEMENTATIONS[name]()
        kills = arguments.kills or (60 if name == "tensorflow" else 1000)
        results[name] = {
            "version": implementation.version,
            "kills": count_kills(implementation, kills, arguments.seed),
            "reads": count_reads(implementation, arguments.reads),
        }
        killed, read = results[name]["kills"], results[name]["reads"]
        print(
            f"{implementation.name} {implementation.version}: killed {killed['kills']} times while it saved"
            f" over one prefix, {killed['lost']} times nothing whole was left;"
            f" {read['reads']} reads meanwhile: {read['whole']} whole, {read['refused']} refused,"
            f" {read['mixed']} mixed",
            flush=True,
        )
        for example in (*killed["examples"], *read["examples"]):
            print(f"  {example}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))
    ours = results.get("holdall")
    return 1 if ours and (ours["kills"]["lost"] or ours["reads"]["mixed"]) else 0


if __name__ == "__main__":
    sys.exit(main())
