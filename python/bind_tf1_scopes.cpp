#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

namespace {

Reuse to_reuse(const std::string& word) {
  return word == "true" ? Reuse::kTrue : word == "auto" ? Reuse::kAuto : Reuse::kInherit;
}

const char* reuse_word(Reuse reuse) {
  return reuse == Reuse::kTrue ? "true" : reuse == Reuse::kAuto ? "auto" : "inherit";
}

// What the library exports goes into a collection as it is; any other object is held as it is.
CollectionItem to_item(const nb::object& object) {
  if (nb::isinstance<Variable>(object)) return nb::cast<Variable>(object);
  if (nb::isinstance<Output>(object)) return nb::cast<Output>(object);
  if (nb::isinstance<Operation>(object)) return nb::cast<Operation>(object);
  if (nb::isinstance<SaverDef>(object)) return nb::cast<SaverDef>(object);
  if (nb::isinstance<AnyMessage>(object)) return nb::cast<AnyMessage>(object);
  if (nb::isinstance<nb::str>(object)) return nb::cast<std::string>(object);
  if (nb::isinstance<nb::bytes>(object)) return from_bytes(nb::cast<nb::bytes>(object));
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
        } else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
          return nb::bytes(value.data(), value.size());
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

template <class Scope, class... Args>
void enter(Scope* self, Graph& graph, Args&&... args) {
  new (self) Scope(graph, std::forward<Args>(args)...);
  if (auto status = take_status(graph); !status.ok()) {
    self->~Scope();
    raise(status.error(), Face::kTf1);
  }
}

}  // namespace

void bind_tf1_collections(nb::class_<Graph>& graph) {
  graph
      .def("add_to_collection", &add_to_collection, nb::arg("key"), nb::arg("item"),
           nb::sig("def add_to_collection(self, key: str, item: typing.Any) -> None"))
      .def("collection", &collection, nb::arg("key"),
           nb::sig("def collection(self, key: str) -> list[typing.Any]"))
      .def("collection_keys", &Graph::collection_keys, Unlocked())
      .def("clear_collection", &Graph::clear_collection, nb::arg("key"), Unlocked());
}

void bind_tf1_scopes(nb::module_& module) {
  nb::class_<AnyMessage>(module, "AnyMessage")
      .def(
          "__init__",
          [](AnyMessage* self, const nb::bytes& message) {
            new (self) AnyMessage{from_bytes(message)};
          },
          nb::arg("message"))
      .def_prop_ro("message", [](const AnyMessage& any) {
        return nb::bytes(any.message.data(), any.message.size());
      });
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
  nb::class_<ControlDependencies>(module, "ControlDependencies")
      .def(
          "__init__",
          [](ControlDependencies* self, Graph& graph,
             std::optional<std::vector<Operation>> operations) {
            enter(self, graph, std::move(operations));
          },
          nb::arg("graph"), nb::arg("operations").none(), Unlocked())
      .def("leave", &ControlDependencies::leave, Unlocked());
  nb::class_<DeviceScope>(module, "DeviceScope")
      .def(
          "__init__",
          [](DeviceScope* self, Graph& graph, const std::string& device) {
            enter(self, graph, device);
          },
          nb::arg("graph"), nb::arg("device"), Unlocked())
      .def("leave", &DeviceScope::leave, Unlocked());
  module.def("current_variable_scope", &current_variable_scope, nb::arg("graph"), Unlocked());
}

}  // namespace holdall::python
