// `.meta` files put together by hand: MetaGraphDef messages with collections of variables. Header
// only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "codec/proto_wire.h"

namespace holdall {

// A VariableDef as TensorFlow 1 writes it; of a part, with the name of the whole variable.
inline std::string draft_variable(const std::string& name, const std::string& whole = "") {
  std::string variable;
  ProtoWriter fields(variable);
  fields.add_bytes(1, name + ":0");
  fields.add_bytes(2, name + "/Assign");
  fields.add_bytes(3, name + "/read:0");
  if (!whole.empty()) {
    std::string slice;
    ProtoWriter(slice).add_bytes(1, whole);
    fields.add_message(4, slice);
  }
  return variable;
}

// One entry of MetaGraphDef's map of collections: a bytes_list, or a node_list if `list` is 1.
inline std::string draft_collection(const std::string& key, const std::vector<std::string>& values,
                                    uint32_t list = 2) {
  std::string items, value, entry;
  for (const std::string& each : values) ProtoWriter(items).add_bytes(1, each);
  ProtoWriter(value).add_message(list, items);
  ProtoWriter(entry).add_bytes(1, key);
  ProtoWriter(entry).add_message(2, value);
  return entry;
}

// The file: a graph of `graph_bytes` that are no message, then the collections.
inline std::string draft_meta(const std::vector<std::string>& collections, size_t graph_bytes = 0) {
  std::string meta;
  ProtoWriter fields(meta);
  if (graph_bytes > 0) fields.add_bytes(2, std::string(graph_bytes, '\xff'));
  for (const std::string& each : collections) fields.add_message(4, each);
  return meta;
}

// The same of names alone: (collection, names of its variables).
inline std::string draft_meta_of(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& collections) {
  std::vector<std::string> entries;
  for (const auto& [key, names] : collections) {
    std::vector<std::string> variables;
    for (const std::string& name : names) variables.push_back(draft_variable(name));
    entries.push_back(draft_collection(key, variables));
  }
  return draft_meta(entries);
}

}  // namespace holdall
