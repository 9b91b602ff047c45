"""Initializer objects for ``tf.get_variable``."""

from __future__ import annotations

from typing import Any, Optional

from . import _dtypes, _ops
from ._graph import Tensor


class Initializer:
    """Called with a shape, makes the nodes of an initial value."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        raise NotImplementedError


class Zeros(Initializer):
    """``tf.zeros_initializer``."""

    def __init__(self, dtype: Any = _dtypes.float32) -> None:
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.zeros(shape, dtype or self.dtype)


class Ones(Initializer):
    """``tf.ones_initializer``."""

    def __init__(self, dtype: Any = _dtypes.float32) -> None:
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.ones(shape, dtype or self.dtype)


class Constant(Initializer):
    """``tf.constant_initializer``."""

    def __init__(
        self, value: Any = 0, dtype: Any = _dtypes.float32, verify_shape: bool = False
    ) -> None:
        import numpy as np

        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(f"Invalid type for initial value: {type(value)}.")
        self.value = value
        self.dtype = _dtypes.as_dtype(dtype)
        self.verify_shape = verify_shape

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.constant(
            self.value, dtype or self.dtype, shape=shape, verify_shape=self.verify_shape
        )


class RandomNormal(Initializer):
    """``tf.random_normal_initializer``."""

    def __init__(
        self,
        mean: float = 0.0,
        stddev: float = 1.0,
        seed: Optional[int] = None,
        dtype: Any = _dtypes.float32,
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.random_normal(
            shape, self.mean, self.stddev, dtype or self.dtype, seed=self.seed
        )


class TruncatedNormal(RandomNormal):
    """``tf.truncated_normal_initializer``."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.truncated_normal(
            shape, self.mean, self.stddev, dtype or self.dtype, seed=self.seed
        )


class RandomUniform(Initializer):
    """``tf.random_uniform_initializer``."""

    def __init__(
        self,
        minval: float = 0,
        maxval: Optional[float] = None,
        seed: Optional[int] = None,
        dtype: Any = _dtypes.float32,
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.random_uniform(
            shape, self.minval, self.maxval, dtype or self.dtype, seed=self.seed
        )
