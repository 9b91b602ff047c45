"""holdall.Session, Scope and Checkpoint, as a user meets them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from conftest import GOOD

import holdall

MODEL1 = GOOD / "two_models_seeded/save/model1"
MODEL2 = GOOD / "two_models_seeded/save/model2"


def test_two_checkpoints_under_scopes_are_saved_as_one(folder: Path) -> None:
    session = holdall.Session()
    report = session.load(MODEL1, scope="a")
    session.load(MODEL2, scope="b")
    assert report.summary() == "2/2 restored into a/ · 28 B verified · 0 kept · 0 skipped · mapped"
    assert list(session) == ["a", "b"]
    assert list(session["a"]) == ["model1/w1", "model1/w2"]
    np.testing.assert_array_equal(
        session["a"]["model1/w1"], np.array([-0.67086124, 0.22357145], np.float32)
    )
    saved = session.save("both")
    assert saved.tensor_count == 4
    assert saved.files == ["both.data-00000-of-00001", "both.index"]
    both = holdall.open("both")
    assert list(both) == ["a/model1/w1", "a/model1/w2", "b/model2/w3", "b/model2/w4"]
    for name in both:
        np.testing.assert_array_equal(both[name], session.scope("")[name])


def test_the_same_checkpoint_fits_under_two_scopes() -> None:
    session = holdall.Session()
    session.load(MODEL1, scope="teacher")
    session.load(MODEL1, scope="student")
    assert session["teacher"].at("model1/w1") == session["student"].at("model1/w1")


def test_arrays_are_read_only_views_that_outlive_the_session() -> None:
    session = holdall.Session()
    session.load(MODEL1, scope="a")
    array = session["a"]["model1/w2"]
    again = session["a"]["model1/w2"]
    assert array.ctypes.data == again.ctypes.data
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
    expected = array.copy()
    session.drop_scope("a")
    del session
    np.testing.assert_array_equal(array, expected)


def test_a_scope_keeps_its_values_whatever_is_assigned() -> None:
    session = holdall.Session()
    session.assign({"m/w": np.arange(3)})
    before = session["m"] if "m" in session else session.scope("m")
    session.assign({"m/w": np.arange(3) * 10})
    assert before["w"].tolist() == [0, 1, 2]
    assert session.scope("m")["w"].tolist() == [0, 10, 20]


def test_a_taken_scope_is_refused_and_nothing_changes() -> None:
    session = holdall.Session()
    session.load(MODEL1, scope="a")
    with pytest.raises(holdall.InvalidArgument, match="already holds the variables of") as caught:
        session.load(MODEL2, scope="a")
    assert caught.value.reason == "scope-taken"
    assert caught.value.scope == "a"
    assert str(MODEL1) in str(caught.value) and str(MODEL2) in str(caught.value)
    assert list(session["a"]) == ["model1/w1", "model1/w2"]


@pytest.mark.parametrize("scope", ["a b", "/a", "a//b", "_a", "a:0", "é"])
def test_scopes_follow_tensorflows_rule(scope: str) -> None:
    with pytest.raises(ValueError, match="is not a valid scope name"):
        holdall.Session().load(MODEL1, scope=scope)


def test_unknown_names_say_what_is_near() -> None:
    session = holdall.Session()
    session.load(MODEL1, scope="dna")
    with pytest.raises(KeyError, match="loaded scopes: 'dna'"):
        session["rna"]
    with pytest.raises(KeyError, match=r"nearest: 'model1/w1'") as caught:
        session["dna"]["model1/w7"]
    assert isinstance(caught.value, holdall.NotFound)
    assert caught.value.scope == "dna"


def test_missing_files_are_file_not_found_errors(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="'nowhere.index' was looked for") as caught:
        holdall.open("nowhere")
    assert isinstance(caught.value, holdall.Error)
    with pytest.raises(FileNotFoundError, match=r"checkpoints in that directory: .*model1"):
        holdall.open(GOOD / "two_models_seeded/save/modle1")


@pytest.mark.parametrize("spelling", ["", ".index", ".data-00000-of-00001", ".meta"])
def test_any_file_of_a_checkpoint_opens_it(spelling: str) -> None:
    assert holdall.open(str(MODEL1) + spelling).path == str(MODEL1)


def test_a_directory_opens_its_newest_checkpoint() -> None:
    assert holdall.open(MODEL1.parent).path == str(MODEL2)


def test_checkpoint_tells_before_it_reads() -> None:
    checkpoint = holdall.open(MODEL1)
    info = checkpoint.info("model1/w2")
    assert (info.dtype, info.shape, info.size_bytes) == ("float32", (5,), 20)
    assert info.pieces == [(str(MODEL1) + ".data-00000-of-00001", 8, 20)]
    assert checkpoint.format == "tf_bundle"
    assert checkpoint.size_bytes == 28
    part = checkpoint.read("model1/w2", box=([1], [3]))
    assert checkpoint.read("model1/w2", slice="1:4") == part
    assert checkpoint.read("model1/w2", slice="-1").shape == ()
    with pytest.raises(ValueError, match="box or slice"):
        checkpoint.read("model1/w2", box=([1], [3]), slice="1:4")
    with pytest.raises(holdall.InvalidArgument, match="model1/w2"):
        checkpoint.read("model1/w2", slice="1:4:2")
    np.testing.assert_array_equal(part.numpy(), checkpoint["model1/w2"][1:4])
    with pytest.raises(ValueError, match="leaves dimension 0"):
        checkpoint.read("model1/w2", box=([3], [3]))


def test_mapped_tensors_stay_when_the_files_are_gone(folder: Path) -> None:
    first = holdall.Session()
    first.assign({"w": np.arange(1000, dtype=np.float32)})
    first.save("m")
    session = holdall.Session()
    report = session.load("m", io="map")
    assert report.mapped_count == 1
    assert session.scope("").at("w").backing == "mapped"
    first.assign({"w": np.zeros(1000, np.float32)})
    first.save("m")  # over the mapped file
    for file in folder.glob("m*"):
        file.unlink()
    np.testing.assert_array_equal(session.scope("")["w"], np.arange(1000, dtype=np.float32))


def test_names_that_are_not_utf8_come_through(folder: Path) -> None:
    name = b"bad\xff/\xc3\xa9".decode("utf-8", "surrogateescape")
    session = holdall.Session()
    session.assign({name: [1]})
    session.save("odd")
    assert list(holdall.open("odd")) == [name]


def test_formats_lists_what_this_build_knows() -> None:
    assert holdall.Format("tf_bundle", holdall.formats()[0].about, True) in holdall.formats()


def test_nothing_to_save_is_an_error() -> None:
    with pytest.raises(holdall.NotFound, match="nothing to save"):
        holdall.Session().save("x")


def test_memory_is_made_ready_for_the_first_values(folder: Path) -> None:
    values = np.arange(1 << 20, dtype=np.float32)
    source = holdall.Session()
    source.assign({"w": values})
    source.save("large")
    session = holdall.Session(ready_bytes=16 << 20)
    for _ in range(10000):
        if session.kept_bytes == 16 << 20:
            break
        time.sleep(0.001)
    assert session.kept_bytes == 16 << 20
    session.load("large", scope="a", io="copy")
    assert session.kept_bytes == 12 << 20
    np.testing.assert_array_equal(session["a"]["w"], values)


def test_a_budget_refuses_what_does_not_fit(folder: Path) -> None:
    source = holdall.Session()
    source.assign({"w": np.arange(1 << 20, dtype=np.float32)})
    source.save("large")
    session = holdall.Session(budget_bytes=6 << 20, in_flight_bytes=8 << 20)
    session.load("large", scope="a", io="copy")
    assert session.used_bytes == 4 << 20
    with pytest.raises(holdall.Exhausted, match="budget_bytes") as caught:
        session.load("large", scope="b", io="copy")
    assert caught.value.reason == "over-budget"
    array = session["a"]["w"]
    session.drop_scope("a")
    assert session.used_bytes == 4 << 20
    del array
    assert session.used_bytes == 0
    session.load("large", scope="b", io="copy")
