"""What one process costs, as the system counts it when it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    cpu_seconds: float
    wall_seconds: float
    peak_mib: float
    printed: str = ""


def run(command: Sequence[str | Path], expected_status: int = 0, keeps_output: bool = False) -> Cost:
    """Ends this program if the other ends with another status; what it printed is kept if asked for."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output if keeps_output else subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != expected_status:
            told = errors.read().decode(errors="replace").strip()[-400:]
            sys.exit(f"{command} ended with {process.returncode}, expected {expected_status}: {told}")
        printed = output.read().decode()
    return Cost(usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss / 1024, printed)
