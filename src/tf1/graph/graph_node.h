// A node of a graph and what it takes to make one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/tf1_graph.h"
#include "holdall/tf1_session.h"

namespace holdall::tf1 {

struct NodeInput {
  uint64_t node_id = 0;
  int index = 0;
};

// Never changes once it is in a graph, so that runs can read nodes while others are added.
struct Node {
  uint64_t id = 0;  // position in the graph
  std::string name;
  std::string type;
  std::string device;
  std::vector<NodeInput> inputs;
  std::vector<uint64_t> control_inputs;
  std::map<std::string, AttrValue> attrs;
  std::vector<NodeOutput> outputs;

  template <class T>
  const T* find_attr(const std::string& key) const {
    const auto at = attrs.find(key);
    return at == attrs.end() ? nullptr : std::get_if<T>(&at->second);
  }
};

// Nodes of the variable's graph, which the handle keeps alive and this does not: graphs hold their
// variables.
struct VariableRep {
  const Node* variable = nullptr;
  const Node* snapshot = nullptr;
  bool is_resource = false;
  // These change, under the graph's mutex.
  mutable bool is_trainable = true;
  mutable const Node* initializer = nullptr;
  mutable const Node* initial_value = nullptr;  // null: not known, of an imported one
  mutable int initial_value_index = 0;
  mutable std::optional<SliceInfo> slice = {};
};

}  // namespace holdall::tf1
