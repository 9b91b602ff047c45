"""TensorFlow 1 programs about variables, scopes, sessions and savers, with one line changed:

>>> import holdall.tf1 as tf

Names, files, numbers and error classes are TensorFlow's; nothing of TensorFlow is needed.
"""

from __future__ import annotations

from typing import Any

from . import app, compat, contrib, errors, gfile, initializers, logging, nn, summary, train
from ._array_ops import (
    boolean_mask,
    concat,
    expand_dims,
    gather,
    linspace,
    rank,
    reshape,
    reverse,
    shape,
    size,
    split,
    squeeze,
    stack,
    stop_gradient,
    strided_slice,
    string_join,
    tile,
    transpose,
    unstack,
    where,
)
from ._array_ops import range_ as range
from ._array_ops import slice_ as slice
from ._default_stack import get_default_session
from ._dtypes import (
    DType,
    as_dtype,
    bfloat16,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)
from ._dtypes import bool_ as bool
from ._elements import Operation, Tensor
from ._graph import (
    Graph,
    GraphKeys,
    add_to_collection,
    add_to_collections,
    colocate_with,
    container,
    control_dependencies,
    device,
    get_collection,
    get_collection_ref,
    get_default_graph,
    get_seed,
    name_scope,
    op_scope,
    reset_default_graph,
    set_random_seed,
)
from ._initializers import Constant as constant_initializer
from ._initializers import GlorotNormal as glorot_normal_initializer
from ._initializers import GlorotUniform as glorot_uniform_initializer
from ._initializers import Ones as ones_initializer
from ._initializers import Orthogonal as orthogonal_initializer
from ._initializers import RandomNormal as random_normal_initializer
from ._initializers import RandomUniform as random_uniform_initializer
from ._initializers import TruncatedNormal as truncated_normal_initializer
from ._initializers import UniformUnitScaling as uniform_unit_scaling_initializer
from ._initializers import VarianceScaling as variance_scaling_initializer
from ._initializers import Zeros as zeros_initializer
from ._math_ops import (
    add_n,
    argmax,
    argmin,
    cast,
    ceil,
    clip_by_value,
    diag_part,
    div,
    divide,
    equal,
    exp,
    floor,
    floordiv,
    floormod,
    greater,
    greater_equal,
    imag,
    less,
    less_equal,
    log,
    logical_and,
    logical_not,
    logical_or,
    matmul,
    maximum,
    minimum,
    mod,
    negative,
    not_equal,
    qr,
    real,
    reciprocal,
    reduce_all,
    reduce_any,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    rsqrt,
    sigmoid,
    sign,
    sqrt,
    square,
    squared_difference,
    tanh,
    to_double,
    to_float,
    to_int32,
    to_int64,
    truediv,
)
from ._math_ops import abs_ as abs
from ._math_ops import complex_ as complex
from ._math_ops import pow_ as pow
from ._math_ops import round_ as round
from ._meta_graphs import import_graph_def
from ._ops import (
    constant,
    convert_to_tensor,
    fill,
    group,
    identity,
    no_op,
    ones,
    ones_like,
    placeholder,
    placeholder_with_default,
    py_func,
    random_normal,
    random_uniform,
    truncated_normal,
    zeros,
    zeros_like,
)
from ._ops import tuple_ as tuple
from ._math_ops import add, multiply, subtract
from ._outside import top_names as _top_names
from ._partitioners import (
    create_partitioned_variables,
    fixed_size_partitioner,
    min_max_variable_partitioner,
    variable_axis_size_partitioner,
)
from ._partitions import PartitionedVariable
from ._scope_state import AUTO_REUSE, VariableScope, get_variable_scope
from ._scopes import (
    get_local_variable,
    get_variable,
    no_regularizer,
    variable_op_scope,
    variable_scope,
)
from ._session import ConfigProto, GPUOptions, InteractiveSession, RunMetadata, RunOptions, Session
from ._shape import Dimension, TensorShape
from ._synchronization import VariableAggregation, VariableSynchronization
from ._variable import (
    Variable,
    assign,
    assign_add,
    assign_sub,
    disable_resource_variables,
    enable_resource_variables,
    resource_variables_enabled,
    variable_creator_scope,
    is_variable_initialized,
)
from ._variable_lists import (
    all_variables,
    assert_variables_initialized,
    global_variables,
    global_variables_initializer,
    initialize_all_variables,
    initialize_local_variables,
    initialize_variables,
    local_variables,
    local_variables_initializer,
    model_variables,
    moving_average_variables,
    report_uninitialized_variables,
    tables_initializer,
    trainable_variables,
    variables_initializer,
)
from .errors import OpError

# Programs compare it with TensorFlow's; this is the release whose behaviour is followed.
__version__ = VERSION = "1.15.5"

_MESSAGES = ("AttrValue", "GraphDef", "MetaGraphDef", "NodeDef", "TensorProto", "TensorShapeProto")


def executing_eagerly() -> Any:
    return False


def disable_eager_execution() -> None:
    """Nothing here runs eagerly."""


disable_v2_behavior = disable_eager_execution


def enable_eager_execution(*args: Any, **kwargs: Any) -> None:
    raise errors.UnimplementedError(None, None, "nothing runs eagerly here: run nodes in a session")


__all__ = [name for name in dir() if not name.startswith("_") and name not in ("annotations", "Any")]


def __getattr__(name: str) -> Any:
    if name in _MESSAGES:
        from . import _messages

        return getattr(_messages, name)
    if name in _top_names:
        return _top_names[name]
    if name == "flags":
        return app.flags
    raise AttributeError(
        f"module 'holdall.tf1' has no attribute {name!r}: TensorFlow's tf.{name} is not provided here"
    )
