"""document_tf1.py [--check]: writes docs/tf1.md, which lists what holdall.tf1 has, name by name, from
the package itself and the tables of kernels; or says whether the file is what would be written.
"""

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
DOCUMENT = TREE / "docs/tf1.md"
MODULES = (
    "holdall.tf1", "holdall.tf1.train", "holdall.tf1.errors", "holdall.tf1.gfile", "holdall.tf1.initializers",
    "holdall.tf1.nn", "holdall.tf1.logging", "holdall.tf1.contrib.framework", "holdall.tf1.contrib.layers",
    "holdall.tf1.contrib.training", "holdall.tf1.app",
)  # fmt: skip
CLASSES = (
    "Graph", "Operation", "Tensor", "Variable", "PartitionedVariable", "VariableScope", "Session",
    "train.Saver", "train.CheckpointReader", "train.Checkpoint", "train.CheckpointManager",
    "train.ExponentialMovingAverage", "train.BaseSaverBuilder", "TensorShape", "DType",
)  # fmt: skip
HEAD = """\
# The TensorFlow-1 face, name by name

Written by `scripts/document_tf1.py` from the package and its tables; the tests compare. A program for
TensorFlow 1 that declares variables, saves, restores, renames, inspects or merges checkpoints runs with
`import holdall.tf1 as tf`. Any node can be made, named, listed, imported and exported; those that can be
*run* are listed below. Messages (`CheckpointState`, `SaverDef`, `GraphDef`, `MetaGraphDef`, ...) take the
`protobuf` package, flags take `absl-py`.
"""


def short(module: str) -> str:
    return module.replace("holdall.tf1", "tf")


def public_names(module: str) -> list[str]:
    loaded = import_module(module)
    found = getattr(loaded, "__all__", None) or [name for name in vars(loaded) if not name.startswith("_")]
    kept = []
    for name in found:
        value = getattr(loaded, name)
        own = getattr(value, "__module__", module) or module
        if not inspect.ismodule(value) and (own.startswith("holdall") or not hasattr(value, "__module__")):
            kept.append(name)
    return sorted(set(kept) - {"annotations"}, key=lambda name: (name.lower(), name))


LINE = 105  # bytes that are still readable


def paragraph(words: list[str]) -> str:
    """The words as code, in lines of a readable length."""
    lines, line = [], ""
    for word in (f"`{each}`" for each in words):
        if line and len(line) + len(word) > LINE:
            lines.append(line + ",")
            line = ""
        line += (", " if line else "") + word
    return "\n".join([*lines, line]) + "\n"


def members(path: str) -> list[str]:
    module, _, name = path.rpartition(".")
    found = getattr(import_module("holdall.tf1" + (f".{module}" if module else "")), name)
    return sorted(each for each in dir(found) if not each.startswith("_") and not each.isdigit())


def kernels() -> Iterator[tuple[str, list[str]]]:
    for path in sorted((TREE / "src/tf1/kernels").glob("*_kernels.cpp")):
        rows = re.findall(r'^    \{"(\w+)", "', path.read_text(), re.MULTILINE)
        yield path.stem.removesuffix("_kernels"), rows


def outside() -> Iterator[str]:
    module = import_module("holdall.tf1._outside")
    reasons: dict[str, list[str]] = {}
    groups = (("tf.", "top_names"), ("tf.train.", "train_names"), ("tf.nn.", "nn_names"), ("tf.summary.", "summary_names"))
    for prefix, group in groups:
        for name, function in getattr(module, group).items():
            reason = function.__doc__.removeprefix("Not provided: ").rstrip(".")
            reasons.setdefault(reason, []).append(prefix + name)
    for reason, names in reasons.items():
        yield f"{reason[0].upper()}{reason[1:]}:\n\n{paragraph(sorted(names))}"


# What TensorFlow does otherwise; tests say so where they compare the two.
DIFFERENCES = (
    "A run is a transaction: the variables it changes have their new values when all of it has succeeded. A restore "
    "gives all variables their values or none.",
    "`export_scope='a'` takes what is in `a/`; TensorFlow takes `ab` too. Contexts of control flow inside others leave "
    "the scope with them; TensorFlow leaves their names as they were. Texts in collections are all exported; TensorFlow "
    "leaves out those that do not begin with the scope.",
    "`strip_default_attrs` knows the defaults of the operations that can be made or run here; attributes of others "
    "stay.",
    "The `meta_info_def` that is written has a version and no definitions of operations. `import_meta_graph` does "
    "without them.",
    "An imported node has as many outputs as are used, where its operation is not known.",
    "The text form of a `.meta` is read from Python, by the `protobuf` package; C++ reads the binary form.",
)


def document() -> str:
    parts = [HEAD]
    for module in MODULES:
        parts.append(f"\n## `{short(module)}`\n\n{paragraph(public_names(module))}")
    parts.append("\n## Members\n")
    for path in CLASSES:
        parts.append(f"\n`{path}`: {paragraph(members(path))}")
    parts.append("\n## Operations that can be run\n\nRunning any other raises `UnimplementedError`, which names the")
    parts.append(" operation and the node.\n")
    for family, rows in kernels():
        parts.append(f"\n{family}: {paragraph(sorted(rows))}")
    parts.append("\n## Not provided\n\nCalling one of these raises `UnimplementedError` with what to do instead;")
    parts.append(" other names raise `AttributeError`.\n")
    parts.extend(f"\n{each}" for each in outside())
    parts.append("\n## What TensorFlow does otherwise\n\n")
    parts.extend(textwrap.fill(each, LINE, initial_indent="- ", subsequent_indent="  ") + "\n" for each in DIFFERENCES)
    return "".join(parts)


def main(arguments: list[str]) -> int:
    text = document()
    if "--check" not in arguments:
        DOCUMENT.write_text(text)
        return 0
    if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
        print("docs/tf1.md is not what the package has: run scripts/document_tf1.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
