"""``tf.train.init_from_checkpoint`` and ``warm_start``: variables that start with stored values."""

from __future__ import annotations

import re
from typing import Any, Optional

from . import _dtypes
from ._checkpoint_files import CheckpointReader, _prefix_of
from ._graph import GraphKeys, get_default_graph, name_scope
from ._logging import logger
from ._nodes import constant
from ._partitions import PartitionedVariable, _wrap
from ._variable import Variable


def _restored(path: str, name: str, variable: Variable, slice_spec: str) -> Any:
    """A node that gives the stored value when it is run."""
    graph = variable.graph
    with graph.control_dependencies(None), name_scope(None, "checkpoint_initializer") as scope:
        inputs = [
            constant(path, _dtypes.string, name="prefix"),
            constant([name], _dtypes.string, name="tensor_names"),
            constant([slice_spec], _dtypes.string, name="shape_and_slices"),
        ]
        attrs = {"dtypes": ("types", [variable.dtype.base_dtype.name])}
        return _restore_node(inputs, attrs, scope)


def _restore_node(inputs: list[Any], attrs: dict[str, Any], scope: str) -> Any:
    graph = get_default_graph()
    node = graph._core.node("RestoreV2", scope, [each._core for each in inputs], attrs)
    output = graph._operation(node).outputs[0]
    return output


def _set_initial_value(path: str, name: str, variable: Variable, slice_spec: str = "") -> None:
    graph = variable.graph
    with graph.as_default():
        value = _restored(path, name, variable, slice_spec)
        value.set_shape(variable.shape)
        graph._core.replace_initial_value(variable._core, value._core)
    logger().info("Initialize variable %s from checkpoint %s with %s", variable.name, path, name)


def _parts(target: Any) -> list[Variable]:
    parts = list(target) if isinstance(target, (list, tuple, PartitionedVariable)) else [target]
    names = {part._get_save_slice_info().full_name for part in parts if part._get_save_slice_info()}
    if len(names) > 1:
        raise ValueError(f"Slices must all be from the same tensor: {sorted(names)}")
    return parts


class _Stored:
    """A checkpoint, and what its tensors are like."""

    def __init__(self, ckpt_dir_or_file: Any) -> None:
        self.path = _prefix_of(ckpt_dir_or_file)
        self.shapes = CheckpointReader(self.path).get_variable_to_shape_map()

    def set_variable(self, name: str, target: Any) -> None:
        parts = _parts(target)
        if name not in self.shapes:
            raise ValueError(f"Tensor {name} is not found in {self.path} checkpoint {self.shapes}")
        info = parts[0]._get_save_slice_info()
        shape = list(info.full_shape) if info else parts[0].shape
        if not parts[0].shape.is_compatible_with(self.shapes[name]) and info is None:
            sizes = str(parts[0].shape)
            raise ValueError(
                f"Shape of variable {parts[0].name} ({sizes}) doesn't match with shape of tensor {name} "
                f"({self.shapes[name]}) from checkpoint reader."
            )
        if info is not None and shape != self.shapes[name]:
            raise ValueError(
                f"Shape of variable {info.full_name} ({shape}) doesn't match with shape of tensor {name} "
                f"({self.shapes[name]}) from checkpoint reader."
            )
        for part in parts:
            piece = part._get_save_slice_info()
            _set_initial_value(self.path, name, part, piece.spec if piece else "")

    def set_scope(self, key: str, target: str) -> None:
        """Every variable of get_variable's below the scope, from the tensor of its name."""
        graph = get_default_graph()
        if key and not key.endswith("/"):
            raise ValueError(
                f"Assignment map with scope only name {target.rstrip('/')} should map to scope only {key}. Should be "
                "'scope/': 'other_scope/'."
            )
        stored_scope = "" if key == "/" else key
        scope = "" if target == "/" else target.rstrip("/") + "/"
        done: set[str] = set()
        for full in graph._core.variable_names():
            if not full.startswith(scope):
                continue
            whole = re.sub(r"/part_[0-9]+$", "", full)
            if whole in done:
                continue
            done.add(whole)
            name = stored_scope + whole[len(scope) :]
            if name not in self.shapes:
                raise ValueError(
                    f"Tensor {name} ({whole[len(scope):]} in {key}) is not found in {self.path} checkpoint"
                )
            self.set_variable(name, _variable_called(whole))


def _variable_called(name: str) -> Any:
    """What get_variable knows by that full name, in one piece or in parts."""
    graph = get_default_graph()
    found = graph._core.find_variable(name)
    if found is not None:
        return graph._variable(found)
    whole = graph._core.find_partitioned_variable(name)
    if whole is not None:
        return _wrap(whole, graph)
    parts: list[Variable] = []
    while True:
        part = graph._core.find_variable(f"{name}/part_{len(parts)}")
        if part is None:
            return parts or None
        parts.append(graph._variable(part))


def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Any) -> None:
    """The variables start with the values of the checkpoint, once their initializers run."""
    stored = _Stored(ckpt_dir_or_file)
    pairs = assignment_map.items() if hasattr(assignment_map, "items") else assignment_map
    for key, target in sorted(pairs, key=lambda pair: pair[0]):
        if not isinstance(target, str):
            stored.set_variable(key, target)
            continue
        variable = _variable_called(target)
        if variable is not None:
            stored.set_variable(key, variable)
        else:
            stored.set_scope(key, target)


# -------------------------------------------------------------------------------------- warm start


class VocabInfo:
    """How the rows (or columns) of a variable follow a vocabulary."""

    def __init__(
        self, new_vocab: str, new_vocab_size: int, num_oov_buckets: int, old_vocab: str, old_vocab_size: int = -1,
        backup_initializer: Any = None, axis: int = 0,
    ) -> None:  # fmt: skip
        if axis not in (0, 1):
            raise ValueError(f"The only supported values for the axis argument are 0 and 1.  Provided axis: {axis}")
        self.new_vocab = new_vocab
        self.new_vocab_size = new_vocab_size
        self.num_oov_buckets = num_oov_buckets
        self.old_vocab = old_vocab
        self.old_vocab_size = old_vocab_size
        self.backup_initializer = backup_initializer
        self.axis = axis

    def moved(self, old: Any, shape: list[int]) -> Any:
        """The stored values with their rows where the new vocabulary has the words."""
        import numpy as np

        words = _read_words(self.old_vocab, self.old_vocab_size)
        places = {word: place for place, word in enumerate(words)}
        if self.backup_initializer is None:
            values = np.zeros(shape, old.dtype)
        else:
            values = _values_of(self.backup_initializer, shape)
        for place, word in enumerate(_read_words(self.new_vocab, self.new_vocab_size)):
            if word in places:
                self._row(values, place)[...] = self._row(old, places[word])
        return values

    def _row(self, values: Any, place: int) -> Any:
        return values[place] if self.axis == 0 else values[:, place]


def _read_words(path: str, count: int) -> list[str]:
    with open(path, encoding="utf-8") as file:
        words = file.read().splitlines()
    return words if count < 0 else words[:count]


def _values_of(initializer: Any, shape: list[int]) -> Any:
    import numpy as np

    from ._graph import Graph
    from ._session import Session

    with Graph().as_default():
        tensor = initializer(shape)
        with Session() as session:
            return np.array(session.run(tensor))


def _matching(vars_to_warm_start: Any) -> list[Any]:
    graph = get_default_graph()
    if vars_to_warm_start is None:
        return []
    if isinstance(vars_to_warm_start, str):
        return graph.get_collection(GraphKeys.TRAINABLE_VARIABLES, vars_to_warm_start)
    if isinstance(vars_to_warm_start, list):
        if all(isinstance(each, str) for each in vars_to_warm_start):
            return [v for each in vars_to_warm_start for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES, each)]
        if all(isinstance(each, (Variable, PartitionedVariable)) for each in vars_to_warm_start):
            return list(vars_to_warm_start)
    raise ValueError("If `vars_to_warm_start` is a list, it must be all `Variable` or all `str`.")


def warm_start(
    ckpt_to_initialize_from: Any, vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Optional[dict[str, VocabInfo]] = None,
    var_name_to_prev_var_name: Optional[dict[str, str]] = None,
) -> None:  # fmt: skip
    """Variables start with the values that another checkpoint has for them."""
    vocabularies = dict(var_name_to_vocab_info or {})
    previous = dict(var_name_to_prev_var_name or {})
    stored = _Stored(ckpt_to_initialize_from)
    groups: dict[str, list[Any]] = {}
    for variable in _matching(vars_to_warm_start):
        info = None if isinstance(variable, PartitionedVariable) else variable._get_save_slice_info()
        if isinstance(variable, PartitionedVariable):
            groups[variable.name] = list(variable)
        else:
            groups.setdefault(info.full_name if info else variable.op.name, []).append(variable)
    for name in vocabularies:
        if name not in groups:
            found = _variable_called(name)
            if found is not None:
                groups[name] = _parts(found)
    for name, parts in groups.items():
        old_name = previous.pop(name, name)
        vocabulary = vocabularies.pop(name, None)
        if vocabulary is None:
            stored.set_variable(old_name, parts if parts[0]._get_save_slice_info() else parts[0])
        else:
            _set_moved(stored, old_name, parts, vocabulary)
    if previous:
        raise ValueError(f"You provided the following variables in var_name_to_prev_var_name that were not used: {sorted(previous)}")
    if vocabularies:
        raise ValueError(f"You provided the following variables in var_name_to_vocab_info that were not used: {sorted(vocabularies)}")


def _set_moved(stored: _Stored, name: str, parts: list[Variable], vocabulary: VocabInfo) -> None:
    old = CheckpointReader(stored.path).get_tensor(name)
    info = parts[0]._get_save_slice_info()
    shape: list[Any] = list(info.full_shape) if info else parts[0].shape.as_list()
    values = vocabulary.moved(old, shape)
    for part in parts:
        piece = part._get_save_slice_info()
        value = values
        if piece is not None:
            value = values[tuple(slice(o, o + n) for o, n in zip(piece.var_offset, piece.var_shape))]
        with part.graph.as_default():
            part.graph._core.replace_initial_value(part._core, constant(value, part.dtype.base_dtype)._core)
