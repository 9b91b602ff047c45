#include "tf1/tf1_errors.h"

#include <cerrno>
#include <utility>

#include "base/quote.h"
#include "holdall/tf1.h"

namespace holdall::tf1 {
namespace {

constexpr std::pair<std::string_view, ErrorClass> kByReason[] = {
    {reason::kTfValueError, ErrorClass::kValueError},
    {reason::kTfTypeError, ErrorClass::kTypeError},
    {reason::kTfKeyError, ErrorClass::kKeyError},
    {reason::kTfRuntimeError, ErrorClass::kRuntimeError},
    {reason::kTfUninitialized, ErrorClass::kFailedPrecondition},
    {reason::kTfOutOfRange, ErrorClass::kOutOfRange},
    {reason::kCutShort, ErrorClass::kOutOfRange},
    {reason::kCancelled, ErrorClass::kCancelled},
};

// TensorFlow's own mapping of what the operating system says of files, here or on a network.
ErrorClass class_of_errno(int number) {
  switch (number) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case ESRCH: return ErrorClass::kNotFound;
    case EEXIST: return ErrorClass::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorClass::kPermissionDenied;
    case EISDIR:
    case ENOTDIR:
    case ENOTEMPTY:
    case EBUSY:
    case EPIPE:
    case ETXTBSY:
    case EBADF: return ErrorClass::kFailedPrecondition;
    case EINVAL:
    case ENAMETOOLONG:
    case E2BIG:
    case EDOM:
    case EFAULT:
    case EILSEQ:
    case ENOTTY:
    case ESPIPE: return ErrorClass::kInvalidArgument;
    case ETIMEDOUT: return ErrorClass::kDeadlineExceeded;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case EMLINK:
    case ENOMEM:
    case ENOBUFS:
    case ENODATA:
    case ENFILE: return ErrorClass::kResourceExhausted;
    case EFBIG:
    case ERANGE:
    case EOVERFLOW: return ErrorClass::kOutOfRange;
    case ENOSYS:
    case ENOTSUP:
    case EXDEV: return ErrorClass::kUnimplemented;
    case EINTR:
    case ENOLCK:
    case ENOLINK:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENETUNREACH:
    case ECONNREFUSED:
    case ECONNABORTED:
    case ECONNRESET:
    case EAGAIN: return ErrorClass::kUnavailable;
    case EDEADLK:
    case ESTALE: return ErrorClass::kAborted;
    case ECANCELED: return ErrorClass::kCancelled;
    default: return ErrorClass::kUnknown;
  }
}

constexpr std::string_view kNames[] = {
    "",
    "CancelledError",
    "UnknownError",
    "InvalidArgumentError",
    "DeadlineExceededError",
    "NotFoundError",
    "AlreadyExistsError",
    "PermissionDeniedError",
    "ResourceExhaustedError",
    "FailedPreconditionError",
    "AbortedError",
    "OutOfRangeError",
    "UnimplementedError",
    "InternalError",
    "UnavailableError",
    "DataLossError",
    "UnauthenticatedError",
    "ValueError",
    "TypeError",
    "KeyError",
    "RuntimeError",
};
static_assert(std::size(kNames) == static_cast<size_t>(ErrorClass::kRuntimeError) + 1);

}  // namespace

std::string tuple_text(const Shape& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.rank(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.rank() == 1 ? ",)" : ")");
}

namespace {

std::string sizes_text(const StaticShape& shape, std::string_view separator) {
  std::string text;
  for (const int64_t size : shape.dims) {
    if (!text.empty()) text += separator;
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text;
}

}  // namespace

std::string tuple_text(const StaticShape& shape) {
  if (!shape.has_rank) return "<unknown>";
  return message("({}{})", sizes_text(shape, ", "), shape.dims.size() == 1 ? "," : "");
}

std::string list_text(const Shape& shape) {
  return message("[{}]", sizes_text(StaticShape::of(shape), ", "));
}

std::string list_text(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quote(name);
  return message("[{}]", text);
}

std::string shape_text(const StaticShape& shape) {
  if (!shape.has_rank) return "<unknown>";
  return message("[{}]", sizes_text(shape, ","));
}

ErrorClass error_class(const Error& error) {
  for (const auto& [why, error_class] : kByReason) {
    if (error.reason == why) return error_class;
  }
  if (error.system_error != 0) return class_of_errno(error.system_error);
  switch (error.code) {
    case Code::kNotFound: return ErrorClass::kNotFound;
    case Code::kInvalidArgument: return ErrorClass::kInvalidArgument;
    case Code::kCorrupt: return ErrorClass::kDataLoss;
    case Code::kUnsupported: return ErrorClass::kUnimplemented;
    case Code::kExhausted: return ErrorClass::kResourceExhausted;
    case Code::kIo: return ErrorClass::kUnknown;
  }
  return ErrorClass::kUnknown;
}

std::string_view error_class_name(ErrorClass error_class) {
  return kNames[static_cast<size_t>(error_class)];
}

}  // namespace holdall::tf1
