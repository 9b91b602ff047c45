// TensorFlow's GraphDef message as nodes by name, not yet in a graph.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/text_bytes.h"
#include "holdall/status.h"
#include "tf1/graph/graph_node.h"

namespace holdall::tf1 {

struct NodeDef {
  std::string name;
  std::string type;
  std::string device;
  std::vector<std::string> inputs;  // "x", "x:1", "^x"
  std::map<std::string, AttrValue> attrs;
};

// Fails: kCorrupt.
Result<NodeDef> decode_node_def(std::span<const std::byte> message);
Result<std::vector<NodeDef>> decode_graph_def(std::span<const std::byte> message);

// An AttrValue message; what has no form of its own comes as RawAttr.
Result<AttrValue> decode_attr_value(std::span<const std::byte> message);

}  // namespace holdall::tf1
