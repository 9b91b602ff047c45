"""What a Saver can save: variables, their parts, objects that say how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from ._elements import Tensor
from ._partitions import PartitionedVariable
from ._variable import Variable


class SaveSpec:
    """A tensor and the name it has in checkpoints."""

    def __init__(self, tensor: Any, slice_spec: str, name: str, dtype: Any = None, device: Any = None) -> None:
        self._tensor = tensor
        self.slice_spec = slice_spec
        self.name = name
        self.dtype = dtype if dtype is not None else getattr(tensor, "dtype", None)
        self.device = device if device is not None else getattr(tensor, "device", None)

    @property
    def tensor(self) -> Any:
        return self._tensor() if callable(self._tensor) and not isinstance(self._tensor, Tensor) else self._tensor


class SaveableObject:
    """Saves tensors, and makes the node that takes them back; to be derived from."""

    def __init__(self, op: Any, specs: Any, name: str) -> None:
        self.op = op
        self.specs = specs
        self.name = name

    @property
    def optional_restore(self) -> bool:
        return False

    def restore(self, restored_tensors: Any, restored_shapes: Any) -> Any:
        raise ValueError("Calling an abstract method.")


class VariableSaveable(SaveableObject):
    """A variable under a name."""

    def __init__(self, var: Any, slice_spec: str, name: str) -> None:
        variable = var if isinstance(var, Variable) else None
        tensor = variable._ref() if variable is not None else var
        super().__init__(var, [SaveSpec(tensor, slice_spec, name, dtype=var.dtype)], name)

    def restore(self, restored_tensors: Any, restored_shapes: Any) -> Any:
        from ._array_ops import reshape

        value = restored_tensors[0]
        if restored_shapes is not None:
            value = reshape(value, restored_shapes[0])
        return self.op.assign(value)


class ResourceVariableSaveable(VariableSaveable):
    """A resource variable under a name."""

    def __init__(self, var: Any, slice_spec: str, name: str) -> None:
        SaveableObject.__init__(self, var, [SaveSpec(var.value(), slice_spec, name, dtype=var.dtype)], name)


class BaseSaverBuilder:
    """The names by which programs reach these classes."""

    SaveSpec = SaveSpec
    SaveableObject = SaveableObject
    VariableSaveable = VariableSaveable
    ResourceVariableSaveable = ResourceVariableSaveable

    def __init__(self, write_version: int = 2) -> None:
        self._write_version = write_version


class BulkSaverBuilder(BaseSaverBuilder):
    """What Savers use where no builder is given."""


# ------------------------------------------------------------------------------------------ lists

Core = tuple[str, list[tuple[str, Any, str]], list[Any], Any]


def _of_variables(name: str, variables: list[Any], sliced: bool) -> Core:
    specs = []
    for variable in variables:
        info = variable._get_save_slice_info() if sliced else None
        core = variable._core
        tensor = core.value if core.is_resource or info is not None else core.ref
        specs.append((name, tensor, info.spec if info is not None else ""))
    return name, specs, [variable._core for variable in variables], None


def _of_object(saveable: SaveableObject) -> Core:
    specs = [(spec.name, spec.tensor, spec.slice_spec or "") for spec in saveable.specs]
    graph = specs[0][1].graph

    def restore(outputs: list[Any], reshapes: bool) -> Any:
        tensors = [graph._tensor(output) for output in outputs]
        shapes = [tensor.shape for _, tensor, _ in specs] if reshapes else None
        with graph.as_default():
            made = saveable.restore(tensors, shapes)
        return getattr(made, "op", made)._core

    cores = [(name, _core_of(tensor), piece) for name, tensor, piece in specs]
    return saveable.name, cores, [], restore


def _core_of(tensor: Any) -> Any:
    return tensor._core.ref if isinstance(tensor, Variable) else tensor._core


def _flatten(items: Any) -> list[Any]:
    if isinstance(items, (list, tuple, set, frozenset)):
        return [each for nested in items for each in _flatten(nested)]
    return [items]


def _from_list(items: list[Any]) -> list[Core]:
    cores: list[Core] = []
    slices: dict[str, list[Any]] = {}
    plain: set[str] = set()
    for each in sorted(items, key=lambda item: item.name):
        if isinstance(each, SaveableObject):
            cores.append(_of_object(each))
            plain.add(each.name)
        elif isinstance(each, PartitionedVariable):
            if each.name in plain or each.name in slices:
                raise ValueError(f"At least two variables have the same name: {each.name}")
            slices[each.name] = list(each)
        elif isinstance(each, Variable):
            info = each._get_save_slice_info()
            name = each.op.name if info is None else info.full_name
            if (info is None and name in slices) or (info is not None and name in plain):
                raise ValueError(f"Mixing slices and non-slices with the same name: {name}")
            if info is not None:
                slices.setdefault(name, []).append(each)
                continue
            if name in plain:
                raise ValueError(f"At least two variables have the same name: {name}")
            plain.add(name)
            cores.append(_of_variables(name, [each], False))
        else:
            raise TypeError(f"Variable to save is not a Variable: {each}")
    cores.extend(_of_variables(name, parts, True) for name, parts in slices.items())
    return cores


def _check_slices(values: list[Any]) -> None:
    whole: Optional[str] = None
    for value in values:
        info = value._get_save_slice_info() if isinstance(value, Variable) else None
        if info is None:
            raise ValueError(f"Slices must all be Variables / Slices: {value}")
        if whole is not None and info.full_name != whole:
            raise ValueError(f"Slices must all be from the same tensor: {whole} != {info.full_name}")
        whole = info.full_name


def _from_mapping(items: Mapping[Any, Any]) -> list[Core]:
    cores: list[Core] = []
    seen: list[Any] = []
    for key, value in items.items():
        if not isinstance(key, str):
            raise TypeError(
                "names_to_saveables must be a dict mapping string names to trackable operations. "
                f"Name is not a string: {key}"
            )
    for key in sorted(items):
        value = items[key]
        if isinstance(value, SaveableObject):
            cores.append(_of_object(value))
        elif isinstance(value, (list, tuple, PartitionedVariable)):
            parts = list(value)
            _check_slices(parts)
            cores.append(_of_variables(key, parts, True))
        elif isinstance(value, Variable):
            cores.append(_of_variables(key, [value], False))
        else:
            raise TypeError(
                "names_to_saveables must be a dict mapping string names to Tensors/Variables. "
                f"Not a variable: {value}"
            )
        op = value.op if isinstance(value, SaveableObject) else value
        if any(op is each for each in seen):
            raise ValueError(f"The same saveable will be restored with two names: {key}")
        seen.append(op)
    return cores


def to_cores(var_list: Any) -> list[Core]:
    """What the library takes, of a list or a dictionary."""
    if isinstance(var_list, Mapping):
        return _from_mapping(var_list)
    if not isinstance(var_list, Iterable) or isinstance(var_list, (str, bytes, Tensor, Variable)):
        raise TypeError("Variables to save should be passed in a dict or a list: " + str(var_list))
    return _from_list(_flatten(list(var_list) if not isinstance(var_list, (list, tuple, set)) else var_list))
