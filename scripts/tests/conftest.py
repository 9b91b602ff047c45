"""The scripts are programs, not a package; their tests import them from the folder above, and from bench."""

import sys
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TREE / "scripts"), str(TREE / "bench"), str(TREE / "bench/peers")]
