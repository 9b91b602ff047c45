"""``tf.DType`` and the types: ``tf.float32`` and so on."""

from __future__ import annotations

from typing import Any

# TensorFlow's numbers for the types; a reference type has 100 more.
_ENUM = {
    "float32": 1,
    "float64": 2,
    "int32": 3,
    "uint8": 4,
    "int16": 5,
    "int8": 6,
    "string": 7,
    "complex64": 8,
    "int64": 9,
    "bool": 10,
    "qint8": 11,
    "quint8": 12,
    "qint32": 13,
    "bfloat16": 14,
    "qint16": 15,
    "quint16": 16,
    "uint16": 17,
    "complex128": 18,
    "float16": 19,
    "resource": 20,
    "variant": 21,
    "uint32": 22,
    "uint64": 23,
}
_REFERENCE = 100


class DType:
    """An element type; ``is_ref`` for the type of a variable's own node."""

    def __init__(self, base_name: str, is_ref: bool = False) -> None:
        self._base_name = base_name
        self._is_ref = is_ref

    @property
    def name(self) -> str:
        return self._base_name + ("_ref" if self._is_ref else "")

    @property
    def base_dtype(self) -> DType:
        return _BY_NAME.get(self._base_name, self)

    @property
    def as_datatype_enum(self) -> int:
        return _ENUM.get(self._base_name, 0) + (_REFERENCE if self._is_ref else 0)

    @property
    def as_numpy_dtype(self) -> Any:
        import numpy as np

        if self._base_name == "string":
            return np.object_
        return np.dtype(self._base_name).type

    @property
    def as_datatype_name(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        import numpy as np

        return int(np.dtype(self.as_numpy_dtype).itemsize)

    @property
    def min(self) -> Any:
        return self._limits().min

    @property
    def max(self) -> Any:
        return self._limits().max

    def _limits(self) -> Any:
        import numpy as np

        number = self.as_numpy_dtype
        return np.finfo(number) if self.is_floating else np.iinfo(number)

    def is_compatible_with(self, other: object) -> bool:
        return self.base_dtype == as_dtype(other).base_dtype

    @property
    def is_numpy_compatible(self) -> bool:
        return self._base_name not in ("resource", "variant")

    @property
    def is_floating(self) -> bool:
        return self._base_name in ("float16", "float32", "float64", "bfloat16")

    @property
    def is_integer(self) -> bool:
        return self._base_name.startswith(("int", "uint"))

    @property
    def is_bool(self) -> bool:
        return self._base_name == "bool"

    @property
    def is_complex(self) -> bool:
        return self._base_name.startswith("complex")

    def __eq__(self, other: object) -> bool:
        if other is None:
            return False
        try:
            return self.as_datatype_enum == as_dtype(other).as_datatype_enum
        except TypeError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return self.as_datatype_enum

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"


_BY_NAME = {name: DType(name) for name in _ENUM}


def as_dtype(value: object) -> DType:
    """The type that ``value`` names: a DType, its number or name, or a NumPy or Python type."""
    if isinstance(value, DType):
        return value
    if isinstance(value, str) and value in _BY_NAME:
        return _BY_NAME[value]
    if isinstance(value, str) and value.endswith("_ref") and value[:-4] in _BY_NAME:
        return DType(value[:-4], is_ref=True)
    if isinstance(value, int) and not isinstance(value, bool):
        for name, number in _ENUM.items():
            if number == value:
                return _BY_NAME[name]
            if number + _REFERENCE == value:
                return DType(name, is_ref=True)
    python_types: dict[object, str] = {float: "float32", int: "int32", bool: "bool", str: "string"}
    if isinstance(value, type) and value in python_types:
        return _BY_NAME[python_types[value]]
    import numpy as np

    try:
        name = np.dtype(value).name  # type: ignore[call-overload]
    except TypeError:
        name = ""
    if name == "object":
        name = "string"
    if name not in _BY_NAME:
        raise TypeError(f"Cannot convert value {value!r} to a TensorFlow DType.")
    return _BY_NAME[name]


float32_ref = DType("float32", is_ref=True)
float64_ref = DType("float64", is_ref=True)
int32_ref = DType("int32", is_ref=True)
int64_ref = DType("int64", is_ref=True)
string_ref = DType("string", is_ref=True)
bool_ref = DType("bool", is_ref=True)
float16 = half = _BY_NAME["float16"]
float32 = _BY_NAME["float32"]
float64 = double = _BY_NAME["float64"]
bfloat16 = _BY_NAME["bfloat16"]
int8 = _BY_NAME["int8"]
int16 = _BY_NAME["int16"]
int32 = _BY_NAME["int32"]
int64 = _BY_NAME["int64"]
uint8 = _BY_NAME["uint8"]
uint16 = _BY_NAME["uint16"]
uint32 = _BY_NAME["uint32"]
uint64 = _BY_NAME["uint64"]
bool_ = _BY_NAME["bool"]
string = _BY_NAME["string"]
resource = _BY_NAME["resource"]
complex64 = _BY_NAME["complex64"]
complex128 = _BY_NAME["complex128"]


def enum_word(name: str) -> str:
    """ "FLOAT", as TensorFlow's messages call float32."""
    special = {"float32": "FLOAT", "float64": "DOUBLE", "float16": "HALF"}
    return special.get(name, name.upper())
