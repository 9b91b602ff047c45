"""Contexts of control flow keep to the names of their nodes when a graph goes under a scope."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import holdall.tf1 as ours
import pytest


@pytest.fixture(scope="module")
def meta_file(real_tf: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A graph of TensorFlow's with a cond in a cond and a loop in a loop."""
    from tensorflow.python.ops import control_flow_util

    path = str(tmp_path_factory.mktemp("control_flow") / "m.meta")
    before, control_flow_util.ENABLE_CONTROL_FLOW_V2 = control_flow_util.ENABLE_CONTROL_FLOW_V2, False
    try:
        with real_tf.Graph().as_default(), real_tf.variable_scope("net"):
            w = real_tf.get_variable("w", [2], use_resource=False)
            p = real_tf.placeholder(real_tf.bool, [], name="p")
            real_tf.cond(p, lambda: real_tf.cond(p, lambda: w * 2.0, lambda: w + 1.0), lambda: w - 1.0)
            real_tf.while_loop(
                lambda i: real_tf.less(i, 3),
                lambda i: real_tf.while_loop(lambda j: j < 2, lambda j: j + 1, [i]) + 1,
                [real_tf.constant(0)],
            )
            saver = real_tf.train.Saver()
            real_tf.train.export_meta_graph(path, saver_def=saver.saver_def)
    finally:
        control_flow_util.ENABLE_CONTROL_FLOW_V2 = before
    return path


def contexts_of(meta: Any) -> dict[str, list[Any]]:
    """The messages, the names that each lists in order: TensorFlow writes them from sets."""
    from tensorflow.core.protobuf import control_flow_pb2

    kinds = {"cond_context": control_flow_pb2.CondContextDef, "while_context": control_flow_pb2.WhileContextDef}
    found = {}
    for key, kind in kinds.items():
        found[key] = [kind.FromString(each) for each in meta.collection_def[key].bytes_list.value]
        for context in found[key]:
            put_in_order(context)
    return found


def put_in_order(context: Any) -> None:
    context.values_def.values[:] = sorted(context.values_def.values)
    for nested in context.nested_contexts:
        put_in_order(getattr(nested, nested.WhichOneof("ctxt")))


def round_trip(tf: Any, path: str, scope: Optional[str], export_scope: Optional[str]) -> Any:
    with tf.Graph().as_default():
        tf.train.import_meta_graph(path, import_scope=scope)
        return tf.train.export_meta_graph(export_scope=export_scope)


@pytest.mark.parametrize("scope", [None, "copy", "a/b"])
def test_contexts_follow_into_a_scope(real_tf: Any, meta_file: str, scope: Optional[str]) -> None:
    theirs = contexts_of(round_trip(real_tf, meta_file, scope, None))
    assert len(theirs["cond_context"]) == 2 and len(theirs["while_context"]) == 1
    assert contexts_of(round_trip(ours, meta_file, scope, None)) == theirs


def test_contexts_come_out_of_a_scope(real_tf: Any, meta_file: str, tmp_path: Path) -> None:
    """Inner ones too, which TensorFlow leaves under the outer names."""
    plain = contexts_of(round_trip(real_tf, meta_file, None, None))
    assert contexts_of(round_trip(ours, meta_file, "copy", "copy")) == plain
    real_outer = contexts_of(round_trip(real_tf, meta_file, "copy", "copy"))
    assert [each.context_name for each in real_outer["cond_context"]] == [
        each.context_name for each in plain["cond_context"]
    ]


def test_tensorflow_takes_the_export(real_tf: Any, meta_file: str, tmp_path: Path) -> None:
    path = str(tmp_path / "again.meta")
    with ours.Graph().as_default():
        ours.train.import_meta_graph(meta_file, import_scope="copy")
        ours.train.export_meta_graph(path)
    with real_tf.Graph().as_default() as graph, real_tf.Session() as sess:
        real_tf.train.import_meta_graph(path)
        assert [context.name for context in graph.get_collection("while_context")] == ["copy/net/while/while_context"]
        loop_exit = graph.get_tensor_by_name("copy/net/while/Exit:0")
        assert sess.run(loop_exit) == 3
