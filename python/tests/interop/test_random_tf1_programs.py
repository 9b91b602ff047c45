"""Random programs of scopes, names, reuse, savers, saves and restores do the same under TensorFlow: the
same names, the same bytes in files, the same classes of errors."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

import holdall.tf1 as ours

NAMES = st.sampled_from(["a", "b", "A", "a_1", "w", "s", "s_1", "x/y"])
SCOPES = st.sampled_from(["s", "t", "S", "s_1", "", "u/v"])
SHAPES = st.sampled_from([[], [2], [2, 3], [0]])
STEPS = st.one_of(
    st.tuples(st.just("variable"), NAMES, SHAPES),
    st.tuples(st.just("get"), NAMES, SHAPES),
    st.tuples(st.just("constant"), NAMES, SHAPES),
    st.tuples(st.just("open"), SCOPES, st.sampled_from([None, True, "auto"])),
    st.tuples(st.just("default"), SCOPES.filter(bool), st.none()),
    st.tuples(st.just("names"), SCOPES, st.none()),
    st.tuples(st.just("close"), st.none(), st.none()),
)
ERRORS = (ValueError, TypeError, KeyError, RuntimeError)


class Program:
    """Runs steps under one of the two and keeps what is to be the same."""

    def __init__(self, tf: Any) -> None:
        self.tf = tf
        self.log: list[Any] = []
        self.open: list[Any] = []
        self.count = 0

    def value(self, shape: list[int]) -> Any:
        self.count += 1
        return self.tf.constant(float(self.count), shape=shape, name="c")

    def make(self, kind: str, name: str, extra: Any) -> None:
        tf = self.tf
        if kind == "variable":
            self.log.append(tf.Variable(self.value(extra), name=name).name)
        elif kind == "get":
            number = float(self.count)
            self.count += 1
            start = tf.constant_initializer(number)
            self.log.append(tf.get_variable(name, extra, initializer=start).name)
        elif kind == "constant":
            self.log.append(tf.constant(1.0, shape=extra, name=name).name)
        elif kind == "close":
            if self.open:
                self.open.pop().__exit__(None, None, None)
        else:
            self.enter(kind, name, extra)

    def enter(self, kind: str, name: str, extra: Any) -> None:
        tf = self.tf
        if kind == "open":
            scope = tf.variable_scope(name, reuse=tf.AUTO_REUSE if extra == "auto" else extra)
        elif kind == "default":
            scope = tf.variable_scope(None, name)
        else:
            scope = tf.name_scope(name)
        entered = scope.__enter__()
        self.open.append(scope)
        self.log.append(getattr(entered, "name", entered))

    def step(self, kind: str, name: str, extra: Any) -> None:
        try:
            self.make(kind, name, extra)
        except ERRORS as error:
            self.log.append(type(error).__name__)

    def save(self, folder: Path) -> None:
        tf = self.tf
        variables = tf.global_variables()
        self.log.append([v.name for v in variables])
        try:
            saver = tf.train.Saver(max_to_keep=1)
        except ValueError as error:
            self.log.append(str(error))
            return
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for step in (1, 2):
                self.log.append(saver.save(session, "./m", global_step=step, write_meta_graph=False))
            before = session.run(variables)
            session.run([v.assign(v * 0.0) for v in variables])
            saver.restore(session, "./m-2")
            after = session.run(variables)
        self.log.append([value.tolist() for value in after])
        assert [value.tolist() for value in before] == [value.tolist() for value in after]
        self.log.append({each: (folder / each).read_bytes() for each in sorted(os.listdir(folder))})


def run(tf: Any, steps: list[Any]) -> list[Any]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            with tf.Graph().as_default():
                program = Program(tf)
                for step in steps:
                    program.step(*step)
                while program.open:
                    program.open.pop().__exit__(None, None, None)
                program.save(Path(folder))
        finally:
            os.chdir(before)
    return program.log


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_random_programs_do_the_same(real_tf: Any, steps: list[Any]) -> None:
    assert run(ours, steps) == run(real_tf, steps)
