"""The package as such: its stubs are true, it needs nothing it should not, its words are documented."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import TREE

import holdall

STUBS = TREE / "python/holdall/_core"


def test_stubs_are_those_of_the_extension(tmp_path: Path) -> None:
    """A change of the extension's interface shows in the change of these files."""
    root = Path(holdall.__file__).parent.parent
    subprocess.run(
        [sys.executable, "-m", "nanobind.stubgen", "-q", "-m", "holdall._core", "-i", str(root),
         "-r", "-O", str(tmp_path)],
        check=True,
    )  # fmt: skip
    for stub in sorted((tmp_path / "_core").iterdir()):
        assert stub.read_text() == (STUBS / stub.name).read_text(), f"regenerate {STUBS / stub.name}"


def test_importing_costs_neither_numpy_nor_tensorflow() -> None:
    program = "import sys, holdall, holdall.tf1; print([m for m in ('numpy', 'tensorflow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_version_is_one() -> None:
    project = (TREE / "pyproject.toml").read_text()
    assert f'version = "{holdall.__version__}"' in project
    assert f"VERSION {holdall.__version__} " in (TREE / "CMakeLists.txt").read_text()


def test_every_public_name_has_a_docstring() -> None:
    for name in holdall.__all__:
        assert getattr(holdall, name).__doc__, name


def test_every_public_method_has_a_docstring() -> None:
    for kind in (holdall.Session, holdall.Scope, holdall.Snapshot, holdall.Checkpoint):
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert member.__doc__, f"{kind.__name__}.{name}"
