// A node of a graph and what it takes to make one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/tf1.h"

namespace holdall::tf1 {

// A tensor in a node: all elements of `shape`, or one that stands for each of them.
struct TensorAttr {
  Tensor values;
  Shape shape;
};

using AttrList = std::variant<std::vector<std::string>, std::vector<int64_t>, std::vector<DType>,
                              std::vector<StaticShape>>;

using AttrValue =
    std::variant<std::string, int64_t, float, bool, DType, StaticShape, TensorAttr, AttrList>;

struct NodeInput {
  uint64_t node_id = 0;
  int index = 0;
};

struct NodeOutput {
  DType dtype = DType::kUnknown;
  StaticShape shape;
  bool is_ref = false;
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

struct NodeSpec {
  std::string type;
  std::string name;  // in the current name scope; one that ends in "/" is absolute; "": the type
  std::vector<Output> inputs;
  std::vector<Operation> control_inputs;
  std::map<std::string, AttrValue> attrs;
  std::vector<NodeOutput> outputs;
  std::string device;
};

// Nodes of the variable's graph, which the handle keeps alive and this does not: graphs hold their
// variables.
struct VariableRep {
  const Node* variable = nullptr;
  const Node* initializer = nullptr;
  const Node* snapshot = nullptr;
  const Node* initial_value = nullptr;
  int initial_value_index = 0;
  bool is_trainable = true;
};

}  // namespace holdall::tf1
