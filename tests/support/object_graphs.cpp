#include "support/object_graphs.h"

#include <gtest/gtest.h>

#include "codec/proto_wire.h"
#include "formats/tf_bundle/object_graph.h"
#include "holdall/checkpoint.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::string encode_child(const std::string& name, int64_t id) {
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.add_int_if_set(1, id);
  writer.add_bytes_if_set(2, name);
  return bytes;
}

std::string encode_attribute(const std::string& full_name, const std::string& key) {
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.add_bytes(1, "VARIABLE_VALUE");
  writer.add_bytes_if_set(2, full_name);
  writer.add_bytes_if_set(3, key);
  return bytes;
}

std::string encode_slot(const DraftNode::Slot& slot) {
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.add_int_if_set(1, slot.variable);
  writer.add_bytes_if_set(2, slot.name);
  writer.add_int_if_set(3, slot.node);
  return bytes;
}

}  // namespace

std::string draft_object_graph(const std::vector<DraftNode>& nodes) {
  std::string message;
  for (const DraftNode& node : nodes) {
    std::string bytes;
    ProtoWriter writer(bytes);
    for (const auto& [name, id] : node.children) writer.add_message(1, encode_child(name, id));
    for (const auto& [name, key] : node.attributes) {
      writer.add_message(2, encode_attribute(name, key));
    }
    for (const auto& slot : node.slots) writer.add_message(3, encode_slot(slot));
    ProtoWriter(message).add_message(1, bytes);
  }
  return message;
}

std::string stored_object_graph(std::string_view prefix) {
  const auto checkpoint =
      Checkpoint::open(join_path(source_path("src/formats/tf_bundle/testdata/good"), prefix));
  EXPECT_TRUE(is_ok(checkpoint));
  return std::string(checkpoint->read(tf_bundle::kObjectGraphKey)->string_at(0));
}

void save_objects(const std::shared_ptr<Storage>& storage, const std::vector<std::string>& names,
                  const std::string& graph) {
  std::vector<SaveItem> items = {
      {std::string(tf_bundle::kObjectGraphKey), strings_tensor({}, {graph}), {}, {}, 0}};
  float value = 0;
  for (const std::string& name : names) {
    items.push_back({name, *Tensor::of<float>({}, {value++}), {}, {}, 0});
  }
  save_checkpoint(storage, "m", std::move(items), {.update_state = false});
}

}  // namespace holdall
