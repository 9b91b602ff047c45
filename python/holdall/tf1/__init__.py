"""TensorFlow 1 programs about variables, scopes, sessions and savers, with one line changed:

>>> import holdall.tf1 as tf

Names, files, numbers and error classes are TensorFlow's; nothing of TensorFlow is needed.
"""

from __future__ import annotations

from typing import NoReturn

from . import errors, train
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
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)
from ._dtypes import bool_ as bool
from ._graph import (
    Graph,
    GraphKeys,
    Operation,
    Tensor,
    add_to_collection,
    add_to_collections,
    get_collection,
    get_default_graph,
    name_scope,
    reset_default_graph,
    set_random_seed,
)
from ._initializers import Constant as constant_initializer
from ._initializers import Ones as ones_initializer
from ._initializers import RandomNormal as random_normal_initializer
from ._initializers import RandomUniform as random_uniform_initializer
from ._initializers import TruncatedNormal as truncated_normal_initializer
from ._initializers import Zeros as zeros_initializer
from ._ops import (
    add,
    constant,
    convert_to_tensor,
    fill,
    group,
    identity,
    multiply,
    no_op,
    ones,
    random_normal,
    random_uniform,
    subtract,
    truncated_normal,
    zeros,
)
from ._session import InteractiveSession, Session
from ._shape import Dimension, TensorShape
from ._variables import (
    AUTO_REUSE,
    Variable,
    VariableScope,
    all_variables,
    assign,
    get_variable,
    get_variable_scope,
    global_variables,
    global_variables_initializer,
    initialize_all_variables,
    initialize_variables,
    local_variables,
    local_variables_initializer,
    trainable_variables,
    variable_scope,
    variables_initializer,
)
from .errors import OpError

# Programs compare it with TensorFlow's; this is the release whose behaviour is followed.
__version__ = VERSION = "1.15.5"

__all__ = [name for name in dir() if not name.startswith("_") and name not in ("annotations", "NoReturn")]


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(
        f"module 'holdall.tf1' has no attribute {name!r}: TensorFlow's tf.{name} is not provided here"
    )
