"""``tf.errors``: TensorFlow's exception classes, with its numbers."""

from __future__ import annotations

from typing import Any

from .. import _core

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """Base of all. ``error_code`` is one of the module's numbers."""

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int) -> None:
        super().__init__(message)
        self.message = message
        self.op = op
        self.node_def = node_def
        self.error_code = error_code

    def __str__(self) -> str:
        return self.message


class _CodedError(OpError):
    CODE = UNKNOWN

    def __init__(self, node_def: Any, op: Any, message: str) -> None:
        super().__init__(node_def, op, message, self.CODE)


class CancelledError(_CodedError):
    CODE = CANCELLED


class UnknownError(_CodedError):
    CODE = UNKNOWN


class InvalidArgumentError(_CodedError):
    CODE = INVALID_ARGUMENT


class DeadlineExceededError(_CodedError):
    CODE = DEADLINE_EXCEEDED


class NotFoundError(_CodedError):
    CODE = NOT_FOUND


class AlreadyExistsError(_CodedError):
    CODE = ALREADY_EXISTS


class PermissionDeniedError(_CodedError):
    CODE = PERMISSION_DENIED


class ResourceExhaustedError(_CodedError):
    CODE = RESOURCE_EXHAUSTED


class FailedPreconditionError(_CodedError):
    CODE = FAILED_PRECONDITION


class AbortedError(_CodedError):
    CODE = ABORTED


class OutOfRangeError(_CodedError):
    CODE = OUT_OF_RANGE


class UnimplementedError(_CodedError):
    CODE = UNIMPLEMENTED


class InternalError(_CodedError):
    CODE = INTERNAL


class UnavailableError(_CodedError):
    CODE = UNAVAILABLE


class DataLossError(_CodedError):
    CODE = DATA_LOSS


class UnauthenticatedError(_CodedError):
    CODE = UNAUTHENTICATED


_PYTHON_CLASSES: dict[str, type[Exception]] = {
    "ValueError": ValueError,
    "TypeError": TypeError,
    "KeyError": KeyError,
    "RuntimeError": RuntimeError,
}


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The class with that number."""
    for error_class in _CodedError.__subclasses__():
        if error_class.CODE == error_code:
            return error_class
    raise KeyError(error_code)


def error_code_from_exception_type(error_class: type[OpError]) -> int:
    """The number of that class."""
    if issubclass(error_class, _CodedError):
        return error_class.CODE
    return UNKNOWN


def _make(class_name: str, message: str, text: str) -> Exception:
    """``text`` is the message with the place in front; TensorFlow's own words have none."""
    python_class = _PYTHON_CLASSES.get(class_name)
    if python_class is not None:
        return python_class(message)
    error_class: type[_CodedError] = globals()[class_name]
    return error_class(None, None, text)


_core.set_tf1_error_factory(_make)
