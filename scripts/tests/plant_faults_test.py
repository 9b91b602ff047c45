from pathlib import Path

import plant_faults


def fault(**other: str) -> plant_faults.Fault:
    row = {"name": "a", "file": "f.cpp", "find": "x < y", "replace": "x <= y", "tests": "*"}
    return plant_faults.Fault(**{**row, **other})


def test_every_fault_of_the_tree_can_be_planted() -> None:
    faults = plant_faults.read_faults(plant_faults.TREE)
    assert plant_faults.problems(plant_faults.TREE, faults) == []
    assert len(faults) >= 40


def test_a_row_that_fits_no_more_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "f.cpp").write_text("if (x < y) return; if (a < b) return;")
    assert plant_faults.problems(tmp_path, [fault()]) == []
    assert plant_faults.problems(tmp_path, [fault(find="x > y")]) == [
        "'a': its text is 0 times in f.cpp"
    ]
    assert plant_faults.problems(tmp_path, [fault(find="return;")]) == [
        "'a': its text is 2 times in f.cpp"
    ]
    assert plant_faults.problems(tmp_path, [fault(file="g.cpp")]) == [
        "'a': its text is 0 times in g.cpp"
    ]
    assert plant_faults.problems(tmp_path, [fault(), fault()]) == ["'a' is there twice"]
