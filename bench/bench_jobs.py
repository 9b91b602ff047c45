"""What is run: jobs, each of which is one process a round, and their samples."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import page_cache
from bench_cells import CellKey, Sample, SampleClass, rotated

WARM_LEAST = 0.99
COLD_MOST = 0.01
SAMPLE_SECONDS = 600
# What a cold cache can change: the others have read their files before the clock starts.
COLD_OPERATIONS = ("open", "first", "restore_lazy", "restore_full")
PEERS = Path(__file__).resolve().parent / "peers"


@dataclass(frozen=True)
class Job:
    key: CellKey
    command: tuple[str, ...]
    folder: Path
    files: str = ""  # glob in the folder: whose pages have to be in the state; "": none have to
    kind: SampleClass = field(default=SampleClass("none", "none"))  # where the process does not tell


class JobFailed(Exception):
    """A process ended otherwise than with a line of JSON."""


def last_json(stdout: str) -> dict[str, object]:
    lines = [line for line in stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise JobFailed("printed no result")
    result = json.loads(lines[-1])
    if not isinstance(result, dict):
        raise JobFailed("printed no object")
    return result


def run_process(command: Sequence[str]) -> dict[str, object]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SAMPLE_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JobFailed(str(error)) from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise JobFailed(f"status {done.returncode}: {last}")
    return last_json(done.stdout)


def prepare(job: Job) -> str:
    """Brings the files' pages into the job's state; why that failed, or ""."""
    if not job.files:
        return ""
    files = page_cache.files_below(job.folder, job.files)
    if not files:
        return f"no files {job.files}"
    if job.key.state == "cold":
        page_cache.drop(files)
        share = page_cache.resident(files)
        return "" if share <= COLD_MOST else f"not cold: {share:.3f} resident"
    page_cache.warm(files)
    share = page_cache.resident(files)
    return "" if share >= WARM_LEAST else f"not warm: {share:.3f} resident"


def sample_of(job: Job, round_number: int, result: dict[str, object], void: str) -> Sample:
    kind = SampleClass(str(result.get("checksum", job.kind.checksum)), str(result.get("durability", job.kind.durability)))
    return Sample(
        key=job.key,
        kind=kind,
        round=round_number,
        seconds=max(float(str(result.get("seconds", 0))), 1e-9),
        size_bytes=int(str(result.get("bytes", 0))),
        is_right=bool(result.get("ok", True)),
        void=void,
        facts=result,
    )


def run_job(job: Job, round_number: int) -> Sample:
    void = prepare(job)
    try:
        return sample_of(job, round_number, run_process(job.command), void)
    except JobFailed as error:
        return Sample(job.key, job.kind, round_number, 1e-9, 0, void=str(error))


def run_rounds(jobs: Sequence[Job], rounds: int, told: Callable[[str], None]) -> list[Sample]:
    """Every job once a round, in another order each time. What fails twice running is not tried again."""
    samples: list[Sample] = []
    failures: dict[CellKey, int] = {}
    for number in range(rounds):
        for job in rotated(jobs, number):
            if failures.get(job.key, 0) >= 2:
                continue
            sample = run_job(job, number)
            failures[job.key] = failures.get(job.key, 0) + 1 if sample.void else 0
            if sample.void or not sample.is_right:
                told(f"{' '.join(job.key)}: {sample.void or 'wrong sum'}")
            samples.append(sample)
        told(f"round {number + 1} of {rounds} is done")
    return samples


def roof_job(program: Path, folder: Path, workload: str, roof: str) -> Job:
    """`roof`: name and threads, "map_crc/2"."""
    name, _, threads = roof.partition("/")
    command = (str(program), "roofs", str(folder), "--only", name, "--threads", threads)
    files = "" if name.endswith("cold") else "*.data-*"
    return Job(CellKey(workload, roof, "", "roof"), command, folder, files)


# Settings by the name they have in tables. "map" and "copy" stand for themselves in any order.
SETTINGS: dict[str, tuple[str, ...]] = {
    "holdall map": ("--io", "map"),
    "holdall map 1 thread": ("--io", "map", "--threads", "1"),
    "holdall map unverified": ("--io", "map", "--verify", "no"),
    "holdall copy": ("--io", "copy"),
    "holdall map-copy": ("--io", "map-copy"),
    "holdall map-copy ready": ("--io", "map-copy", "--ready", "yes"),
    "holdall copy unverified": ("--io", "copy", "--verify", "no"),
    "holdall 2 shards": ("--shards", "2"),
    "holdall safetensors": ("--io", "map", "--format", "safetensors"),
}


def holdall_job(program: Path, folder: Path, key: CellKey) -> Job:
    files = "*.safetensors" if "safetensors" in key.tool else "*.data-*"
    command = (str(program), "run", key.op, str(folder), *SETTINGS[key.tool])
    return Job(key, command, folder, files)


def peer_jobs(python: str, script: Path, folder: Path, workload: str, states: Iterable[str]) -> list[Job]:
    """Makes the peer's own files, and asks what it can do with the folder."""
    done = subprocess.run([python, str(script), "make", str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        raise JobFailed(f"{script.name}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    jobs = []
    for line in done.stdout.splitlines():
        if not line.startswith("{"):
            continue
        row = json.loads(line)
        tool = f"{row['tool']} {row['variant']}"
        for state in states if row["op"] in COLD_OPERATIONS else ("warm",):
            command = (python, str(script), "run", row["variant"], row["op"], str(folder))
            kind = SampleClass(row["checksum"], row["durability"])
            jobs.append(Job(CellKey(workload, row["op"], state, tool), command, folder, row["files"], kind))
    return jobs
