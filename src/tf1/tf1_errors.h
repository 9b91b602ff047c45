// Errors of the TensorFlow-1 face, made here so that the class TensorFlow raises is stated where
// the error is. The mapping from errors to classes is in tf1_errors.cpp.
#pragma once

#include <span>
#include <string>

#include "base/message.h"
#include "holdall/status.h"
#include "holdall/tensor.h"
#include "holdall/tf1_nodes.h"

namespace holdall::tf1 {

template <class... Args>
Error value_error(std::string_view pattern, const Args&... args) {
  return make_error(Code::kInvalidArgument, reason::kTfValueError, pattern, args...);
}

template <class... Args>
Error type_error(std::string_view pattern, const Args&... args) {
  return make_error(Code::kInvalidArgument, reason::kTfTypeError, pattern, args...);
}

template <class... Args>
Error key_error(std::string_view pattern, const Args&... args) {
  return make_error(Code::kNotFound, reason::kTfKeyError, pattern, args...);
}

template <class... Args>
Error runtime_error(std::string_view pattern, const Args&... args) {
  return make_error(Code::kInvalidArgument, reason::kTfRuntimeError, pattern, args...);
}

// A shape as Python prints a tuple, which some of TensorFlow's messages do: "(2,)".
std::string tuple_text(const Shape& shape);
std::string tuple_text(const StaticShape& shape);

// A shape, and names, as Python prints lists: "[2, 3]", "['a', 'b']".
std::string list_text(const Shape& shape);
std::string list_text(std::span<const std::string> names);

// A shape as far as it is known, as its other messages print it: "[2,?]", "<unknown>".
std::string shape_text(const StaticShape& shape);

}  // namespace holdall::tf1
