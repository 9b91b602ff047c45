"""Trained networks that people publish: two basecallers of one code (TensorFlow 1, 167 tensors each, 131
names in both) under a scope each, and a SavedModel of TensorFlow 2. `scripts/fetch_models` gets them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import holdall


v1 = tf.compat.v1
TREE = Path(__file__).resolve().parents[3]
DOWNLOADS = TREE / "build/downloads"
DNA = DOWNLOADS / "chiron/model/DNA_default"
RNA = DOWNLOADS / "chiron/model/RNA_default"
SAVED_MODEL = DOWNLOADS / "basic_pitch/saved_models/icassp_2022/nmp"
COMMAND = TREE / "build/dev/cli/holdall"

pytestmark = pytest.mark.skipif(
    not (DOWNLOADS / "complete").exists(),
    reason="the trained networks are not there: scripts/fetch_models could not get them",
)
MODELS = {"dna": DNA, "rna": RNA}
WITHOUT_TRAINING: dict[str, Any] = {"prefer_ema": True, "skip_roles": ["optimizer", "step"]}


def digest(array: Any) -> str:
    told = f"{array.dtype} {array.shape} ".encode()
    return hashlib.sha256(told + np.ascontiguousarray(array).tobytes()).hexdigest()


def digests(path: Path | str) -> dict[str, str]:
    with holdall.open(path) as checkpoint:
        return {name: digest(array) for name, array in checkpoint.numpy().items()}


def weights_of(path: Path) -> dict[str, Any]:
    """By TensorFlow: no slots of optimizers, no counters; averages in place of what they are of."""
    reader = tf.train.load_checkpoint(str(path))
    names = reader.get_variable_to_shape_map()
    weights = {}
    for name in names:
        leaf = name.rsplit("/", 1)[-1]
        is_slot = leaf in ("Adam", "Adam_1") or name in ("beta1_power", "beta2_power", "global_step")
        if is_slot or leaf == "ExponentialMovingAverage":
            continue
        average = name + "/ExponentialMovingAverage"
        weights[name] = reader.get_tensor(average if average in names else name)
    return weights


def run(*words: str | Path) -> str:
    done = subprocess.run(
        [str(COMMAND), *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("merged") / "both"
    holdall.copy(dict(MODELS), path, **WITHOUT_TRAINING)
    return path


def test_two_savers_in_two_variable_scopes_restore_the_merged_one(merged: Path) -> None:
    expected = {scope: weights_of(path) for scope, path in MODELS.items()}
    with tf.Graph().as_default(), v1.Session() as session:
        variables: dict[str, list[Any]] = {}
        for scope, values in expected.items():
            with v1.variable_scope(scope):
                variables[scope] = [
                    v1.get_variable(name, shape=value.shape, dtype=value.dtype)
                    for name, value in values.items()
                ]
        for scope in expected:
            v1.train.Saver(variables[scope]).restore(session, str(merged))
        for scope, values in expected.items():
            restored = session.run(variables[scope])
            for (name, value), found in zip(values.items(), restored):
                assert np.array_equal(found, value), f"{scope}/{name}"
    assert len(list(holdall.open(merged))) == sum(map(len, expected.values()))


def test_split_gives_the_tensors_back(merged: Path, folder: Path) -> None:
    run("split", merged, "-o", "{scope}/model")
    for scope, path in MODELS.items():
        single = folder / "single" / scope
        holdall.copy(path, single, **WITHOUT_TRAINING)
        assert digests(folder / scope / "model") == digests(single)


def test_both_are_in_one_session_whole(folder: Path) -> None:
    session = holdall.Session()
    session.load_all(dict(MODELS))
    for scope, path in MODELS.items():
        reader = tf.train.load_checkpoint(str(path))
        names = set(reader.get_variable_to_shape_map())
        assert set(session[scope]) == names
        for name in names:
            assert np.array_equal(session[scope][name], reader.get_tensor(name)), name


def test_one_model_does_not_fit_the_other_and_says_so_all_at_once(folder: Path) -> None:
    session = holdall.Session()
    session.load(RNA, scope="net")
    before = {name: digest(array) for name, array in session["net"].items()}
    with pytest.raises(holdall.Error) as refused:
        session.restore(DNA, scope="net")
    told = str(refused.value)
    assert "cannot be restored" in told
    assert {name: digest(array) for name, array in session["net"].items()} == before

    into = holdall.open(RNA)
    plan = holdall.plan(DNA, into=into, missing="keep", unexpected="skip", shape="keep")
    shared = set(into) & set(holdall.open(DNA))
    other_shapes = {
        name for name in shared if into.info(name).shape != holdall.open(DNA).info(name).shape
    }
    assert (len(shared), len(other_shapes)) == (131, 3)
    assert set(plan.restored) == shared - other_shapes
    assert set(plan.kept) == set(into) - set(plan.restored)


def test_other_formats_hold_the_same(folder: Path) -> None:
    source = holdall.latest(DNA)
    run("cp", source, "dna.safetensors")
    run("cp", source, "dna.npz")
    report = json.loads(run("diff", source, "dna.npz", "--json"))
    assert report["is_same"] and len(report["equal"]) == 167
    assert json.loads(run("diff", "dna.safetensors", "dna.npz", "--json"))["is_same"]


# ------------------------------------------------------------------------------------ a SavedModel


# In a process of its own: other tests switch TensorFlow 2's behaviour off in theirs. tf_keras has the
# class of the optimizer that was saved with it.
LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy, tensorflow, tf_keras
loaded = tensorflow.saved_model.load(sys.argv[2])
numpy.savez(sys.argv[3], **{v.name.split(":")[0]: v.numpy() for v in loaded.variables})
"""


@pytest.fixture(scope="module")
def saved_variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("saved_model") / "variables.npz"
    subprocess.run(
        [sys.executable, "-c", LOAD, DOWNLOADS / "python", SAVED_MODEL, path],
        check=True,
        capture_output=True,
    )
    with np.load(path) as arrays:
        return dict(arrays)


def test_a_saved_model_has_its_variables_names(saved_variables: dict[str, Any]) -> None:
    found = holdall.open(SAVED_MODEL, names="variable").numpy()
    assert saved_variables
    for name, value in saved_variables.items():
        assert np.array_equal(found[name], value), name


def test_a_saved_model_has_its_stored_names(saved_variables: dict[str, Any]) -> None:
    reader = tf.train.load_checkpoint(str(SAVED_MODEL / "variables/variables"))
    stored = set(reader.get_variable_to_shape_map())
    raw = holdall.open(SAVED_MODEL, names="raw")
    assert set(raw) == stored
    for name in stored:
        if name != "_CHECKPOINTABLE_OBJECT_GRAPH":
            assert np.array_equal(raw[name], reader.get_tensor(name)), name


def test_a_saved_model_has_its_objects_paths(saved_variables: dict[str, Any]) -> None:
    by_object = holdall.open(SAVED_MODEL, names="object")
    raw = holdall.open(SAVED_MODEL, names="raw")
    suffix = "/.ATTRIBUTES/VARIABLE_VALUE"
    keys = {name for name in raw if name.endswith(suffix)}
    paths = {by_object.info(name).stored_name: name for name in by_object}
    for key in keys:
        assert np.array_equal(by_object[paths[key]], raw[key]), key
    values = sorted(digest(value) for value in saved_variables.values())
    of_objects = [digest(by_object[paths[key]]) for key in keys]
    for value in values:
        assert value in of_objects


def test_a_saved_model_goes_under_a_scope_by_its_variables_names(
    saved_variables: dict[str, Any],
) -> None:
    session = holdall.Session()
    report = session.load(SAVED_MODEL, scope="pitch")
    assert any("object-based" in note for note in report.notes)
    for name, value in saved_variables.items():
        assert np.array_equal(session["pitch"][name], value), name
