"""Two basecallers' graphs (2 MB each) come into one graph under a scope each, are restored, saved and
exported; TensorFlow imports the export and restores what was saved. `scripts/fetch_models` gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import holdall.tf1 as tf

DOWNLOADS = Path(__file__).resolve().parents[3] / "build/downloads"
MODELS = {
    "dna": DOWNLOADS / "chiron/model/DNA_default/final.ckpt-158301",
    "rna": DOWNLOADS / "chiron/model/RNA_default/final.ckpt-80000",
}
pytestmark = pytest.mark.skipif(
    not (DOWNLOADS / "complete").exists(),
    reason="the trained networks are not there: scripts/fetch_models could not get them",
)


def assert_values_are_the_checkpoints(module: Any, session: Any) -> None:
    for scope, path in MODELS.items():
        reader = tf.train.NewCheckpointReader(path)
        names = sorted(reader.get_variable_to_shape_map())
        assert len(names) == 167
        for name, value in zip(names, session.run([f"{scope}/{name}:0" for name in names])):
            assert value.tobytes() == reader.get_tensor(name).tobytes(), (scope, name)


def test_two_real_graphs_in_one_session_and_on_to_tensorflow(tmp_path: Path, real_tf: Any) -> None:
    tf.reset_default_graph()
    savers = {
        scope: tf.train.import_meta_graph(f"{path}.meta", import_scope=scope)
        for scope, path in MODELS.items()
    }
    assert len(tf.global_variables()) == 2 * 167
    assert {v.name.split("/")[0] for v in tf.trainable_variables()} == set(MODELS)
    with tf.Session() as session:
        for scope, path in MODELS.items():
            savers[scope].restore(session, path)
        assert_values_are_the_checkpoints(tf, session)
        saved = tf.train.Saver().save(session, tmp_path / "both")
        convolution = next(o for o in tf.get_default_graph().get_operations() if o.type == "Conv2D")
        with pytest.raises(tf.errors.UnimplementedError, match=f"Conv2D.*{convolution.name}"):
            session.run(convolution)
    with real_tf.Graph().as_default(), real_tf.Session() as session:
        saver = real_tf.train.import_meta_graph(f"{saved}.meta")
        assert len(real_tf.global_variables()) == 2 * 167
        saver.restore(session, saved)
        assert_values_are_the_checkpoints(real_tf, session)
