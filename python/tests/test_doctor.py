"""Diagnoses, salvage, the newest checkpoint that holds, rules as objects, plans into graphs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import holdall
import holdall.tf1 as tf


def save(prefix: Path, first: float = 0.0) -> None:
    session = holdall.Session()
    session.assign({name: np.arange(100, dtype=np.float32) + first + i for i, name in enumerate("abc")})
    session.save(prefix)


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def test_a_whole_checkpoint_is_healthy(tmp_path: Path) -> None:
    save(tmp_path / "m")
    diagnosis = holdall.doctor(tmp_path / "m")
    assert diagnosis.is_healthy
    assert diagnosis.cause == "nothing is wrong: all 3 tensors can be read"
    assert (diagnosis.kind, diagnosis.format, diagnosis.sound_count) == ("checkpoint", "tf_bundle", 3)


def test_damage_is_named_and_the_rest_is_salvaged(tmp_path: Path) -> None:
    save(tmp_path / "m")
    flip(tmp_path / "m.data-00000-of-00001", 450)
    diagnosis = holdall.doctor(tmp_path / "m")
    assert diagnosis.damaged == ["b"]
    assert [finding[1] for finding in diagnosis.findings] == ["checksum"]
    assert json.loads(diagnosis.to_json())["damaged"] == ["b"]
    assert holdall.doctor(tmp_path / "m", read_data=False).is_healthy

    report, left_out = holdall.salvage(tmp_path / "m", tmp_path / "kept.npz")
    assert left_out == ["b"]
    assert report.tensor_count == 2
    with np.load(tmp_path / "kept.npz") as kept:
        assert sorted(kept) == ["a", "c"]
        np.testing.assert_array_equal(kept["c"], np.arange(100, dtype=np.float32) + 2)


def test_an_index_with_a_damaged_block_is_salvaged(tmp_path: Path) -> None:
    fixture = Path(__file__).parents[2] / "src/formats/tf_bundle/testdata/good/many"
    for file in fixture.glob("many.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    whole = dict(holdall.open(fixture / "many"))
    flip(tmp_path / "many.index", 300_000)
    with pytest.raises(holdall.Corrupt):
        holdall.open(tmp_path / "many")
    assert "lost-names" in [finding[1] for finding in holdall.doctor(tmp_path / "many").findings]
    report, left_out = holdall.salvage(tmp_path / "many", tmp_path / "kept")
    assert left_out == []
    assert len(report.notes) == 1 and "names after" in report.notes[0]
    kept = holdall.open(tmp_path / "kept")
    assert 0 < len(kept) < len(whole)
    for name in kept:
        np.testing.assert_array_equal(kept[name], whole[name])


def test_nothing_has_no_diagnosis(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        holdall.doctor(tmp_path / "none")


def test_the_latest_is_the_newest_that_holds(tmp_path: Path) -> None:
    save(tmp_path / "m-1")
    save(tmp_path / "m-2")
    flip(tmp_path / "m-2.data-00000-of-00001", 10)
    assert holdall.latest(tmp_path) == str(tmp_path / "m-2")
    assert holdall.latest(tmp_path, verify=True) == str(tmp_path / "m-1")
    (tmp_path / "checkpoint").write_text("{{{ no state file")
    assert holdall.latest(tmp_path, verify=True) == str(tmp_path / "m-1")


def test_rules_are_objects_with_an_inverse(tmp_path: Path) -> None:
    rules = holdall.NameRules("strip train/; map w kernel")
    assert len(rules) == 2
    assert rules.apply("train/w") == "kernel"
    assert str(rules.inverse()) == "map kernel w\nadd train/"
    assert holdall.NameRules("drop x").apply("x") is None
    assert not holdall.NameRules("drop x").is_invertible
    with pytest.raises(holdall.InvalidArgument, match="drop"):
        holdall.NameRules("drop x").inverse()
    with pytest.raises(holdall.InvalidArgument):
        holdall.NameRules("no such rule")

    session = holdall.Session()
    session.assign({"train/w": np.float32([1, 2])})
    session.save(tmp_path / "m")
    other = holdall.Session()
    other.load(tmp_path / "m", scope="dna", rules=rules)
    assert list(other["dna"]) == ["kernel"]
    other.save(tmp_path / "again", scope="dna", inside_scope=True, rules=rules.inverse())
    assert list(holdall.open(tmp_path / "again")) == ["train/w"]


def test_rules_are_proposed() -> None:
    rules = holdall.propose_rules(["dna/w", "dna/b"], ["w", "b"])
    assert rules is not None
    assert str(rules) == "add dna/"
    assert holdall.propose_rules(["x"], ["completely/else"]) is None


def test_a_plan_says_what_a_saver_of_a_graph_would_do(tmp_path: Path) -> None:
    save(tmp_path / "m")
    graph = tf.Graph()
    with graph.as_default():
        tf.get_variable("a", shape=[100])
        tf.get_variable("more", shape=[2])
    plan = holdall.plan(tmp_path / "m", into=graph, unexpected="skip", missing="keep")
    assert plan.restored == ["a"]
    assert plan.kept == ["more"]
