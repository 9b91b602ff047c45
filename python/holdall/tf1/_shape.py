"""``tf.TensorShape``: a shape as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Optional, Union


class Dimension:
    """One size, or None; equal to the number it holds."""

    def __init__(self, value: Optional[int]) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Dimension) else other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __int__(self) -> int:
        if self.value is None:
            raise ValueError("the dimension is not known")
        return self.value

    __index__ = __int__

    def _number(self, other: object) -> Optional[int]:
        value = other.value if isinstance(other, Dimension) else other
        return value if isinstance(value, int) else None

    def __add__(self, other: object) -> Dimension:
        theirs = self._number(other)
        return Dimension(None if self.value is None or theirs is None else self.value + theirs)

    __radd__ = __add__

    def __sub__(self, other: object) -> Dimension:
        theirs = self._number(other)
        return Dimension(None if self.value is None or theirs is None else self.value - theirs)

    def __mul__(self, other: object) -> Dimension:
        theirs = self._number(other)
        return Dimension(None if self.value is None or theirs is None else self.value * theirs)

    __rmul__ = __mul__

    def __floordiv__(self, other: object) -> Dimension:
        theirs = self._number(other)
        return Dimension(None if self.value is None or theirs is None else self.value // theirs)

    def __lt__(self, other: object) -> Any:
        theirs = self._number(other)
        return None if self.value is None or theirs is None else self.value < theirs

    def __gt__(self, other: object) -> Any:
        theirs = self._number(other)
        return None if self.value is None or theirs is None else self.value > theirs

    def __repr__(self) -> str:
        return f"Dimension({self.value})"

    def __str__(self) -> str:
        return "?" if self.value is None else str(self.value)


ShapeLike = Union["TensorShape", Sequence[Any], int, None]


class TensorShape:
    """A shape; without a rank if made of None."""

    def __init__(self, dims: ShapeLike) -> None:
        self._dims: Optional[list[Optional[int]]]
        if dims is None:
            self._dims = None
        elif isinstance(dims, TensorShape):
            self._dims = dims._dims
        elif isinstance(dims, int):
            self._dims = [dims]
        else:
            self._dims = [_size(dim) for dim in dims]

    @property
    def ndims(self) -> Optional[int]:
        return None if self._dims is None else len(self._dims)

    rank = ndims

    @property
    def dims(self) -> Optional[list[Dimension]]:
        return None if self._dims is None else [Dimension(dim) for dim in self._dims]

    def as_list(self) -> list[Optional[int]]:
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def is_fully_defined(self) -> bool:
        return self._dims is not None and None not in self._dims

    def num_elements(self) -> Optional[int]:
        if self._dims is None or None in self._dims:
            return None
        product = 1
        for dim in self._dims:
            product *= dim or 0
        return product

    def merge_with(self, other: ShapeLike) -> TensorShape:
        """What both know; ValueError if they cannot be one shape."""
        theirs = TensorShape(other)
        if self._dims is None or theirs._dims is None:
            return theirs if self._dims is None else self
        if not self.is_compatible_with(theirs):
            raise ValueError(f"Shapes {self} and {theirs} are not compatible")
        return TensorShape([b if a is None else a for a, b in zip(self._dims, theirs._dims)])

    def concatenate(self, other: ShapeLike) -> TensorShape:
        theirs = TensorShape(other)
        if self._dims is None or theirs._dims is None:
            return TensorShape(None)
        return TensorShape(self._dims + theirs._dims)

    def with_rank(self, rank: int) -> TensorShape:
        if self._dims is not None and len(self._dims) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")
        return self if self._dims is not None else TensorShape([None] * rank)

    def assert_is_compatible_with(self, other: ShapeLike) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def assert_has_rank(self, rank: int) -> None:
        self.with_rank(rank)

    def assert_is_fully_defined(self) -> None:
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def as_proto(self) -> Any:
        from ._messages import TensorShapeProto

        if self._dims is None:
            return TensorShapeProto(unknown_rank=True)
        sizes = [-1 if size is None else size for size in self._dims]
        return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])

    def is_compatible_with(self, other: ShapeLike) -> bool:
        theirs = TensorShape(other)._dims
        if self._dims is None or theirs is None:
            return True
        return len(self._dims) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(self._dims, theirs)
        )

    def __len__(self) -> int:
        return len(self.as_list())

    def __iter__(self) -> Iterator[Dimension]:
        return (Dimension(dim) for dim in self.as_list())

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return TensorShape(self.as_list()[key])
        return Dimension(self.as_list()[key])

    def __eq__(self, other: object) -> bool:
        try:
            return self._dims == TensorShape(other)._dims  # type: ignore[arg-type]
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(None if self._dims is None else tuple(self._dims))

    def __repr__(self) -> str:
        return f"TensorShape({None if self._dims is None else self.dims})"

    def __str__(self) -> str:
        if self._dims is None:
            return "<unknown>"
        texts = ["?" if dim is None else str(dim) for dim in self._dims]
        return f"({texts[0]},)" if len(texts) == 1 else "(" + ", ".join(texts) + ")"


def _size(dim: Any) -> Optional[int]:
    if isinstance(dim, Dimension):
        return dim.value
    return None if dim is None or int(dim) < 0 else int(dim)
