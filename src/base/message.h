// Sentences with "{}" for values, and the six kinds of Error made from them. The arguments are
// type-erased here and handed to the formatting library in message.cpp, its only includer.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "holdall/status.h"

namespace holdall {

// Borrows text: lives only as long as the call it is an argument of.
class MessageArgument {
 public:
  template <std::signed_integral T>
  MessageArgument(T value) : value_(static_cast<int64_t>(value)) {}  // NOLINT: implicit
  template <std::unsigned_integral T>
  MessageArgument(T value) : value_(static_cast<uint64_t>(value)) {}  // NOLINT: implicit
  MessageArgument(double value) : value_(value) {}                    // NOLINT: implicit
  MessageArgument(std::string_view value) : value_(value) {}          // NOLINT: implicit
  MessageArgument(const std::string& value)
      : value_(std::string_view(value)) {}                                 // NOLINT: implicit
  MessageArgument(const char* value) : value_(std::string_view(value)) {}  // NOLINT: implicit

  using Value = std::variant<int64_t, uint64_t, double, std::string_view>;
  const Value& value() const { return value_; }

 private:
  Value value_;
};

// Requires: as many arguments as the pattern has "{}"; a pattern that does not fit shows as itself.
std::string format_message(std::string_view pattern,
                           std::initializer_list<MessageArgument> arguments);

template <class... Args>
std::string message(std::string_view pattern, const Args&... args) {
  return format_message(pattern, {MessageArgument(args)...});
}

template <class... Args>
Error make_error(Code code, std::string_view why, std::string_view pattern, const Args&... args) {
  return Error{code, why, {}, message(pattern, args...), 0};
}

template <class... Args>
Error not_found(std::string_view pattern, const Args&... args) {
  return make_error(Code::kNotFound, reason::kNone, pattern, args...);
}

template <class... Args>
Error invalid_argument(std::string_view pattern, const Args&... args) {
  return make_error(Code::kInvalidArgument, reason::kNone, pattern, args...);
}

template <class... Args>
Error corrupt(std::string_view pattern, const Args&... args) {
  return make_error(Code::kCorrupt, reason::kNone, pattern, args...);
}

template <class... Args>
Error unsupported(std::string_view pattern, const Args&... args) {
  return make_error(Code::kUnsupported, reason::kNone, pattern, args...);
}

template <class... Args>
Error exhausted(std::string_view pattern, const Args&... args) {
  return make_error(Code::kExhausted, reason::kNone, pattern, args...);
}

}  // namespace holdall
