// Status and Result<T>: how every call of Holdall that can fail says so. No call throws, prints or
// aborts. An Error is data: a code that tells the caller what to do next, a place, and one
// sentence. Values of these types belong to their holder; two threads may read one, as with any
// value.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "holdall/export.h"

namespace holdall {

// What the reader of the error should do. Closed: a new case gets a `reason`, not a code.
enum class Code : unsigned char {
  kNotFound = 1,     // give another path or name
  kInvalidArgument,  // fix the call
  kCorrupt,          // fetch the file again: the bytes contradict the format
  kUnsupported,      // convert the file or update Holdall: the bytes are fine
  kIo,               // look at disk, network, rights; maybe again later
  kExhausted,        // raise a limit or free memory
};

// "not-found", "invalid-argument", ...: stable, for JSON and logs.
HOLDALL_EXPORT std::string_view code_name(Code code);

// Reasons tell cases of one code apart where a program must. Short, stable, and all of them here.
// Most errors have none. The `tf-` ones name the class that TensorFlow raises where its own choice
// does not follow from the code (tf1.h, error_class).
namespace reason {
inline constexpr std::string_view kNone = "";
inline constexpr std::string_view kCutShort = "cut-short";  // kCorrupt: the file ends too early
inline constexpr std::string_view kChecksum =
    "checksum-mismatch";  // kCorrupt; kIo of what was written
inline constexpr std::string_view kChangedWhileReading = "changed-while-reading";  // kIo
inline constexpr std::string_view kStalePlan = "stale-plan";                       // kIo
inline constexpr std::string_view kCancelled = "cancelled";                        // kIo
inline constexpr std::string_view kNoSpace = "no-space";                           // kIo
inline constexpr std::string_view kLocked = "locked";                 // kIo: others save
inline constexpr std::string_view kNameCollision = "name-collision";  // kInvalidArgument
inline constexpr std::string_view kScopeTaken = "scope-taken";        // kInvalidArgument
inline constexpr std::string_view kShapeMismatch = "shape-mismatch";  // kInvalidArgument
inline constexpr std::string_view kDTypeMismatch = "dtype-mismatch";  // kInvalidArgument
inline constexpr std::string_view kUnexpected = "unexpected";         // kInvalidArgument: a tensor
inline constexpr std::string_view kBadManifest = "bad-manifest";      // kInvalidArgument
inline constexpr std::string_view kMissingFile = "missing-file";      // kNotFound: not a name
inline constexpr std::string_view kOverBudget = "over-budget";        // kExhausted
inline constexpr std::string_view kTfValueError = "tf-value-error";   // kInvalidArgument
inline constexpr std::string_view kTfTypeError = "tf-type-error";     // kInvalidArgument
inline constexpr std::string_view kTfKeyError = "tf-key-error";       // kNotFound
inline constexpr std::string_view kTfRuntimeError = "tf-runtime-error";         // kInvalidArgument
inline constexpr std::string_view kTfUninitialized = "tf-failed-precondition";  // kInvalidArgument
inline constexpr std::string_view kTfOutOfRange = "tf-out-of-range";            // kInvalidArgument
}  // namespace reason

// Where it happened, as far as known. Empty means unknown or does not apply.
struct Place {
  std::string scope;
  std::string file;
  std::string tensor;
  std::string rule;
};

// `message` says what, found, expected and what would help; it repeats nothing of `place`.
struct HOLDALL_EXPORT Error {
  Code code = Code::kInvalidArgument;
  std::string_view reason = reason::kNone;  // one of namespace reason, so never dangling
  Place place;
  std::string message;
  int system_error = 0;  // errno, where the operating system said no

  // Also where there is no memory left: of some room that was kept for it.
  static void* operator new(size_t size_bytes);
  static void operator delete(void* memory) noexcept;

  // "scope 'dna': save/m.index: tensor 'w': <message>"; names are printable (control bytes shown).
  std::string to_string() const;

  // The same error with a place it does not have yet; an inner layer's word is never replaced.
  Error in_scope(std::string_view scope) &&;
  Error in_file(std::string_view path) &&;
  Error in_tensor(std::string_view name) &&;
};

// A T, or an Error. Requires: ok() before value(), *, ->; !ok() before error().
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}                               // NOLINT: implicit
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}  // NOLINT: implicit
  Result(const Result& other)
      : value_(other.value_),
        error_(other.error_ ? std::make_unique<Error>(*other.error_) : nullptr) {}
  Result(Result&&) noexcept(std::is_nothrow_move_constructible_v<T>) = default;
  Result& operator=(Result other) noexcept(std::is_nothrow_move_constructible_v<T>) {
    value_ = std::move(other.value_);
    error_ = std::move(other.error_);
    return *this;
  }
  ~Result() = default;

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), *value_; }
  const T& value() const& { return assert(ok()), *value_; }
  // By value, so that a loop over the contents of a temporary keeps them.
  T value() && { return assert(ok()), std::move(*value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), std::move(*error_); }

 private:
  std::optional<T> value_;
  std::unique_ptr<Error> error_;
};

// Success, or an Error. A pointer wide; success costs nothing.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}  // NOLINT: implicit
  Result(const Result& other)
      : error_(other.error_ ? std::make_unique<Error>(*other.error_) : nullptr) {}
  Result(Result&&) noexcept = default;
  Result& operator=(Result other) noexcept {
    error_ = std::move(other.error_);
    return *this;
  }
  ~Result() = default;

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), std::move(*error_); }

 private:
  std::unique_ptr<Error> error_;
};

using Status = Result<void>;

}  // namespace holdall
