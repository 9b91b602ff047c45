"""The programs of programs/: what each prints, under this package or under TensorFlow."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))
IMPORT = "import holdall.tf1 as tf\n"


def expected(name: str) -> str:
    """What TensorFlow printed when the program was written."""
    return (PROGRAMS / f"{name}.stdout").read_text(encoding="utf-8")


def output_of(name: str, tf: Any, folder: Path) -> str:
    """What the program prints if ``tf`` is what its first line imports, with ``folder`` to work in."""
    source = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
    assert source.startswith(IMPORT)
    code = compile(source.replace(IMPORT, "\n", 1), f"{name}.py", "exec")
    printed = io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        tf.reset_default_graph()
        with contextlib.redirect_stdout(printed):
            exec(code, {"tf": tf, "__name__": "__main__"})
    finally:
        os.chdir(before)
        tf.reset_default_graph()
    return printed.getvalue()


def record() -> None:
    """Writes what each program prints under TensorFlow 2's TF1 API."""
    import tempfile

    import tensorflow.compat.v1 as real_tf

    real_tf.disable_v2_behavior()
    real_tf.logging.set_verbosity(real_tf.logging.ERROR)
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            printed = output_of(name, real_tf, Path(folder))
        (PROGRAMS / f"{name}.stdout").write_text(printed, encoding="utf-8")


if __name__ == "__main__":
    record()
