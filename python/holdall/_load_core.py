"""Loads the extension so that it uses its own libraries' symbols.

TensorFlow exports RE2's symbols, of another version, to everything that is loaded after it; with them a
rule with `sub` ends the process. RTLD_DEEPBIND has the extension look in its own libraries first. An
allocator that was preloaded must be found by all alike, so with one the flag stays off.
"""

from __future__ import annotations

import os
import sys


def load_core() -> None:
    own_first = 0 if os.environ.get("LD_PRELOAD") else getattr(os, "RTLD_DEEPBIND", 0)
    if not own_first or not hasattr(sys, "setdlopenflags"):
        return
    flags = sys.getdlopenflags()
    sys.setdlopenflags(flags | own_first)
    try:
        from . import _core  # noqa: F401
    finally:
        sys.setdlopenflags(flags)
