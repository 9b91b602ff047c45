"""The closing line counts what happened, whichever way a step reports or fails to."""

from pathlib import Path

import summarize_tests

REPORT = """<testsuites><testsuite>
  <testcase classname="A" name="Passes" status="run"/>
  <testcase classname="A" name="Fails" status="run"><failure message="1 is not 2">a.cpp:3</failure></testcase>
  <testcase classname="A" name="Skips" status="run"><skipped message="no disk"/></testcase>
  <testcase classname="A" name="Disabled" status="notrun"/>
</testsuite></testsuites>"""


def step(folder: Path, name: str, status: int, log: str = "", report: str = "") -> None:
    (folder / f"{name}.status").write_text(f"{status}\n")
    (folder / f"{name}.log").write_text(log)
    if report:
        (folder / f"{name}.0.xml").write_text(report)


def test_single_tests_are_counted_and_their_reasons_shown(tmp_path: Path) -> None:
    step(tmp_path, "unit", 1, report=REPORT)
    total = summarize_tests.summarize(tmp_path)
    assert total.line() == "1 passed, 1 failed, 2 skipped"
    assert "1 is not 2" in total.failed[0] and "a.cpp:3" in total.failed[0]
    assert total.skipped == ["unit: A.Skips: no disk", "unit: A.Disabled: disabled"]


def test_a_step_without_a_report_is_one_test(tmp_path: Path) -> None:
    step(tmp_path, "headers", 0)
    step(tmp_path, "install", 2, log="cannot find it\n")
    total = summarize_tests.summarize(tmp_path)
    assert total.line() == "1 passed, 1 failed"
    assert "cannot find it" in total.failed[0]


def test_a_crash_that_no_test_explains_is_a_failure(tmp_path: Path) -> None:
    step(tmp_path, "unit", 139, report="<testsuite><testcase name='Passes'/></testsuite>")
    assert summarize_tests.summarize(tmp_path).line() == "1 passed, 1 failed"


def test_what_a_sanitizer_says_is_shown_however_much_follows(tmp_path: Path) -> None:
    after = "skipped\n" * 500
    log = f"{after}[ RUN ] Pages.Grow\n==7==ERROR: AddressSanitizer: heap-use-after-free\n#0 grow()\n{after}"
    step(tmp_path, "unit", 1, log=log)
    failure = summarize_tests.summarize(tmp_path).failed[0]
    assert "Pages.Grow" in failure and "heap-use-after-free\n#0 grow()" in failure
    assert len(failure.splitlines()) < 100


def test_a_run_without_any_test_is_no_success(tmp_path: Path) -> None:
    assert summarize_tests.main(tmp_path) == 1
