"""TensorFlow 2.21: the raw operations (its floor), tf.train.Checkpoint, one tf.compat.v1 Saver a model in one
session (how models came together in TensorFlow 1), and load_checkpoint."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import peer_protocol
import tensorflow as tf
from peer_protocol import Model, Tensors, Variant, Workload

v1 = tf.compat.v1


def prefix_of(folder: Path, model: Model) -> str:
    return str(folder / model.name)


def rows_of(prefix: str, workload: Workload) -> list[tuple[str, Any, list[int]]]:
    """Name, dtype and shape of what is wanted."""
    reader = tf.train.load_checkpoint(prefix)
    dtypes = reader.get_variable_to_dtype_map()
    shapes = reader.get_variable_to_shape_map()
    return [(name, dtypes[name], shapes[name]) for name in sorted(dtypes) if workload.is_selected(name)]


def count(workload: Workload, model: Model) -> int:
    reader = tf.train.load_checkpoint(prefix_of(workload.folder, model))
    dtypes = reader.get_variable_to_dtype_map()
    return len(dtypes) if dtypes.keys() == reader.get_variable_to_shape_map().keys() else 0


# Raw operations: one call a model with all names.


def restore_raw(folder: Path, workload: Workload, models: list[Model]) -> Tensors:
    tensors: Tensors = {}
    for model in models:
        rows = rows_of(prefix_of(folder, model), workload)
        names = [name for name, _, _ in rows]
        values = tf.raw_ops.RestoreV2(prefix=prefix_of(folder, model), tensor_names=names,
                                      shape_and_slices=[""] * len(names), dtypes=[dtype for _, dtype, _ in rows])
        tensors[model.name] = dict(zip(names, values))
    return tensors


def restore_own(workload: Workload, models: list[Model]) -> Tensors:
    return restore_raw(workload.folder, workload, models)


def read_raw(workload: Workload, model: Model, names: Iterable[str]) -> list[Any]:
    prefix = prefix_of(workload.folder, model)
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    wanted = list(names)
    return list(tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=wanted, shape_and_slices=[""] * len(wanted),
                                     dtypes=[dtypes[name] for name in wanted]))


def restore_raw_into(workload: Workload) -> Any:
    """Into variables that exist."""
    held = {model: {name: tf.Variable(value) for name, value in each.items()}
            for model, each in restore_own(workload, workload.models).items()}

    def restore() -> None:
        for model in workload.models:
            restored = restore_own(workload, [model])[model.name]
            for name, value in restored.items():
                held[model.name][name].assign(value)

    return restore, lambda: held


def save_raw(workload: Workload, values: Tensors, folder: Path) -> None:
    for model in workload.models:
        each = values[model.name]
        tf.raw_ops.SaveV2(prefix=prefix_of(folder, model), tensor_names=list(each), shape_and_slices=[""] * len(each),
                          tensors=list(each.values()))


def reread(workload: Workload, folder: Path) -> Tensors:
    return restore_raw(folder, workload, workload.models)


# Objects: tf.train.Checkpoint over variables that exist, which is how its users restore.


class Variables(tf.Module):
    def __init__(self, values: Any) -> None:
        super().__init__()
        self.held = [tf.Variable(value) for value in values]


def variables_of(workload: Workload) -> dict[str, Variables]:
    return {model: Variables(each.values()) for model, each in restore_own(workload, workload.models).items()}


def write_objects(workload: Workload, values: dict[str, Variables], folder: Path) -> None:
    for model in workload.models:
        tf.train.Checkpoint(model=values[model.name]).write(prefix_of(folder, model))


def make_objects(workload: Workload) -> None:
    folder = workload.folder / "objects"
    folder.mkdir(exist_ok=True)
    write_objects(workload, variables_of(workload), folder)


def tensors_of(values: dict[str, Variables]) -> Tensors:
    return {model: {str(i): variable for i, variable in enumerate(each.held)} for model, each in values.items()}


def read_objects(values: dict[str, Variables], folder: Path, models: list[Model]) -> None:
    for model in models:
        tf.train.Checkpoint(model=values[model.name]).read(prefix_of(folder, model)).assert_consumed()


def restore_objects(workload: Workload, models: list[Model]) -> Tensors:
    """Variables of the right shapes come first, as a program makes them."""
    values = {}
    for model in models:
        rows = rows_of(prefix_of(workload.folder, model), workload)
        values[model.name] = Variables([tf.zeros(shape, dtype) for _, dtype, shape in rows])
    read_objects(values, workload.folder / "objects", models)
    return tensors_of(values)


def restore_objects_into(workload: Workload) -> Any:
    values = variables_of(workload)
    return (lambda: read_objects(values, workload.folder / "objects", workload.models)), lambda: tensors_of(values)


def reread_objects(workload: Workload, folder: Path) -> Tensors:
    values = variables_of(workload)
    for each in values.values():
        for variable in each.held:
            variable.assign(tf.zeros_like(variable))
    read_objects(values, folder, workload.models)
    return tensors_of(values)


# Savers: one graph, one session, a scope and a Saver a model.


class SavedGraph:
    def __init__(self, workload: Workload, models: list[Model]) -> None:
        self.workload = workload
        self.graph = v1.Graph()
        self.variables: dict[str, dict[str, Any]] = {}
        self.savers = {}
        with self.graph.as_default():
            for model in models:
                with v1.variable_scope(model.name, use_resource=False):
                    rows = rows_of(prefix_of(workload.folder, model), workload)
                    each = {name: v1.get_variable(name, shape, dtype, v1.zeros_initializer()) for name, dtype, shape in rows}
                self.variables[model.name] = each
                self.savers[model.name] = v1.train.Saver(each)
        self.session = v1.Session(graph=self.graph)

    def restore(self, folder: Path) -> None:
        with self.graph.as_default():
            for model, saver in self.savers.items():
                saver.restore(self.session, str(folder / model))

    def save(self, folder: Path) -> None:
        with self.graph.as_default():
            for model, saver in self.savers.items():
                saver.save(self.session, str(folder / model), write_meta_graph=False, write_state=False)

    def tensors(self) -> Tensors:
        return {model: self.session.run(each) for model, each in self.variables.items()}


class LazyGraph(dict[str, Any]):
    """Values leave a session by running it, which is part of consuming them and not of restoring."""

    def __init__(self, graph: SavedGraph, model: str) -> None:
        super().__init__()
        self._graph, self._model = graph, model

    def values(self) -> Any:
        return self._graph.session.run(self._graph.variables[self._model]).values()


def restore_saver(workload: Workload, models: list[Model]) -> Tensors:
    graph = SavedGraph(workload, models)
    graph.restore(workload.folder)
    return {model.name: LazyGraph(graph, model.name) for model in models}


def restore_saver_into(workload: Workload) -> Any:
    graph = SavedGraph(workload, workload.models)
    return (lambda: graph.restore(workload.folder)), graph.tensors


def fill_saver(workload: Workload) -> SavedGraph:
    graph = SavedGraph(workload, workload.models)
    graph.restore(workload.folder)
    return graph


def save_saver(workload: Workload, values: SavedGraph, folder: Path) -> None:
    values.save(folder)


# load_checkpoint: one tensor after the other.


def read_reader(workload: Workload, model: Model, names: Iterable[str]) -> list[Any]:
    reader = tf.train.load_checkpoint(prefix_of(workload.folder, model))
    return [reader.get_tensor(name) for name in names]


def restore_reader(workload: Workload, models: list[Model]) -> Tensors:
    tensors: Tensors = {}
    for model in models:
        reader = tf.train.load_checkpoint(prefix_of(workload.folder, model))
        names = [name for name in reader.get_variable_to_dtype_map() if workload.is_selected(name)]
        tensors[model.name] = {name: reader.get_tensor(name) for name in names}
    return tensors


CHECKED = {"files": "*.data-*", "checksum": "verified", "save_checksum": "verified"}
VARIANTS = {
    "raw_ops": Variant(**CHECKED, count=count, read=read_raw, restore=restore_own, restore_into=restore_raw_into,
                       fill=lambda workload: restore_own(workload, workload.models), save=save_raw, reread=reread),
    "Checkpoint": Variant(**{**CHECKED, "files": "objects/*.data-*"}, most_tensors=20000, make=make_objects,
                          restore=restore_objects, restore_into=restore_objects_into, fill=variables_of,
                          save=write_objects, reread=reread_objects),
    "Saver": Variant(**CHECKED, most_tensors=20000, restore=restore_saver, restore_into=restore_saver_into,
                     fill=fill_saver, save=save_saver, reread=reread),
    "load_checkpoint": Variant(**CHECKED, read=read_reader, restore=restore_reader),
}

if __name__ == "__main__":
    tf.zeros([1])  # what the first operation of a process sets up is its start, not a restore
    peer_protocol.main("tensorflow", "tensorflow_cpu", VARIANTS)
