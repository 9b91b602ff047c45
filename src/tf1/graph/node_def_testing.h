// Graphs and `.meta` files as messages, for tests that compare them with TensorFlow's: taken apart
// so that the order of attributes, which TensorFlow does not fix, does not count.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/proto_wire.h"
#include "support/status_matchers.h"

namespace holdall::tf1 {

inline std::span<const std::byte> as_message_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

struct ComparableNode {
  std::string name;
  std::string type;
  std::vector<std::string> inputs;
  std::string device;
  std::map<std::string, std::string> attrs;  // each value as its message

  bool operator==(const ComparableNode&) const = default;
};

inline void PrintTo(const ComparableNode& node, std::ostream* out) {
  *out << node.name << " (" << node.type << ") [" << node.device << "] of";
  for (const std::string& input : node.inputs) *out << ' ' << input;
  for (const auto& [key, value] : node.attrs) {
    *out << "\n  " << key << ' ' << testing::PrintToString(value);
  }
}

// An entry of a map whose keys are strings.
inline std::pair<std::string, std::string> parse_map_entry(ProtoReader entry) {
  std::pair<std::string, std::string> pair;
  while (entry.next()) (entry.number() == 1 ? pair.first : pair.second) = entry.as_string();
  EXPECT_TRUE(is_ok(entry.status()));
  return pair;
}

inline ComparableNode parse_node_def(std::string_view message) {
  ComparableNode node;
  ProtoReader reader(as_message_bytes(message));
  while (reader.next()) {
    switch (reader.number()) {
      case 1: node.name = reader.as_string(); break;
      case 2: node.type = reader.as_string(); break;
      case 3: node.inputs.emplace_back(reader.as_string()); break;
      case 4: node.device = reader.as_string(); break;
      case 5: node.attrs.insert(parse_map_entry(reader.as_message())); break;
      default: ADD_FAILURE() << "field " << reader.number() << " of a node";
    }
  }
  EXPECT_TRUE(is_ok(reader.status()));
  return node;
}

struct GraphDef {
  std::vector<ComparableNode> nodes;
  std::string versions;
};

inline GraphDef parse_graph_def(std::string_view message) {
  GraphDef graph;
  ProtoReader reader(as_message_bytes(message));
  while (reader.next()) {
    if (reader.number() == 1) graph.nodes.push_back(parse_node_def(reader.as_string()));
    if (reader.number() == 4) graph.versions = reader.as_string();
  }
  EXPECT_TRUE(is_ok(reader.status()));
  return graph;
}

struct MetaGraphDef {
  GraphDef graph;
  std::string saver;
  std::map<std::string, std::string> collections;  // by key, each as its message
  std::vector<uint32_t> fields;                    // in the order in which they stand
};

inline MetaGraphDef parse_meta_graph(std::string_view message) {
  MetaGraphDef meta;
  ProtoReader reader(as_message_bytes(message));
  while (reader.next()) {
    meta.fields.push_back(reader.number());
    switch (reader.number()) {
      case 2: meta.graph = parse_graph_def(reader.as_string()); break;
      case 3: meta.saver = reader.as_string(); break;
      case 4: meta.collections.insert(parse_map_entry(reader.as_message())); break;
      default: break;
    }
  }
  EXPECT_TRUE(is_ok(reader.status()));
  return meta;
}

}  // namespace holdall::tf1
