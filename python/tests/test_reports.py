"""What reports and plans say, as attributes and as tables."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

import holdall


@pytest.fixture
def model(folder: Path) -> Path:
    session = holdall.Session()
    session.assign({"w": np.float32([[1, 2], [3, 4]]), "w/Adam": np.float32([5]), "n": np.int64([7])})
    session.save("model")
    return folder / "model"


def test_a_report_has_what_its_json_has(model: Path) -> None:
    session = holdall.Session()
    session.assign({"w": np.zeros((3, 2)), "nn": np.float32([7]), "n": np.int64([0])})
    report = session.restore(
        model, missing="keep", unexpected="skip", shape="overlap", dtype="cast", rules="strip x/"
    )
    assert report.restored == [row.name for row in report.tensors] == ["n", "w"]
    row = report.tensors[1]
    assert row.file == str(model) + ".data-00000-of-00001"
    assert (row.source_name, row.dtype, row.shape, row.role) == ("w", "float64", (3, 2), "weight")
    assert report.kept == ["nn"]
    assert report.initialized == []
    assert report.missing[0].name == "nn"
    assert "n" in report.missing[0].nearest
    assert report.reshaped == [("w", (2, 2), (3, 2), (2, 2))]
    assert report.cast == [("w", "float32", "float64")]
    assert report.skipped == [("w/Adam", "optimizer", "unexpected")]
    assert report.unmatched_rules == ["strip x/"]
    assert report.bytes_read == report.bytes_verified == 24
    assert report.seconds >= 0
    assert report.backing == "copied"
    assert "mapped: " in report.backing_reason and "dtype" in report.backing_reason
    assert report.notes == []
    assert "2/3 restored" in report.summary()
    assert set(json.loads(report.to_json())) >= {"restored", "missing", "cast", "backing"}
    mapped = holdall.Session().load(model, io="map")
    assert mapped.backing == "mapped"


def test_a_plan_has_them_before(model: Path) -> None:
    plan = holdall.plan(
        model, into={"w": np.zeros((3, 2)), "v": [1]}, missing="keep", unexpected="skip",
        shape="overlap", dtype="cast",
    )  # fmt: skip
    assert [row.name for row in plan.tensors] == plan.restored == ["w"]
    assert [row.name for row in plan.missing] == plan.kept == ["v"]
    assert plan.cast == [("w", "float32", "float64")]
    assert plan.reshaped == [("w", (2, 2), (3, 2), (2, 2))]


def test_differences_and_verifications_have_theirs(model: Path, folder: Path) -> None:
    session = holdall.Session()
    session.assign({"w": np.float32([[1, 2], [3, 9]]), "n": np.int64([7]), "new": np.int8([1])})
    session.save("other")
    difference = holdall.diff(model, "other")
    assert (difference.added, difference.removed) == (["new"], ["w/Adam"])
    assert (difference.changed, difference.equal) == (["w"], ["n"])
    assert difference.bytes_compared == 24
    assert difference.summary() in str(difference)
    report = holdall.verify(model)
    assert (report.tensor_count, report.tensors_verified, report.problems) == (3, 3, [])
    assert (report.bytes_verified, report.bytes_without_checksum) == (28, 0)
    holdall.copy(model, "m.safetensors")
    assert holdall.verify("m.safetensors").bytes_without_checksum == 28


EVIL = "<b>&\"x\""


def test_tables_escape_every_name(folder: Path) -> None:
    session = holdall.Session()
    raw = b"\xff".decode("utf-8", "surrogateescape")
    session.assign({EVIL: np.float32([1]), "same": np.float32([2]), raw: np.float32([3])})
    saved = session.save("<b>")
    other = holdall.Session()
    other.assign({EVIL: np.float32([4]), "same": np.float32([2]), "<i>": np.int8([1])})
    other.save("other")
    checkpoint = holdall.open("<b>")
    reports = [
        session, session.scope(), saved, checkpoint, holdall.plan(checkpoint),
        holdall.Session().load("<b>"), holdall.verify(checkpoint),
        holdall.diff("<b>", "other"), holdall.keep(folder, last=1, dry_run=True),
    ]  # fmt: skip
    for report in reports:
        table = report._repr_html_()
        assert table.startswith("<table>") and table.endswith("</table>")
        assert "<b>" not in table and "<i>" not in table, report
        table.encode()  # lone surrogates would not
    assert "&lt;b&gt;&amp;&quot;x&quot;" in session.scope()._repr_html_()
    assert "\\udcff" in session.scope()._repr_html_()
    difference = holdall.diff("<b>", "other")._repr_html_()
    assert "1 of 1 elements differ, by up to 3" in difference
    assert "in a only" in difference and "in b only" in difference
    assert "<td>&lt;b&gt;.index</td>" in saved._repr_html_()


def test_tables_say_what_is_wrong(model: Path) -> None:
    data = model.with_name("model.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[0] ^= 1
    data.write_bytes(content)
    report = holdall.verify(model)
    assert len(report.problems) == 1 and "tensor 'n'" in report.problems[0]
    table = report._repr_html_()
    assert "<td>n</td>" in table and "Checksum does not match" in table


def test_how_bytes_come_in_is_chosen_by_format_environment_and_call(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reason(path: object, io: str = "auto") -> str:
        return str(holdall.Session().load(path, io=io).backing_reason)  # type: ignore[arg-type]

    holdall.copy(model, "model.npz")
    assert reason(model).startswith("mapped: the file is on this machine (")
    # numpy.savez writes into the file that is there.
    assert reason("model.npz").startswith("copied: programs that save this format write into files")
    monkeypatch.setenv("HOLDALL_IO", "copy")
    assert reason(model) == "copied, as was asked for"
    assert reason(model, io="map") == "mapped, as was asked for"
    monkeypatch.setenv("HOLDALL_IO", "cpoy")
    with pytest.raises(holdall.InvalidArgument, match="HOLDALL_IO is 'cpoy'; known are auto, copy, map"):
        reason(model)


def test_tables_are_short(folder: Path) -> None:
    session = holdall.Session()
    session.assign({f"t{i:03}": [i] for i in range(200)})
    session.save("many")
    for shown in (session.scope(), holdall.open("many"), holdall.plan("many")):
        table = shown._repr_html_()
        assert table.count("<tr>") == 51
        assert "of which 50 are shown" in table


def test_notes_are_logged_and_nothing_is_printed(
    model: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    model.with_name("checkpoint").write_text('model_checkpoint_path: "/gone/model"\n')
    with caplog.at_level(logging.INFO, "holdall"):
        report = holdall.Session().load(model.parent)
        holdall.open(model.parent)
    assert len(report.notes) == 1
    assert [record.name for record in caplog.records] == ["holdall", "holdall"]
    assert all(report.notes[0] in record.getMessage() for record in caplog.records)
    assert capfd.readouterr() == ("", "")
