"""``tf.contrib.framework``: finding variables, and assigning to them from checkpoints and arrays."""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Optional

from ... import _arrays, _core
from .._checkpoint_files import CheckpointReader, list_variables, load_checkpoint, load_variable
from .._graph import GraphKeys, get_default_graph
from .._init_from import init_from_checkpoint
from .._logging import logger
from .._partitions import PartitionedVariable
from .._saver import Saver
from .._scopes import get_variable
from .._variable import Variable
from .._variable_lists import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)

__all__ = [
    "assert_global_step", "assign_from_checkpoint", "assign_from_checkpoint_fn", "assign_from_values",
    "assign_from_values_fn", "create_global_step", "filter_variables", "get_global_step",
    "get_local_variables", "get_model_variables", "get_or_create_global_step", "get_trainable_variables",
    "get_unique_variable", "get_variable_full_name", "get_variables", "get_variables_by_name",
    "get_variables_by_suffix", "get_variables_to_restore", "global_variable", "init_from_checkpoint",
    "list_variables", "load_checkpoint", "load_variable", "local_variable", "model_variable", "variable",
]  # fmt: skip


def get_variables(scope: Any = None, suffix: Optional[str] = None, collection: str = GraphKeys.GLOBAL_VARIABLES) -> list[Any]:
    """Variables of a scope, or with a name that ends so."""
    pattern = _core.tf1.variable_pattern(getattr(scope, "name", scope) or "", suffix)
    return get_default_graph().get_collection(collection, pattern)


def get_model_variables(scope: Any = None, suffix: Optional[str] = None) -> list[Any]:
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: Optional[str] = None) -> list[Any]:
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope: Any = None, suffix: Optional[str] = None) -> list[Any]:
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    return get_variables(scope=scope, suffix=suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    return get_variables(scope=scope, suffix="/" + given_name + ":|^" + given_name + ":")


def get_unique_variable(var_op_name: str) -> Any:
    found = get_variables(scope=var_op_name)
    exact = [each for each in found if each.op.name == var_op_name]
    if not found:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    if not exact:
        raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")
    return exact[0]


def get_variable_full_name(var: Any) -> str:
    info = None if isinstance(var, PartitionedVariable) else var._get_save_slice_info()
    return str(info.full_name if info is not None else var.op.name)


def get_variables_to_restore(include: Any = None, exclude: Any = None) -> list[Any]:
    if include is not None and not isinstance(include, (list, tuple)):
        raise TypeError("include must be a list or tuple.")
    if exclude is not None and not isinstance(exclude, (list, tuple)):
        raise TypeError("exclude must be a list or tuple.")
    chosen = get_variables() if include is None else [v for scope in include for v in get_variables(scope)]
    left_out = {v for scope in exclude or [] for v in get_variables(scope)}
    return [v for v in chosen if v not in left_out]


def filter_variables(
    var_list: Any, include_patterns: Any = None, exclude_patterns: Any = None, reg_search: bool = True
) -> list[Any]:
    match = re.search if reg_search else re.match
    kept = list(var_list)
    if include_patterns is not None:
        kept = [v for v in kept if any(match(pattern, v.name) for pattern in include_patterns)]
    if exclude_patterns is not None:
        kept = [v for v in kept if not any(match(pattern, v.name) for pattern in exclude_patterns)]
    return kept


def variable(name: str, shape: Any = None, dtype: Any = None, initializer: Any = None, regularizer: Any = None,
             trainable: bool = True, collections: Any = None, caching_device: Any = None, device: Any = None,
             partitioner: Any = None, custom_getter: Any = None, use_resource: Optional[bool] = None,
             **unused: Any) -> Any:  # fmt: skip
    kept = list(collections) if collections is not None else [GraphKeys.GLOBAL_VARIABLES]
    return get_variable(
        name, shape, dtype, initializer, regularizer, trainable, list(dict.fromkeys(kept)), caching_device,
        partitioner, True, use_resource, custom_getter,
    )  # fmt: skip


def model_variable(name: str, *args: Any, collections: Any = None, **kwargs: Any) -> Any:
    kept = [*(collections or []), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES]
    return variable(name, *args, **{**kwargs, "collections": kept})


def local_variable(initial_value: Any, validate_shape: bool = True, name: Optional[str] = None, use_resource: Optional[bool] = None) -> Any:
    return Variable(
        initial_value, trainable=False, collections=[GraphKeys.LOCAL_VARIABLES], validate_shape=validate_shape,
        name=name, use_resource=use_resource,
    )  # fmt: skip


def global_variable(initial_value: Any, validate_shape: bool = True, name: Optional[str] = None, use_resource: Optional[bool] = None) -> Any:
    return Variable(
        initial_value, trainable=False, collections=[GraphKeys.GLOBAL_VARIABLES], validate_shape=validate_shape,
        name=name, use_resource=use_resource,
    )  # fmt: skip


# --------------------------------------------------------------------------------------- assigning


def assign_from_values(var_names_to_values: dict[str, Any]) -> tuple[Any, dict[Any, Any]]:
    """An operation that assigns the arrays, and what is to be fed to it."""
    graph = get_default_graph()
    variables = _core.tf1.find_assigned(graph._core, list(var_names_to_values))
    operation, places = _core.tf1.assign_what_is_fed(graph._core, variables)
    feeds = zip(map(graph._tensor, places), var_names_to_values.values())
    return graph._operation(operation), dict(feeds)


def assign_from_values_fn(var_names_to_values: dict[str, Any]) -> Callable[[Any], Any]:
    operation, feeds = assign_from_values(var_names_to_values)
    return lambda session: session.run(operation, feeds)


def _by_key(var_list: Any) -> list[tuple[str, list[Any]]]:
    if not hasattr(var_list, "items"):
        return _core.tf1.by_full_name([each._core for each in var_list])
    return [
        (key, [part._core for part in (each if isinstance(each, (list, PartitionedVariable)) else [each])])
        for key, each in var_list.items()
    ]


def assign_from_checkpoint(model_path: Any, var_list: Any, ignore_missing_vars: bool = False) -> tuple[Any, dict[Any, Any]]:
    """An operation that assigns the checkpoint's values, and what is to be fed to it."""
    graph = get_default_graph()
    operation, feeds, warnings = _core.tf1.assign_from_checkpoint(
        graph._core, os.fspath(model_path), _by_key(var_list), bool(ignore_missing_vars)
    )
    for warning in warnings:
        logger().warning(warning)
    values = {graph._tensor(place): _arrays.to_scalar_or_array(value) for place, value in feeds}
    return graph._operation(operation), values


def assign_from_checkpoint_fn(
    model_path: Any, var_list: Any, ignore_missing_vars: bool = False, reshape_variables: bool = False
) -> Optional[Callable[[Any], None]]:
    """A function of a session that restores, or None if there is nothing to restore."""
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = CheckpointReader(model_path)
        by_key = var_list if isinstance(var_list, dict) else {each.op.name: each for each in var_list}
        available = {}
        for key, each in by_key.items():
            if reader.has_tensor(key):
                available[key] = each
            else:
                logger().warning("Variable %s missing in checkpoint %s", key, model_path)
        var_list = available
    if not var_list:
        logger().warning("No Variables to restore")
        return None
    saver = Saver(var_list, reshape=reshape_variables)
    return lambda session: saver.restore(session, model_path)
