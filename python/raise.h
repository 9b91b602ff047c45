// The one place where an Error becomes a Python exception. The package's errors.py says which.
#pragma once

#include <nanobind/nanobind.h>

#include <utility>

#include "holdall/status.h"

namespace holdall::python {

// Whose exceptions: the package's own, or TensorFlow's classes.
enum class Face { kNative, kTf1 };

// Takes the interpreter's lock if the caller gave it up.
[[noreturn]] void raise(const Error& error, Face face);

template <class T>
T unwrap(Result<T> result, Face face = Face::kNative) {
  if (!result.ok()) raise(result.error(), face);
  return std::move(result).value();
}

inline void unwrap(const Status& status, Face face = Face::kNative) {
  if (!status.ok()) raise(status.error(), face);
}

void bind_errors(nanobind::module_& module);

}  // namespace holdall::python
