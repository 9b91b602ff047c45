#include "tf1/tf1_errors.h"

#include <cerrno>

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

ErrorClass class_of(Code code, std::string_view why = reason::kNone, int system_error = 0) {
  return error_class(Error{code, why, {}, "text", system_error});
}

TEST(ErrorClasses, FollowFromTheCode) {
  EXPECT_EQ(class_of(Code::kNotFound), ErrorClass::kNotFound);
  EXPECT_EQ(class_of(Code::kInvalidArgument), ErrorClass::kInvalidArgument);
  EXPECT_EQ(class_of(Code::kCorrupt), ErrorClass::kDataLoss);
  EXPECT_EQ(class_of(Code::kUnsupported), ErrorClass::kUnimplemented);
  EXPECT_EQ(class_of(Code::kIo), ErrorClass::kUnknown);
  EXPECT_EQ(class_of(Code::kExhausted), ErrorClass::kResourceExhausted);
}

TEST(ErrorClasses, FollowFromReasonsThatNameThem) {
  EXPECT_EQ(class_of(Code::kInvalidArgument, reason::kTfValueError), ErrorClass::kValueError);
  EXPECT_EQ(class_of(Code::kInvalidArgument, reason::kTfTypeError), ErrorClass::kTypeError);
  EXPECT_EQ(class_of(Code::kNotFound, reason::kTfKeyError), ErrorClass::kKeyError);
  EXPECT_EQ(class_of(Code::kInvalidArgument, reason::kTfRuntimeError), ErrorClass::kRuntimeError);
  EXPECT_EQ(class_of(Code::kInvalidArgument, reason::kTfUninitialized),
            ErrorClass::kFailedPrecondition);
  EXPECT_EQ(class_of(Code::kCorrupt, reason::kCutShort), ErrorClass::kOutOfRange);
  EXPECT_EQ(class_of(Code::kIo, reason::kCancelled), ErrorClass::kCancelled);
}

TEST(ErrorClasses, FollowFromTheCodeWhereTheReasonNamesNone) {
  for (const std::string_view why :
       {reason::kNameCollision, reason::kScopeTaken, reason::kShapeMismatch, reason::kDTypeMismatch,
        reason::kBadManifest}) {
    EXPECT_EQ(class_of(Code::kInvalidArgument, why), ErrorClass::kInvalidArgument);
  }
  EXPECT_EQ(class_of(Code::kCorrupt, reason::kChecksum), ErrorClass::kDataLoss);
  EXPECT_EQ(class_of(Code::kIo, reason::kChangedWhileReading), ErrorClass::kUnknown);
  EXPECT_EQ(class_of(Code::kIo, reason::kStalePlan), ErrorClass::kUnknown);
  EXPECT_EQ(class_of(Code::kNotFound, reason::kMissingFile), ErrorClass::kNotFound);
  EXPECT_EQ(class_of(Code::kExhausted, reason::kOverBudget), ErrorClass::kResourceExhausted);
}

struct ErrnoRow {
  ErrorClass error_class;
  std::vector<int> numbers;
};

TEST(ErrorClasses, FollowFromWhatTheSystemSays) {
  const std::vector<ErrnoRow> rows = {
      {ErrorClass::kNotFound, {ENOENT, ENXIO, ENODEV, ESRCH}},
      {ErrorClass::kAlreadyExists, {EEXIST}},
      {ErrorClass::kPermissionDenied, {EACCES, EPERM, EROFS}},
      {ErrorClass::kFailedPrecondition, {EISDIR, ENOTDIR, ENOTEMPTY, EBUSY, EBADF, EPIPE, ETXTBSY}},
      {ErrorClass::kInvalidArgument,
       {EINVAL, ENAMETOOLONG, ESPIPE, E2BIG, EDOM, EFAULT, EILSEQ, ENOTTY}},
      {ErrorClass::kDeadlineExceeded, {ETIMEDOUT}},
      {ErrorClass::kResourceExhausted,
       {ENOSPC, EDQUOT, EMFILE, ENFILE, EMLINK, ENOMEM, ENOBUFS, ENODATA}},
      {ErrorClass::kOutOfRange, {EFBIG, EOVERFLOW, ERANGE}},
      {ErrorClass::kUnimplemented, {ENOSYS, ENOTSUP, EXDEV}},
      {ErrorClass::kUnavailable,
       {EAGAIN, EINTR, ENOLCK, ENOLINK, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH,
        ECONNREFUSED, ECONNABORTED, ECONNRESET}},
      {ErrorClass::kAborted, {EDEADLK, ESTALE}},
      {ErrorClass::kCancelled, {ECANCELED}},
      {ErrorClass::kUnknown, {EIO, ELOOP, EPROTO, 123456}},
  };
  for (const ErrnoRow& row : rows) {
    for (const int number : row.numbers)
      EXPECT_EQ(class_of(Code::kIo, reason::kNone, number), row.error_class) << number;
  }
}

TEST(ErrorClasses, FollowFromTheReasonBeforeTheSystemAndFromThatBeforeTheCode) {
  EXPECT_EQ(class_of(Code::kIo, reason::kTfValueError, ENOENT), ErrorClass::kValueError);
  EXPECT_EQ(class_of(Code::kNotFound, reason::kNone, EACCES), ErrorClass::kPermissionDenied);
}

TEST(ErrorClasses, HaveTensorFlowsNumbersAndNames) {
  const std::vector<std::string_view> names = {"CancelledError",
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
                                               "RuntimeError"};
  for (size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(error_class_name(static_cast<ErrorClass>(i + 1)), names[i]);
  EXPECT_EQ(static_cast<int>(ErrorClass::kNotFound), 5);
  EXPECT_EQ(static_cast<int>(ErrorClass::kDataLoss), 15);
  EXPECT_EQ(static_cast<int>(ErrorClass::kRuntimeError), 20);
}

TEST(ErrorClasses, AreStatedWhereErrorsAreMade) {
  EXPECT_TRUE(is_raised(value_error("a {}", 1), ErrorClass::kValueError, {"a 1"}));
  EXPECT_TRUE(is_raised(type_error("a {}", 1), ErrorClass::kTypeError, {"a 1"}));
  EXPECT_TRUE(is_raised(key_error("a {}", 1), ErrorClass::kKeyError, {"a 1"}));
  EXPECT_TRUE(is_raised(runtime_error("a {}", 1), ErrorClass::kRuntimeError, {"a 1"}));
}

TEST(TupleText, IsPythons) {
  EXPECT_EQ(tuple_text(Shape()), "()");
  EXPECT_EQ(tuple_text(Shape({2})), "(2,)");
  EXPECT_EQ(tuple_text(Shape({2, 3})), "(2, 3)");
}

}  // namespace
}  // namespace holdall::tf1
