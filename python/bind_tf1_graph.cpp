// Every call gives up the interpreter's lock before it takes the graph's: an initializer written in
// Python runs under the graph's lock and takes the interpreter's again, so the order must be one.
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "holdall/tf1.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using namespace tf1;
using Ints = std::vector<int64_t>;
using Unlocked = nb::call_guard<nb::gil_scoped_release>;

// The exception of a Python initializer, on its way through C++.
std::exception_ptr& pending_exception() {
  static thread_local std::exception_ptr exception;
  return exception;
}

// Gives up the interpreter's lock if this thread holds it.
class WithoutInterpreter {
 public:
  WithoutInterpreter() {
    if (PyGILState_Check() != 0) release_.emplace();
  }

 private:
  std::optional<nb::gil_scoped_release> release_;
};

Status take_status(Graph& graph) {
  const WithoutInterpreter unlocked;
  return graph.take_status();
}

// `made`, unless the graph has failed.
template <class T>
T checked(Graph& graph, T made) {
  const Status status = take_status(graph);
  if (auto exception = std::exchange(pending_exception(), nullptr))
    std::rethrow_exception(exception);
  unwrap(status, Face::kTf1);
  return made;
}

// None where the rank, or a size, is not known.
nb::object static_shape(const StaticShape& shape) {
  if (!shape.has_rank) return nb::none();
  nb::list dims;
  for (const int64_t size : shape.dims) dims.append(size < 0 ? nb::none() : nb::cast(size));
  return nb::tuple(dims);
}

std::string dtype_text(const Output& output) {
  return std::string(dtype_name(output.dtype()));
}

RandomOptions random_options(double a, double b, std::optional<double> maxval,
                             const std::string& dtype, std::optional<int64_t> seed,
                             const std::string& name) {
  RandomOptions options;
  options.mean = a;
  options.minval = a;
  options.stddev = b;
  options.maxval = maxval;
  options.dtype = *find_dtype(dtype);
  options.seed = seed;
  options.name = name;
  return options;
}

// A Python callable (shape, dtype name) -> Output as an initializer. It is shared, since the graph
// copies initializers while the interpreter's lock is not held.
Initializer to_initializer(const nb::callable& callable) {
  const std::shared_ptr<nb::callable> shared(new nb::callable(callable), [](nb::callable* last) {
    const nb::gil_scoped_acquire lock;
    delete last;
  });
  return Initializer([shared](Graph&, const Shape& shape, DType dtype) -> Output {
    const nb::gil_scoped_acquire lock;
    try {
      const std::vector<int64_t> sizes(shape.dims().begin(), shape.dims().end());
      return nb::cast<Output>((*shared)(nb::cast(sizes), std::string(dtype_name(dtype))));
    } catch (...) {
      pending_exception() = std::current_exception();
      return {};
    }
  });
}

// Serialised messages are made without the interpreter's lock.
template <class Make>
nb::bytes to_bytes(Make make) {
  std::string bytes;
  {
    const nb::gil_scoped_release release;
    bytes = make();
  }
  return nb::bytes(bytes.data(), bytes.size());
}

using PythonInitializer = nb::typed<nb::callable, Output(Ints, std::string)>;
using AnyInitializer = std::optional<std::variant<Tensor, PythonInitializer>>;

std::optional<std::variant<Initializer, Tensor>> to_initializer(const AnyInitializer& any) {
  if (!any) return std::nullopt;
  if (const auto* tensor = std::get_if<Tensor>(&*any)) return *tensor;
  return to_initializer(std::get<PythonInitializer>(*any));
}

Reuse to_reuse(const std::string& word) {
  return word == "true" ? Reuse::kTrue : word == "auto" ? Reuse::kAuto : Reuse::kInherit;
}

const char* reuse_word(Reuse reuse) {
  return reuse == Reuse::kTrue ? "true" : reuse == Reuse::kAuto ? "auto" : "inherit";
}

Variable get_variable(Graph& graph, const std::string& name, std::optional<Ints> shape,
                      std::optional<std::string> dtype, const AnyInitializer& initializer,
                      bool trainable, std::optional<std::vector<std::string>> collections) {
  GetVariableOptions options;
  if (shape) options.shape = Shape(*shape);
  if (dtype) options.dtype = to_dtype(*dtype);
  options.initializer = to_initializer(initializer);
  options.trainable = trainable;
  options.collections = std::move(collections);
  const nb::gil_scoped_release release;
  return checked(graph, graph.get_variable(name, options));
}

Variable make_variable(Graph& graph, const std::string& name,
                       const std::variant<Output, Tensor>& value, bool trainable,
                       std::optional<std::string> dtype,
                       std::optional<std::vector<std::string>> collections) {
  VariableOptions options;
  options.trainable = trainable;
  if (dtype) options.dtype = find_dtype(*dtype);
  options.collections = std::move(collections);
  const InitialValue initial = std::holds_alternative<Output>(value)
                                   ? InitialValue(std::get<Output>(value))
                                   : InitialValue(std::get<Tensor>(value));
  return checked(graph, graph.variable(name, initial, options));
}

Output make_constant(Graph& graph, const Tensor& value, std::optional<Ints> shape,
                     const std::string& name) {
  if (!shape) return checked(graph, graph.constant(value, name));
  return checked(graph, graph.constant_of(value, Shape(*shape), name));
}

void bind_handles(nb::module_& module) {
  nb::class_<Operation>(module, "Operation")
      .def_prop_ro("name", &Operation::name)
      .def_prop_ro("type", &Operation::type)
      .def_prop_ro("device", &Operation::device)
      .def("inputs", &Operation::inputs, Unlocked())
      .def("control_inputs", &Operation::control_inputs, Unlocked())
      .def("outputs", &Operation::outputs, Unlocked())
      .def("node_def", [](const Operation& op) { return to_bytes([&] { return op.node_def(); }); });
  nb::class_<Output>(module, "Output")
      .def_prop_ro("name", &Output::name)
      .def_prop_ro("op", &Output::op)
      .def_prop_ro("index", &Output::index)
      .def_prop_ro("dtype", &dtype_text)
      .def_prop_ro("is_ref", &Output::is_ref)
      .def_prop_ro(
          "shape", [](const Output& output) { return static_shape(output.shape()); },
          nb::sig("def shape(self) -> tuple[int | None, ...] | None"));
  nb::class_<Variable>(module, "Variable")
      .def_prop_ro("name", &Variable::name)
      .def_prop_ro("op", &Variable::op)
      .def_prop_ro("dtype", [](const Variable& v) { return std::string(dtype_name(v.dtype())); })
      .def_prop_ro(
          "shape", [](const Variable& v) { return static_shape(v.shape()); },
          nb::sig("def shape(self) -> tuple[int | None, ...] | None"))
      .def_prop_ro("trainable", &Variable::is_trainable)
      .def_prop_ro("initializer", &Variable::initializer)
      .def_prop_ro("initial_value", &Variable::initial_value)
      .def_prop_ro("ref", &Variable::ref)
      .def_prop_ro("value", &Variable::value);
}

void bind_scopes(nb::module_& module) {
  nb::class_<NameScope>(module, "NameScope")
      .def(
          "__init__",
          [](NameScope* self, Graph& graph, const std::string& name) {
            new (self) NameScope(graph, name);
            if (auto status = take_status(graph); !status.ok()) {
              self->~NameScope();
              raise(status.error(), Face::kTf1);
            }
          },
          nb::arg("graph"), nb::arg("name"), Unlocked())
      .def_prop_ro("name", &NameScope::name)
      .def("leave", &NameScope::leave, Unlocked());
  nb::class_<VariableScopeState>(module, "VariableScopeState")
      .def_prop_ro("name", &VariableScopeState::name)
      .def_prop_ro("original_name_scope", &VariableScopeState::original_name_scope)
      .def_prop_ro("dtype",
                   [](const VariableScopeState& s) { return std::string(dtype_name(s.dtype())); })
      .def_prop_rw(
          "reuse", [](const VariableScopeState& s) { return reuse_word(s.reuse()); },
          [](VariableScopeState& s, const std::string& word) { s.set_reuse(to_reuse(word)); });
  using Name = std::optional<std::variant<std::string, VariableScopeState>>;
  nb::class_<VariableScope>(module, "VariableScope")
      .def(
          "__init__",
          [](VariableScope* self, Graph& graph, const Name& name, const std::string& default_name,
             const std::string& reuse, const AnyInitializer& initializer,
             std::optional<std::string> dtype, bool auxiliary) {
            VariableScopeOptions options{
                default_name, to_reuse(reuse), to_initializer(initializer), {}, auxiliary};
            if (dtype) options.dtype = to_dtype(*dtype);
            {
              const nb::gil_scoped_release release;
              if (!name)
                new (self) VariableScope(graph, std::nullopt, options);
              else if (const auto* text = std::get_if<std::string>(&*name))
                new (self) VariableScope(graph, *text, options);
              else
                new (self) VariableScope(graph, std::get<VariableScopeState>(*name), options);
            }
            if (auto status = take_status(graph); !status.ok()) {
              self->~VariableScope();
              raise(status.error(), Face::kTf1);
            }
          },
          nb::arg("graph"), nb::arg("name").none(), nb::arg("default_name") = "",
          nb::arg("reuse") = "inherit", nb::arg("initializer") = nb::none(),
          nb::arg("dtype") = nb::none(), nb::arg("auxiliary_name_scope") = true)
      .def("state", &VariableScope::state)
      .def(
          "leave",
          [](VariableScope& scope, Graph& graph) {
            auto status = scope.leave();
            (void)take_status(graph);
            unwrap(status, Face::kTf1);
          },
          nb::arg("graph"), Unlocked());
  module.def("current_variable_scope", &current_variable_scope, nb::arg("graph"), Unlocked());
}

void bind_nodes(nb::class_<Graph>& graph) {
  graph
      .def("constant", &make_constant, nb::arg("value"), nb::arg("shape") = nb::none(),
           nb::arg("name") = "Const", Unlocked())
      .def(
          "zeros",
          [](Graph& g, Ints shape, const std::string& dtype, const std::string& name) {
            return checked(g, g.zeros(Shape(shape), *find_dtype(dtype), name));
          },
          nb::arg("shape"), nb::arg("dtype"), nb::arg("name"), Unlocked())
      .def(
          "ones",
          [](Graph& g, Ints shape, const std::string& dtype, const std::string& name) {
            return checked(g, g.ones(Shape(shape), *find_dtype(dtype), name));
          },
          nb::arg("shape"), nb::arg("dtype"), nb::arg("name"), Unlocked())
      .def(
          "fill",
          [](Graph& g, const Output& dims, const Output& value, const std::string& name) {
            return checked(g, g.fill(dims, value, name));
          },
          nb::arg("dims"), nb::arg("value"), nb::arg("name"), Unlocked())
      .def(
          "random_normal",
          [](Graph& g, Ints shape, double mean, double stddev, const std::string& dtype,
             std::optional<int64_t> seed, const std::string& name) {
            return checked(g, g.random_normal(Shape(shape),
                                              random_options(mean, stddev, {}, dtype, seed, name)));
          },
          nb::arg("shape"), nb::arg("mean"), nb::arg("stddev"), nb::arg("dtype"),
          nb::arg("seed").none(), nb::arg("name"), Unlocked())
      .def(
          "truncated_normal",
          [](Graph& g, Ints shape, double mean, double stddev, const std::string& dtype,
             std::optional<int64_t> seed, const std::string& name) {
            return checked(g, g.truncated_normal(Shape(shape), random_options(mean, stddev, {},
                                                                              dtype, seed, name)));
          },
          nb::arg("shape"), nb::arg("mean"), nb::arg("stddev"), nb::arg("dtype"),
          nb::arg("seed").none(), nb::arg("name"), Unlocked())
      .def(
          "random_uniform",
          [](Graph& g, Ints shape, double minval, std::optional<double> maxval,
             const std::string& dtype, std::optional<int64_t> seed, const std::string& name) {
            return checked(g, g.random_uniform(Shape(shape), random_options(minval, 1, maxval,
                                                                            dtype, seed, name)));
          },
          nb::arg("shape"), nb::arg("minval"), nb::arg("maxval").none(), nb::arg("dtype"),
          nb::arg("seed").none(), nb::arg("name"), Unlocked())
      .def(
          "identity",
          [](Graph& g, const Output& input, const std::string& name) {
            return checked(g, g.identity(input, name));
          },
          nb::arg("input"), nb::arg("name"), Unlocked())
      .def(
          "add",
          [](Graph& g, const Output& a, const Output& b, const std::string& name) {
            return checked(g, g.add(a, b, name));
          },
          nb::arg("a"), nb::arg("b"), nb::arg("name"), Unlocked())
      .def(
          "add_v2",
          [](Graph& g, const Output& a, const Output& b, const std::string& name) {
            return checked(g, g.add_v2(a, b, name));
          },
          nb::arg("a"), nb::arg("b"), nb::arg("name"), Unlocked())
      .def(
          "subtract",
          [](Graph& g, const Output& a, const Output& b, const std::string& name) {
            return checked(g, g.subtract(a, b, name));
          },
          nb::arg("a"), nb::arg("b"), nb::arg("name"), Unlocked())
      .def(
          "multiply",
          [](Graph& g, const Output& a, const Output& b, const std::string& name) {
            return checked(g, g.multiply(a, b, name));
          },
          nb::arg("a"), nb::arg("b"), nb::arg("name"), Unlocked())
      .def(
          "assign",
          [](Graph& g, const Variable& variable, const Output& value, const std::string& name) {
            return checked(g, g.assign(variable, value, name));
          },
          nb::arg("variable"), nb::arg("value"), nb::arg("name"), Unlocked())
      .def(
          "group",
          [](Graph& g, const std::vector<Operation>& operations, const std::string& name) {
            return checked(g, g.group(operations, name));
          },
          nb::arg("operations"), nb::arg("name"), Unlocked())
      .def(
          "variables_initializer",
          [](Graph& g, const std::vector<Variable>& variables, const std::string& name) {
            return checked(g, g.variables_initializer(variables, name));
          },
          nb::arg("variables"), nb::arg("name"), Unlocked());
}

// What the library exports goes into a collection as it is; any other object is held as it is.
CollectionItem to_item(const nb::object& object) {
  if (nb::isinstance<Variable>(object)) return nb::cast<Variable>(object);
  if (nb::isinstance<Output>(object)) return nb::cast<Output>(object);
  if (nb::isinstance<Operation>(object)) return nb::cast<Operation>(object);
  if (nb::isinstance<nb::str>(object)) return nb::cast<std::string>(object);
  if (nb::isinstance<nb::int_>(object) && !nb::isinstance<nb::bool_>(object)) {
    return nb::cast<int64_t>(object);
  }
  if (nb::isinstance<nb::float_>(object)) return nb::cast<double>(object);
  return std::shared_ptr<void>(new nb::object(object), [](void* last) {
    const nb::gil_scoped_acquire lock;
    delete static_cast<nb::object*>(last);
  });
}

nb::object from_item(const CollectionItem& item) {
  return std::visit(
      [](const auto& value) -> nb::object {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::shared_ptr<void>>) {
          return *static_cast<nb::object*>(value.get());
        } else {
          return nb::cast(value);
        }
      },
      item);
}

void add_to_collection(Graph& graph, const std::string& key, const nb::object& object) {
  const CollectionItem item = to_item(object);
  const nb::gil_scoped_release release;
  graph.add_to_collection(key, item);
}

nb::list collection(const Graph& graph, const std::string& key) {
  std::vector<CollectionItem> items;
  {
    const nb::gil_scoped_release release;
    items = graph.collection(key);
  }
  nb::list all;
  for (const CollectionItem& item : items) all.append(from_item(item));
  return all;
}

void bind_collections(nb::class_<Graph>& graph) {
  graph
      .def("add_to_collection", &add_to_collection, nb::arg("key"), nb::arg("item"),
           nb::sig("def add_to_collection(self, key: str, item: typing.Any) -> None"))
      .def("collection", &collection, nb::arg("key"),
           nb::sig("def collection(self, key: str) -> list[typing.Any]"))
      .def("collection_keys", &Graph::collection_keys, Unlocked())
      .def("clear_collection", &Graph::clear_collection, nb::arg("key"), Unlocked());
}

void bind_graph(nb::module_& module) {
  nb::class_<Graph> graph(module, "Graph");
  graph.def(nb::init<>())
      .def(
          "__eq__",
          [](const Graph& a, nb::handle b) {
            return nb::isinstance<Graph>(b) && a == nb::cast<const Graph&>(b);
          },
          nb::sig("def __eq__(self, other: object) -> bool"))
      .def("set_random_seed", &Graph::set_random_seed, nb::arg("seed").none(), Unlocked())
      .def("variable", &make_variable, nb::arg("name"), nb::arg("value"),
           nb::arg("trainable") = true, nb::arg("dtype") = nb::none(),
           nb::arg("collections") = nb::none(), Unlocked())
      .def("get_variable", &get_variable, nb::arg("name"), nb::arg("shape") = nb::none(),
           nb::arg("dtype") = nb::none(), nb::arg("initializer") = nb::none(),
           nb::arg("trainable") = true, nb::arg("collections") = nb::none())
      .def("global_variables", &Graph::global_variables, Unlocked())
      .def("trainable_variables", &Graph::trainable_variables, Unlocked())
      .def("operations", &Graph::operations, Unlocked())
      .def(
          "operation_by_name",
          [](const Graph& g, const std::string& name) {
            return unwrap(g.operation_by_name(name), Face::kTf1);
          },
          nb::arg("name"), Unlocked())
      .def(
          "tensor_by_name",
          [](const Graph& g, const std::string& name) {
            return unwrap(g.tensor_by_name(name), Face::kTf1);
          },
          nb::arg("name"), Unlocked())
      .def("unique_name", &Graph::unique_name, nb::arg("name"), nb::arg("mark_as_used") = true,
           Unlocked())
      .def("name_scope", &Graph::name_scope, Unlocked())
      .def("graph_def", [](const Graph& g) { return to_bytes([&] { return g.graph_def(); }); });
  bind_nodes(graph);
  bind_collections(graph);
}

}  // namespace

void bind_tf1_graph(nb::module_& module) {
  bind_handles(module);
  bind_graph(module);
  bind_scopes(module);
}

}  // namespace holdall::python
