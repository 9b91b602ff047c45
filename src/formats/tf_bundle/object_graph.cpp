#include "formats/tf_bundle/object_graph.h"

#include "base/message.h"
#include "base/try.h"
#include "codec/proto_wire.h"

namespace holdall::tf_bundle {
namespace {

// Numbers of the messages' fields (tf_bundle.md, "Messages").
constexpr uint32_t kGraphNodes = 1;
constexpr uint32_t kNodeChildren = 1;
constexpr uint32_t kNodeAttributes = 2;
constexpr uint32_t kNodeSlots = 3;

class GraphParser {
 public:
  Result<ObjectGraph> parse(std::span<const std::byte> message) {
    // Indexes of 32 bits count fields of at least two bytes.
    if (message.size() > UINT32_MAX) {
      return corrupt("the object graph has {} bytes, more than 2^32", message.size());
    }
    ProtoReader reader(message);
    while (reader.next()) {
      if (reader.number() == kGraphNodes) HOLDALL_TRY(add_node(reader.as_message()));
    }
    HOLDALL_TRY(reader.status());
    if (graph_.ends.empty()) return corrupt("the object graph has no nodes, not even a root");
    // An id may name a node that comes later.
    if (greatest_id_ >= graph_.ends.size()) {
      return corrupt("the object graph names node {} at byte {}, it has {} nodes", greatest_id_,
                     greatest_id_offset_, graph_.ends.size());
    }
    return std::move(graph_);
  }

 private:
  Status add_node(ProtoReader node) {
    while (node.next()) {
      switch (node.number()) {
        case kNodeChildren: HOLDALL_TRY(add_child(node.as_message())); break;
        case kNodeAttributes: HOLDALL_TRY(add_attribute(node.as_message())); break;
        case kNodeSlots: HOLDALL_TRY(add_slot(node.as_message())); break;
        default: break;
      }
    }
    graph_.ends.push_back({static_cast<uint32_t>(graph_.children.size()),
                           static_cast<uint32_t>(graph_.attributes.size()),
                           static_cast<uint32_t>(graph_.slots.size())});
    return node.status();
  }

  Status add_child(ProtoReader reader) {
    ObjectGraph::Child child;
    while (reader.next()) {
      switch (reader.number()) {
        case 1: HOLDALL_TRY(read_id(reader, child.node)); break;
        case 2: child.name = reader.as_string(); break;
        default: break;
      }
    }
    graph_.children.push_back(child);
    return reader.status();
  }

  Status add_attribute(ProtoReader reader) {
    ObjectGraph::Attribute attribute;
    while (reader.next()) {
      switch (reader.number()) {
        case 2: attribute.full_name = reader.as_string(); break;
        case 3: attribute.key = reader.as_string(); break;
        default: break;
      }
    }
    graph_.attributes.push_back(attribute);
    return reader.status();
  }

  Status add_slot(ProtoReader reader) {
    ObjectGraph::Slot slot;
    while (reader.next()) {
      switch (reader.number()) {
        case 1: HOLDALL_TRY(read_id(reader, slot.variable)); break;
        case 2: slot.name = reader.as_string(); break;
        case 3: HOLDALL_TRY(read_id(reader, slot.node)); break;
        default: break;
      }
    }
    graph_.slots.push_back(slot);
    return reader.status();
  }

  Status read_id(ProtoReader& reader, uint32_t& into) {
    const int64_t id = reader.as_int64();
    if (id < 0 || id > INT32_MAX) {
      return corrupt("the object graph names node {} at byte {}, ids go from 0 to {}", id,
                     reader.payload_offset(), INT32_MAX);
    }
    if (static_cast<uint64_t>(id) > greatest_id_) {
      greatest_id_ = static_cast<uint64_t>(id);
      greatest_id_offset_ = reader.payload_offset();
    }
    into = static_cast<uint32_t>(id);
    return {};
  }

  ObjectGraph graph_;
  uint64_t greatest_id_ = 0;
  uint64_t greatest_id_offset_ = 0;
};

}  // namespace

ObjectGraph::Node ObjectGraph::node(size_t id) const {
  const Ends begin = id == 0 ? Ends{} : ends[id - 1];
  const Ends& end = ends[id];
  return {std::span(children).subspan(begin.children, end.children - begin.children),
          std::span(attributes).subspan(begin.attributes, end.attributes - begin.attributes),
          std::span(slots).subspan(begin.slots, end.slots - begin.slots)};
}

Result<ObjectGraph> parse_object_graph(std::span<const std::byte> message) {
  return GraphParser().parse(message);
}

}  // namespace holdall::tf_bundle
