// Nodes of any operation, and graphs as messages.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

namespace {

std::string text_of(nb::handle value) {
  if (nb::isinstance<nb::str>(value)) return nb::cast<std::string>(value);
  return from_bytes(nb::cast<nb::bytes>(value));
}

StaticShape to_static_shape(nb::handle dims) {
  if (dims.is_none()) return StaticShape::unknown();
  StaticShape shape{true, {}};
  for (const nb::handle dim : dims)
    shape.dims.push_back(dim.is_none() ? -1 : nb::cast<int64_t>(dim));
  return shape;
}

AttrList to_list(const nb::list& list) {
  if (list.size() == 0) return std::vector<int64_t>();
  const nb::handle first = list[0];
  if (nb::isinstance<nb::bool_>(first)) {
    std::vector<bool> values;
    for (const nb::handle each : list) values.push_back(nb::cast<bool>(each));
    return values;
  }
  if (nb::isinstance<nb::int_>(first)) return nb::cast<std::vector<int64_t>>(list);
  if (nb::isinstance<nb::float_>(first)) return nb::cast<std::vector<float>>(list);
  std::vector<std::string> texts;
  for (const nb::handle each : list) texts.push_back(text_of(each));
  return texts;
}

AttrValue to_tagged(const nb::tuple& tagged) {
  const auto tag = nb::cast<std::string>(tagged[0]);
  if (tag == "type") return to_dtype(nb::cast<std::string>(tagged[1]));
  if (tag == "shape") return to_static_shape(tagged[1]);
  if (tag == "tensor")
    return TensorAttr{nb::cast<Tensor>(tagged[1]), Shape(nb::cast<Ints>(tagged[2]))};
  if (tag == "raw") return RawAttr{from_bytes(nb::cast<nb::bytes>(tagged[1]))};
  if (tag == "shapes") {
    std::vector<StaticShape> shapes;
    for (const nb::handle each : nb::cast<nb::list>(tagged[1]))
      shapes.push_back(to_static_shape(each));
    return AttrList(std::move(shapes));
  }
  std::vector<DType> dtypes;
  for (const nb::handle each : nb::cast<nb::list>(tagged[1]))
    dtypes.push_back(to_dtype(nb::cast<std::string>(each)));
  return AttrList(std::move(dtypes));
}

nb::bytes as_bytes(const std::string& text) {
  return nb::bytes(text.data(), text.size());
}

struct AttributeToPython {
  nb::object operator()(const std::string& text) const { return as_bytes(text); }
  nb::object operator()(int64_t value) const { return nb::cast(value); }
  nb::object operator()(float value) const { return nb::cast(value); }
  nb::object operator()(bool value) const { return nb::cast(value); }
  nb::object operator()(DType dtype) const {
    return nb::make_tuple("type", std::string(dtype_name(dtype)));
  }
  nb::object operator()(const StaticShape& shape) const {
    return nb::make_tuple("shape", static_shape(shape));
  }
  nb::object operator()(const TensorAttr& tensor) const {
    const Ints dims(tensor.shape.dims().begin(), tensor.shape.dims().end());
    return nb::make_tuple("tensor", tensor.values, dims);
  }
  nb::object operator()(const RawAttr& raw) const {
    return nb::make_tuple("raw", as_bytes(raw.message));
  }
  nb::object operator()(const AttrList& list) const {
    return std::visit([this](const auto& values) { return list_of(values); }, list);
  }

  template <class T>
  static nb::object list_of(const std::vector<T>& values) {
    nb::list list;
    for (const auto& each : values) {
      if constexpr (std::is_same_v<T, std::string>) {
        list.append(as_bytes(each));
      } else if constexpr (std::is_same_v<T, DType>) {
        list.append(std::string(dtype_name(each)));
      } else if constexpr (std::is_same_v<T, StaticShape>) {
        list.append(static_shape(each));
      } else {
        list.append(nb::cast(static_cast<T>(each)));
      }
    }
    if constexpr (std::is_same_v<T, DType>) return nb::make_tuple("types", list);
    if constexpr (std::is_same_v<T, StaticShape>) return nb::make_tuple("shapes", list);
    return list;
  }
};

Operation make_node(Graph& graph, const std::string& type, const std::string& name,
                    const std::vector<Output>& inputs, const nb::dict& attrs) {
  NodeSpec spec;
  spec.type = type;
  spec.name = name;
  spec.inputs = inputs;
  for (const auto& [key, value] : attrs)
    spec.attrs.insert_or_assign(nb::cast<std::string>(key), to_attribute(value));
  const nb::gil_scoped_release release;
  return checked(graph, graph.node(std::move(spec)));
}

// A Python function of a list of tensors, which returns such a list.
HostFunction to_function(const nb::callable& callable) {
  const auto shared = share(callable);
  return [shared](std::span<const Tensor> inputs) -> Result<std::vector<Tensor>> {
    const nb::gil_scoped_acquire lock;
    try {
      nb::list given;
      for (const Tensor& input : inputs) given.append(input);
      return nb::cast<std::vector<Tensor>>((*shared)(given));
    } catch (...) {
      pending_exception() = std::current_exception();
      return Error{Code::kInvalidArgument, reason::kNone, {}, "the function failed", 0};
    }
  };
}

Operation make_py_func(Graph& graph, const nb::callable& function,
                       const std::vector<Output>& inputs, const std::vector<std::string>& dtypes,
                       const std::string& name) {
  std::vector<DType> outputs;
  for (const std::string& dtype : dtypes) outputs.push_back(to_dtype(dtype));
  HostFunction host = to_function(function);
  const nb::gil_scoped_release release;
  return checked(graph, graph.py_func(std::move(host), inputs, std::move(outputs), name));
}

using InputMap = std::vector<std::pair<std::string, Output>>;

std::string import_graph(Graph& graph, const nb::bytes& message, const std::string& prefix,
                         const InputMap& input_map, bool clear_devices) {
  const std::string bytes = from_bytes(message);
  const nb::gil_scoped_release release;
  return unwrap(graph.import_graph_def(bytes, {prefix, input_map, clear_devices}), Face::kTf1);
}

}  // namespace

AttrValue to_attribute(nb::handle value) {
  if (nb::isinstance<nb::bool_>(value)) return nb::cast<bool>(value);
  if (nb::isinstance<nb::int_>(value)) return nb::cast<int64_t>(value);
  if (nb::isinstance<nb::float_>(value)) return nb::cast<float>(value);
  if (nb::isinstance<nb::tuple>(value)) return to_tagged(nb::cast<nb::tuple>(value));
  if (nb::isinstance<nb::list>(value)) return to_list(nb::cast<nb::list>(value));
  return text_of(value);
}

nb::object attribute(const Operation& operation, const std::string& name) {
  const auto value = operation.attr(name);
  return value ? std::visit(AttributeToPython(), *value) : nb::none();
}

void bind_tf1_imports(nb::class_<Graph>& graph) {
  graph
      .def("node", &make_node, nb::arg("type"), nb::arg("name"), nb::arg("inputs"),
           nb::arg("attrs"),
           nb::sig("def node(self, type: str, name: str, inputs: Sequence[Output], attrs: "
                   "dict[str, typing.Any]) -> Operation"))
      .def("py_func", &make_py_func, nb::arg("function"), nb::arg("inputs"), nb::arg("dtypes"),
           nb::arg("name"),
           nb::sig("def py_func(self, function: Callable[[list[holdall._core.Tensor]], "
                   "list[holdall._core.Tensor]], inputs: Sequence[Output], dtypes: Sequence[str], "
                   "name: str) -> Operation"))
      .def("import_graph_def", &import_graph, nb::arg("message"), nb::arg("prefix"),
           nb::arg("input_map"), nb::arg("clear_devices"))
      .def("finalize", &Graph::finalize, Unlocked())
      .def("is_finalized", &Graph::is_finalized, Unlocked())
      .def("node_count", &Graph::node_count, Unlocked())
      .def("find_variable", &Graph::find_variable, nb::arg("name"), Unlocked())
      .def("find_partitioned_variable", &Graph::find_partitioned_variable, nb::arg("name"),
           Unlocked())
      .def("variable_names", &Graph::variable_names, Unlocked())
      .def(
          "replace_initial_value",
          [](Graph& g, const Variable& variable, const Output& value) {
            g.replace_initial_value(variable, value);
            (void)checked(g, true);
          },
          nb::arg("variable"), nb::arg("value"), Unlocked())
      .def(
          "variable_from_proto",
          [](Graph& g, const nb::bytes& message, const std::string& scope) {
            const std::string bytes = from_bytes(message);
            const nb::gil_scoped_release release;
            return unwrap(g.variable_from_proto(bytes, scope), Face::kTf1);
          },
          nb::arg("message"), nb::arg("import_scope"))
      .def(
          "current_part",
          [](const Graph& g) -> std::optional<std::pair<Ints, Ints>> {
            const auto part = g.current_part();
            if (!part) return std::nullopt;
            const auto dims = part->full_shape.dims();
            return std::pair(Ints(dims.begin(), dims.end()), part->offset);
          },
          Unlocked());
}

}  // namespace holdall::python
