"""Initializer objects for ``tf.get_variable``."""

from __future__ import annotations

from typing import Any, Optional

from .. import _core
from . import _dtypes, _ops
from ._elements import Tensor
from ._graph import get_default_graph


class Initializer:
    """Called with a shape, makes the nodes of an initial value."""

    dtype: _dtypes.DType = _dtypes.float32

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {key: getattr(value, "name", value) for key, value in vars(self).items()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


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

    def __init__(self, value: Any = 0, dtype: Any = _dtypes.float32, verify_shape: bool = False) -> None:
        import numpy as np

        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(f"Invalid type for initial value: {type(value)}.")
        self.value = value
        self.dtype = _dtypes.as_dtype(dtype)
        self.verify_shape = verify_shape

    def __call__(
        self, shape: Any, dtype: Any = None, partition_info: Any = None, verify_shape: Optional[bool] = None
    ) -> Tensor:
        checks = self.verify_shape if verify_shape is None else verify_shape
        return _ops.constant(self.value, dtype or self.dtype, shape=shape, verify_shape=checks)


class RandomNormal(Initializer):
    """``tf.random_normal_initializer``."""

    def __init__(
        self, mean: float = 0.0, stddev: float = 1.0, seed: Optional[int] = None, dtype: Any = _dtypes.float32
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.random_normal(shape, self.mean, self.stddev, dtype or self.dtype, seed=self.seed)


class TruncatedNormal(RandomNormal):
    """``tf.truncated_normal_initializer``."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.truncated_normal(shape, self.mean, self.stddev, dtype or self.dtype, seed=self.seed)


class RandomUniform(Initializer):
    """``tf.random_uniform_initializer``."""

    def __init__(
        self, minval: float = 0, maxval: Optional[float] = None, seed: Optional[int] = None,
        dtype: Any = _dtypes.float32,
    ) -> None:  # fmt: skip
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _ops.random_uniform(shape, self.minval, self.maxval, dtype or self.dtype, seed=self.seed)


class UniformUnitScaling(Initializer):
    """``tf.uniform_unit_scaling_initializer``."""

    def __init__(self, factor: float = 1.0, seed: Optional[int] = None, dtype: Any = _dtypes.float32) -> None:
        self.factor = factor
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        whole = shape if partition_info is None else partition_info.full_shape
        limit = _core.tf1.unit_scaling_spread(self.factor, [int(size) for size in whole])
        return _ops.random_uniform(shape, -limit, limit, dtype or self.dtype, seed=self.seed)


class VarianceScaling(Initializer):
    """``tf.variance_scaling_initializer``."""

    def __init__(
        self, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal",
        seed: Optional[int] = None, dtype: Any = _dtypes.float32,
    ) -> None:  # fmt: skip
        if scale <= 0.0:
            raise ValueError(f"`scale` must be positive float. Received: {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"Invalid `mode` argument: {mode}")
        known = ("normal", "uniform", "truncated_normal", "untruncated_normal")
        if distribution.lower() not in known:
            raise ValueError(f"Invalid `distribution` argument: {distribution}")
        self.scale = scale
        self.mode = mode
        self.distribution = distribution.lower()
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        wanted = dtype or self.dtype
        whole = _ops.shape_of(shape if partition_info is None else partition_info.full_shape)
        spread = _core.tf1.variance_scaling_spread(self.scale, self.mode, self.distribution, whole)
        if self.distribution in ("normal", "truncated_normal"):
            return _ops.truncated_normal(shape, 0.0, spread, wanted, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return _ops.random_normal(shape, 0.0, spread, wanted, seed=self.seed)
        return _ops.random_uniform(shape, -spread, spread, wanted, seed=self.seed)


class GlorotUniform(VarianceScaling):
    """``tf.glorot_uniform_initializer``."""

    def __init__(self, seed: Optional[int] = None, dtype: Any = _dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)


class GlorotNormal(VarianceScaling):
    """``tf.glorot_normal_initializer``."""

    def __init__(self, seed: Optional[int] = None, dtype: Any = _dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)


class Orthogonal(Initializer):
    """``tf.orthogonal_initializer``."""

    def __init__(self, gain: float = 1.0, seed: Optional[int] = None, dtype: Any = _dtypes.float32) -> None:
        self.gain = gain
        self.seed = seed
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        graph = get_default_graph()
        wanted = _dtypes.as_dtype(dtype or self.dtype).base_dtype.name
        return graph._tensor(
            _core.tf1.orthogonal(graph._core, _ops.shape_of(shape), self.gain, wanted, self.seed)
        )


class Identity(Initializer):
    """``tf.initializers.identity``."""

    def __init__(self, gain: float = 1.0, dtype: Any = _dtypes.float32) -> None:
        self.gain = gain
        self.dtype = _dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        graph = get_default_graph()
        wanted = _dtypes.as_dtype(dtype or self.dtype).base_dtype.name
        part = None if partition_info is None else (partition_info.full_shape, partition_info.var_offset)
        values = _core.tf1.identity_values(_ops.shape_of(shape), self.gain, wanted, part)
        return graph._tensor(graph._core.constant(values))


def he_normal(seed: Optional[int] = None) -> VarianceScaling:
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: Optional[int] = None) -> VarianceScaling:
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def lecun_normal(seed: Optional[int] = None) -> VarianceScaling:
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: Optional[int] = None) -> VarianceScaling:
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


def xavier_initializer(uniform: bool = True, seed: Optional[int] = None, dtype: Any = _dtypes.float32) -> VarianceScaling:
    return VarianceScaling(1.0, "fan_avg", "uniform" if uniform else "truncated_normal", seed, dtype)
