import torture_figures
from torture_figures import Outcome, Row

ROW = Row("F1", "calls", "*", {"points": 10}, {"growth": 5})


def test_figures_of_one_id_are_added_up() -> None:
    output = """figure: F1 points 4, violations 0
[ RUN      ] figure: F1 points 8, violations 1
figure: F10 points 100
skipped: F1 7 points: no disk
[  FAILED  ] Some.Test, where GetParam() = x (3 ms)
"""
    outcome = torture_figures.read_output(output, "F1")
    assert outcome.figures == {"points": 12, "violations": 1}
    assert outcome.skipped == ["F1 7 points: no disk"]
    assert outcome.failed == ["Some.Test"]


def test_a_goal_that_is_missed_is_told() -> None:
    held = Outcome({"points": 10, "violations": 0, "growth": 4})
    assert torture_figures.misses(ROW, held, is_short=False) == []
    few = Outcome({"points": 9, "violations": 2, "growth": 5})
    assert torture_figures.misses(ROW, few, is_short=False) == [
        "2 violations",
        "9 points of 10",
        "5 growth",
    ]
    assert torture_figures.misses(ROW, few, is_short=True) == ["2 violations", "5 growth"]
    assert torture_figures.misses(ROW, Outcome(), is_short=False) != []


def test_every_row_has_a_goal_that_can_be_missed() -> None:
    assert len({row.id for row in torture_figures.ROWS}) == len(torture_figures.ROWS)


def test_a_race_that_is_reported_is_never_held() -> None:
    row = Row("T1", "threads", "*", {"tests": 2}, is_sanitized=True)
    outcome = Outcome()
    torture_figures.count_reports(outcome, "[==========] 3 tests from 2 test suites ran. (5 ms total)\n")
    assert outcome.figures == {"tests": 3, "reports": 0}
    assert torture_figures.misses(row, outcome, False) == []
    outcome = Outcome()
    torture_figures.count_reports(
        outcome, "[==========] 1 test from 1 test suite ran. (5 ms total)\nWARNING: ThreadSanitizer: data race (pid=1)\n"
    )
    assert torture_figures.misses(row, outcome, False) == ["1 reports", "1 tests of 2"]
