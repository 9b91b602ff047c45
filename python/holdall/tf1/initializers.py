"""``tf.initializers``: the initializers by their short names."""

from ._initializers import Constant as constant
from ._initializers import GlorotNormal as glorot_normal
from ._initializers import GlorotUniform as glorot_uniform
from ._initializers import Identity as identity
from ._initializers import Ones as ones
from ._initializers import Orthogonal as orthogonal
from ._initializers import RandomNormal as random_normal
from ._initializers import RandomUniform as random_uniform
from ._initializers import TruncatedNormal as truncated_normal
from ._initializers import UniformUnitScaling as uniform_unit_scaling
from ._initializers import VarianceScaling as variance_scaling
from ._initializers import Zeros as zeros
from ._initializers import he_normal, he_uniform, lecun_normal, lecun_uniform
from ._variable_lists import global_variables_initializer as global_variables
from ._variable_lists import local_variables_initializer as local_variables
from ._variable_lists import tables_initializer
from ._variable_lists import variables_initializer as variables

__all__ = [
    "constant", "global_variables", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "identity",
    "lecun_normal", "lecun_uniform", "local_variables", "ones", "orthogonal", "random_normal",
    "random_uniform", "tables_initializer", "truncated_normal", "uniform_unit_scaling", "variables",
    "variance_scaling", "zeros",
]  # fmt: skip
