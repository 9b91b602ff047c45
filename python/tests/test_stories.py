"""What people asked for, each test named after the thread."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import holdall

Values = dict[str, Any]


def model(first: float) -> Values:
    return {
        "conv1/weights": np.full((3, 4), first, np.float32),
        "conv1/biases": np.full((4,), first + 1, np.float32),
    }


def save(path: Path | str, values: Values) -> None:
    session = holdall.Session()
    session.assign(values)
    session.save(path)


def assert_same(found: Any, expected: Values) -> None:
    assert sorted(found) == sorted(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)


def test_tensorflow_212_and_3270_two_models_with_identical_names(folder: Path) -> None:
    save("a/model", model(1))
    save("b/model", model(10))
    session = holdall.Session()
    session.load("a", scope="a")
    session.load("b", scope="b")
    for name in ("a", "b"):
        alone = holdall.Session()
        alone.load(name, scope="alone")
        assert_same(session[name], dict(alone["alone"]))


def test_tensorflow_15070_files_without_a_scope_become_one_scoped_checkpoint(folder: Path) -> None:
    # That TensorFlow restores it: interop/test_scoped_sessions.py and test_real_models.py.
    save("a", model(1))
    save("b", model(10))
    session = holdall.Session()
    session.load_all({"model1": "a", "model2": "b"})
    session.save("both")
    both = holdall.open("both")
    assert_same(
        both.numpy(),
        {f"model1/{n}": v for n, v in model(1).items()} | {f"model2/{n}": v for n, v in model(10).items()},
    )


def resident_bytes() -> int:
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_tensorflow_4658_two_steps_side_by_side_and_one_is_let_go(folder: Path) -> None:
    size_bytes = 64 << 20
    for step in (10, 100):
        save(f"run/model-{step}", {"w": np.full(size_bytes // 4, step, np.float32)})
    session = holdall.Session()
    session.load("run/model-10", scope="early")
    session.load("run/model-100", scope="late")
    assert session["early"]["w"][0] == 10 and session["late"]["w"][0] == 100
    gc.collect()
    before = resident_bytes()
    session.drop_scope("early")
    gc.collect()
    fallen = before - resident_bytes()
    assert fallen > 0.98 * size_bytes
    assert list(session) == ["late"]


def test_tensorflow_13552_a_copy_of_a_scope_moves_by_itself(folder: Path) -> None:
    save("m", model(1))
    session = holdall.Session()
    session.load("m", scope="A_untrain")
    session.copy_scope("A_untrain", "A_train")
    session.assign({"A_train/conv1/biases": np.zeros(4, np.float32)})
    assert_same(session["A_untrain"], model(1))
    assert_same(session["A_train"], model(1) | {"conv1/biases": np.zeros(4, np.float32)})


def test_tensorflow_312_1823_and_17257_another_optimizer_restores_what_fits(folder: Path) -> None:
    momentum = {f"{name}/Momentum": value for name, value in model(1).items()}
    save("with_momentum", model(1) | momentum)
    adam = {f"{name}/{slot}": np.ones_like(v) for name, v in model(0).items() for slot in ("Adam", "Adam_1")}
    session = holdall.Session()
    session.assign(model(0) | adam)
    report = session.restore("with_momentum", missing="keep", unexpected="skip")
    assert sorted(report.restored) == sorted(model(1))
    assert sorted(report.kept) == sorted(adam)
    assert sorted((name, role) for name, role, _ in report.skipped) == sorted(
        (name, "optimizer") for name in momentum
    )
    assert_same(session.scope(), model(1) | adam)


def test_pytorch_24139_and_diffusers_9950_a_head_of_another_shape_is_kept_and_told(folder: Path) -> None:
    save("pretrained", {"body/w": np.ones(3, np.float32), "head/w": np.ones((3, 1000), np.float32)})
    session = holdall.Session()
    session.assign({"body/w": np.zeros(3, np.float32), "head/w": np.zeros((3, 7), np.float32)})
    with pytest.raises(holdall.InvalidArgument, match=r"\[3,7\].*\[3,1000\]|\[3,1000\].*\[3,7\]"):
        session.restore("pretrained")
    report = session.restore("pretrained", shape="keep")
    assert (report.restored, report.kept) == (["body/w"], ["head/w"])
    assert session.scope()["head/w"].shape == (3, 7)

    other = holdall.Session()
    other.assign({"nothing/alike": np.zeros(3, np.float32)})
    with pytest.raises(holdall.Error, match="nothing would be restored"):
        other.restore("pretrained", missing="keep", unexpected="skip", shape="keep")


def test_gpt2_ml_76_and_models_2675_every_wrong_spelling_gets_the_sentence_that_helps(folder: Path) -> None:
    save("run/model.ckpt-100", model(1))
    for spelling in (
        "run/model.ckpt-100",
        "run/model.ckpt-100.index",
        "run/model.ckpt-100.data-00000-of-00001",
        "run/checkpoint",
        "run",
        "run/",
    ):
        assert_same(holdall.open(spelling).numpy(), model(1))
    for spelling, sentence in {
        "run/model.ckpt": "model.ckpt-100",
        "run/model.ckpt-10": "model.ckpt-100",
        "model.ckpt-100": "model.ckpt-100.index' was looked for",
        "runs/model.ckpt-100": "there is no directory 'runs'",
        "run/model.ckpt-[0-9]*": "was looked for",
    }.items():
        with pytest.raises(FileNotFoundError) as refused:
            holdall.open(spelling)
        assert sentence in str(refused.value), spelling


def test_tensorflow_9146_and_12225_a_moved_directory_still_opens(folder: Path) -> None:
    save(folder / "old/place/model-5", model(5))
    state = folder / "old/place/checkpoint"
    state.write_text(f'model_checkpoint_path: "{folder}/old/place/model-5"\n')
    shutil.move(folder / "old/place", folder / "new")
    for spelling in ("new", "new/checkpoint", "new/model-5"):
        assert_same(holdall.open(spelling).numpy(), model(5))
    assert any("is not there" in note for note in holdall.open("new").notes)
