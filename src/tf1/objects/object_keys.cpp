#include "tf1/objects/object_keys.h"

#include <optional>

#include "base/quote.h"
#include "codec/proto_wire.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

constexpr std::string_view kValue = "VARIABLE_VALUE";

// A name as a component of a key, in which "/" and what begins with "." have a meaning.
std::string escape(std::string_view name) {
  std::string escaped;
  for (const char each : name) {
    if (each == '.')
      escaped += "..";
    else if (each == '/')
      escaped += ".S";
    else
      escaped += each;
  }
  return escaped;
}

std::string key_of(const std::string& path) {
  return path + (path.empty() ? "" : "/") + ".ATTRIBUTES/" + std::string(kValue);
}

std::string encode_child(const std::string& name, size_t child) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_uint_if_set(1, child);
  writer.add_bytes(2, name);
  return message;
}

std::string encode_attribute(const KeyedVariable& variable) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes(1, kValue);
  writer.add_bytes(2, variable.variable.op_name());
  writer.add_bytes(3, variable.key);
  return message;
}

}  // namespace

std::string save_counter_key() {
  return key_of(std::string(kSaveCounter));
}

Result<std::vector<KeyedVariable>> keyed_variables(std::span<const TrackedObject> objects) {
  std::vector<KeyedVariable> variables;
  if (objects.empty()) return variables;
  std::vector<std::optional<std::string>> paths(objects.size());
  paths[0] = "";
  std::vector<size_t> reached = {0};
  for (size_t i = 0; i < reached.size(); ++i) {
    const size_t object = reached[i];
    for (const auto& [name, child] : objects[object].children) {
      if (child >= objects.size())
        return value_error("{} is to be object {} of {}", quote(name), child, objects.size());
      if (paths[child]) continue;
      paths[child] = *paths[object] + (paths[object]->empty() ? "" : "/") + escape(name);
      reached.push_back(child);
    }
    if (objects[object].variable.is_valid())
      variables.push_back({object, key_of(*paths[object]), objects[object].variable});
  }
  return variables;
}

std::string encode_object_graph(std::span<const TrackedObject> objects,
                                std::span<const KeyedVariable> variables) {
  std::vector<const KeyedVariable*> by_object(objects.size(), nullptr);
  for (const KeyedVariable& variable : variables) by_object[variable.object] = &variable;
  std::string message;
  ProtoWriter writer(message);
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string node;
    ProtoWriter fields(node);
    for (const auto& [name, child] : objects[i].children)
      fields.add_message(1, encode_child(name, child));
    if (by_object[i] != nullptr) fields.add_message(2, encode_attribute(*by_object[i]));
    writer.add_message(1, node);
  }
  return message;
}

}  // namespace holdall::tf1
