"""Rules, roles, policies, several checkpoints at once, plans, retention."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import holdall


def save(path: Path, **values: object) -> Path:
    session = holdall.Session()
    session.assign({name.replace("__", "/"): value for name, value in values.items()})
    session.save(path)
    return path


@pytest.fixture
def model(folder: Path) -> Path:
    return save(
        folder / "model",
        net__w=np.float32([[1, 2], [3, 4]]),
        net__w__Adam=np.float32([[5, 6], [7, 8]]),
        net__b=np.float32([9]),
    )


def test_rules_and_roles(model: Path) -> None:
    session = holdall.Session()
    report = session.load(
        model, scope="dna", rules=["strip net/", "map b bias"], skip_roles=["optimizer"]
    )
    assert sorted(session["dna"]) == ["bias", "w"]
    assert report.skipped == [("net/w/Adam", "optimizer", "role")]
    assert "1 skipped" in report.summary()
    assert json.loads(report.to_json())["skipped"][0]["reason"] == "role"
    session.load(model, scope="one", select="net/b", rules="strip net/")
    assert list(session["one"]) == ["b"]


def test_a_bad_rule_points_at_its_place(model: Path) -> None:
    with pytest.raises(holdall.InvalidArgument, match="column 1"):
        holdall.Session().load(model, rules="shout net/")
    with pytest.raises(TypeError, match="no option 'rule'"):
        holdall.Session()._session.load(str(model), rule="strip a")
    with pytest.raises(ValueError, match="a role is"):
        holdall.Session().load(model, skip_roles=["adam"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="shape is one of 'error', 'keep', 'overlap', not 'x'"):
        holdall.Session().restore(model, shape="x")  # type: ignore[arg-type]


def test_several_arrive_together_or_not_at_all(model: Path, folder: Path) -> None:
    session = holdall.Session()
    with pytest.raises(FileNotFoundError, match="nowhere"):
        session.load_all({"a": model, "b": folder / "nowhere"})
    assert len(session) == 0
    reports = session.load_all({"a": model, "b": (model, {"rules": "strip net/"})})
    assert [report.scope for report in reports] == ["a", "b"]
    assert sorted(session["b"]) == ["b", "w", "w/Adam"]


def test_several_give_new_values_together_or_not_at_all(model: Path, folder: Path) -> None:
    session = holdall.Session()
    session.load_all({"a": model, "b": model})
    session.assign({"a/net/b": np.float32([1]), "b/net/b": np.float32([2])})
    with pytest.raises(FileNotFoundError, match="nowhere"):
        session.restore_all({"a": model, "b": folder / "nowhere"})
    assert session["a"]["net/b"][0] == 1
    reports = session.restore_all({"a": model, "b": (model, {"threads": 1})})
    assert [report.scope for report in reports] == ["a", "b"]
    assert [session[scope]["net/b"][0] for scope in "ab"] == [9, 9]


def test_replace_copy_and_drop(model: Path, folder: Path) -> None:
    session = holdall.Session()
    session.load(model, scope="a")
    with pytest.raises(holdall.InvalidArgument, match="already holds"):
        session.load(model, scope="a")
    before = session["a"]["net/b"]
    session.load(save(folder / "next", v=np.int32([1])), scope="a", replace=True)
    assert list(session["a"]) == ["v"]
    assert before[0] == 9
    assert session.copy_scope("a", "b") == 1
    session.assign({"b/v": np.int32([2])})
    assert session["a"]["v"][0] == 1


def test_policies(model: Path) -> None:
    session = holdall.Session()
    session.assign({"net/w": np.zeros((3, 2)), "net/other": np.float32([7])})
    with pytest.raises(holdall.Error) as error:
        session.restore(model)
    assert "Key net/other not found in checkpoint" in str(error.value)
    report = session.restore(
        model, missing="keep", unexpected="skip", shape="overlap", dtype="cast"
    )
    assert session.scope()["net/w"].tolist() == [[1, 2], [3, 4], [0, 0]]
    assert report.kept == ["net/other"]


def test_a_part_of_a_piece_is_verified_unless_told_not_to(folder: Path) -> None:
    session = holdall.Session()
    session.assign({"table": np.arange(12, dtype=np.float32).reshape(4, 3)})
    session.save("table")
    data = folder / "table.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[47] ^= 1  # of the last row
    data.write_bytes(content)
    session.assign({"table": np.zeros((2, 3), np.float32)})
    for options in ({}, {"verify_parts": None}, {"verify_parts": True}):
        with pytest.raises(holdall.Corrupt, match="table"):
            session.restore("table", shape="overlap", **options)  # type: ignore[arg-type]
    session.restore("table", shape="overlap", verify_parts=False)
    assert session.scope()["table"].tolist() == [[0, 1, 2], [3, 4, 5]]
    # What is loaded whole is verified whole.
    for options in ({"verify_parts": False}, {"verify_parts": True}):
        with pytest.raises(holdall.Corrupt):
            holdall.Session().load("table", **options)
        with pytest.raises(holdall.Corrupt):
            holdall.Session().load_all({"": ("table", options)})


def test_plan(model: Path, folder: Path) -> None:
    plan = holdall.plan(model, "dna", skip_roles=["optimizer"])
    assert plan.restored == ["dna/net/b", "dna/net/w"]
    plan.check()
    wanted = {"dna/w": np.zeros((2, 2), np.float32), "dna/b": np.float32([0])}
    unfit = holdall.plan(model, "dna", into=wanted, skip_roles=["optimizer"])
    assert unfit.advice == "all 2 would match with:  strip net/"
    with pytest.raises(holdall.NotFound, match="strip net/"):
        unfit.check()
    rules = unfit.advice.split("with:  ")[1]
    fit = holdall.plan(model, "dna", into=wanted, rules=rules, skip_roles=["optimizer"])
    fit.check()
    assert "2 of 2 variables" in str(fit)
    spec = folder / "spec.json"
    spec.write_text(json.dumps({"variables": [{"name": "net/w", "shape": [3]}]}))
    assert holdall.plan(model, into=spec, unexpected="skip").problems == [
        (
            "net/w",
            "the variable has shape [3], the checkpoint [2,2]; no corner would fit; 'keep' for shapes leaves the variable its value",
        )
    ]
    assert holdall.plan(model, into=holdall.open(model)).problems == []


def test_notebooks_show_tables(model: Path) -> None:
    session = holdall.Session()
    report = session.load(model, scope="<dna>".strip("<>"))
    assert "<td>dna/net/w</td>" in report._repr_html_()
    assert "<td>dna</td><td>3</td>" in session._repr_html_()
    unfit = holdall.plan(model, into={"a<b": np.float32([1])}, unexpected="skip")
    assert "<td>a&lt;b</td>" in unfit._repr_html_()
    assert "not found in checkpoint" in unfit._repr_html_()


def test_keep(folder: Path) -> None:
    for step in (9, 10, 100):
        save(folder / f"m-{step}", w=np.float32([step]))
    preview = holdall.keep(folder, last=2, dry_run=True)
    assert preview.removed == [str(folder / "m-9")]
    assert (folder / "m-9.index").exists()
    assert "2 kept" in str(preview)
    holdall.keep(folder, last=2)
    assert not (folder / "m-9.index").exists()
    with pytest.raises(holdall.InvalidArgument, match="nothing says what to keep"):
        holdall.keep(folder)


def test_roles_of_a_meta_file(tmp_path: Path) -> None:
    fixture = Path(__file__).parents[2] / "src/formats/tf_bundle/testdata/good/optimizer"
    for file in fixture.glob("train-3.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    # trainable_variables: net/w/Adam
    entry = b"\x0a\x13trainable_variables\x12\x12\x12\x10\x0a\x0e\x0a\x0cnet/w/Adam:0"
    (tmp_path / "train-3.meta").write_bytes(bytes([0x22, len(entry)]) + entry)
    checkpoint = holdall.open(tmp_path / "train-3")
    roles = {name: checkpoint.info(name).role for name in checkpoint}
    assert roles["net/w/Adam"] == "weight"
    assert roles["net/b/Adam"] == "optimizer"
    report = holdall.Session().load(tmp_path / "train-3", scope="net")
    assert {row.source_name: row.role for row in report.tensors} == roles
