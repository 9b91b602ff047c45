// What the bindings of the TensorFlow-1 face share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string_view.h>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/tf1.h"
#include "raise.h"

namespace holdall::python {

using Ints = std::vector<int64_t>;
using Unlocked = nanobind::call_guard<nanobind::gil_scoped_release>;

// The exception of a Python function that C++ called, on its way through it.
std::exception_ptr& pending_exception();
void raise_pending();

// Gives up the interpreter's lock if this thread holds it.
class WithoutInterpreter {
 public:
  WithoutInterpreter() {
    if (PyGILState_Check() != 0) release_.emplace();
  }

 private:
  std::optional<nanobind::gil_scoped_release> release_;
};

Status take_status(tf1::Graph& graph);

// `made`, unless the graph has failed.
template <class T>
T checked(tf1::Graph& graph, T made) {
  const Status status = take_status(graph);
  raise_pending();
  unwrap(status, Face::kTf1);
  return made;
}

// What a call that may have run Python functions gives: their exception comes first. Takes the
// interpreter's lock where it raises.
template <class T>
T unwrap_run(Result<T> result) {
  if (pending_exception() != nullptr) {
    const nanobind::gil_scoped_acquire lock;
    raise_pending();
  }
  if constexpr (std::is_void_v<T>)
    unwrap(result, Face::kTf1);
  else
    return unwrap(std::move(result), Face::kTf1);
}

// None where the rank, or a size, is not known.
nanobind::object static_shape(const tf1::StaticShape& shape);

// An object that C++ copies while the interpreter's lock is not held.
template <class Object>
std::shared_ptr<Object> share(const Object& object) {
  return std::shared_ptr<Object>(new Object(object), [](Object* last) {
    const nanobind::gil_scoped_acquire lock;
    delete last;
  });
}

// Serialised messages are made without the interpreter's lock.
template <class Make>
nanobind::bytes to_bytes(Make make) {
  std::string bytes;
  {
    const nanobind::gil_scoped_release release;
    bytes = make();
  }
  return nanobind::bytes(bytes.data(), bytes.size());
}

inline std::string from_bytes(const nanobind::bytes& bytes) {
  return {bytes.c_str(), bytes.size()};
}

using PythonInitializer =
    nanobind::typed<nanobind::callable, tf1::Output(std::vector<int64_t>, std::string)>;
using AnyInitializer = std::optional<std::variant<Tensor, PythonInitializer>>;

std::optional<std::variant<tf1::Initializer, Tensor>> to_initializer(const AnyInitializer& any);

// A node's attribute, as Python makes and sees it: bytes, int, float, bool; ("type", name),
// ("shape", dims), ("tensor", tensor, shape), ("types", names), ("shapes", ...), ("raw", message);
// a list of bytes, int, float or bool.
tf1::AttrValue to_attribute(nanobind::handle value);
nanobind::object attribute(const tf1::Operation& operation, const std::string& name);

void bind_tf1_collections(nanobind::class_<tf1::Graph>& graph);
void bind_tf1_imports(nanobind::class_<tf1::Graph>& graph);

}  // namespace holdall::python
