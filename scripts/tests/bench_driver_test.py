"""The benchmark's arithmetic: what a ratio is, what voids a cell, and what may be compared at all."""

import json
import sys
from pathlib import Path

import bench_report
import page_cache
import peer_protocol
import pytest
from bench_cells import (
    CellKey,
    MixedClasses,
    Sample,
    SampleClass,
    make_cells,
    ratio_of_times,
    ratio_to_roof,
    rotated,
    steady_rounds,
)
from bench_driver import PROBE, QUICK, far_off_twice, is_wanted, native_jobs, parse
from bench_jobs import SETTINGS, Job, JobFailed, peer_jobs, prepare, run_job, run_rounds
from bench_targets import MEMORY_TARGETS, TARGETS, MemoryTarget, Target, Verdict, judge, judge_memory, outcome_of, roof_key

VERIFIED = SampleClass("verified", "none")
UNVERIFIED = SampleClass("none", "none")
OURS = CellKey("w4", "restore_lazy", "warm", "holdall map")
THEIRS = CellKey("w4", "restore_lazy", "warm", "other")
TARGET = Target("T2", "claim", "w4", "restore_lazy", "warm", "holdall map", ("map_crc/2",), 0.8)


def samples(key, seconds, kind=VERIFIED, size_bytes=1000, **facts):
    return [Sample(key, kind, number, each, size_bytes, facts=facts) for number, each in enumerate(seconds)]


def cells_of(*lists):
    return make_cells([sample for each in lists for sample in each])


def test_a_ratio_is_the_median_of_ratios_and_not_the_ratio_of_medians():
    # Medians are 2 and 10; round by round the ratios are 10, 1 and 1.
    cells = cells_of(samples(THEIRS, [10, 2, 20]), samples(OURS, [1, 2, 20]))
    ratio = ratio_of_times(cells[THEIRS], cells[OURS])
    assert (ratio.median, ratio.low, ratio.high, ratio.rounds) == (1, 1, 10, 3)


def test_only_rounds_that_both_have_are_compared():
    theirs = [sample for sample in samples(THEIRS, [10, 30, 90]) if sample.round != 1]
    cells = cells_of(theirs, samples(OURS, [1, 1, 1]))
    ratio = ratio_of_times(cells[THEIRS], cells[OURS])
    assert (ratio.median, ratio.rounds) == (50, 2)


def test_the_order_rotates_and_keeps_everybody():
    assert [rotated("ABC", number) for number in range(4)] == [list("ABC"), list("BCA"), list("CAB"), list("ABC")]
    assert rotated([], 3) == []


def test_one_wrong_sum_voids_the_whole_cell():
    wrong = Sample(OURS, VERIFIED, 2, 1.0, 1000, is_right=False)
    cells = cells_of(samples(OURS, [1, 1]), [wrong], samples(THEIRS, [2, 2]))
    assert cells[OURS].void == "wrong sum in round 2" and not cells[OURS].samples
    assert ratio_of_times(cells[THEIRS], cells[OURS]) is None


def test_a_sample_in_the_wrong_state_is_left_out_alone():
    cold = Sample(OURS, VERIFIED, 1, 0.001, 1000, void="not cold: 0.5 resident")
    cells = cells_of(samples(OURS, [4]), [cold])
    assert cells[OURS].void == "" and cells[OURS].seconds() == 4


def test_a_cell_without_samples_tells_why():
    cells = cells_of([Sample(OURS, VERIFIED, 0, 1.0, 0, void="status 1: no such file")])
    assert cells[OURS].void == "status 1: no such file"


@pytest.mark.parametrize("other", [UNVERIFIED, SampleClass("verified", "durable")])
def test_classes_are_never_mixed_in_a_ratio(other):
    cells = cells_of(samples(OURS, [1]), samples(THEIRS, [2], kind=other))
    with pytest.raises(MixedClasses):
        ratio_of_times(cells[THEIRS], cells[OURS])


def test_one_cell_is_of_one_class():
    with pytest.raises(MixedClasses):
        cells_of(samples(OURS, [1]), samples(OURS, [1], kind=UNVERIFIED))


def test_tables_are_of_one_class_each():
    unverified = THEIRS._replace(tool="holdall map unverified")
    cells = cells_of(samples(OURS, [1]), samples(THEIRS, [2]), samples(unverified, [0.5], kind=UNVERIFIED))
    text = bench_report.operations_text(cells)
    assert text.count("### ") == 2
    verified = next(part for part in text.split("### ") if "checksums: verified" in part)
    assert "unverified" not in verified and "2x (2–2)" in verified


def test_rounds_with_a_slow_probe_are_dropped():
    kept = steady_rounds({0: 1.0, 1: 1.09, 2: 1.2})
    assert kept == {0, 1}
    cells = make_cells(samples(OURS, [1, 1, 50]), kept)
    assert set(cells[OURS].samples) == {0, 1}


def roof_cells(seconds, name="map_crc/2"):
    return samples(roof_key("w4", name), seconds, kind=UNVERIFIED)


def test_a_target_is_a_part_of_the_roofs_rate_in_the_same_round():
    cells = cells_of(samples(OURS, [2, 4]), roof_cells([1, 3]))
    ratio = ratio_to_roof(cells[OURS], cells[roof_key("w4", "map_crc/2")])
    assert (ratio.low, ratio.high) == (0.5, 0.75)
    # More bytes in the same time are a higher rate.
    cells = cells_of(samples(OURS, [2], size_bytes=3000), roof_cells([2]))
    assert ratio_to_roof(cells[OURS], cells[roof_key("w4", "map_crc/2")]).median == 3


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(1.0, "met"), (1.25, "met"), (1.3, "missed"), (3.7, "missed"), (3.8, "far off")]
)
def test_a_target_fails_only_below_a_third_of_it(seconds, outcome):
    verdict = judge(TARGET, cells_of(samples(OURS, [seconds] * 3), roof_cells([1, 1, 1])))
    assert verdict.outcome == outcome
    assert verdict.fails == (outcome == "far off")


@pytest.mark.parametrize(("again", "left"), [("far off", 1), ("missed", 0)])
def test_what_is_far_off_once_is_measured_again(again, left):
    target = TARGETS[0]
    asked = []

    def measure_again(workloads):
        asked.append(workloads)
        return [Verdict(target.number, target.claim, "", "", again), Verdict("T0", "another", "", "", "far off")]

    first = [Verdict(target.number, target.claim, "", "", "far off")]
    assert len(far_off_twice(first, measure_again)) == left
    assert asked == [[target.workload]]
    assert far_off_twice([Verdict(target.number, target.claim, "", "", "missed")], measure_again) == []
    assert len(asked) == 1


def test_of_several_roofs_the_fastest_counts():
    target = Target("T9", "claim", "w4", "restore_lazy", "warm", "holdall map", ("a/1", "b/1"), 0.8)
    cells = cells_of(samples(OURS, [2]), roof_cells([1], "a/1"), roof_cells([4], "b/1"))
    assert judge(target, cells).measured.startswith("0.5x")


def test_what_is_only_told_never_fails():
    assert outcome_of(0.1, is_told_only=True) == "told"


def test_a_wrong_sum_fails_its_target_and_what_was_not_measured_does_not():
    wrong = [Sample(OURS, VERIFIED, 0, 1.0, 1000, is_right=False)]
    assert judge(TARGET, cells_of(wrong, roof_cells([1]))).fails
    verdict = judge(TARGET, {})
    assert verdict.outcome == "not measured" and not verdict.fails


@pytest.mark.parametrize(("rise", "outcome"), [(1500, "met"), (5000, "missed"), (5200, "far off")])
def test_memory_is_judged_by_payload_and_tensors(rise, outcome):
    target = MemoryTarget("T16", "claim", "w4", "restore_lazy", "holdall map", 0.5, 100, 10)
    cells = cells_of(samples(OURS, [1], anonymous_rise_bytes=rise))
    assert judge_memory(target, cells, {"w4": (2800, 20)}).outcome == outcome  # the limit is 1700


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.number}-{target.op}-{target.tool}")
def test_every_target_is_measured_by_a_quick_run(target):
    assert target.workload in QUICK and target.tool in SETTINGS
    jobs = native_jobs(Path("program"), Path("folder"), target.workload, is_quick=True)
    keys = {job.key for job in jobs}
    assert CellKey(target.workload, target.op, target.state, target.tool) in keys
    assert {roof_key(target.workload, roof) for roof in (*target.roofs, PROBE)} <= keys


def test_memory_targets_are_measured_by_a_quick_run():
    for target in MEMORY_TARGETS:
        jobs = native_jobs(Path("program"), Path("folder"), target.workload, is_quick=True)
        assert CellKey(target.workload, target.op, "warm", target.tool) in {job.key for job in jobs}


def test_a_quick_run_stays_small_and_names_no_peers():
    assert sum(QUICK.values()) <= 1024
    assert parse(["program", "--quick"]).peers == ""


def test_roofs_and_operations_are_chosen_by_words_of_their_own():
    args = parse(["program", "--match", "restore_lazy warm holdall", "--roofs", "map_crc/"])
    assert is_wanted(args, CellKey("w2", "restore_lazy", "warm", "holdall map"))
    assert not is_wanted(args, CellKey("w2", "save", "warm", "holdall map"))
    assert is_wanted(args, CellKey("w2", "map_crc/2", "", "roof"))
    assert not is_wanted(args, CellKey("w2", "map_sum/2", "", "roof"))
    assert is_wanted(args, CellKey("w2", PROBE, "", "roof"))


def job_printing(tmp_path, result, state="warm", files=""):
    code = f"import json; print('noise'); print(json.dumps({result!r}))"
    key = CellKey("w4", "op", state, "tool")
    return Job(key, (sys.executable, "-c", code), tmp_path, files, SampleClass("none", "none"))


def test_a_sample_is_what_its_process_printed(tmp_path):
    result = {"seconds": 0.5, "bytes": 7, "ok": True, "checksum": "verified", "durability": "none"}
    sample = run_job(job_printing(tmp_path, result), 3)
    assert (sample.seconds, sample.size_bytes, sample.kind, sample.round, sample.void) == (0.5, 7, VERIFIED, 3, "")
    assert not run_job(job_printing(tmp_path, {**result, "ok": False}), 0).is_right


def test_a_process_that_fails_voids_its_sample_and_is_not_tried_for_ever(tmp_path):
    code = "import sys; print('no room', file=sys.stderr); sys.exit(3)"
    job = Job(CellKey("w4", "op", "warm", "tool"), (sys.executable, "-c", code), tmp_path)
    told = []
    found = run_rounds([job], 5, told.append)
    assert [sample.void for sample in found] == ["status 3: no room"] * 2
    assert len([line for line in told if "no room" in line]) == 2


def test_peers_are_asked_what_they_can_do(tmp_path):
    script = tmp_path / "x_peer.py"
    rows = [{"tool": "x", "variant": "fast", "op": op, "files": "*.x", "checksum": "none", "durability": "none"}
            for op in ("restore_lazy", "restore_into")]
    script.write_text(f"import json\nfor row in {rows!r}: print(json.dumps(row))")
    jobs = peer_jobs(sys.executable, script, tmp_path, "w4", ("warm", "cold"))
    keys = [(job.key.op, job.key.state) for job in jobs]
    assert keys == [("restore_lazy", "warm"), ("restore_lazy", "cold"), ("restore_into", "warm")]
    assert jobs[0].key.tool == "x fast" and jobs[0].kind == UNVERIFIED and jobs[0].files == "*.x"


def test_a_peer_that_is_not_installed_is_told(tmp_path):
    script = tmp_path / "x_peer.py"
    script.write_text("import no_such_module")
    with pytest.raises(JobFailed, match="no_such_module"):
        peer_jobs(sys.executable, script, tmp_path, "w4", ("warm",))


def test_a_job_whose_files_are_missing_says_so(tmp_path):
    assert prepare(job_printing(tmp_path, {}, files="*.data-*")) == "no files *.data-*"


def test_pages_are_brought_in(tmp_path):
    path = tmp_path / "m.data-0"
    path.write_bytes(b"x" * 100_000)
    page_cache.warm([path])
    assert page_cache.resident([path]) == 1.0
    assert prepare(job_printing(tmp_path, {}, files="*.data-*")) == ""


def test_a_run_is_kept_as_json():
    cells = cells_of(samples(OURS, [1, 2], note="mapped"), roof_cells([1, 1]))
    kept = json.loads(json.dumps(bench_report.as_json(cells, [judge(TARGET, cells)], {"date": "today"})))
    assert [cell["tool"] for cell in kept["cells"]] == ["holdall map", "roof"]
    assert kept["cells"][0]["samples"][1] == {"round": 1, "note": "mapped"}


def test_the_sum_of_the_scripts_is_that_of_the_generator():
    numpy = pytest.importorskip("numpy")
    # 0x0807060504030201 + 0x0b0a09, the rest filled up with zeros.
    values = numpy.arange(1, 12, dtype=numpy.uint8)
    assert peer_protocol.sum_of(values) == 0x0807060504030201 + 0x0B0A09
    assert peer_protocol.sum_of(numpy.full((2, 2), -1, numpy.int64)) == (1 << 64) - 4


def test_scripts_read_what_the_program_wrote_about_a_workload(tmp_path):
    (tmp_path / "workload.txt").write_text(
        "workload\tw6\nabout\tpartial\nseed\t1\nselect\tgroup_07/**\n"
        "model\tm\t3\t12\t00000000000000ff\ta\tc\t8\t000000000000000f\t4\t0000000000000001\n"
    )
    workload = peer_protocol.read_workload(tmp_path)
    assert workload.models[0].sum == 0xFF and workload.models[0].selected_bytes == 4
    assert workload.is_selected("group_07/part_1") and not workload.is_selected("group_08/part_1")
