// Every call gives up the interpreter's lock before it takes the graph's: an initializer written in
// Python runs under the graph's lock and takes the interpreter's again, so the order must be one.
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"
#include "holdall/tf1.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

std::exception_ptr& pending_exception() {
  static thread_local std::exception_ptr exception;
  return exception;
}

void raise_pending() {
  if (auto exception = std::exchange(pending_exception(), nullptr))
    std::rethrow_exception(exception);
}

Status take_status(Graph& graph) {
  const WithoutInterpreter unlocked;
  return graph.take_status();
}

nb::object static_shape(const StaticShape& shape) {
  if (!shape.has_rank) return nb::none();
  nb::list dims;
  for (const int64_t size : shape.dims) dims.append(size < 0 ? nb::none() : nb::cast(size));
  return nb::tuple(dims);
}

Initializer initializer_of(const nb::callable& callable) {
  const auto shared = share(callable);
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

std::optional<std::variant<Initializer, Tensor>> to_initializer(const AnyInitializer& any) {
  if (!any) return std::nullopt;
  if (const auto* tensor = std::get_if<Tensor>(&*any)) return *tensor;
  return initializer_of(std::get<PythonInitializer>(*any));
}

namespace {

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

Variable get_variable(Graph& graph, const std::string& name, std::optional<Ints> shape,
                      std::optional<std::string> dtype, const AnyInitializer& initializer,
                      bool trainable, std::optional<std::vector<std::string>> collections,
                      bool use_resource) {
  GetVariableOptions options;
  options.use_resource = use_resource;
  if (shape) options.shape = Shape(*shape);
  if (dtype) options.dtype = to_dtype(*dtype);
  options.initializer = to_initializer(initializer);
  options.trainable = trainable;
  options.collections = std::move(collections);
  const nb::gil_scoped_release release;
  return checked(graph, graph.get_variable(name, options));
}

// A partitioned variable as (name, dtype, shape, partitions, parts).
PartitionedVariable get_partitioned_variable(Graph& graph, const std::string& name,
                                             const Ints& partitions, std::optional<Ints> shape,
                                             std::optional<std::string> dtype,
                                             const AnyInitializer& initializer, bool trainable,
                                             std::optional<std::vector<std::string>> collections,
                                             bool use_resource) {
  GetVariableOptions options;
  if (shape) options.shape = Shape(*shape);
  if (dtype) options.dtype = to_dtype(*dtype);
  options.initializer = to_initializer(initializer);
  options.trainable = trainable;
  options.collections = std::move(collections);
  options.use_resource = use_resource;
  const nb::gil_scoped_release release;
  return checked(graph, graph.get_partitioned_variable(name, options, partitions));
}

Variable make_variable(Graph& graph, const std::string& name,
                       const std::variant<Output, Tensor>& value, bool trainable,
                       std::optional<std::string> dtype,
                       std::optional<std::vector<std::string>> collections, bool validate_shape,
                       bool use_resource) {
  VariableOptions options;
  options.validate_shape = validate_shape;
  options.use_resource = use_resource;
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

nb::object slice_of(const Variable& variable) {
  const auto slice = variable.slice();
  if (!slice) return nb::none();
  const auto dims = [](const Shape& shape) {
    return Ints(shape.dims().begin(), shape.dims().end());
  };
  return nb::make_tuple(slice->full_name, dims(slice->full_shape), slice->offset,
                        dims(slice->shape));
}

void bind_partitioned(nb::module_& module) {
  nb::class_<PartitionedVariable>(module, "PartitionedVariable")
      .def_ro("name", &PartitionedVariable::name)
      .def_prop_ro("dtype",
                   [](const PartitionedVariable& v) { return std::string(dtype_name(v.dtype)); })
      .def_prop_ro("shape",
                   [](const PartitionedVariable& v) {
                     return Ints(v.shape.dims().begin(), v.shape.dims().end());
                   })
      .def_ro("partitions", &PartitionedVariable::partitions)
      .def_ro("parts", &PartitionedVariable::parts);
}

void set_slice(Variable& variable, const std::string& full_name, const Ints& full_shape,
               const Ints& offset, const Ints& shape) {
  variable.set_slice(SliceInfo{full_name, Shape(full_shape), offset, Shape(shape)});
}

void bind_handles(nb::module_& module) {
  nb::class_<Operation>(module, "Operation")
      .def_prop_ro("name", &Operation::name)
      .def_prop_ro("type", &Operation::type)
      .def_prop_ro("device", &Operation::device)
      .def("inputs", &Operation::inputs, Unlocked())
      .def("control_inputs", &Operation::control_inputs, Unlocked())
      .def("outputs", &Operation::outputs, Unlocked())
      .def("attr", &attribute, nb::arg("name"), nb::sig("def attr(self, name: str) -> typing.Any"))
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
      .def_prop_ro("is_resource", &Variable::is_resource)
      .def("slice", &slice_of,
           nb::sig("def slice(self) -> tuple[str, list[int], list[int], list[int]] | None"))
      .def("set_slice", &set_slice, nb::arg("full_name"), nb::arg("full_shape"), nb::arg("offset"),
           nb::arg("shape"))
      .def(
          "to_proto",
          [](const Variable& v, const std::string& scope) {
            return to_bytes([&] { return v.to_proto(scope); });
          },
          nb::arg("export_scope"))
      .def_prop_ro("ref", &Variable::ref)
      .def_prop_ro("value", &Variable::value);
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
           nb::arg("collections") = nb::none(), nb::arg("validate_shape") = true,
           nb::arg("use_resource") = false, Unlocked())
      .def("get_variable", &get_variable, nb::arg("name"), nb::arg("shape") = nb::none(),
           nb::arg("dtype") = nb::none(), nb::arg("initializer") = nb::none(),
           nb::arg("trainable") = true, nb::arg("collections") = nb::none(),
           nb::arg("use_resource") = false)
      .def("get_partitioned_variable", &get_partitioned_variable, nb::arg("name"),
           nb::arg("partitions"), nb::arg("shape") = nb::none(), nb::arg("dtype") = nb::none(),
           nb::arg("initializer") = nb::none(), nb::arg("trainable") = true,
           nb::arg("collections") = nb::none(), nb::arg("use_resource") = false)
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
  bind_tf1_collections(graph);
  bind_tf1_imports(graph);
}

}  // namespace

void bind_tf1_graph(nb::module_& module) {
  bind_handles(module);
  bind_partitioned(module);
  bind_graph(module);
}

}  // namespace holdall::python
